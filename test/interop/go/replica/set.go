package replica

import (
	"cmp"
	"slices"
	"sync"
)

// Held is an entry with what was sent for it.
type Held struct {
	Entry
	Bytes  []byte
	Place  Place
	stamps []Stamp
}

// ItemID is what is reconciled (§5).
func (h *Held) ItemID() [32]byte {
	id := h.ID
	if h.Place.Stamp != nil {
		hash := h.Place.Stamp.Hash(h.Key)
		for i := range id {
			id[i] ^= hash[i]
		}
	}
	return id
}

// Set holds entries in memory: the higher version of each key, within quotas and budget.
type Set struct {
	params  Params
	mutex   sync.RWMutex
	byKey   map[[32]byte]*Held
	byItem  map[[32]byte]*Held
	groups  map[string]int
	charged int
}

// NewSet is empty.
func NewSet(params Params) *Set {
	return &Set{params: params, byKey: map[[32]byte]*Held{}, byItem: map[[32]byte]*Held{}, groups: map[string]int{}}
}

// Put takes a proven entry with the stamp that came with it, and says why when it is not held then.
func (s *Set) Put(entry Entry, raw []byte, stamp *Stamp, nowMs uint64) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	next := &Held{Entry: entry, Bytes: raw}
	if stamp != nil {
		if stamp.Check() != nil || !stamp.Covers(entry.Length, entry.CreatedMs, entry.HoldsMs) {
			return ErrBadStamp
		}
		next.stamps = []Stamp{*stamp}
	}
	next.Place = PlaceOf(entry.Key, entry.Length, entry.CreatedMs, entry.HoldsMs, next.stamps)
	if s.params.FloorRank != nil && next.Place.Rank < *s.params.FloorRank {
		return ErrBadStamp
	}
	if err := entry.CheckTimes(nowMs, s.params); err != nil {
		return err
	}
	before := s.byKey[entry.Key]
	if before != nil {
		if compareVersions(before.Entry, entry) > 0 {
			return ErrSuperseded
		}
		next.stamps = append(next.stamps, before.stamps...)
		next.Place = PlaceOf(entry.Key, entry.Length, entry.CreatedMs, entry.HoldsMs, next.stamps)
		if next.ItemID() == before.ItemID() {
			return ErrKnown
		}
		s.remove(before)
	}
	s.add(next)
	s.fit()
	if s.byKey[entry.Key] != next {
		return ErrNoRoom
	}
	return nil
}

func (s *Set) add(h *Held) {
	s.byKey[h.Key] = h
	s.byItem[h.ItemID()] = h
	s.groups[h.Group]++
	s.charged += h.Place.Charge
}

func (s *Set) remove(h *Held) {
	delete(s.byKey, h.Key)
	delete(s.byItem, h.ItemID())
	s.groups[h.Group]--
	s.charged -= h.Place.Charge
}

// fit lets go of what quotas and budget do not allow. It looks at everything only when one of them may be exceeded.
func (s *Set) fit() {
	crowded := s.charged > Capacity(s.params.BudgetBytes, -1<<20)
	for _, n := range s.groups {
		crowded = crowded || n > s.params.MaxPerGroup
	}
	if !crowded {
		return
	}
	order := s.held()
	slices.SortFunc(order, func(a, b *Held) int {
		return -cmp.Or(cmp.Compare(a.Place.Rank, b.Place.Rank), compareVersions(a.Entry, b.Entry))
	})
	inGroup := map[string]int{}
	var held []*Held
	for _, h := range order {
		inGroup[h.Group]++
		if inGroup[h.Group] > s.params.MaxPerGroup || !s.fits(h, held) {
			s.remove(h)
			continue
		}
		held = append(held, h)
	}
}

// fits looks at every cap(r) of a rank at which its places could be exceeded: those with steps, and its own.
func (s *Set) fits(h *Held, above []*Held) bool {
	for _, rank := range []int{h.Place.Rank, -22, -21, -20, -19, -18, -17, 1 << 20} {
		if rank < h.Place.Rank {
			continue
		}
		sum := h.Place.Charge
		for _, other := range above {
			if other.Place.Rank <= rank {
				sum += other.Place.Charge
			}
		}
		if sum > Capacity(s.params.BudgetBytes, rank) {
			return false
		}
	}
	return true
}

func (s *Set) held() []*Held {
	all := make([]*Held, 0, len(s.byKey))
	for _, h := range s.byKey {
		all = append(all, h)
	}
	return all
}

// All that is held, by (created_ms, item id).
func (s *Set) All() []*Held {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	all := s.held()
	slices.SortFunc(all, func(a, b *Held) int {
		x, y := a.ItemID(), b.ItemID()
		return cmp.Or(cmp.Compare(a.CreatedMs, b.CreatedMs), slices.Compare(x[:], y[:]))
	})
	return all
}

// ByKey is the version that is held.
func (s *Set) ByKey(key [32]byte) *Held {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.byKey[key]
}

// ByItem is what is held under an item id.
func (s *Set) ByItem(id [32]byte) *Held {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.byItem[id]
}

// Size is how many entries are held.
func (s *Set) Size() int {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return len(s.byKey)
}

// Expire drops what need not be held any more (§6).
func (s *Set) Expire(nowMs uint64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, h := range s.held() {
		if nowMs >= h.HoldsMs {
			s.remove(h)
		}
	}
}
