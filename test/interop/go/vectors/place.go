package vectors

import (
	"fmt"
	"slices"

	"stoa.test/interop/replica"
)

type stampVector struct {
	Description     string
	Key, Nonce      Hex
	SizeClass       int
	FromMs, UntilMs uint64
	Hash            string
	Bits, Rank      int
	Reason          string
}

func (v stampVector) stamp() replica.Stamp {
	return replica.Stamp{SizeClass: v.SizeClass, FromMs: v.FromMs, UntilMs: v.UntilMs, Nonce: v.Nonce}
}

type entryVector struct {
	Name, Group, Description, Verdict string
	ID, Key                           Hex
	Seq                               uint64
	Final                             bool
	Bytes                             int
	CreatedMs, ExpiresMs, HoldsMs     uint64
	Stamp                             *int
}

func (v entryVector) entry() replica.Entry {
	return replica.Entry{
		ID: [32]byte(v.ID), Key: [32]byte(v.Key), Group: v.Group, Seq: v.Seq, Final: v.Final, Length: v.Bytes,
		CreatedMs: v.CreatedMs, ExpiresMs: v.ExpiresMs, HoldsMs: v.HoldsMs,
	}
}

func placeValid(f *file) {
	var vectors struct {
		SizeClasses []struct{ Bytes, SizeClass int }
		TimeClasses []struct {
			Ms        uint64
			TimeClass int
		}
		Capacities []struct{ BudgetBytes, Rank, Bytes int }
		Stamps     []stampVector
		Coverage   []struct {
			Description        string
			SizeBytes, Stamp   int
			CreatedMs, HoldsMs uint64
			Covers             bool
		}
		Places []struct {
			Description             string
			SizeBytes, Charge, Rank int
			CreatedMs, HoldsMs      uint64
			Stamps                  []int
			Uses                    *int
		}
		NowMs uint64
		Sets  []setVector
	}
	f.load(&vectors)
	for _, v := range vectors.SizeClasses {
		f.equal("size class", replica.SizeClass(v.Bytes), v.SizeClass)
	}
	for _, v := range vectors.TimeClasses {
		f.equal("time class", replica.TimeClass(v.Ms), v.TimeClass)
	}
	for _, v := range vectors.Capacities {
		f.equal(fmt.Sprint("capacity at ", v.Rank), replica.Capacity(v.BudgetBytes, v.Rank), v.Bytes)
	}
	for _, v := range vectors.Stamps {
		key := [32]byte(v.Key)
		got := v.stamp().Hash(key)
		f.equal(v.Description, fmt.Sprint(hash(got), replica.Bits(got), v.stamp().Rank(key), v.stamp().Check()), fmt.Sprint(v.Hash, v.Bits, v.Rank, " <nil>"))
	}
	for _, v := range vectors.Coverage {
		f.equal(v.Description, vectors.Stamps[v.Stamp].stamp().Covers(v.SizeBytes, v.CreatedMs, v.HoldsMs), v.Covers)
	}
	for _, v := range vectors.Places {
		var stamps []replica.Stamp
		var key [32]byte
		for _, i := range v.Stamps {
			stamps = append(stamps, vectors.Stamps[i].stamp())
			key = [32]byte(vectors.Stamps[i].Key)
		}
		place := replica.PlaceOf(key, v.SizeBytes, v.CreatedMs, v.HoldsMs, stamps)
		f.equal(v.Description, fmt.Sprint(place.Charge, place.Rank, place.Stamp == nil), fmt.Sprint(v.Charge, v.Rank, v.Uses == nil))
		if v.Uses != nil && place.Stamp != nil {
			f.equal(v.Description, *place.Stamp, vectors.Stamps[*v.Uses].stamp())
		}
	}
	for _, v := range vectors.Sets {
		f.set(v, vectors.Stamps, vectors.NowMs)
	}
}

type setVector struct {
	Description string
	Params      struct{ MaxPerGroup, BudgetBytes *int }
	Entries     []entryVector
	Held        []string
}

// set puts the entries in both directions, each twice.
func (f *file) set(v setVector, stamps []stampVector, nowMs uint64) {
	params := replica.DefaultParams
	if v.Params.MaxPerGroup != nil {
		params.MaxPerGroup = *v.Params.MaxPerGroup
	}
	if v.Params.BudgetBytes != nil {
		params.BudgetBytes = *v.Params.BudgetBytes
	}
	order := slices.Concat(v.Entries, v.Entries)
	for range 2 {
		set := replica.NewSet(params)
		for _, entry := range order {
			var stamp *replica.Stamp
			if entry.Stamp != nil {
				s := stamps[*entry.Stamp].stamp()
				stamp = &s
			}
			_ = set.Put(entry.entry(), nil, stamp, nowMs)
		}
		names := []string{}
		for _, held := range set.All() {
			i := slices.IndexFunc(v.Entries, func(e entryVector) bool { return [32]byte(e.ID) == held.ID })
			names = append(names, v.Entries[i].Name)
		}
		slices.Sort(names)
		slices.Sort(v.Held)
		f.equal(v.Description, names, v.Held)
		slices.Reverse(order)
	}
}

func placeInvalid(f *file) {
	var vectors struct {
		Stamps  []stampVector
		NowMs   uint64
		Entries []entryVector
	}
	f.load(&vectors)
	for _, v := range vectors.Stamps {
		f.refused(v.Description, v.stamp().Check())
	}
	for _, v := range vectors.Entries {
		f.equal(v.Description, replica.NewSet(replica.DefaultParams).Put(v.entry(), nil, nil, vectors.NowMs), v.Verdict)
	}
}
