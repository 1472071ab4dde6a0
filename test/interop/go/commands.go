package main

import (
	"encoding/json"
	"errors"
	"runtime"
	"runtime/debug"

	"stoa.test/interop/vectors"
)

// withArgs reads the arguments of a command.
func withArgs[A any](run func(A) (any, error)) func([]byte) (any, error) {
	return func(line []byte) (any, error) {
		var args A
		if err := json.Unmarshal(line, &args); err != nil {
			return nil, err
		}
		return run(args)
	}
}

type noArgs struct{}

func (p *peerProgram) commands() map[string]func([]byte) (any, error) {
	return map[string]func([]byte) (any, error){
		"hello":          withArgs(p.hello),
		"start":          withArgs(p.start),
		"stop":           withArgs(p.stopCommand),
		"vectors":        withArgs(checkVectors),
		"record-sign":    withArgs(recordSign),
		"record-verify":  withArgs(recordVerify),
		"dial":           started(p, p.dial),
		"ping":           started(p, p.ping),
		"identify":       started(p, p.identify),
		"peers":          started(p, p.peers),
		"direct-serve":   started(p, p.directServe),
		"direct-request": started(p, p.directRequest),
		"offers":         started(p, p.joinOffers),
		"offer-put":      started(p, p.offerPut),
		"offers-list":    started(p, p.offersList),
		"sync":           started(p, p.sync),
		"subscribe":      started(p, p.subscribe),
		"publish":        started(p, p.publish),
		"counts":         started(p, p.counts),
		"dht":            started(p, p.startDHT),
		"find-peer":      started(p, p.findPeer),
		"mail-key":       started(p, p.mailKey),
		"mail-send":      started(p, p.mailSend),
		"mail-sent":      started(p, p.mailSent),
		"mail-list":      started(p, p.mailList),
		"mail-ack":       started(p, p.mailAck),
	}
}

// started refuses a command before start.
func started[A any](p *peerProgram, run func(A) (any, error)) func([]byte) (any, error) {
	return withArgs(func(args A) (any, error) {
		if p.host == nil {
			return nil, errors.New("start comes first")
		}
		return run(args)
	})
}

func (p *peerProgram) run(cmd string, line []byte) (any, error) {
	if run, ok := p.commands()[cmd]; ok {
		return run(line)
	}
	return nil, unsupported("there is no " + cmd + " here")
}

func (p *peerProgram) hello(noArgs) (any, error) {
	version := map[string]string{"go": runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			switch module.Path {
			case "github.com/libp2p/go-libp2p":
				version["go-libp2p"] = module.Version
			case "github.com/libp2p/go-libp2p-pubsub":
				version["go-libp2p-pubsub"] = module.Version
			case "github.com/libp2p/go-libp2p-kad-dht":
				version["go-libp2p-kad-dht"] = module.Version
			case "github.com/nbd-wtf/go-nostr":
				version["go-nostr (Negentropy)"] = module.Version
			}
		}
	}
	return answer{"language": "Go", "version": version, "unsupported": map[string]string{}}, nil
}

func checkVectors(args struct{ Dir string }) (any, error) { return vectors.Check(args.Dir), nil }
