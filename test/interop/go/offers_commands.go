package main

import (
	"errors"

	"stoa.test/interop/offers"
	"stoa.test/interop/record"
	"stoa.test/interop/replica"
	"stoa.test/interop/vectors"
)

const (
	offerTTLMs = 30 * 24 * 3600 * 1000
	leaseTTLMs = 600000
)

// marketNode holds the families of spec/offers.md in memory.
type marketNode struct {
	offers, leases *family
}

func (p *peerProgram) joinOffers(noArgs) (any, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.market != nil {
		return nil, nil
	}
	leaseParams := replica.DefaultParams
	leaseParams.MaxTTLMs, leaseParams.MaxPerGroup = leaseTTLMs, 1
	joined, err := p.join("offers", replica.New(replica.DefaultParams, func(raw []byte) (replica.Entry, error) {
		listed, err := offers.Parse(raw, p.network)
		return offers.EntryOf(listed.Record), err
	}))
	if err != nil {
		return nil, err
	}
	leases, err := p.join("leases", replica.New(leaseParams, func(raw []byte) (replica.Entry, error) {
		lease, err := offers.ParseLease(raw, p.network)
		return offers.EntryOf(lease), err
	}))
	if err != nil {
		return nil, err
	}
	p.market = &marketNode{offers: joined, leases: leases}
	return nil, nil
}

var errNotJoined = errors.New("offers comes first")

type putArgs struct {
	Market, Name string
	Body         bytesArg
	TTLMs        uint64
}

func (p *peerProgram) offerPut(args putArgs) (any, error) {
	if p.market == nil {
		return nil, errNotJoined
	}
	r := p.market.offers.replica
	var known *offers.Known
	space := "offers/" + args.Market
	key := record.Key(p.publicKey(), space, []byte(args.Name))
	if held := r.Set.ByKey(key); held != nil {
		known = &offers.Known{Seq: held.Seq, CreatedMs: held.CreatedMs, HoldsMs: held.HoldsMs}
	}
	// the identity of a test is new: nobody has other versions
	v := offers.Next(known, r.Now(), &args.TTLMs, offerTTLMs, false)
	signed, err := record.Sign(p.seed, p.network, record.Record{
		Space: space, Name: []byte(args.Name), Seq: v.Seq, CreatedMs: v.CreatedMs, ExpiresMs: v.ExpiresMs, HoldsMs: v.HoldsMs,
		Body: offers.Offer{Body: args.Body}.Encode(),
	}, record.DefaultLimits)
	if err != nil {
		return nil, err
	}
	if err := p.market.offers.put(replica.WireEntry{Bytes: signed.Bytes}); err != nil {
		return nil, err
	}
	return answer{"key": bytesArg(key[:])}, nil
}

func (p *peerProgram) offersList(noArgs) (any, error) {
	if p.market == nil {
		return nil, errNotJoined
	}
	list := []answer{}
	r := p.market.offers.replica
	for _, held := range r.Set.All() {
		listed, err := offers.Parse(held.Bytes, p.network)
		if err != nil || listed.Removed || r.Now() >= held.ExpiresMs {
			continue
		}
		list = append(list, answer{
			"key": bytesArg(held.Key[:]), "market": listed.Market, "name": string(listed.Name), "owner": vectors.PeerID(listed.Owner), "body": bytesArg(listed.Offer.Body),
		})
	}
	return answer{"offers": list}, nil
}

func (p *peerProgram) sync(args peerArgs) (any, error) {
	if p.market == nil {
		return nil, errNotJoined
	}
	id, err := args.id()
	if err != nil {
		return nil, err
	}
	stats, err := p.market.offers.with(p.running, id)
	return answer{"received": stats.Received, "sent": stats.Sent, "rounds": stats.Rounds}, err
}
