package main

import (
	"context"
	"errors"
	"strings"

	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/protocol"
)

// kadSuffix is what go-libp2p-kad-dht puts behind its prefix.
const kadSuffix = "/kad/1.0.0"

// startDHT as a server. Only from then on it connects to whom it hears of.
func (p *peerProgram) startDHT(args struct{ Protocol string }) (any, error) {
	prefix, ok := strings.CutSuffix(args.Protocol, kadSuffix)
	if !ok {
		return nil, unsupported("go-libp2p-kad-dht has only protocols that end with " + kadSuffix)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.dht != nil {
		return nil, errors.New("the DHT has been started")
	}
	var err error
	p.dht, err = dht.New(p.running, p.host,
		dht.Mode(dht.ModeServer),
		dht.ProtocolPrefix(protocol.ID(prefix)),
		// Stoa keeps no values and no providers in it (spec/discovery.md)
		dht.DisableValues(),
		dht.DisableProviders(),
	)
	return nil, err
}

func (p *peerProgram) findPeer(args peerArgs) (any, error) {
	id, err := args.id()
	if err != nil {
		return nil, err
	}
	if p.dht == nil {
		return nil, errors.New("dht comes first")
	}
	ctx, cancel := context.WithTimeout(p.running, exchangeTimeout)
	defer cancel()
	found, err := p.dht.FindPeer(ctx, id)
	if err != nil {
		return nil, err
	}
	addrs := []string{}
	for _, addr := range found.Addrs {
		addrs = append(addrs, addr.String())
	}
	return answer{"addrs": addrs}, nil
}
