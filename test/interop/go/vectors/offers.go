package vectors

import (
	"fmt"

	"stoa.test/interop/offers"
	"stoa.test/interop/record"
	"stoa.test/interop/replica"
)

type offerVector struct {
	Description, Network, Group, Market, Name, Owner, ID, Key string
	Bytes                                                     Hex
	Seq, CreatedMs, ExpiresMs, HoldsMs                        uint64
	Final, WhileOnline                                        bool
	ContentType                                               string
	Body                                                      Hex
}

func (v offerVector) record() string {
	return fmt.Sprint(v.ID, v.Key, v.Group, v.Name, v.Owner, v.Seq, v.Final, v.CreatedMs, v.ExpiresMs, v.HoldsMs)
}

func describeRecord(r record.Record, name string) string {
	return fmt.Sprint(hash(r.ID()), hash(r.Key()), offers.Group(r), name, PeerID(r.Owner), r.Seq, r.Removed, r.CreatedMs, r.ExpiresMs, r.HoldsMs)
}

func offersValid(f *file) {
	var vectors struct {
		Bodies []struct {
			Description string
			Bytes, Body Hex
			WhileOnline bool
			ContentType string
		}
		Offers, Leases []offerVector
		Versions       []struct {
			Description    string
			Known          *offers.Known
			NowMs          uint64
			TTLMs          *uint64
			MaxTTLMs       uint64
			MayHaveEarlier bool
			Version        offers.Version
		}
		Files []struct {
			Description, Network, Market string
			Bytes                        Hex
			Entries                      []struct {
				Entry Hex
				Stamp *stampVector
			}
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Bodies {
		body, err := offers.Decode(v.Bytes)
		f.equal(v.Description, fmt.Sprint(err, body.WhileOnline, body.ContentType, Hex(body.Body)), fmt.Sprint("<nil> ", v.WhileOnline, v.ContentType, v.Body))
		f.equal(v.Description, Hex(body.Encode()), v.Bytes)
	}
	for _, v := range vectors.Offers {
		listed, err := offers.Parse(v.Bytes, v.Network)
		if err != nil {
			f.check(v.Description, err.Error())
			continue
		}
		f.equal(v.Description, describeRecord(listed.Record, string(listed.Name)), v.record())
		f.equal(v.Description, fmt.Sprint(listed.Market, listed.WhileOnline, listed.ContentType, Hex(listed.Offer.Body)), fmt.Sprint(v.Market, v.WhileOnline, v.ContentType, v.Body))
	}
	for _, v := range vectors.Leases {
		lease, err := offers.ParseLease(v.Bytes, v.Network)
		if err != nil {
			f.check(v.Description, err.Error())
			continue
		}
		f.equal(v.Description, describeRecord(lease, ""), v.record())
	}
	for _, v := range vectors.Versions {
		f.equal(v.Description, offers.Next(v.Known, v.NowMs, v.TTLMs, v.MaxTTLMs, v.MayHaveEarlier), v.Version)
	}
	for _, v := range vectors.Files {
		file, err := offers.ReadFile(v.Bytes, v.Network)
		f.equal(v.Description, fmt.Sprint(err, file.Market, file.Bad, file.Complete), fmt.Sprint("<nil>", v.Market, []int{}, " true"))
		got, want := []string{}, []string{}
		for _, entry := range file.Entries {
			got = append(got, fmt.Sprint(Hex(entry.Bytes), entry.Stamp))
		}
		for _, entry := range v.Entries {
			var stamp *replica.Stamp
			if entry.Stamp != nil {
				s := entry.Stamp.stamp()
				stamp = &s
			}
			want = append(want, fmt.Sprint(entry.Entry, stamp))
		}
		f.equal(v.Description, got, want)
	}
}

func offersInvalid(f *file) {
	var vectors struct {
		Bodies []struct {
			Description string
			Bytes       Hex
		}
		Offers, Leases []offerVector
		Files          []struct {
			Description, Network, Code string
			Bytes                      Hex
			Entries                    int
			Bad                        []int
			Complete                   bool
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Bodies {
		_, err := offers.Decode(v.Bytes)
		f.refused(v.Description, err)
	}
	for _, v := range vectors.Offers {
		_, err := offers.Parse(v.Bytes, v.Network)
		f.refused(v.Description, err)
	}
	for _, v := range vectors.Leases {
		_, err := offers.ParseLease(v.Bytes, v.Network)
		f.refused(v.Description, err)
	}
	for _, v := range vectors.Files {
		file, err := offers.ReadFile(v.Bytes, v.Network)
		if v.Code != "" {
			f.equal(v.Description, err, v.Code)
			continue
		}
		f.equal(v.Description, fmt.Sprint(err, len(file.Entries), file.Bad, file.Complete), fmt.Sprint("<nil> ", v.Entries, v.Bad, " ", v.Complete))
	}
}
