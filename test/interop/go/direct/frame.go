// Package direct is requests and streamed answers between two peers: spec/direct.md.
package direct

import (
	"errors"

	"stoa.test/interop/wire"
)

// Kind of a frame (§3).
type Kind uint32

// Kinds of frames.
const (
	Request Kind = iota
	Response
	Item
	End
	Error
	Cancel
	Credit
	Notify
)

// Names of kinds and errors, as in direct.proto.
var (
	KindNames  = []string{"REQUEST", "RESPONSE", "ITEM", "END", "ERROR", "CANCEL", "CREDIT", "NOTIFY"}
	ErrorNames = []string{"NONE", "FAILED", "REFUSED", "TOO_LARGE", "MALFORMED", "TIMEOUT", "IS_STREAM"}
)

// Errors of a request (§6).
const (
	Failed   = 1
	Refused  = 2
	TooLarge = 3
	IsStream = 6
)

// Frame is one message of either side.
type Frame struct {
	Kind    Kind
	ID      uint32
	Credit  uint32
	Error   uint32
	Payload []byte
}

var errNoFrame = errors.New("no Frame")

// Encode leaves defaults out.
func (f Frame) Encode() []byte {
	b := wire.AppendNumber(nil, 1, uint64(f.Kind))
	b = wire.AppendNumber(b, 2, uint64(f.ID))
	b = wire.AppendNumber(b, 3, uint64(f.Credit))
	b = wire.AppendNumber(b, 4, uint64(f.Error))
	return wire.AppendText(b, 5, f.Payload)
}

// Decode follows protobuf, as §3 narrows it.
func Decode(b []byte) (Frame, error) {
	fields, err := wire.Fields(b)
	if err != nil {
		return Frame{}, errNoFrame
	}
	var f Frame
	for _, field := range fields {
		if field.Number == 5 && field.Type == wire.TypeBytes {
			f.Payload = field.Bytes
		}
		if field.Number > 4 || field.Type != wire.TypeVarint {
			continue
		}
		if field.Digits > 5 || field.Varint > 1<<32-1 {
			return Frame{}, errNoFrame
		}
		n := uint32(field.Varint)
		switch field.Number {
		case 1:
			f.Kind = Kind(n)
		case 2:
			f.ID = n
		case 3:
			f.Credit = n
		case 4:
			f.Error = n
		}
	}
	return f, nil
}

// MaxFrameBytes of a protocol with these limits (§3).
func MaxFrameBytes(maxRequestBytes, maxResponseBytes int) int {
	return max(maxRequestBytes, maxResponseBytes, 1024) + 22
}
