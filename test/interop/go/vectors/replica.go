package vectors

import (
	"encoding/hex"
	"encoding/json"

	"stoa.test/interop/replica"
)

type messageVector struct {
	Type  string `json:"type"`
	Hello *struct {
		NowMs     uint64 `json:"nowMs"`
		Entries   uint64 `json:"entries"`
		PriceRank *int   `json:"priceRank,omitempty"`
	} `json:"hello,omitempty"`
	Bytes   *string     `json:"bytes,omitempty"`
	IDs     *string     `json:"ids,omitempty"`
	Entries []wireEntry `json:"entries,omitempty"`
	Code    *int        `json:"code,omitempty"`
}

type wireEntry struct {
	Bytes string     `json:"bytes"`
	Stamp *wireStamp `json:"stamp,omitempty"`
}

type wireStamp struct {
	SizeClass int    `json:"sizeClass"`
	FromMs    uint64 `json:"fromMs"`
	UntilMs   uint64 `json:"untilMs"`
	Nonce     string `json:"nonce"`
}

// describe says what a message is as the vectors do.
func describe(m replica.Message) messageVector {
	text := func(b []byte) *string { t := hex.EncodeToString(b); return &t }
	ids := func(list [][32]byte) *string {
		var b []byte
		for _, id := range list {
			b = append(b, id[:]...)
		}
		return text(b)
	}
	var v messageVector
	switch {
	case m.Hello != nil:
		v.Type = "hello"
		v.Hello = &struct {
			NowMs     uint64 `json:"nowMs"`
			Entries   uint64 `json:"entries"`
			PriceRank *int   `json:"priceRank,omitempty"`
		}{m.Hello.NowMs, m.Hello.Entries, m.Hello.PriceRank}
	case m.Reconcile != nil:
		v.Type, v.Bytes = "reconcile", text(m.Reconcile)
	case m.Offer != nil:
		v.Type, v.IDs = "offer", ids(m.Offer)
	case m.Want != nil:
		v.Type, v.IDs = "want", ids(m.Want)
	case m.Entries != nil:
		v.Type = "entries"
		for _, entry := range m.Entries {
			e := wireEntry{Bytes: hex.EncodeToString(entry.Bytes)}
			if s := entry.Stamp; s != nil {
				e.Stamp = &wireStamp{s.SizeClass, s.FromMs, s.UntilMs, hex.EncodeToString(s.Nonce)}
			}
			v.Entries = append(v.Entries, e)
		}
	case m.End != nil:
		v.Type, v.Code = "end", m.End
	}
	return v
}

func replicaValid(f *file) {
	var vectors struct {
		Messages []struct {
			Description string
			Frame       Hex
			Message     messageVector
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Messages {
		message, err := replica.DecodeMessage(v.Frame)
		if err != nil {
			f.check(v.Description, err.Error())
			continue
		}
		got, _ := json.Marshal(describe(message))
		want, _ := json.Marshal(v.Message)
		f.equal(v.Description, string(got), string(want))
		f.equal(v.Description, Hex(message.Encode()), v.Frame)
	}
}

func replicaInvalid(f *file) {
	var vectors struct {
		Messages []struct {
			Description string
			Frame       Hex
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Messages {
		_, err := replica.DecodeMessage(v.Frame)
		f.refused(v.Description, err)
	}
}
