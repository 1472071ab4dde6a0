package main

import (
	"crypto/ed25519"
	"crypto/rand"

	"github.com/libp2p/go-libp2p/core/network"

	"stoa.test/interop/mailbox"
	"stoa.test/interop/replica"
)

const defaultLetterTTLMs = mailbox.MaxTTLMs

func (p *peerProgram) mailKey(noArgs) (any, error) {
	m, err := p.joinMail()
	if err != nil {
		return nil, err
	}
	if err := m.publishKeys(p.seed); err != nil {
		return nil, err
	}
	m.keys.withAll(p.running)
	return nil, nil
}

type sendArgs struct {
	To          string
	Body        bytesArg
	ContentType string
	TTLMs       uint64
	// Suite is the small one where it is "x25519".
	Suite string
	// ByNetwork leaves out that the letter is handed over.
	ByNetwork bool
}

func (p *peerProgram) mailSend(args sendArgs) (any, error) {
	m, err := p.joinMail()
	if err != nil {
		return nil, err
	}
	id, err := peerArgs{args.To}.id()
	if err != nil {
		return nil, err
	}
	to, err := identityOf(id)
	if err != nil {
		return nil, err
	}
	suite := mailbox.MLKEM768X25519
	if args.Suite == "x25519" {
		suite = mailbox.X25519
	}
	m.keys.withAll(p.running)
	devices := m.keysOf(to, suite)
	if len(devices) == 0 {
		return nil, &commandError{"no-mail-key", "the receiver has published no mail key"}
	}
	message := mailbox.Message{From: p.publicKey(), To: to, ID: make([]byte, 16), SentMs: m.letters.replica.Now(), ContentType: args.ContentType, Body: args.Body}
	_, _ = rand.Read(message.ID)
	ttlMs := args.TTLMs
	if ttlMs == 0 {
		ttlMs = defaultLetterTTLMs
	}
	letter, err := mailbox.Seal(message, ed25519.NewKeyFromSeed(p.seed), suite, devices, ttlMs, m.params)
	if err != nil {
		return nil, err
	}
	entry := mailbox.EntryOf(letter, p.network)
	m.mutex.Lock()
	m.sent[entry.Key] = &delivery{}
	m.mutex.Unlock()
	way := "by hand"
	if args.ByNetwork || p.host.Network().Connectedness(id) != network.Connected || !p.handOver(args.To, letter) {
		way = "by the network"
		stamp := replica.Mine(entry.Key, entry.Length, entry.CreatedMs, entry.HoldsMs, mailbox.FloorRank)
		if err := m.letters.put(replica.WireEntry{Bytes: letter.Bytes, Stamp: &stamp}); err != nil {
			return nil, err
		}
		m.letters.withAll(p.running)
	}
	return answer{"id": bytesArg(entry.Key[:]), "way": way}, nil
}

func (p *peerProgram) handOver(to string, letter mailbox.Letter) bool {
	response, err := p.askMail(to, mailbox.Request{HandOver: letter.Bytes})
	if err != nil || response.Code != mailbox.Done {
		return err == nil && response.Code == mailbox.Kept
	}
	receipt, err := mailbox.Parse(response.Receipt, p.mail.params)
	if err != nil || !receipt.IsReceipt() || receipt.Prove() != nil || receipt.ID(p.network) != letter.ID(p.network) {
		return false
	}
	return p.mail.takeReceipt(receipt)
}

// mailSent tells what became of the letters that were sent.
func (p *peerProgram) mailSent(noArgs) (any, error) {
	m, err := p.joinMail()
	if err != nil {
		return nil, err
	}
	m.letters.withAll(p.running)
	m.mutex.Lock()
	defer m.mutex.Unlock()
	letters := []answer{}
	for id, sent := range m.sent {
		letters = append(letters, answer{"id": bytesArg(id[:]), "isDelivered": sent.isDelivered})
	}
	return answer{"letters": letters}, nil
}
