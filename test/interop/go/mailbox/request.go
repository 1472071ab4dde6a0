package mailbox

import (
	"stoa.test/interop/replica"
	"stoa.test/interop/wire"
)

// Codes of an answer (spec/proto/mailbox.proto).
const (
	Kept    = 1
	Done    = 2
	NotMine = 3
	Refused = 4
	// A place for it was not paid for, or there is none.
	BadStamp = 5
	NoRoom   = 6
)

// Request of the mail protocol: one of its fields is set.
type Request struct {
	Keep     *replica.WireEntry
	HandOver []byte
	Receipt  []byte
}

// Encode writes a request.
func (r Request) Encode() []byte {
	switch {
	case r.Keep != nil:
		return wire.AppendBytes(nil, 1, r.Keep.Encode())
	case r.HandOver != nil:
		return wire.AppendBytes(nil, 2, r.HandOver)
	}
	return wire.AppendBytes(nil, 3, r.Receipt)
}

// DecodeRequest reads a request.
func DecodeRequest(b []byte) (Request, error) {
	fields, err := wire.Fields(b)
	if err != nil || len(fields) == 0 {
		return Request{}, ErrMalformed
	}
	var r Request
	found := 0
	for _, field := range fields {
		if field.Type != wire.TypeBytes || field.Number > 3 {
			continue
		}
		found++
		switch field.Number {
		case 1:
			place, err := replica.DecodeEntry(field.Bytes)
			if err != nil {
				return Request{}, ErrMalformed
			}
			r = Request{Keep: &place}
		case 2:
			r = Request{HandOver: field.Bytes}
		case 3:
			r = Request{Receipt: field.Bytes}
		}
	}
	if found != 1 {
		return Request{}, ErrMalformed
	}
	return r, nil
}

// Response of the mail protocol.
type Response struct {
	Code    uint64
	Receipt []byte
}

// Encode writes a response.
func (r Response) Encode() []byte {
	return wire.AppendText(wire.AppendNumber(nil, 1, r.Code), 2, r.Receipt)
}

// DecodeResponse reads a response.
func DecodeResponse(b []byte) (Response, error) {
	fields, err := wire.Fields(b)
	if err != nil {
		return Response{}, ErrMalformed
	}
	var r Response
	for _, field := range fields {
		switch {
		case field.Number == 1 && field.Type == wire.TypeVarint:
			r.Code = field.Varint
		case field.Number == 2 && field.Type == wire.TypeBytes:
			r.Receipt = field.Bytes
		}
	}
	return r, nil
}
