package reconcile

import (
	"bytes"
	"errors"
	"math"
)

// What a side refuses (spec/reconcile.md §7).
var (
	ErrMalformed = errors.New("malformed")
	ErrTooLarge  = errors.New("too-large")
	ErrLimit     = errors.New("limit")
	ErrVersion   = errors.New("unsupported-version")
)

const version = 0x61

// Limits of what a side takes.
type Limits struct {
	MaxMessageBytes int
	MaxRanges       int
	MaxIDs          int
}

// NoLimits takes what a test sends.
var NoLimits = Limits{MaxMessageBytes: math.MaxInt, MaxRanges: math.MaxInt, MaxIDs: math.MaxInt}

// checker goes through a message without keeping anything of it: go-nostr takes much of what must be refused.
type checker struct {
	rest      []byte
	timestamp uint64
	id        [32]byte
	ranges    int
	ids       int
	bad       bool
	// largest timestamp of a bound but the end
	highest uint64
}

// Check refuses a message whole. Another version is refused by the initiator only.
func Check(message []byte, initiator bool, limits Limits) error {
	_, err := check(message, initiator, limits)
	return err
}

func check(message []byte, initiator bool, limits Limits) (highest uint64, err error) {
	switch {
	case len(message) > limits.MaxMessageBytes:
		return 0, ErrTooLarge
	case len(message) == 0 || message[0] < 0x60 || message[0] > 0x6f:
		return 0, ErrMalformed
	case message[0] != version && initiator:
		return 0, ErrVersion
	case message[0] != version:
		return 0, nil
	}
	c := checker{rest: message[1:]}
	for len(c.rest) > 0 && !c.bad {
		c.ranges++
		if c.ranges > limits.MaxRanges {
			return 0, ErrLimit
		}
		c.bound()
		switch c.varint() {
		case 0:
		case 1:
			c.take(16)
		case 2:
			count := c.varint()
			if count > uint64(len(c.rest)/32) {
				return 0, ErrMalformed
			}
			c.ids += int(count)
			if c.ids > limits.MaxIDs {
				return 0, ErrLimit
			}
			c.take(count * 32)
		default:
			return 0, ErrMalformed
		}
	}
	if c.bad {
		return 0, ErrMalformed
	}
	return c.highest, nil
}

func (c *checker) bound() {
	difference := c.varint()
	length := c.varint()
	if length > 32 {
		c.bad = true
		return
	}
	var id [32]byte
	copy(id[:], c.take(length))
	timestamp := uint64(math.MaxUint64)
	if difference > 0 {
		timestamp = c.timestamp + difference - 1
		if timestamp < c.timestamp || timestamp == math.MaxUint64 {
			c.bad = true
		}
		c.highest = timestamp
	}
	if timestamp < c.timestamp || (timestamp == c.timestamp && bytes.Compare(id[:], c.id[:]) < 0) {
		c.bad = true
	}
	c.timestamp, c.id = timestamp, id
}

func (c *checker) take(n uint64) []byte {
	if n > uint64(len(c.rest)) {
		c.bad, c.rest = true, nil
		return nil
	}
	taken := c.rest[:n]
	c.rest = c.rest[n:]
	return taken
}

// varint has the most significant digit first.
func (c *checker) varint() uint64 {
	var n uint64
	for i := 0; ; i++ {
		digit := c.take(1)
		if digit == nil || (i == 0 && digit[0] == 0x80) || n > math.MaxUint64>>7 {
			c.bad = true
			return 0
		}
		n = n<<7 | uint64(digit[0]&0x7f)
		if digit[0] < 0x80 {
			return n
		}
	}
}
