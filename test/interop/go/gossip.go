package main

import (
	"context"
	"log"
	"sync"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"stoa.test/interop/broadcast"
)

const (
	// spec/broadcast.md §6. go-libp2p-pubsub cuts at it what it sends, too, and rust-libp2p takes no longer frame.
	maxFrameBytes = 65536
	maxIHaveIDs   = 1500
	// A test publishes faster than 32, the default of all three, can hold; what they cannot hold is dropped.
	maxQueuedMessages = 4096
)

// gossip is go-libp2p-pubsub with the rules of spec/broadcast.md.
type gossip struct {
	ctx    context.Context
	self   peer.ID
	pubsub *pubsub.PubSub
	tracer *gossipTracer

	mutex  sync.Mutex
	topics map[string]*pubsub.Topic
}

// topicRules are those of one topic.
type topicRules struct {
	// maxBytes of a message, as spec/broadcast.md §4 counts.
	maxBytes int
	// validate judges what others send before it is passed on.
	validate func(data []byte) pubsub.ValidationResult
	// delivered hears of each valid message of others once.
	delivered func(data []byte, id [32]byte, from peer.ID)
}

func newGossip(ctx context.Context, h host.Host) (*gossip, error) {
	g := &gossip{ctx: ctx, self: h.ID(), tracer: newGossipTracer(h.ID()), topics: map[string]*pubsub.Topic{}}
	params := pubsub.DefaultGossipSubParams()
	params.MaxIHaveLength = maxIHaveIDs
	// how many peers of a PRUNE are connected to: none (§1)
	params.PrunePeers = 0
	var err error
	g.pubsub, err = pubsub.NewGossipSub(ctx, h,
		pubsub.WithGossipSubProtocols([]protocol.ID{pubsub.GossipSubID_v12, pubsub.GossipSubID_v11, pubsub.GossipSubID_v10}, pubsub.GossipSubDefaultFeatures),
		pubsub.WithGossipSubParams(params),
		pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign),
		pubsub.WithNoAuthor(),
		pubsub.WithMessageIdFn(func(m *pb.Message) string {
			id := broadcast.ID(m.GetTopic(), m.GetData())
			return string(id[:])
		}),
		pubsub.WithPeerExchange(false),
		pubsub.WithPeerScore(nodeScore(), scoreThresholds()),
		pubsub.WithMaxMessageSize(maxFrameBytes),
		pubsub.WithPeerOutboundQueueSize(maxQueuedMessages),
		pubsub.WithValidateQueueSize(maxQueuedMessages),
		pubsub.WithRawTracer(g.tracer),
	)
	return g, err
}

// open subscribes to a topic, by its name on the wire.
func (g *gossip) open(name string, rules topicRules) error {
	if rules.maxBytes == 0 {
		rules.maxBytes = broadcast.MaxMessageBytes
	}
	if err := g.pubsub.RegisterTopicValidator(name, g.validator(rules)); err != nil {
		return err
	}
	topic, err := g.join(name)
	if err != nil {
		return err
	}
	if err := topic.SetScoreParams(topicScore()); err != nil {
		return err
	}
	if rules.delivered == nil {
		_, err = topic.Relay()
		return err
	}
	subscription, err := topic.Subscribe(pubsub.WithBufferSize(maxQueuedMessages))
	if err != nil {
		return err
	}
	go func() {
		for {
			message, err := subscription.Next(g.ctx)
			if err != nil {
				return
			}
			if message.ReceivedFrom != g.self {
				rules.delivered(message.Data, broadcast.ID(name, message.Data), message.ReceivedFrom)
			}
		}
	}()
	return nil
}

// validator is asked about own messages, too: the publisher answers for those.
func (g *gossip) validator(rules topicRules) pubsub.ValidatorEx {
	return func(_ context.Context, from peer.ID, message *pubsub.Message) pubsub.ValidationResult {
		switch {
		case from == g.self:
			return pubsub.ValidationAccept
		case broadcast.WireBytes(len(message.GetTopic()), len(message.GetData())) > rules.maxBytes:
			return pubsub.ValidationReject
		case rules.validate != nil:
			return rules.validate(message.GetData())
		}
		return pubsub.ValidationAccept
	}
}

// publish to a topic that need not be open here.
func (g *gossip) publish(name string, data []byte) ([32]byte, error) {
	topic, err := g.join(name)
	if err == nil {
		err = topic.Publish(g.ctx, data)
	}
	return broadcast.ID(name, data), err
}

func (g *gossip) join(name string) (*pubsub.Topic, error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if topic := g.topics[name]; topic != nil {
		return topic, nil
	}
	topic, err := g.pubsub.Join(name)
	if err != nil {
		log.Printf("%s: %v", name, err)
		return nil, err
	}
	g.topics[name] = topic
	return topic, nil
}
