// Package gossip is a small gossipsub of our own (libp2p specifications, gossipsub 1.0 and 1.1) with the rules of spec/broadcast.md.
//
// It is here because go-libp2p-pubsub cannot be had from the module proxy of this project. It shows that the specification suffices for gossip
// between nodes; it says nothing about go-libp2p-pubsub.
package gossip

import (
	"errors"

	"stoa.test/interop/wire"
)

// message of a topic. isBare is false when it names an author (spec/broadcast.md §1).
type message struct {
	topic  string
	data   []byte
	isBare bool
}

type subscription struct {
	topic string
	on    bool
}

type have struct {
	topic string
	ids   [][]byte
}

// rpc is one frame.
type rpc struct {
	subscriptions []subscription
	publish       []message
	ihave         []have
	iwant         [][]byte
	graft, prune  []string
}

var errRPC = errors.New("no RPC")

// backoffSeconds is told with every PRUNE.
const backoffSeconds = 60

func (r rpc) encode() []byte {
	var b []byte
	for _, s := range r.subscriptions {
		on := uint64(0)
		if s.on {
			on = 1
		}
		b = wire.AppendBytes(b, 1, wire.AppendBytes(wire.AppendVarint(nil, 1, on), 2, []byte(s.topic)))
	}
	for _, m := range r.publish {
		b = wire.AppendBytes(b, 2, wire.AppendBytes(wire.AppendBytes(nil, 2, m.data), 4, []byte(m.topic)))
	}
	var control []byte
	for _, h := range r.ihave {
		entry := wire.AppendBytes(nil, 1, []byte(h.topic))
		for _, id := range h.ids {
			entry = wire.AppendBytes(entry, 2, id)
		}
		control = wire.AppendBytes(control, 1, entry)
	}
	if len(r.iwant) > 0 {
		var entry []byte
		for _, id := range r.iwant {
			entry = wire.AppendBytes(entry, 1, id)
		}
		control = wire.AppendBytes(control, 2, entry)
	}
	for _, topic := range r.graft {
		control = wire.AppendBytes(control, 3, wire.AppendBytes(nil, 1, []byte(topic)))
	}
	for _, topic := range r.prune {
		control = wire.AppendBytes(control, 4, wire.AppendVarint(wire.AppendBytes(nil, 1, []byte(topic)), 3, backoffSeconds))
	}
	return wire.AppendText(b, 3, control)
}

func decode(b []byte) (rpc, error) {
	var r rpc
	err := each(b, func(f wire.Field) error {
		switch f.Number {
		case 1:
			var s subscription
			err := each(f.Bytes, func(f wire.Field) error {
				if f.Number == 1 {
					s.on = f.Varint > 0
				} else if f.Number == 2 {
					s.topic = string(f.Bytes)
				}
				return nil
			})
			r.subscriptions = append(r.subscriptions, s)
			return err
		case 2:
			m := message{isBare: true}
			err := each(f.Bytes, func(f wire.Field) error {
				switch f.Number {
				case 2:
					m.data = f.Bytes
				case 4:
					m.topic = string(f.Bytes)
				case 1, 3, 5, 6:
					m.isBare = false
				}
				return nil
			})
			r.publish = append(r.publish, m)
			return err
		case 3:
			return each(f.Bytes, r.control)
		}
		return nil
	})
	return r, err
}

func (r *rpc) control(f wire.Field) error {
	var topic string
	var ids [][]byte
	err := each(f.Bytes, func(inner wire.Field) error {
		switch {
		case inner.Number == 1 && f.Number != 2:
			topic = string(inner.Bytes)
		case f.Number == 1 && inner.Number == 2, f.Number == 2 && inner.Number == 1:
			ids = append(ids, inner.Bytes)
		}
		return nil
	})
	switch f.Number {
	case 1:
		r.ihave = append(r.ihave, have{topic, ids})
	case 2:
		r.iwant = append(r.iwant, ids...)
	case 3:
		r.graft = append(r.graft, topic)
	case 4:
		r.prune = append(r.prune, topic)
	}
	return err
}

func each(b []byte, visit func(wire.Field) error) error {
	fields, err := wire.Fields(b)
	if err != nil {
		return errRPC
	}
	for _, field := range fields {
		if err := visit(field); err != nil {
			return err
		}
	}
	return nil
}
