package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/protocol/identify"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/p2p/transport/websocket"
	"github.com/multiformats/go-multiaddr"

	"stoa.test/interop/framing"
)

// Of one exchange with a peer.
const exchangeTimeout = 15 * time.Second

// peerProgram is what the commands work on.
type peerProgram struct {
	out     *output
	mutex   sync.Mutex
	host    host.Host
	seed    []byte // Ed25519
	network string
	market  *marketNode
	mail    *mailNode
	gossip  *gossip
	dht     *dht.IpfsDHT
	running context.Context
	end     context.CancelFunc
}

type startArgs struct {
	Network string
	Listen  []string
	Key     bytesArg
}

func (p *peerProgram) start(args startArgs) (any, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.host != nil {
		return nil, errors.New("it has been started")
	}
	p.network = args.Network
	p.seed = args.Key
	if len(p.seed) == 0 {
		p.seed = make([]byte, ed25519.SeedSize)
		_, _ = rand.Read(p.seed)
	}
	private, err := crypto.UnmarshalEd25519PrivateKey(ed25519.NewKeyFromSeed(p.seed))
	if err != nil {
		return nil, err
	}
	h, err := libp2p.New(
		libp2p.Identity(private),
		libp2p.ListenAddrStrings(args.Listen...),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Transport(websocket.New),
		libp2p.Security(noise.ID, noise.New),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.UserAgent("stoa-interop-go"),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
	)
	if err != nil {
		return nil, err
	}
	p.host = h
	p.running, p.end = context.WithCancel(context.Background())
	if p.gossip, err = newGossip(p.running, h); err != nil {
		return nil, err
	}
	// nodes of a network know each other by this protocol (spec/discovery.md §1); the answer has no records
	h.SetStreamHandler(protocol.ID("/stoa/"+p.network+"/peers/1.0.0"), answerNoPeers)
	addrs := []string{}
	for _, addr := range h.Addrs() {
		addrs = append(addrs, addr.String()+"/p2p/"+h.ID().String())
	}
	return answer{"peer": h.ID().String(), "addrs": addrs}, nil
}

func answerNoPeers(stream network.Stream) {
	_ = stream.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := framing.NewReader(stream, 64).Next(); err != nil {
		_ = stream.Reset()
		return
	}
	_, _ = stream.Write(framing.Frame(nil))
	_ = stream.Close()
}

func (p *peerProgram) stopCommand(noArgs) (any, error) {
	p.stop()
	return nil, nil
}

func (p *peerProgram) stop() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.host != nil {
		p.end()
		if p.dht != nil {
			_ = p.dht.Close()
			p.dht = nil
		}
		_ = p.host.Close()
		p.host = nil
	}
}

func (p *peerProgram) dial(args struct{ Addr string }) (any, error) {
	addr, err := multiaddr.NewMultiaddr(args.Addr)
	if err != nil {
		return nil, err
	}
	info, err := peer.AddrInfoFromP2pAddr(addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), exchangeTimeout)
	defer cancel()
	if err := p.host.Connect(ctx, *info); err != nil {
		return nil, err
	}
	state := p.host.Network().ConnsToPeer(info.ID)[0].ConnState()
	return answer{"peer": info.ID.String(), "transport": state.Transport, "security": string(state.Security), "muxer": string(state.StreamMultiplexer)}, nil
}

type peerArgs struct{ Peer string }

func (a peerArgs) id() (peer.ID, error) { return peer.Decode(a.Peer) }

func (p *peerProgram) ping(args peerArgs) (any, error) {
	id, err := args.id()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), exchangeTimeout)
	defer cancel()
	result := <-ping.Ping(ctx, p.host, id)
	return answer{"ms": float64(result.RTT.Microseconds()) / 1000}, result.Error
}

func (p *peerProgram) identify(args peerArgs) (any, error) {
	id, err := args.id()
	if err != nil {
		return nil, err
	}
	identifier, ok := p.host.(interface{ IDService() identify.IDService })
	if !ok {
		return nil, errors.New("this host does not identify")
	}
	for _, connection := range p.host.Network().ConnsToPeer(id) {
		select {
		case <-identifier.IDService().IdentifyWait(connection):
		case <-time.After(exchangeTimeout):
			return nil, errors.New("identify did not come to an end")
		}
	}
	protocols, err := p.host.Peerstore().GetProtocols(id)
	if err != nil {
		return nil, err
	}
	agent, _ := p.host.Peerstore().Get(id, "AgentVersion")
	return answer{"protocols": protocols, "agent": agent}, nil
}

func (p *peerProgram) peers(noArgs) (any, error) {
	peers := []string{}
	for _, id := range p.host.Network().Peers() {
		peers = append(peers, id.String())
	}
	return answer{"peers": peers}, nil
}

func (p *peerProgram) publicKey() ed25519.PublicKey {
	return ed25519.NewKeyFromSeed(p.seed).Public().(ed25519.PublicKey)
}
