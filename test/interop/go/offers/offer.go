// Package offers is signed offers in markets, and leases: spec/offers.md.
package offers

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"stoa.test/interop/record"
	"stoa.test/interop/replica"
	"stoa.test/interop/wire"
)

const (
	maxBodyBytes   = 16384
	maxTTLMs       = 30 * 24 * 3600 * 1000
	maxLeaseMs     = 600000
	maxMarketChars = 120
	family         = "offers"
)

// Offer is the body of a record.
type Offer struct {
	WhileOnline bool
	ContentType string
	Body        []byte
}

// ErrMalformed is a record that is none of the family.
var ErrMalformed = errors.New("malformed")

// Encode writes the one encoding (§3).
func (o Offer) Encode() []byte {
	var b []byte
	if o.WhileOnline {
		b = wire.AppendVarint(b, 1, 1)
	}
	b = wire.AppendText(b, 2, []byte(o.ContentType))
	return wire.AppendText(b, 3, o.Body)
}

// Decode takes nothing but the one encoding.
func Decode(b []byte) (Offer, error) {
	fields := wire.NewStrict(b)
	online := fields.MaybeNumber(1)
	contentType := string(fields.MaybeBytes(2))
	body := fields.MaybeBytes(3)
	if !fields.Done() || online > 1 || len(contentType) > 100 || len(body) > maxBodyBytes {
		return Offer{}, ErrMalformed
	}
	for _, c := range []byte(contentType) {
		if c < 0x20 || c > 0x7e {
			return Offer{}, ErrMalformed
		}
	}
	return Offer{WhileOnline: online == 1, ContentType: contentType, Body: body}, nil
}

// Listed is a record of the family, read.
type Listed struct {
	record.Record
	Offer
	Market string
}

// Parse a record of the family offers, proven.
func Parse(raw []byte, network string) (Listed, error) {
	r, err := record.Verify(raw, network, record.Limits{MaxBodyBytes: maxBodyBytes + 108, MaxTTLMs: maxTTLMs})
	if err != nil {
		return Listed{}, err
	}
	market, found := strings.CutPrefix(r.Space, family+"/")
	if !found || market == "" || len(market) > maxMarketChars || !utf8.Valid(r.Name) {
		return Listed{}, ErrMalformed
	}
	listed := Listed{Record: r, Market: market}
	if r.Removed {
		return listed, nil
	}
	listed.Offer, err = Decode(r.Body)
	return listed, err
}

// ParseLease a record of the family leases, proven.
func ParseLease(raw []byte, network string) (record.Record, error) {
	r, err := record.Verify(raw, network, record.Limits{MaxBodyBytes: 0, MaxTTLMs: maxLeaseMs})
	if err == nil && (r.Space != "leases/presence" || string(r.Name) != "online") {
		err = ErrMalformed
	}
	return r, err
}

// EntryOf a record, in a replica.
func EntryOf(r record.Record) replica.Entry {
	return replica.Entry{
		ID: r.ID(), Key: r.Key(), Group: Group(r), Seq: r.Seq, Final: r.Removed, Length: len(r.Bytes),
		CreatedMs: r.CreatedMs, ExpiresMs: r.ExpiresMs, HoldsMs: r.HoldsMs,
	}
}

// Group whose quota a record counts in (§1).
func Group(r record.Record) string {
	return fmt.Sprintf("%s %s", r.Space, hex.EncodeToString(r.Owner))
}
