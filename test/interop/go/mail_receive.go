package main

import (
	"bytes"
	"context"
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"log"

	"stoa.test/interop/direct"
	"stoa.test/interop/mailbox"
	"stoa.test/interop/replica"
	"stoa.test/interop/vectors"
)

// onLetter hears of each letter and receipt that the network brings.
func (p *peerProgram) onLetter(held *replica.Held) {
	m := p.mail
	letter, err := mailbox.Parse(held.Bytes, m.params)
	if err != nil {
		return
	}
	if letter.IsReceipt() {
		m.takeReceipt(letter)
		return
	}
	if letter.Bucket == mailbox.BucketOf(m.params.Network, p.publicKey(), m.params.BucketBits) {
		p.open(letter, false)
	}
}

// takeReceipt tells whether it is of a letter that was sent from here. One of a letter in the inbox says that another device acknowledged it.
func (m *mailNode) takeReceipt(receipt mailbox.Letter) bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	id := receipt.ID(m.params.Network)
	if waiting, ok := m.inbox[id]; ok {
		waiting.isAcked = true
	}
	sent, ok := m.sent[id]
	if ok {
		sent.isDelivered = true
	}
	return ok
}

// open puts a letter that is for this device into the inbox.
func (p *peerProgram) open(letter mailbox.Letter, isByHand bool) (*received, error) {
	m := p.mail
	id := letter.ID(m.params.Network)
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if known, ok := m.inbox[id]; ok {
		return known, nil
	}
	opened, err := mailbox.Open(letter, []hpke.PrivateKey{m.private[letter.Suite]}, p.publicKey(), m.params)
	if err != nil {
		if !errors.Is(err, mailbox.ErrNotForUs) {
			log.Printf("mail: a letter that opens is refused: %v", err)
		}
		return nil, err
	}
	if m.isReplay(opened.Message) {
		return nil, errReplayed
	}
	r := &received{letter: letter, opened: opened, isByHand: isByHand}
	m.inbox[id] = r
	return r, nil
}

var errReplayed = errors.New("replayed")

// isReplay tells whether the same message came in another letter.
func (m *mailNode) isReplay(message mailbox.Message) bool {
	for _, known := range m.inbox {
		if known.opened.From.Equal(message.From) && bytes.Equal(known.opened.ID, message.ID) {
			return true
		}
	}
	return false
}

// answerMail is this node's side of the mail protocol.
func (p *peerProgram) answerMail(raw []byte) mailbox.Response {
	request, err := mailbox.DecodeRequest(raw)
	if err != nil {
		return mailbox.Response{Code: mailbox.Refused}
	}
	m := p.mail
	if request.Keep != nil {
		return m.keep(*request.Keep)
	}
	isReceipt := request.HandOver == nil
	letter, err := mailbox.Parse(append(request.HandOver, request.Receipt...), m.params)
	if err != nil || letter.Prove() != nil || letter.IsReceipt() != isReceipt {
		return mailbox.Response{Code: mailbox.Refused}
	}
	if isReceipt {
		if m.takeReceipt(letter) {
			return mailbox.Response{Code: mailbox.Kept}
		}
		return mailbox.Response{Code: mailbox.NotMine}
	}
	entry := mailbox.EntryOf(letter, m.params.Network)
	if entry.CheckTimes(m.letters.replica.Now(), replica.DefaultParams) != nil {
		return mailbox.Response{Code: mailbox.Refused}
	}
	if letter.Bucket != mailbox.BucketOf(m.params.Network, p.publicKey(), m.params.BucketBits) {
		return mailbox.Response{Code: mailbox.NotMine}
	}
	if held := m.letters.replica.Set.ByKey(entry.Key); held != nil && held.Final {
		return mailbox.Response{Code: mailbox.Done, Receipt: held.Bytes}
	}
	known, err := p.open(letter, true)
	switch {
	case errors.Is(err, mailbox.ErrNotForUs):
		return mailbox.Response{Code: mailbox.NotMine}
	case err != nil:
		return mailbox.Response{Code: mailbox.Refused}
	case known.isAcked:
		return mailbox.Response{Code: mailbox.Done, Receipt: known.letter.Receipt(known.opened.Preimage).Bytes}
	}
	return mailbox.Response{Code: mailbox.Kept}
}

// keep a letter or receipt as a part of the network's mail.
func (m *mailNode) keep(place replica.WireEntry) mailbox.Response {
	entry, err := m.letters.replica.Take(place)
	if errors.Is(err, replica.ErrSuperseded) {
		if held := m.letters.replica.Set.ByKey(entry.Key); held != nil {
			return mailbox.Response{Code: mailbox.Done, Receipt: held.Bytes}
		}
	}
	return mailbox.Response{Code: codeOf(err)}
}

func codeOf(err error) uint64 {
	switch {
	case err == nil, errors.Is(err, replica.ErrKnown):
		return mailbox.Kept
	case errors.Is(err, replica.ErrBadStamp):
		return mailbox.BadStamp
	case errors.Is(err, replica.ErrNoRoom):
		return mailbox.NoRoom
	}
	return mailbox.Refused
}

func (p *peerProgram) mailList(noArgs) (any, error) {
	m, err := p.joinMail()
	if err != nil {
		return nil, err
	}
	m.letters.withAll(p.running)
	m.mutex.Lock()
	defer m.mutex.Unlock()
	letters := []answer{}
	for id, r := range m.inbox {
		if !r.isAcked {
			letters = append(letters, answer{
				"id": bytesArg(id[:]), "from": vectors.PeerID(r.opened.From), "body": bytesArg(r.opened.Body), "contentType": r.opened.ContentType,
				"isByHand": r.isByHand,
			})
		}
	}
	return answer{"letters": letters}, nil
}

// mailAck publishes the receipt: it rests on its letter's stamp, or a letter that came by hand on one of its own.
func (p *peerProgram) mailAck(args struct{ Letter bytesArg }) (any, error) {
	m, err := p.joinMail()
	if err != nil {
		return nil, err
	}
	if len(args.Letter) != sha256.Size {
		return nil, errors.New("no id")
	}
	m.mutex.Lock()
	r, ok := m.inbox[[32]byte(args.Letter)]
	if ok {
		r.isAcked = true
	}
	m.mutex.Unlock()
	if !ok {
		return nil, errors.New("no such letter")
	}
	receipt := r.letter.Receipt(r.opened.Preimage)
	if r.isByHand && p.tellSender(r, receipt) {
		return answer{"told": "the sender"}, nil
	}
	entry := mailbox.EntryOf(receipt, m.params.Network)
	place := replica.WireEntry{Bytes: receipt.Bytes}
	if held := m.letters.replica.Set.ByKey(entry.Key); held != nil {
		place.Stamp = held.Place.Stamp
	}
	if place.Stamp == nil {
		stamp := replica.Mine(entry.Key, entry.Length, entry.CreatedMs, entry.HoldsMs, mailbox.FloorRank)
		place.Stamp = &stamp
	}
	if err := m.letters.put(place); err != nil {
		return nil, err
	}
	m.letters.withAll(p.running)
	return answer{"told": "the network"}, nil
}

// tellSender gives the receipt of a letter that came by hand to whoever wrote it.
func (p *peerProgram) tellSender(r *received, receipt mailbox.Letter) bool {
	response, err := p.askMail(vectors.PeerID(r.opened.From), mailbox.Request{Receipt: receipt.Bytes})
	log.Printf("mail: a receipt for its letter's sender: code %d, %v", response.Code, err)
	return err == nil && response.Code == mailbox.Kept
}

func (p *peerProgram) askMail(to string, request mailbox.Request) (mailbox.Response, error) {
	id, err := peerArgs{to}.id()
	if err != nil {
		return mailbox.Response{}, err
	}
	ctx, cancel := context.WithTimeout(p.running, exchangeTimeout)
	defer cancel()
	payload, _, err := direct.Call(ctx, p.host, id, p.mailProtocol(), request.Encode())
	if err != nil {
		return mailbox.Response{}, err
	}
	return mailbox.DecodeResponse(payload)
}
