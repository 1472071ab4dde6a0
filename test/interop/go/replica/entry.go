package replica

import (
	"bytes"
	"cmp"
	"errors"

	"stoa.test/interop/wire"
)

// Entry is what follows from an entry's bytes (§2).
type Entry struct {
	ID        [32]byte
	Key       [32]byte
	Group     string
	Seq       uint64
	Final     bool
	Length    int
	CreatedMs uint64
	ExpiresMs uint64
	HoldsMs   uint64
}

// Params of a family (§1).
type Params struct {
	MaxEntryBytes  int
	MaxPerGroup    int
	MaxTTLMs       uint64
	BudgetBytes    int
	MaxClockSkewMs uint64
	// FloorRank is the least rank, when there is one (§5).
	FloorRank *int
}

// DefaultParams are those of a family that states none.
var DefaultParams = Params{MaxEntryBytes: 61440, MaxPerGroup: 100000, MaxTTLMs: 30 * 24 * 3600 * 1000, BudgetBytes: 256 << 20, MaxClockSkewMs: 120000}

// What becomes of an entry that is not held.
var (
	ErrMalformed  = errors.New("malformed")
	ErrFuture     = errors.New("future")
	ErrExpired    = errors.New("expired")
	ErrKnown      = errors.New("known")
	ErrSuperseded = errors.New("superseded")
	ErrNoRoom     = errors.New("no-room")
	ErrBadStamp   = errStamp
)

// CheckTimes is §2 and §6 at this time.
func (e Entry) CheckTimes(nowMs uint64, params Params) error {
	switch {
	case e.CreatedMs > e.ExpiresMs || e.ExpiresMs > e.HoldsMs || e.HoldsMs > wire.MaxNumber || e.HoldsMs-e.CreatedMs > params.MaxTTLMs:
		return ErrMalformed
	case e.Length > params.MaxEntryBytes:
		return ErrMalformed
	case e.CreatedMs > nowMs+params.MaxClockSkewMs:
		return ErrFuture
	case nowMs >= e.HoldsMs:
		return ErrExpired
	}
	return nil
}

// compareVersions is the order of §3.
func compareVersions(a, b Entry) int {
	if order := cmp.Compare(a.Seq, b.Seq); order != 0 {
		return order
	}
	if a.Final != b.Final {
		if a.Final {
			return 1
		}
		return -1
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}
