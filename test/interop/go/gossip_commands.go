package main

import "github.com/libp2p/go-libp2p/core/peer"

type topicArgs struct {
	Topic string
	Size  int
	Data  bytesArg
}

func (p *peerProgram) subscribe(args topicArgs) (any, error) {
	return nil, p.gossip.open(args.Topic, topicRules{maxBytes: args.Size, delivered: func(data []byte, id [32]byte, from peer.ID) {
		p.out.write(answer{"event": "message", "topic": args.Topic, "data": bytesArg(data), "id": bytesArg(id[:]), "from": from.String()})
	}})
}

func (p *peerProgram) publish(args topicArgs) (any, error) {
	id, err := p.gossip.publish(args.Topic, args.Data)
	return answer{"id": bytesArg(id[:])}, err
}

func (p *peerProgram) counts(args topicArgs) (any, error) {
	delivered, duplicates, mesh := p.gossip.tracer.counts(args.Topic)
	return answer{"delivered": delivered, "duplicates": duplicates, "mesh": mesh}, nil
}
