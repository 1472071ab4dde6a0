package vectors

import (
	"crypto/ed25519"
	"fmt"

	"stoa.test/interop/record"
)

type recordLimits struct {
	MaxBodyBytes *int
	MaxTTLMs     *uint64
}

func (l *recordLimits) limits() record.Limits {
	limits := record.DefaultLimits
	if l != nil && l.MaxBodyBytes != nil {
		limits.MaxBodyBytes = *l.MaxBodyBytes
	}
	if l != nil && l.MaxTTLMs != nil {
		limits.MaxTTLMs = *l.MaxTTLMs
	}
	return limits
}

func recordValid(f *file) {
	var vectors struct {
		Records []struct {
			Description, Network, Space, Family string
			Seed, Owner, Name                   Hex
			Seq, CreatedMs, ExpiresMs, HoldsMs  uint64
			Body                                *Hex
			Bytes                               Hex
			ID, Key                             string
			Limits                              *recordLimits
		}
		Crafted []struct {
			Reason, Network, ID string
			Bytes               Hex
			Limits              *recordLimits
		}
		Keys []struct {
			Owner, Name Hex
			Space, Key  string
		}
		Order []struct {
			Reason, Network string
			Kept, Replaced  Hex
			Limits          *recordLimits
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Records {
		fields := record.Record{
			Space: v.Space, Name: v.Name, Seq: v.Seq, CreatedMs: v.CreatedMs, ExpiresMs: v.ExpiresMs, HoldsMs: v.HoldsMs, Removed: v.Body == nil,
		}
		if v.Body != nil {
			fields.Body = *v.Body
		}
		signed, err := record.Sign(v.Seed, v.Network, fields, v.Limits.limits())
		if err != nil {
			f.check(v.Description, err.Error())
			continue
		}
		f.equal(v.Description, Hex(signed.Bytes), v.Bytes)
		read, err := record.Verify(v.Bytes, v.Network, v.Limits.limits())
		if err != nil {
			f.check(v.Description, err.Error())
			continue
		}
		f.equal(v.Description, fmt.Sprint(Hex(read.Owner), hash(read.ID()), hash(read.Key()), read.Family()), fmt.Sprint(v.Owner, v.ID, v.Key, v.Family))
		fields.Owner, fields.Bytes = read.Owner, read.Bytes
		f.equal(v.Description, read, fields)
	}
	for _, v := range vectors.Crafted {
		read, err := record.Verify(v.Bytes, v.Network, v.Limits.limits())
		f.equal(v.Reason, fmt.Sprint(err, hash(read.ID())), fmt.Sprint("<nil>", v.ID))
	}
	for _, v := range vectors.Keys {
		f.equal(v.Space, hash(record.Key(ed25519.PublicKey(v.Owner), v.Space, v.Name)), v.Key)
	}
	for _, v := range vectors.Order {
		kept, err1 := record.Verify(v.Kept, v.Network, v.Limits.limits())
		replaced, err2 := record.Verify(v.Replaced, v.Network, v.Limits.limits())
		f.equal(v.Reason, fmt.Sprint(err1, err2, kept.Above(replaced), replaced.Above(kept)), "<nil> <nil> true false")
	}
}

func recordInvalid(f *file) {
	var vectors struct {
		Records []struct {
			Reason, Error, Network string
			Bytes                  Hex
			Limits                 *recordLimits
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Records {
		_, err := record.Verify(v.Bytes, v.Network, v.Limits.limits())
		f.refused(v.Reason, err)
	}
}
