package vectors

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"

	"stoa.test/interop/reconcile"
)

type itemVector struct {
	Timestamp    string
	ID           Hex
	First, Count int
	Step         uint64
}

func itemsOf(vectors []itemVector) (items []reconcile.Item, highest uint64) {
	for _, v := range vectors {
		timestamp, _ := strconv.ParseUint(v.Timestamp, 10, 64)
		if v.ID != nil {
			items = append(items, reconcile.Item{Timestamp: timestamp, ID: [32]byte(v.ID)})
			highest = max(highest, timestamp)
			continue
		}
		for i := v.First; i < v.First+v.Count; i++ {
			item := reconcile.Item{Timestamp: timestamp + uint64(i)*v.Step, ID: sha256.Sum256([]byte(strconv.Itoa(i)))}
			items = append(items, item)
			highest = max(highest, item.Timestamp)
		}
	}
	return items, highest
}

const (
	signedTimestamps = "go-nostr's timestamps end at 2^63 - 1"
	// Bytes of a fingerprint: of a rest, go-nostr's is another one (spec/reconcile.md §6).
	restBytes = 16
)

// What go-nostr 0.38.2 does otherwise than spec/reconcile.md, and than the C++ reference.
var goNostrDiffers = map[string]string{
	"the sum wraps: ff…ff twice":                                "go-nostr loses the carry of ffffffff + ffffffff + 1 when it adds ids (storage/vector/accumulator.go)",
	"ids that differ in the last byte only: bounds of 32 bytes": "go-nostr compares the first 16 bytes of two ids only when it makes a bound (encoding.go)",
}

// differs counts a vector where go-nostr is known to differ, and fails when it no longer does.
func (f *file) differs(vector string, got, want any) bool {
	reason, known := goNostrDiffers[vector]
	if !known {
		return false
	}
	if fmt.Sprint(got) == fmt.Sprint(want) {
		f.check(vector, "go-nostr does this right by now: take it off the list")
		return true
	}
	f.skip(vector, reason)
	return true
}

func reconcileValid(f *file) {
	var vectors struct {
		Fingerprints []struct {
			Description string
			Items       []itemVector
			Fingerprint string
		}
		Answers []struct {
			Description     string
			Items           []itemVector
			FrameLimitBytes int
			Message, Answer Hex
		}
		Sessions []sessionVector
	}
	f.load(&vectors)
	for _, v := range vectors.Fingerprints {
		items, _ := itemsOf(v.Items)
		if got := reconcile.Fingerprint(items); !f.differs(v.Description, got, v.Fingerprint) {
			f.equal(v.Description, got, v.Fingerprint)
		}
	}
	for _, v := range vectors.Answers {
		items, highest := itemsOf(v.Items)
		if highest > reconcile.MaxTimestamp {
			f.skip(v.Description, signedTimestamps)
			continue
		}
		answer, _, _, err := reconcile.NewResponder(items, v.FrameLimitBytes, reconcile.NoLimits).Answer(v.Message)
		if !f.differs(v.Description, Hex(answer), v.Answer) {
			f.sameMessage(v.Description, answer, v.Answer, v.FrameLimitBytes, err)
		}
	}
	for _, v := range vectors.Sessions {
		f.session(v)
	}
}

type sessionVector struct {
	Description          string
	Initiator, Responder struct {
		Items           []itemVector
		FrameLimitBytes int
	}
	Messages   []Hex
	Have, Need []string
}

func (f *file) session(v sessionVector) {
	ours, high1 := itemsOf(v.Initiator.Items)
	theirs, high2 := itemsOf(v.Responder.Items)
	if max(high1, high2) > reconcile.MaxTimestamp {
		f.skip(v.Description, signedTimestamps)
		return
	}
	responder := reconcile.NewResponder(theirs, v.Responder.FrameLimitBytes, reconcile.NoLimits)
	initiator, message := reconcile.NewInitiator(ours, v.Initiator.FrameLimitBytes, reconcile.NoLimits)
	have, need := []string{}, []string{}
	for i, want := range v.Messages {
		frameLimit := v.Initiator.FrameLimitBytes
		if i%2 == 1 {
			frameLimit = v.Responder.FrameLimitBytes
		}
		f.sameMessage(fmt.Sprintf("%s: message %d", v.Description, i), message, want, frameLimit, nil)
		var err error
		if i%2 == 0 {
			message, _, _, err = responder.Answer(want)
		} else {
			var found, lacked [][32]byte
			message, found, lacked, err = initiator.Answer(want)
			have, need = appendIDs(have, found), appendIDs(need, lacked)
		}
		if err != nil {
			f.fail(v.Description, "message %d: %v", i, err)
			return
		}
	}
	slices.Sort(have)
	slices.Sort(need)
	f.equal(v.Description, fmt.Sprint(have, need), fmt.Sprint(v.Have, v.Need))
}

func appendIDs(list []string, ids [][32]byte) []string {
	for _, id := range ids {
		list = append(list, hash(id))
	}
	return list
}

// sameMessage allows another fingerprint of the rest, where there is a frame limit.
func (f *file) sameMessage(vector string, got, want []byte, frameLimitBytes int, err error) {
	if err != nil {
		f.check(vector, err.Error())
		return
	}
	if frameLimitBytes > 0 && len(got) == len(want) && len(got) > restBytes {
		got, want = got[:len(got)-restBytes], want[:len(want)-restBytes]
	}
	f.equal(vector, Hex(got), Hex(want))
}

func reconcileInvalid(f *file) {
	var vectors struct {
		Vectors []struct {
			Description, Role, Error string
			Message                  Hex
			Limits                   struct{ MaxMessageBytes, MaxRanges, MaxIDs *int }
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Vectors {
		limits := reconcile.NoLimits
		for given, limit := range map[*int]*int{v.Limits.MaxMessageBytes: &limits.MaxMessageBytes, v.Limits.MaxRanges: &limits.MaxRanges, v.Limits.MaxIDs: &limits.MaxIDs} {
			if given != nil {
				*limit = *given
			}
		}
		f.equal(v.Description, reconcile.Check(v.Message, v.Role == "initiator", limits), v.Error)
	}
}
