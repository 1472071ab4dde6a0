// Package record is signed, replaceable, expiring records: spec/records.md.
package record

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"regexp"
	"strings"

	"stoa.test/interop/wire"
)

const (
	payloadType = "/stoa/record/1"
	// Before the payload's length in a record, and behind the payload.
	prefixBytes, suffixBytes = 55, 66
)

// Limits of a family (§2).
type Limits struct {
	MaxBodyBytes int
	MaxTTLMs     uint64
}

// DefaultLimits are those of a family that states none.
var DefaultLimits = Limits{MaxBodyBytes: 16384, MaxTTLMs: 30 * 24 * 3600 * 1000}

// Record is one version of a thing.
type Record struct {
	Owner     ed25519.PublicKey
	Space     string
	Name      []byte
	Seq       uint64
	CreatedMs uint64
	ExpiresMs uint64
	HoldsMs   uint64
	Body      []byte
	Removed   bool

	Bytes []byte
}

// Family is all of the space before its first slash.
func (r Record) Family() string { return Family(r.Space) }

// Family of a space.
func Family(space string) string {
	family, _, _ := strings.Cut(space, "/")
	return family
}

// ID is the hash of the bytes.
func (r Record) ID() [32]byte { return sha256.Sum256(r.Bytes) }

// Key is what the record is a version of.
func (r Record) Key() [32]byte { return Key(r.Owner, r.Space, r.Name) }

// Key of a name in a space (§6).
func Key(owner ed25519.PublicKey, space string, name []byte) [32]byte {
	b := wire.LengthPrefixed(nil, []byte("stoa-record-key"))
	b = wire.LengthPrefixed(b, owner)
	b = wire.LengthPrefixed(b, []byte(space))
	return sha256.Sum256(wire.LengthPrefixed(b, name))
}

// Above tells whether r is kept rather than other, a version of the same key (§7).
func (r Record) Above(other Record) bool {
	if r.Seq != other.Seq {
		return r.Seq > other.Seq
	}
	if r.Removed != other.Removed {
		return r.Removed
	}
	a, b := r.ID(), other.ID()
	return bytes.Compare(a[:], b[:]) > 0
}

var spaceForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*$`)

func (r Record) valid(limits Limits) error {
	switch {
	case len(r.Space) < 1 || len(r.Space) > 128 || !spaceForm.MatchString(r.Space):
		return ErrSpace
	case len(r.Name) < 1 || len(r.Name) > 64:
		return ErrName
	case !isNumber(r.Seq):
		return ErrMalformed
	case !isNumber(r.CreatedMs) || !isNumber(r.ExpiresMs) || !isNumber(r.HoldsMs):
		return ErrTimes
	case r.CreatedMs > r.ExpiresMs || r.ExpiresMs > r.HoldsMs || r.HoldsMs-r.CreatedMs > limits.MaxTTLMs:
		return ErrTimes
	case len(r.Body) > limits.MaxBodyBytes:
		return ErrTooLarge
	}
	return nil
}

func isNumber(n uint64) bool { return n >= 1 && n <= wire.MaxNumber }

func (r Record) payload() []byte {
	b := wire.AppendBytes(nil, 1, []byte(r.Space))
	b = wire.AppendBytes(b, 2, r.Name)
	b = wire.AppendVarint(b, 3, r.Seq)
	b = wire.AppendVarint(b, 4, r.CreatedMs)
	b = wire.AppendVarint(b, 5, r.ExpiresMs)
	b = wire.AppendVarint(b, 6, r.HoldsMs)
	if r.Removed {
		return wire.AppendVarint(b, 8, 1)
	}
	return wire.AppendBytes(b, 7, r.Body)
}

// message is what is signed (§4), the payload being behind its length.
func message(network string, prefixed []byte) []byte {
	b := wire.LengthPrefixed(nil, []byte("stoa-record:"+network))
	return append(wire.LengthPrefixed(b, []byte(payloadType)), prefixed...)
}

// Sign makes the record of an owner.
func Sign(seed []byte, network string, r Record, limits Limits) (Record, error) {
	private := ed25519.NewKeyFromSeed(seed)
	r.Owner = private.Public().(ed25519.PublicKey)
	if err := r.valid(limits); err != nil {
		return Record{}, err
	}
	payload := r.payload()
	b := append([]byte{0x0a, 0x24, 8, 1, 0x12, 0x20}, r.Owner...)
	b = wire.AppendBytes(b, 2, []byte(payloadType))
	b = wire.AppendBytes(b, 3, payload)
	prefixed := wire.LengthPrefixed(nil, payload)
	r.Bytes = wire.AppendBytes(b, 5, ed25519.Sign(private, message(network, prefixed)))
	return r, nil
}

// headOf is what all records of an owner begin with, but for the payload's length.
func headOf(owner []byte) []byte {
	b := append([]byte{0x0a, 0x24, 8, 1, 0x12, 0x20}, owner...)
	b = append(binary.AppendUvarint(append(b, 0x12), uint64(len(payloadType))), payloadType...)
	return append(b, 0x1a)
}
