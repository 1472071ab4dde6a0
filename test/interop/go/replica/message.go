package replica

import (
	"errors"

	"stoa.test/interop/wire"
)

// MaxFrameBytes of a sync session (§9).
const MaxFrameBytes = 262144

const (
	maxReconcileBytes = 262128
	maxIDs            = 1024
	idBytes           = 32
)

// Codes of End.
const (
	EndDone       = 0
	endBusy       = 1
	endNotReady   = 2
	EndLimit      = 3
	EndBadMessage = 5
)

// Hello opens a session.
type Hello struct {
	NowMs     uint64
	Entries   uint64
	PriceRank *int
}

// WireEntry is an entry as it travels, with its stamp if it has one.
type WireEntry struct {
	Bytes []byte
	Stamp *Stamp
}

// Message is one frame of a session: the field that is set is what it is.
type Message struct {
	Hello     *Hello
	Reconcile []byte
	Offer     [][32]byte
	Want      [][32]byte
	Entries   []WireEntry
	End       *int
}

var errMessage = errors.New("bad-message")

// Encode writes the body of a frame.
func (m Message) Encode() []byte {
	switch {
	case m.Hello != nil:
		b := wire.AppendNumber(nil, 1, m.Hello.NowMs)
		b = wire.AppendNumber(b, 2, m.Hello.Entries)
		if m.Hello.PriceRank != nil {
			rank := int32(*m.Hello.PriceRank)
			b = wire.AppendVarint(b, 3, uint64(uint32(rank<<1^rank>>31)))
		}
		return wire.AppendBytes(nil, 1, b)
	case m.Reconcile != nil:
		return wire.AppendBytes(nil, 2, m.Reconcile)
	case m.Offer != nil:
		return wire.AppendBytes(nil, 3, joinIDs(m.Offer))
	case m.Want != nil:
		return wire.AppendBytes(nil, 4, joinIDs(m.Want))
	case m.Entries != nil:
		var b []byte
		for _, entry := range m.Entries {
			b = wire.AppendBytes(b, 1, entry.Encode())
		}
		return wire.AppendBytes(nil, 5, b)
	}
	return wire.AppendBytes(nil, 6, wire.AppendNumber(nil, 1, uint64(*m.End)))
}

// DecodeMessage refuses what is no SyncMessage, or over its limits.
func DecodeMessage(b []byte) (Message, error) {
	fields, err := wire.Fields(b)
	if err != nil {
		return Message{}, errMessage
	}
	var m Message
	found := 0
	for _, field := range fields {
		if field.Number < 1 || field.Number > 6 || field.Type != wire.TypeBytes {
			continue
		}
		found++
		switch field.Number {
		case 1:
			m.Hello, err = decodeHello(field.Bytes)
		case 2:
			m.Reconcile = field.Bytes
			if len(m.Reconcile) > maxReconcileBytes {
				err = errMessage
			}
		case 3:
			m.Offer, err = splitIDs(field.Bytes)
		case 4:
			m.Want, err = splitIDs(field.Bytes)
		case 5:
			m.Entries, err = decodeEntries(field.Bytes)
		case 6:
			m.End, err = decodeEnd(field.Bytes)
		}
		if err != nil {
			return Message{}, errMessage
		}
	}
	if found != 1 {
		return Message{}, errMessage
	}
	return m, nil
}

func decodeHello(b []byte) (*Hello, error) {
	fields, err := wire.Fields(b)
	if err != nil {
		return nil, err
	}
	hello := &Hello{}
	for _, field := range fields {
		if field.Type != wire.TypeVarint {
			continue
		}
		switch field.Number {
		case 1:
			hello.NowMs = field.Varint
		case 2:
			hello.Entries = field.Varint
		case 3:
			n := uint32(field.Varint)
			rank := int(int32(n>>1) ^ -int32(n&1))
			hello.PriceRank = &rank
		}
	}
	if hello.NowMs > wire.MaxNumber || hello.Entries > wire.MaxNumber {
		return nil, errMessage
	}
	return hello, nil
}

func decodeEntries(b []byte) ([]WireEntry, error) {
	fields, err := wire.Fields(b)
	if err != nil {
		return nil, err
	}
	entries := []WireEntry{}
	for _, field := range fields {
		if field.Number != 1 || field.Type != wire.TypeBytes {
			continue
		}
		entry, err := DecodeEntry(field.Bytes)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func decodeEnd(b []byte) (*int, error) {
	fields, err := wire.Fields(b)
	if err != nil {
		return nil, err
	}
	code := 0
	for _, field := range fields {
		if field.Number == 1 && field.Type == wire.TypeVarint {
			code = int(int32(field.Varint))
		}
	}
	if code < EndDone || code > EndBadMessage {
		return nil, errMessage
	}
	return &code, nil
}

// Encode writes the message Entry, which gossip carries alone.
func (e WireEntry) Encode() []byte {
	b := wire.AppendText(nil, 1, e.Bytes)
	if e.Stamp == nil {
		return b
	}
	stamp := wire.AppendNumber(nil, 1, uint64(e.Stamp.SizeClass))
	stamp = wire.AppendNumber(stamp, 2, e.Stamp.FromMs)
	stamp = wire.AppendNumber(stamp, 3, e.Stamp.UntilMs)
	return wire.AppendBytes(b, 2, wire.AppendText(stamp, 4, e.Stamp.Nonce))
}

// DecodeEntry reads the message Entry.
func DecodeEntry(b []byte) (WireEntry, error) {
	fields, err := wire.Fields(b)
	if err != nil {
		return WireEntry{}, err
	}
	var entry WireEntry
	for _, field := range fields {
		if field.Type != wire.TypeBytes {
			continue
		}
		switch field.Number {
		case 1:
			entry.Bytes = field.Bytes
		case 2:
			if entry.Stamp, err = decodeStamp(field.Bytes); err != nil {
				return WireEntry{}, err
			}
		}
	}
	return entry, nil
}

func decodeStamp(b []byte) (*Stamp, error) {
	fields, err := wire.Fields(b)
	if err != nil {
		return nil, err
	}
	stamp := &Stamp{}
	for _, field := range fields {
		switch {
		case field.Number == 1 && field.Type == wire.TypeVarint:
			stamp.SizeClass = int(field.Varint)
		case field.Number == 2 && field.Type == wire.TypeVarint:
			stamp.FromMs = field.Varint
		case field.Number == 3 && field.Type == wire.TypeVarint:
			stamp.UntilMs = field.Varint
		case field.Number == 4 && field.Type == wire.TypeBytes:
			stamp.Nonce = field.Bytes
		}
	}
	return stamp, nil
}

func joinIDs(ids [][32]byte) []byte {
	b := make([]byte, 0, len(ids)*idBytes)
	for _, id := range ids {
		b = append(b, id[:]...)
	}
	return b
}

func splitIDs(b []byte) ([][32]byte, error) {
	if len(b)%idBytes != 0 || len(b) > maxIDs*idBytes {
		return nil, errMessage
	}
	ids := make([][32]byte, 0, len(b)/idBytes)
	for ; len(b) > 0; b = b[idBytes:] {
		ids = append(ids, [32]byte(b))
	}
	return ids, nil
}
