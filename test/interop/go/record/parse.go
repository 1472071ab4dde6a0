package record

import (
	"bytes"
	"errors"

	"stoa.test/interop/wire"
)

// What a reader refuses (§9).
var (
	ErrMalformed = errors.New("malformed")
	ErrSpace     = errors.New("bad-space")
	ErrName      = errors.New("bad-name")
	ErrTimes     = errors.New("bad-times")
	ErrTooLarge  = errors.New("too-large")
	ErrSignature = errors.New("bad-signature")
)

// Parse checks all but the signature's equation.
func Parse(b []byte, limits Limits) (Record, error) {
	envelope := wire.NewStrict(b)
	key := envelope.Bytes(1)
	kind := envelope.Bytes(2)
	payload := envelope.Bytes(3)
	signature := envelope.Bytes(5)
	if !envelope.Done() || len(key) != 36 || !bytes.HasPrefix(b, headOf(key[4:])) || string(kind) != payloadType || len(signature) != 64 {
		return Record{}, ErrMalformed
	}
	owner := key[4:]
	if !plainPoint(owner) || !plainPoint(signature[:32]) || !belowOrder(signature[32:]) {
		return Record{}, ErrSignature
	}
	r := Record{Owner: owner, Bytes: b}
	fields := wire.NewStrict(payload)
	r.Space = string(fields.Bytes(1))
	r.Name = fields.Bytes(2)
	r.Seq = fields.Number(3)
	r.CreatedMs = fields.Number(4)
	r.ExpiresMs = fields.Number(5)
	r.HoldsMs = fields.Number(6)
	if fields.Next(8, wire.TypeVarint) {
		r.Removed = fields.Number(8) == 1
		if !r.Removed {
			return Record{}, ErrMalformed
		}
	} else {
		r.Body = fields.Bytes(7)
	}
	if !fields.Done() {
		return Record{}, ErrMalformed
	}
	return r, r.valid(limits)
}

// Verify parses a record and checks its signature.
func Verify(b []byte, network string, limits Limits) (Record, error) {
	r, err := Parse(b, limits)
	if err != nil {
		return Record{}, err
	}
	prefixed := b[prefixBytes : len(b)-suffixBytes]
	if !verify(r.Owner, message(network, prefixed), b[len(b)-64:]) {
		return Record{}, ErrSignature
	}
	return r, nil
}
