package wire

import "encoding/binary"

// Strict reads a message that has one encoding, field after field. After the first thing that is wrong all it gives is empty.
type Strict struct {
	rest []byte
	bad  bool
}

// NewStrict reads b.
func NewStrict(b []byte) *Strict { return &Strict{rest: b} }

func (s *Strict) fail() { s.bad, s.rest = true, nil }

func (s *Strict) uvarint() uint64 {
	n, size := binary.Uvarint(s.rest)
	if size <= 0 || (size > 1 && s.rest[size-1] == 0) {
		s.fail()
		return 0
	}
	s.rest = s.rest[size:]
	return n
}

// Next tells whether the next field has this number and type.
func (s *Strict) Next(field uint64, kind byte) bool {
	return !s.bad && len(s.rest) > 0 && s.rest[0] == byte(field<<3)|kind
}

func (s *Strict) tag(field uint64, kind byte) bool {
	if !s.Next(field, kind) {
		s.fail()
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// Number reads a field that must be there.
func (s *Strict) Number(field uint64) uint64 {
	if !s.tag(field, TypeVarint) {
		return 0
	}
	return s.uvarint()
}

// Bytes reads a field that must be there.
func (s *Strict) Bytes(field uint64) []byte {
	if !s.tag(field, TypeBytes) {
		return nil
	}
	length := s.uvarint()
	if s.bad || length > uint64(len(s.rest)) {
		s.fail()
		return nil
	}
	value := s.rest[:length:length]
	s.rest = s.rest[length:]
	return value
}

// MaybeNumber reads a field that is left out when it is zero.
func (s *Strict) MaybeNumber(field uint64) uint64 {
	if !s.Next(field, TypeVarint) {
		return 0
	}
	n := s.Number(field)
	if n == 0 {
		s.fail()
	}
	return n
}

// MaybeBytes reads a field that is left out when it is empty.
func (s *Strict) MaybeBytes(field uint64) []byte {
	if !s.Next(field, TypeBytes) {
		return nil
	}
	value := s.Bytes(field)
	if len(value) == 0 {
		s.fail()
	}
	return value
}

// Done tells whether all was right and nothing is left.
func (s *Strict) Done() bool { return !s.bad && len(s.rest) == 0 }
