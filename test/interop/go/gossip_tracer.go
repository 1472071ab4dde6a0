package main

import (
	"log"
	"sync"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

// gossipTracer counts what the command counts tells: go-libp2p-pubsub tells it nowhere else.
type gossipTracer struct {
	self   peer.ID
	mutex  sync.Mutex
	topics map[string]*topicCounts
}

type topicCounts struct {
	delivered, duplicates int
	mesh                  map[peer.ID]bool
}

var _ pubsub.RawTracer = (*gossipTracer)(nil)

func newGossipTracer(self peer.ID) *gossipTracer {
	return &gossipTracer{self: self, topics: map[string]*topicCounts{}}
}

// counts of a topic: messages of others, further copies, and peers of its mesh.
func (t *gossipTracer) counts(topic string) (delivered, duplicates, mesh int) {
	t.with(topic, func(c *topicCounts) { delivered, duplicates, mesh = c.delivered, c.duplicates, len(c.mesh) })
	return
}

func (t *gossipTracer) with(topic string, run func(*topicCounts)) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	counts := t.topics[topic]
	if counts == nil {
		counts = &topicCounts{mesh: map[peer.ID]bool{}}
		t.topics[topic] = counts
	}
	run(counts)
}

// DeliverMessage is told of own messages, too.
func (t *gossipTracer) DeliverMessage(m *pubsub.Message) {
	if m.ReceivedFrom != t.self {
		t.with(m.GetTopic(), func(c *topicCounts) { c.delivered++ })
	}
}

// DuplicateMessage is told of what is published again, too.
func (t *gossipTracer) DuplicateMessage(m *pubsub.Message) {
	if m.ReceivedFrom != t.self {
		t.with(m.GetTopic(), func(c *topicCounts) { c.duplicates++ })
	}
}

// Graft takes a peer into the mesh.
func (t *gossipTracer) Graft(p peer.ID, topic string) {
	t.with(topic, func(c *topicCounts) { c.mesh[p] = true })
}

// Prune takes it out.
func (t *gossipTracer) Prune(p peer.ID, topic string) {
	t.with(topic, func(c *topicCounts) { delete(c.mesh, p) })
}

// OnClosedOutboundStream ends a peer's part in all meshes, without a Prune.
func (t *gossipTracer) OnClosedOutboundStream(p peer.ID) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, counts := range t.topics {
		delete(counts.mesh, p)
	}
}

// RejectMessage is logged: the log is what a test that fails shows.
func (t *gossipTracer) RejectMessage(m *pubsub.Message, reason string) {
	log.Printf("%s: a message of %d bytes from %s: %s", m.GetTopic(), len(m.GetData()), m.ReceivedFrom, reason)
}

// DropRPC is logged: messages are lost with it.
func (t *gossipTracer) DropRPC(rpc *pubsub.RPC, p peer.ID) {
	log.Printf("an RPC of %d bytes to %s was dropped", rpc.Size(), p)
}

// UndeliverableMessage is logged: it is counted and not told.
func (t *gossipTracer) UndeliverableMessage(m *pubsub.Message) {
	log.Printf("%s: a message was not told", m.GetTopic())
}

// Of no interest here.

func (t *gossipTracer) OnNewOutboundStream(peer.ID, protocol.ID) {}
func (t *gossipTracer) Join(string)                              {}
func (t *gossipTracer) Leave(string)                             {}
func (t *gossipTracer) ValidateMessage(*pubsub.Message)          {}
func (t *gossipTracer) ThrottlePeer(peer.ID)                     {}
func (t *gossipTracer) RecvRPC(*pubsub.RPC)                      {}
func (t *gossipTracer) SendRPC(*pubsub.RPC, peer.ID)             {}
