package replica

import (
	"time"

	"stoa.test/interop/reconcile"
)

// Rules of a family: what an entry is, and that it is proven.
type Rules func(raw []byte) (Entry, error)

// Replica is a set with its rules.
type Replica struct {
	Set   *Set
	Rules Rules
	Now   func() uint64
	// OnNew hears of what is held now and was not before.
	OnNew func(*Held)
}

// New is empty.
func New(params Params, rules Rules) *Replica {
	now := func() uint64 { return uint64(time.Now().UnixMilli()) }
	return &Replica{Set: NewSet(params), Rules: rules, Now: now, OnNew: func(*Held) {}}
}

// Take checks an entry, whoever sent it, and holds it.
func (r *Replica) Take(entry WireEntry) (Entry, error) {
	parsed, err := r.Rules(entry.Bytes)
	if err != nil {
		return Entry{}, ErrMalformed
	}
	if err := r.Set.Put(parsed, entry.Bytes, entry.Stamp, r.Now()); err != nil {
		return parsed, err
	}
	if held := r.Set.ByKey(parsed.Key); held != nil {
		r.OnNew(held)
	}
	return parsed, nil
}

func (r *Replica) items() []reconcile.Item {
	r.Set.Expire(r.Now())
	held := r.Set.All()
	items := make([]reconcile.Item, len(held))
	for i, h := range held {
		items[i] = reconcile.Item{Timestamp: h.CreatedMs, ID: h.ItemID()}
	}
	return items
}

func (r *Replica) hello() Message {
	// this program has room for what a test puts into it
	rank := lowestRank
	if floor := r.Set.params.FloorRank; floor != nil {
		rank = max(rank, *floor)
	}
	return Message{Hello: &Hello{NowMs: r.Now(), Entries: uint64(r.Set.Size()), PriceRank: &rank}}
}

// Wire is a held entry as it travels.
func (h *Held) Wire() WireEntry { return WireEntry{Bytes: h.Bytes, Stamp: h.Place.Stamp} }

// itemID of an entry that came, with its stamp when that one is used.
func itemID(parsed Entry, entry WireEntry) [32]byte {
	held := Held{Entry: parsed}
	if entry.Stamp != nil {
		held.Place = PlaceOf(parsed.Key, parsed.Length, parsed.CreatedMs, parsed.HoldsMs, []Stamp{*entry.Stamp})
	}
	return held.ItemID()
}
