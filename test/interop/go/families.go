package main

import (
	"context"
	"errors"
	"log"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"stoa.test/interop/replica"
)

const (
	// How often connected peers are synchronized with: gossip may miss what was put before there was a mesh.
	syncInterval = 3 * time.Second
	busyPause    = 300 * time.Millisecond
	busyTries    = 20
)

// family is a replica of this node, and its sessions.
type family struct {
	program *peerProgram
	name    string
	replica *replica.Replica
	// one session begun by us at a time
	mutex sync.Mutex
}

func (f *family) protocol() protocol.ID {
	return protocol.ID("/stoa/" + f.program.network + "/sync/" + f.name + "/0/1.0.0")
}

// join serves a family and synchronizes it until the node stops.
func (p *peerProgram) join(name string, r *replica.Replica) (*family, error) {
	f := &family{program: p, name: name, replica: r}
	p.host.SetStreamHandler(f.protocol(), func(stream network.Stream) {
		stats, err := r.Respond(stream)
		f.log("begun by", stream.Conn().RemotePeer(), stats, err)
	})
	if err := p.gossip.open(f.topic(), topicRules{validate: f.judge}); err != nil {
		return nil, err
	}
	go f.run(p.running)
	return f, nil
}

func (f *family) topic() string { return "/stoa/" + f.program.network + "/" + f.name + "/0" }

// put holds an entry that was made here, and tells the network.
func (f *family) put(entry replica.WireEntry) error {
	if _, err := f.replica.Take(entry); err != nil {
		return err
	}
	_, err := f.program.gossip.publish(f.topic(), entry.Encode())
	return err
}

// judge an entry that gossip brings, and hold it (spec/replica.md §7).
func (f *family) judge(data []byte) pubsub.ValidationResult {
	entry, err := replica.DecodeEntry(data)
	if err != nil {
		return pubsub.ValidationReject
	}
	_, err = f.replica.Take(entry)
	switch {
	case err == nil:
		return pubsub.ValidationAccept
	case errors.Is(err, replica.ErrMalformed), errors.Is(err, replica.ErrBadStamp):
		return pubsub.ValidationReject
	}
	return pubsub.ValidationIgnore
}

func (f *family) log(who string, id peer.ID, stats replica.Stats, err error) {
	if err != nil || stats.Received+stats.Sent > 0 {
		log.Printf("%s: a session %s %s: %+v %v", f.name, who, id, stats, err)
	}
}

func (f *family) run(running context.Context) {
	ticker := time.NewTicker(syncInterval)
	defer ticker.Stop()
	for {
		select {
		case <-running.Done():
			return
		case <-ticker.C:
			f.withAll(running)
		}
	}
}

// withAll synchronizes with every connected peer that has the family.
func (f *family) withAll(ctx context.Context) {
	for _, id := range f.program.host.Network().Peers() {
		known, err := f.program.host.Peerstore().SupportsProtocols(id, f.protocol())
		if err == nil && len(known) > 0 {
			_, _ = f.with(ctx, id)
		}
	}
}

// with synchronizes with one peer; one that is busy is asked again.
func (f *family) with(ctx context.Context, id peer.ID) (stats replica.Stats, err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for range busyTries {
		opened, cancel := context.WithTimeout(ctx, exchangeTimeout)
		stream, failed := f.program.host.NewStream(opened, id, f.protocol())
		cancel()
		if failed != nil {
			return stats, failed
		}
		stats, err = f.replica.Synchronize(stream)
		var ended *replica.EndedError
		if !errors.As(err, &ended) || !ended.IsBusy() {
			break
		}
		select {
		case <-ctx.Done():
			return stats, ctx.Err()
		case <-time.After(busyPause):
		}
	}
	f.log("with", id, stats, err)
	return stats, err
}
