package gossip

import (
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"stoa.test/interop/broadcast"
)

// take acts on a frame of a peer.
func (r *Router) take(from peer.ID, got rpc) {
	r.mutex.Lock()
	p := r.remote(from)
	for _, s := range got.subscriptions {
		p.topics[s.topic] = s.on
		if topic := r.topics[s.topic]; topic != nil && !s.on {
			delete(topic.mesh, from)
		}
	}
	var reply rpc
	for _, name := range got.graft {
		topic := r.topics[name]
		if topic == nil || time.Now().Before(p.backoff[name]) {
			reply.prune = append(reply.prune, name)
			continue
		}
		topic.mesh[from] = true
	}
	for _, name := range got.prune {
		p.backoff[name] = time.Now().Add(backoffSeconds * time.Second)
		if topic := r.topics[name]; topic != nil {
			delete(topic.mesh, from)
		}
	}
	for _, h := range got.ihave {
		if r.topics[h.topic] == nil {
			continue
		}
		for _, id := range h.ids {
			if len(id) == 32 && r.cache.seen[messageID(id)].IsZero() {
				reply.iwant = append(reply.iwant, id)
			}
		}
	}
	r.send(from, reply)
	r.answer(from, got.iwant)
	r.mutex.Unlock()
	for _, m := range got.publish {
		r.onMessage(from, m)
	}
}

// answer an IWANT, in frames that everybody takes.
func (r *Router) answer(to peer.ID, ids [][]byte) {
	var reply rpc
	size := 0
	for _, id := range ids {
		if len(id) != 32 {
			continue
		}
		m, ok := r.cache.held[messageID(id)]
		if !ok {
			continue
		}
		bytes := broadcast.WireBytes(len(m.topic), len(m.data))
		if size+bytes > maxRPCBytes {
			r.send(to, reply)
			reply, size = rpc{}, 0
		}
		reply.publish = append(reply.publish, m)
		size += bytes
	}
	r.send(to, reply)
}

func (r *Router) onMessage(from peer.ID, m message) {
	id := messageID(broadcast.ID(m.topic, m.data))
	r.mutex.Lock()
	topic := r.topics[m.topic]
	// what is not open is not remembered, and what must be rejected is not either
	if topic == nil || !m.isBare || broadcast.WireBytes(len(m.topic), len(m.data)) > topic.MaxBytes {
		r.mutex.Unlock()
		return
	}
	if !r.cache.see(id, time.Now()) {
		topic.duplicates++
		r.mutex.Unlock()
		return
	}
	r.mutex.Unlock()
	if topic.Validate != nil && topic.Validate(m.data) != Accept {
		return
	}
	r.mutex.Lock()
	topic.delivered++
	r.cache.hold(id, m)
	for to := range topic.mesh {
		if to != from {
			r.send(to, rpc{publish: []message{m}})
		}
	}
	r.mutex.Unlock()
	if topic.Delivered != nil {
		topic.Delivered(m.data, id, from)
	}
}

// beat keeps the meshes, and tells others what there is.
func (r *Router) beat() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	now := time.Now()
	for name, topic := range r.topics {
		// a map's order is random enough to choose by
		for id, p := range r.peers {
			if len(topic.mesh) >= meshWanted {
				break
			}
			if p.topics[name] && !topic.mesh[id] && now.After(p.backoff[name]) && p.queue != nil {
				topic.mesh[id] = true
				r.send(id, rpc{graft: []string{name}})
			}
		}
		if len(topic.mesh) > meshHigh {
			for id := range topic.mesh {
				if len(topic.mesh) <= meshWanted {
					break
				}
				delete(topic.mesh, id)
				r.peers[id].backoff[name] = now.Add(backoffSeconds * time.Second)
				r.send(id, rpc{prune: []string{name}})
			}
		}
		r.tell(name, topic)
	}
	r.cache.shift(now)
}

func (r *Router) tell(name string, topic *Topic) {
	ids := r.cache.recent(name)
	if len(ids) == 0 {
		return
	}
	told := 0
	for id, p := range r.peers {
		if told == gossipPeers {
			return
		}
		if p.topics[name] && !topic.mesh[id] {
			told++
			r.send(id, rpc{ihave: []have{{name, ids[:min(len(ids), maxIHave)]}}})
		}
	}
}
