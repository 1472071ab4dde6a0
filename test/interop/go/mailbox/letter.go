// Package mailbox is letters for people who may be offline: spec/mailbox.md.
package mailbox

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"stoa.test/interop/replica"
	"stoa.test/interop/wire"
)

const (
	maxLifeMin   = 21600
	maxLetter    = 58610
	minuteMs     = 60000
	preimageSize = 32
	bodyTagBytes = 16
)

// Params of a network's mail (§6).
type Params struct {
	Network    string
	BucketBits int
	ShardBits  int
	Shard      int
}

// FloorRank is what a place costs at least.
const FloorRank = -25

// MaxTTLMs is 15 days.
const MaxTTLMs = maxLifeMin * minuteMs

// What is wrong with a letter (§10).
var (
	ErrMalformed    = errors.New("malformed")
	ErrHash         = errors.New("bad-hash")
	ErrPreimage     = errors.New("bad-preimage")
	ErrLock         = errors.New("wrong-lock")
	ErrPadding      = errors.New("bad-padding")
	ErrEnvelope     = errors.New("bad-envelope")
	ErrReceiver     = errors.New("wrong-receiver")
	ErrSignature    = errors.New("bad-signature")
	ErrNotForUs     = errors.New("no slot opens")
	ErrTooLong      = errors.New("the body is too long")
	ErrUnknownSuite = errors.New("no such suite")
	sizes           = []int{512, 1024, 2048, 4096, 8192, 16384, 32768, 49152}
	slotCounts      = []int{1, 2, 4, 8}
)

// Header of a letter and of its receipt (§2).
type Header struct {
	Lock       []byte
	CreatedMin uint64
	ExpiresMin uint64
	Bucket     uint64
	Suite      uint16
	Size       int
	SealedHash []byte
}

// draft is everything but the hash.
func (h Header) draft() []byte {
	b := wire.AppendBytes(nil, 1, h.Lock)
	b = wire.AppendVarint(b, 2, h.CreatedMin)
	b = wire.AppendVarint(b, 3, h.ExpiresMin)
	b = wire.AppendVarint(b, 4, h.Bucket)
	b = wire.AppendVarint(b, 5, uint64(h.Suite))
	return wire.AppendVarint(b, 6, uint64(h.Size))
}

func (h Header) bytes() []byte { return wire.AppendBytes(h.draft(), 7, h.SealedHash) }

// Letter is a letter, or with a preimage its receipt.
type Letter struct {
	Header
	Sealed   []byte
	Preimage []byte
	Bytes    []byte
}

// IsReceipt tells which of the two it is.
func (l Letter) IsReceipt() bool { return l.Preimage != nil }

func domain(name, network string) []byte { return []byte(name + ":" + network + "\x00") }

// ID of a letter and its receipt.
func (l Letter) ID(network string) [32]byte {
	return sha256.Sum256(append(domain("stoa-mail", network), l.Header.bytes()...))
}

// Hash of the bytes.
func (l Letter) Hash() [32]byte { return sha256.Sum256(l.Bytes) }

func (l Letter) encode() []byte {
	b := wire.AppendBytes(nil, 1, l.Header.bytes())
	if l.IsReceipt() {
		return wire.AppendBytes(b, 3, l.Preimage)
	}
	return wire.AppendBytes(b, 2, l.Sealed)
}

// Receipt of a letter.
func (l Letter) Receipt(preimage []byte) Letter {
	receipt := Letter{Header: l.Header, Preimage: preimage}
	receipt.Bytes = receipt.encode()
	return receipt
}

// Parse checks form and limits.
func Parse(b []byte, params Params) (Letter, error) {
	fields := wire.NewStrict(b)
	head := wire.NewStrict(fields.Bytes(1))
	letter := Letter{Bytes: b}
	if fields.Next(3, wire.TypeBytes) {
		letter.Preimage = fields.Bytes(3)
	} else {
		letter.Sealed = fields.Bytes(2)
	}
	h := &letter.Header
	h.Lock = head.Bytes(1)
	h.CreatedMin, h.ExpiresMin = head.Number(2), head.Number(3)
	h.Bucket = head.Number(4)
	suite, size := head.Number(5), head.Number(6)
	h.SealedHash = head.Bytes(7)
	if !fields.Done() || !head.Done() || len(b) > maxLetter || len(h.Lock) != 32 || len(h.SealedHash) != 32 || suite > 1<<16-1 || size > 49152 {
		return Letter{}, ErrMalformed
	}
	h.Suite, h.Size = uint16(suite), int(size)
	slot, err := slotBytes(h.Suite)
	switch {
	case err != nil || !slices.Contains(sizes, h.Size):
		return Letter{}, ErrMalformed
	case h.CreatedMin < 1 || h.ExpiresMin > 1<<32-1 || h.CreatedMin > h.ExpiresMin || h.ExpiresMin-h.CreatedMin > maxLifeMin:
		return Letter{}, ErrMalformed
	case h.Bucket >= 1<<params.BucketBits || int(h.Bucket>>(params.BucketBits-params.ShardBits)) != params.Shard:
		return Letter{}, ErrMalformed
	case letter.IsReceipt() && len(letter.Preimage) != preimageSize:
		return Letter{}, ErrMalformed
	case letter.IsReceipt():
		return letter, nil
	}
	slots := len(letter.Sealed) - h.Size - bodyTagBytes
	if slots <= 0 || slots%slot != 0 || !slices.Contains(slotCounts, slots/slot) {
		return Letter{}, ErrMalformed
	}
	return letter, nil
}

// Prove checks what needs no key.
func (l Letter) Prove() error {
	if l.IsReceipt() {
		if sha256.Sum256(l.Preimage) != [32]byte(l.Lock) {
			return ErrPreimage
		}
		return nil
	}
	if sha256.Sum256(l.Sealed) != [32]byte(l.SealedHash) {
		return ErrHash
	}
	return nil
}

// EntryOf a letter, in a replica (§1).
func EntryOf(l Letter, network string) replica.Entry {
	return replica.Entry{
		ID: l.Hash(), Key: l.ID(network), Group: fmt.Sprint("mail/", l.Bucket), Seq: 1, Final: l.IsReceipt(), Length: len(l.Bytes),
		CreatedMs: l.CreatedMin * minuteMs, ExpiresMs: l.ExpiresMin * minuteMs, HoldsMs: l.ExpiresMin * minuteMs,
	}
}

// BucketOf a receiver (§6).
func BucketOf(network string, identity []byte, bits int) uint64 {
	hash := sha256.Sum256(append(domain("stoa-mail-bucket", network), identity...))
	return uint64(binary.BigEndian.Uint32(hash[:4])) >> (32 - bits)
}
