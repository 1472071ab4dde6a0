package gossip

import (
	"context"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"stoa.test/interop/broadcast"
	"stoa.test/interop/framing"
)

const (
	maxFrameBytes = 262144
	maxRPCBytes   = 65536
	heartbeat     = time.Second
	openTimeout   = 5 * time.Second
	// Peers of a topic's mesh: wanted, and when to cut.
	meshWanted, meshHigh = 6, 12
	gossipPeers          = 6
	maxIHave             = 1500
	queueLength          = 4096
)

var protocols = []protocol.ID{"/meshsub/1.1.0", "/meshsub/1.0.0"}

// Verdict on a message (spec/broadcast.md §7).
type Verdict int

// Accept passes it on; Ignore and Reject do not.
const (
	Accept Verdict = iota
	Ignore
	Reject
)

// Topic is open on this node.
type Topic struct {
	// MaxBytes of a message, as spec/broadcast.md §4 counts.
	MaxBytes int
	// Validate judges data before it is passed on.
	Validate func(data []byte) Verdict
	// Delivered hears of each message of others once, if it is accepted.
	Delivered func(data []byte, id [32]byte, from peer.ID)

	mesh       map[peer.ID]bool
	delivered  int
	duplicates int
}

// Router is the gossip of one node.
type Router struct {
	host   host.Host
	mutex  sync.Mutex
	topics map[string]*Topic
	peers  map[peer.ID]*remote
	cache  *cache
}

// remote is a connected peer that speaks gossipsub.
type remote struct {
	topics  map[string]bool
	backoff map[string]time.Time
	queue   chan []byte
}

// New runs until its context ends.
func New(ctx context.Context, h host.Host) (*Router, error) {
	r := &Router{host: h, topics: map[string]*Topic{}, peers: map[peer.ID]*remote{}, cache: newCache()}
	events, err := h.EventBus().Subscribe([]any{new(event.EvtPeerIdentificationCompleted), new(event.EvtPeerProtocolsUpdated), new(event.EvtPeerConnectednessChanged)})
	if err != nil {
		return nil, err
	}
	for _, id := range protocols {
		h.SetStreamHandler(id, r.read)
	}
	for _, id := range h.Network().Peers() {
		r.greet(ctx, id)
	}
	go func() {
		defer events.Close()
		ticker := time.NewTicker(heartbeat)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				r.beat()
			case e := <-events.Out():
				r.onEvent(ctx, e)
			}
		}
	}()
	return r, nil
}

func (r *Router) onEvent(ctx context.Context, e any) {
	switch e := e.(type) {
	case event.EvtPeerIdentificationCompleted:
		r.greet(ctx, e.Peer)
	case event.EvtPeerProtocolsUpdated:
		r.greet(ctx, e.Peer)
	case event.EvtPeerConnectednessChanged:
		if e.Connectedness == network.NotConnected {
			r.forget(e.Peer)
		}
	}
}

// greet opens our stream to a peer, and tells it what topics are open.
func (r *Router) greet(ctx context.Context, id peer.ID) {
	spoken, err := r.host.Peerstore().SupportsProtocols(id, protocols...)
	if err != nil || len(spoken) == 0 || r.host.Network().Connectedness(id) != network.Connected {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if known := r.peers[id]; known != nil && known.queue != nil {
		return
	}
	p := r.remote(id)
	p.queue = make(chan []byte, queueLength)
	go r.write(ctx, id, p.queue)
	var hello rpc
	for topic := range r.topics {
		hello.subscriptions = append(hello.subscriptions, subscription{topic, true})
	}
	r.send(id, hello)
}

// remote is what is known of a peer; it may speak to us before we greet it.
func (r *Router) remote(id peer.ID) *remote {
	p := r.peers[id]
	if p == nil {
		p = &remote{topics: map[string]bool{}, backoff: map[string]time.Time{}}
		r.peers[id] = p
	}
	return p
}

func (r *Router) forget(id peer.ID) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if p := r.peers[id]; p != nil && p.queue != nil {
		close(p.queue)
	}
	delete(r.peers, id)
	for _, topic := range r.topics {
		delete(topic.mesh, id)
	}
}

func (r *Router) write(ctx context.Context, id peer.ID, queue chan []byte) {
	opening, cancel := context.WithTimeout(ctx, openTimeout)
	stream, err := r.host.NewStream(opening, id, protocols...)
	cancel()
	for frame := range queue {
		if err == nil {
			_, err = stream.Write(frame)
		}
	}
	if err == nil {
		_ = stream.Close()
	} else if stream != nil {
		_ = stream.Reset()
	}
}

func (r *Router) read(stream network.Stream) {
	from := stream.Conn().RemotePeer()
	reader := framing.NewReader(stream, maxFrameBytes)
	for {
		frame, err := reader.Next()
		if err != nil {
			_ = stream.Reset()
			return
		}
		if got, err := decode(frame); err == nil {
			r.take(from, got)
		}
	}
}

// send is called with the mutex held. What a slow peer cannot take is dropped.
func (r *Router) send(to peer.ID, m rpc) {
	p := r.peers[to]
	body := m.encode()
	if p == nil || p.queue == nil || len(body) == 0 {
		return
	}
	select {
	case p.queue <- framing.Frame(body):
	default:
	}
}

// Open a topic, by its name on the wire.
func (r *Router) Open(name string, topic *Topic) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	topic.mesh = map[peer.ID]bool{}
	if topic.MaxBytes == 0 {
		topic.MaxBytes = broadcast.MaxMessageBytes
	}
	r.topics[name] = topic
	for id := range r.peers {
		r.send(id, rpc{subscriptions: []subscription{{name, true}}})
	}
}

// Publish to all that are known to be on the topic.
func (r *Router) Publish(name string, data []byte) [32]byte {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	id := messageID(broadcast.ID(name, data))
	m := message{topic: name, data: data}
	if !r.cache.see(id, time.Now()) {
		return id
	}
	r.cache.hold(id, m)
	for to, p := range r.peers {
		if p.topics[name] {
			r.send(to, rpc{publish: []message{m}})
		}
	}
	return id
}

// Counts of a topic: messages of others, further copies, and peers of its mesh.
func (r *Router) Counts(name string) (delivered, duplicates, mesh int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if topic := r.topics[name]; topic != nil {
		return topic.delivered, topic.duplicates, len(topic.mesh)
	}
	return 0, 0, 0
}
