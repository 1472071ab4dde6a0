package main

import (
	"context"
	"errors"
	"strings"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/multiformats/go-multistream"

	"stoa.test/interop/direct"
)

func (p *peerProgram) directServe(args struct{ Protocol, Behaviour string }) (any, error) {
	behaviour := direct.Behaviour(args.Behaviour)
	if behaviour != direct.Echo && behaviour != direct.Fail && behaviour != direct.Stream {
		return nil, unsupported("there is no behaviour " + args.Behaviour)
	}
	p.host.SetStreamHandler(protocol.ID(args.Protocol), func(stream network.Stream) { direct.HandleStream(stream, behaviour.Serve) })
	return nil, nil
}

func (p *peerProgram) directRequest(args struct {
	peerArgs
	Protocol string
	Data     bytesArg
}) (any, error) {
	id, err := args.id()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), exchangeTimeout)
	defer cancel()
	payload, items, err := direct.Call(ctx, p.host, id, protocol.ID(args.Protocol), args.Data)
	var failed *direct.CallError
	switch {
	case errors.As(err, &failed):
		return nil, &commandError{strings.ReplaceAll(strings.ToLower(failed.Code), "_", "-"), failed.Text}
	case errors.As(err, &multistream.ErrNotSupported[protocol.ID]{}):
		return nil, &commandError{"no-such-protocol", err.Error()}
	case err != nil:
		return nil, err
	case items == nil:
		return answer{"data": bytesArg(payload)}, nil
	}
	list := []bytesArg{}
	for _, item := range items {
		list = append(list, item)
	}
	return answer{"items": list}, nil
}
