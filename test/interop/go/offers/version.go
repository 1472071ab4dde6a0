package offers

// Known is the last version of a key that its owner knows.
type Known struct {
	Seq       uint64
	CreatedMs uint64
	HoldsMs   uint64
}

// Version is what the next one says of itself.
type Version struct {
	Seq       uint64
	CreatedMs uint64
	ExpiresMs uint64
	HoldsMs   uint64
}

// Next follows §4. Without a lifetime it is a removal.
func Next(known *Known, nowMs uint64, ttlMs *uint64, maxTTLMs uint64, mayHaveEarlier bool) Version {
	v := Version{Seq: nowMs, CreatedMs: nowMs}
	holds := uint64(0)
	switch {
	case known != nil:
		v.Seq = max(known.Seq+1, nowMs)
		v.CreatedMs = max(known.CreatedMs, nowMs)
		holds = known.HoldsMs
	case mayHaveEarlier:
		holds = v.CreatedMs + maxTTLMs
	}
	if ttlMs != nil {
		v.ExpiresMs = v.CreatedMs + *ttlMs
	}
	v.HoldsMs = max(v.ExpiresMs, holds, v.CreatedMs)
	if ttlMs == nil {
		v.ExpiresMs = v.HoldsMs
	}
	return v
}
