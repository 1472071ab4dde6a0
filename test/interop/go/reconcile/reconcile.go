// Package reconcile is Negentropy as spec/reconcile.md has it: the implementation of go-nostr behind the checks of §7.
package reconcile

import (
	"encoding/hex"
	"errors"
	"math"

	"github.com/nbd-wtf/go-nostr"
	"github.com/nbd-wtf/go-nostr/nip77/negentropy"
	"github.com/nbd-wtf/go-nostr/nip77/negentropy/storage/vector"
)

// MaxTimestamp is below what go-nostr takes for the end: its timestamps are signed.
const MaxTimestamp = math.MaxInt64 - 1

// ErrTimestamp says that a message cannot be given to go-nostr.
var ErrTimestamp = errors.New("a timestamp of 2^63 - 1 or more")

// Item of a set.
type Item struct {
	Timestamp uint64
	ID        [32]byte
}

// Side is one side of a session.
type Side struct {
	negentropy *negentropy.Negentropy
	initiator  bool
	limits     Limits
	have, need map[string]struct{}
}

func storage(items []Item) *vector.Vector {
	set := vector.New()
	for _, item := range items {
		set.Insert(nostr.Timestamp(item.Timestamp), hex.EncodeToString(item.ID[:]))
	}
	set.Seal()
	return set
}

// Fingerprint of all items (§4).
func Fingerprint(items []Item) string { return storage(items).Fingerprint(0, len(items)) }

// NewResponder answers. A frame limit of 0 is none.
func NewResponder(items []Item, frameLimitBytes int, limits Limits) *Side {
	return &Side{negentropy: negentropy.New(storage(items), frameLimitBytes), limits: limits}
}

// NewInitiator begins with a first message.
func NewInitiator(items []Item, frameLimitBytes int, limits Limits) (*Side, []byte) {
	side := NewResponder(items, frameLimitBytes, limits)
	side.initiator = true
	side.have, side.need = map[string]struct{}{}, map[string]struct{}{}
	first, _ := hex.DecodeString(side.negentropy.Start())
	return side, first
}

// Answer takes a message of the other side. An initiator learns each difference once, and is done when its answer is nil.
func (s *Side) Answer(message []byte) (answer []byte, have, need [][32]byte, err error) {
	highest, err := check(message, s.initiator, s.limits)
	if err != nil {
		return nil, nil, nil, err
	}
	if highest > MaxTimestamp {
		return nil, nil, nil, ErrTimestamp
	}
	answered := make(chan struct{})
	drained := make(chan struct{})
	go func() {
		have, need = s.drain(answered)
		close(drained)
	}()
	text, err := s.negentropy.Reconcile(hex.EncodeToString(message))
	close(answered)
	<-drained
	if err != nil {
		return nil, nil, nil, ErrMalformed
	}
	if text == "" {
		return nil, have, need, nil
	}
	answer, err = hex.DecodeString(text)
	return answer, have, need, err
}

// drain reads what go-nostr reports while it answers, and what is left in its channels afterwards.
func (s *Side) drain(answered <-chan struct{}) (have, need [][32]byte) {
	haves, haveNots := s.negentropy.Haves, s.negentropy.HaveNots
	take := func(id string, ok bool, known map[string]struct{}, list *[][32]byte) bool {
		if !ok {
			return false
		}
		if _, reported := known[id]; !reported {
			known[id] = struct{}{}
			b, _ := hex.DecodeString(id)
			*list = append(*list, [32]byte(b))
		}
		return true
	}
	finished := false
	for {
		if finished && len(haves) == 0 && len(haveNots) == 0 {
			return have, need
		}
		select {
		case id, ok := <-haves:
			if !take(id, ok, s.have, &have) {
				haves = nil
			}
		case id, ok := <-haveNots:
			if !take(id, ok, s.need, &need) {
				haveNots = nil
			}
		case <-answered:
			finished, answered = true, nil
		}
	}
}
