// Package wire reads and writes the parts of protobuf that the messages of spec/ need.
package wire

import (
	"encoding/binary"
	"errors"
)

// MaxNumber is the largest number in a message: 2^53 - 1 (spec/records.md §2).
const MaxNumber = 1<<53 - 1

// Wire types of protobuf.
const (
	TypeVarint  = 0
	TypeFixed64 = 1
	TypeBytes   = 2
	TypeFixed32 = 5
)

// ErrMalformed says that bytes are no protobuf message, or not in the one encoding that is asked for.
var ErrMalformed = errors.New("malformed")

// Field is one field of a message. Digits is the length of its varint in bytes.
type Field struct {
	Number uint64
	Type   byte
	Varint uint64
	Digits int
	Bytes  []byte
}

// AppendVarint appends a number, also when it is zero.
func AppendVarint(b []byte, field, n uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, field<<3|TypeVarint), n)
}

// AppendBytes appends bytes, also when there are none.
func AppendBytes(b []byte, field uint64, value []byte) []byte {
	b = binary.AppendUvarint(b, field<<3|TypeBytes)
	return append(binary.AppendUvarint(b, uint64(len(value))), value...)
}

// AppendNumber appends a number as proto3 does: zero is left out.
func AppendNumber(b []byte, field, n uint64) []byte {
	if n == 0 {
		return b
	}
	return AppendVarint(b, field, n)
}

// AppendText appends bytes as proto3 does: no bytes are left out.
func AppendText(b []byte, field uint64, value []byte) []byte {
	if len(value) == 0 {
		return b
	}
	return AppendBytes(b, field, value)
}

// LengthPrefixed is uvarint(|value|) ‖ value, the parts of what is signed or hashed.
func LengthPrefixed(b, value []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(value))), value...)
}

// Fields reads a message as protobuf libraries do: any order, unknown fields, long varints. Groups are refused.
func Fields(b []byte) ([]Field, error) {
	var fields []Field
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 || n > 5 || tag>>3 == 0 || tag > 1<<32-1 {
			return nil, ErrMalformed
		}
		b = b[n:]
		field := Field{Number: tag >> 3, Type: byte(tag & 7)}
		size := 0
		switch field.Type {
		case TypeVarint:
			field.Varint, size = binary.Uvarint(b)
			if size <= 0 {
				return nil, ErrMalformed
			}
			field.Digits = size
		case TypeFixed64:
			size = 8
		case TypeFixed32:
			size = 4
		case TypeBytes:
			length, digits := binary.Uvarint(b)
			if digits <= 0 || length > uint64(len(b)-digits) {
				return nil, ErrMalformed
			}
			b = b[digits:]
			size = int(length)
			field.Bytes = b[:size]
		default:
			return nil, ErrMalformed
		}
		if size > len(b) {
			return nil, ErrMalformed
		}
		b = b[size:]
		fields = append(fields, field)
	}
	return fields, nil
}
