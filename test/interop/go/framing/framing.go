// Package framing tells messages on a byte stream apart: spec/framing.md.
package framing

import (
	"encoding/binary"
	"errors"
	"io"
)

// What a reader refuses (§3).
var (
	ErrMalformed = errors.New("malformed")
	ErrTooLarge  = errors.New("too-large")
	ErrTruncated = errors.New("truncated")
)

// Frame puts its length before a body.
func Frame(body []byte) []byte {
	return append(binary.AppendUvarint(make([]byte, 0, len(body)+4), uint64(len(body))), body...)
}

// Decoder finds the frames in pieces of a stream. It holds no more than what arrived.
type Decoder struct {
	MaxBytes int
	rest     []byte
}

// Push takes a piece; the frames before an error are whole.
func (d *Decoder) Push(piece []byte) (frames [][]byte, err error) {
	d.rest = append(d.rest, piece...)
	for {
		length, digits, err := readLength(d.rest)
		if err != nil {
			return frames, err
		}
		if digits == 0 {
			return frames, nil
		}
		if length > d.MaxBytes {
			return frames, ErrTooLarge
		}
		if len(d.rest) < digits+length {
			return frames, nil
		}
		frames = append(frames, d.rest[digits:digits+length:digits+length])
		d.rest = d.rest[digits+length:]
	}
}

// End is the clean end of the stream.
func (d *Decoder) End() error {
	if len(d.rest) > 0 {
		return ErrTruncated
	}
	return nil
}

// readLength gives no digits when the length is not all there yet.
func readLength(b []byte) (length, digits int, err error) {
	for i := 0; i < len(b); i++ {
		length |= int(b[i]&0x7f) << (7 * i)
		if b[i] < 0x80 {
			if i > 0 && b[i] == 0 {
				return 0, 0, ErrMalformed
			}
			return length, i + 1, nil
		}
		if i == 3 {
			return 0, 0, ErrMalformed
		}
	}
	return 0, 0, nil
}

// Reader reads frames from a stream one by one.
type Reader struct {
	from    io.Reader
	decoder Decoder
	ready   [][]byte
	err     error
	piece   []byte
}

// NewReader reads bodies of up to maxBytes.
func NewReader(from io.Reader, maxBytes int) *Reader {
	return &Reader{from: from, decoder: Decoder{MaxBytes: maxBytes}, piece: make([]byte, 16384)}
}

// Next is the next body, or io.EOF at a clean end between two frames.
func (r *Reader) Next() ([]byte, error) {
	for len(r.ready) == 0 {
		if r.err != nil {
			return nil, r.err
		}
		n, err := r.from.Read(r.piece)
		frames, bad := r.decoder.Push(r.piece[:n])
		r.ready = frames
		switch {
		case bad != nil:
			r.err = bad
		case errors.Is(err, io.EOF):
			r.err = r.decoder.End()
			if r.err == nil {
				r.err = io.EOF
			}
		case err != nil:
			r.err = err
		}
	}
	frame := r.ready[0]
	r.ready = r.ready[1:]
	return frame, nil
}
