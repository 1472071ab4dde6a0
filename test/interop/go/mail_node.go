package main

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/rand"
	"errors"
	"math"
	"sync"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"stoa.test/interop/direct"
	"stoa.test/interop/mailbox"
	"stoa.test/interop/offers"
	"stoa.test/interop/record"
	"stoa.test/interop/replica"
)

// mailNode is one device, in memory.
type mailNode struct {
	params  mailbox.Params
	keys    *family
	letters *family
	device  []byte
	private map[uint16]hpke.PrivateKey

	mutex sync.Mutex
	inbox map[[32]byte]*received
	sent  map[[32]byte]*delivery
}

// received is a letter of the inbox.
type received struct {
	letter   mailbox.Letter
	opened   mailbox.Opened
	isByHand bool
	isAcked  bool
}

// delivery is a letter of the outbox.
type delivery struct{ isDelivered bool }

// joinMail keeps the network's mail from now on.
func (p *peerProgram) joinMail() (*mailNode, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.mail != nil {
		return p.mail, nil
	}
	m := &mailNode{
		params: mailbox.Params{Network: p.network, BucketBits: 8}, device: make([]byte, 16), private: map[uint16]hpke.PrivateKey{},
		inbox: map[[32]byte]*received{}, sent: map[[32]byte]*delivery{},
	}
	_, _ = rand.Read(m.device)
	for _, suite := range []uint16{mailbox.X25519, mailbox.MLKEM768X25519} {
		key, err := mailbox.NewKey(suite)
		if err != nil {
			return nil, err
		}
		m.private[suite] = key
	}
	keyParams := replica.DefaultParams
	keyParams.MaxTTLMs, keyParams.MaxPerGroup = mailbox.MaxTTLMs, mailbox.MaxDevices
	var err error
	m.keys, err = p.join("mail-keys", replica.New(keyParams, func(raw []byte) (replica.Entry, error) {
		r, _, err := mailbox.ParseKeys(raw, p.network)
		return offers.EntryOf(r), err
	}))
	if err != nil {
		return nil, err
	}
	floor := mailbox.FloorRank
	letterParams := replica.DefaultParams
	letterParams.MaxTTLMs, letterParams.MaxPerGroup, letterParams.FloorRank = mailbox.MaxTTLMs, math.MaxInt, &floor
	letters := replica.New(letterParams, func(raw []byte) (replica.Entry, error) {
		letter, err := mailbox.Parse(raw, m.params)
		if err == nil {
			err = letter.Prove()
		}
		return mailbox.EntryOf(letter, p.network), err
	})
	letters.OnNew = func(held *replica.Held) { p.onLetter(held) }
	p.mail = m
	if m.letters, err = p.join("mail", letters); err != nil {
		return nil, err
	}
	p.host.SetStreamHandler(p.mailProtocol(), func(stream network.Stream) {
		direct.HandleStream(stream, func(request []byte, _ bool) direct.Answer {
			return direct.Answer{Payload: p.answerMail(request).Encode()}
		})
	})
	return m, nil
}

func (p *peerProgram) mailProtocol() protocol.ID {
	return protocol.ID("/stoa/" + p.network + "/mail/1.0.0")
}

// publishKeys tells the network of this device.
func (m *mailNode) publishKeys(seed []byte) error {
	keys := []mailbox.DeviceKey{}
	for _, suite := range []uint16{mailbox.X25519, mailbox.MLKEM768X25519} {
		keys = append(keys, mailbox.DeviceKey{Suite: suite, Key: m.private[suite].PublicKey().Bytes()})
	}
	now := m.keys.replica.Now()
	ends := now + mailbox.MaxTTLMs
	signed, err := record.Sign(seed, m.params.Network, record.Record{
		Space: mailbox.KeysSpace, Name: m.device, Seq: now, CreatedMs: now, ExpiresMs: ends, HoldsMs: ends, Body: mailbox.EncodeKeys(keys),
	}, mailbox.KeyLimits)
	if err != nil {
		return err
	}
	return m.keys.put(replica.WireEntry{Bytes: signed.Bytes})
}

// keysOf an identity's devices, of one suite.
func (m *mailNode) keysOf(identity ed25519.PublicKey, suite uint16) []hpke.PublicKey {
	var keys []hpke.PublicKey
	for _, held := range m.keys.replica.Set.All() {
		r, published, err := mailbox.ParseKeys(held.Bytes, m.params.Network)
		if err != nil || !r.Owner.Equal(identity) || m.keys.replica.Now() >= r.ExpiresMs {
			continue
		}
		for _, key := range published {
			if key.Suite != suite {
				continue
			}
			if public, err := mailbox.ParsePublicKey(suite, key.Key); err == nil {
				keys = append(keys, public)
			}
		}
	}
	// in the order of created_ms: the newest are the last
	return keys[max(0, len(keys)-8):]
}

// identityOf a peer: its id is its Ed25519 key.
func identityOf(id peer.ID) (ed25519.PublicKey, error) {
	public, err := id.ExtractPublicKey()
	if err != nil {
		return nil, err
	}
	raw, err := public.Raw()
	if err == nil && len(raw) != ed25519.PublicKeySize {
		err = errors.New("no Ed25519 identity")
	}
	return raw, err
}
