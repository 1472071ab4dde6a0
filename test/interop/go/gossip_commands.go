package main

import (
	"github.com/libp2p/go-libp2p/core/peer"

	"stoa.test/interop/gossip"
)

type topicArgs struct {
	Topic string
	Size  int
	Data  bytesArg
}

// ownOnly keeps a test that is about go-libp2p-pubsub from passing with what is no such thing: start has to ask for it.
func (p *peerProgram) ownOnly(run func(topicArgs) (any, error)) func([]byte) (any, error) {
	return started(p, func(args topicArgs) (any, error) {
		if !p.offersOwnGossip {
			return nil, unsupported(noPubsub)
		}
		return run(args)
	})
}

func (p *peerProgram) subscribe(args topicArgs) (any, error) {
	p.router.Open(args.Topic, &gossip.Topic{MaxBytes: args.Size, Delivered: func(data []byte, id [32]byte, from peer.ID) {
		p.out.write(answer{"event": "message", "topic": args.Topic, "data": bytesArg(data), "id": bytesArg(id[:]), "from": from.String()})
	}})
	return nil, nil
}

func (p *peerProgram) publish(args topicArgs) (any, error) {
	id := p.router.Publish(args.Topic, args.Data)
	return answer{"id": bytesArg(id[:])}, nil
}

func (p *peerProgram) counts(args topicArgs) (any, error) {
	delivered, duplicates, mesh := p.router.Counts(args.Topic)
	return answer{"delivered": delivered, "duplicates": duplicates, "mesh": mesh}, nil
}
