// Package replica is one set of entries that every node holds: spec/replica.md.
package replica

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/bits"

	"stoa.test/interop/wire"
)

const (
	minSizeClass, maxSizeClass = 8, 17
	lowestRank                 = -64
)

func ceilLog2(n uint64) int {
	if n <= 1 {
		return 0
	}
	return bits.Len64(n - 1)
}

// SizeClass of so many bytes (§5).
func SizeClass(n int) int { return max(minSizeClass, ceilLog2(uint64(n))) }

// TimeClass of so many ms.
func TimeClass(ms uint64) int { return ceilLog2(ms) }

// Stamp is proof of work for a key.
type Stamp struct {
	SizeClass int
	FromMs    uint64
	UntilMs   uint64
	Nonce     []byte
}

var errStamp = errors.New("bad-stamp")

// Check refuses what is no stamp, whatever its hash.
func (s Stamp) Check() error {
	if s.SizeClass < minSizeClass || s.SizeClass > maxSizeClass || len(s.Nonce) != 8 || s.UntilMs > wire.MaxNumber || s.FromMs >= s.UntilMs {
		return errStamp
	}
	return nil
}

// Hash for a key.
func (s Stamp) Hash(key [32]byte) [32]byte {
	b := append([]byte("stoa-stamp/1"), key[:]...)
	b = append(b, byte(s.SizeClass))
	b = binary.BigEndian.AppendUint64(b, s.FromMs)
	b = binary.BigEndian.AppendUint64(b, s.UntilMs)
	return sha256.Sum256(append(b, s.Nonce...))
}

// Bits are the leading zero bits of a hash.
func Bits(hash [32]byte) int {
	n := 0
	for _, b := range hash {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n
}

// Rank of a stamp for a key.
func (s Stamp) Rank(key [32]byte) int {
	return Bits(s.Hash(key)) - s.SizeClass - TimeClass(s.UntilMs-s.FromMs)
}

// Covers tells whether it may be used for an entry of its key.
func (s Stamp) Covers(bytes int, createdMs, holdsMs uint64) bool {
	return SizeClass(bytes) <= s.SizeClass && s.FromMs <= createdMs && holdsMs <= s.UntilMs
}

// Place is what an entry takes of the budget, and who goes first.
type Place struct {
	Charge int
	Rank   int
	Stamp  *Stamp
}

// PlaceOf chooses among the stamps of the entry's key.
func PlaceOf(key [32]byte, bytes int, createdMs, holdsMs uint64, stamps []Stamp) Place {
	class := SizeClass(bytes)
	place := Place{Charge: 1 << class, Rank: -class - TimeClass(holdsMs-createdMs)}
	for i := range stamps {
		stamp := &stamps[i]
		if !stamp.Covers(bytes, createdMs, holdsMs) {
			continue
		}
		rank := stamp.Rank(key)
		better := rank > place.Rank
		if rank == place.Rank && place.Stamp != nil {
			a, b := stamp.Hash(key), place.Stamp.Hash(key)
			better = string(a[:]) < string(b[:])
		}
		if better {
			place = Place{Charge: 1 << stamp.SizeClass, Rank: rank, Stamp: stamp}
		}
	}
	return place
}

// Mine finds a stamp of at least this rank.
func Mine(key [32]byte, bytes int, createdMs, holdsMs uint64, rank int) Stamp {
	stamp := Stamp{SizeClass: SizeClass(bytes), FromMs: createdMs, UntilMs: holdsMs}
	for n := uint64(0); ; n++ {
		stamp.Nonce = binary.BigEndian.AppendUint64(nil, n)
		if stamp.Rank(key) >= rank {
			return stamp
		}
	}
}

// Capacity is cap(r): what places of a rank and below may take together.
func Capacity(budgetBytes int, rank int) int {
	tenths := 10
	switch {
	case rank < -21:
		tenths = 5
	case rank < -17:
		tenths = rank + 27
	}
	return budgetBytes/10*tenths + budgetBytes%10*tenths/10
}
