package vectors

import (
	"crypto/ed25519"
	"crypto/hpke"
	"fmt"

	"stoa.test/interop/mailbox"
	"stoa.test/interop/offers"
)

type mailParams struct {
	Network                      string
	BucketBits, ShardBits, Shard int
}

func (p mailParams) params() mailbox.Params {
	return mailbox.Params{Network: p.Network, BucketBits: p.BucketBits, ShardBits: p.ShardBits, Shard: p.Shard}
}

type letterVector struct {
	mailParams
	Description, ContentType                        string
	Suite                                           uint16
	FromSeed, From, To, MessageID, Body, ContentKey Hex
	Devices                                         []struct{ PrivateKey, PublicKey Hex }
	SentMs, TTLMs                                   uint64
	Header                                          struct {
		Lock, SealedHash             Hex
		CreatedMs, ExpiresMs, Bucket uint64
		Size                         int
	}
	Bytes, Preimage, Receipt Hex
	Hash, ID, ReceiptHash    string
}

func mailboxValid(f *file) {
	var vectors struct {
		Letters []letterVector
		Buckets []struct {
			mailParams
			Identity Hex
			Bucket   uint64
		}
		Padding []struct {
			EnvelopeBytes int
			Size          *int
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Letters {
		f.letter(v)
		f.sealAgain(v)
		f.sealAnew(v)
	}
	for _, v := range vectors.Buckets {
		f.equal("bucket", mailbox.BucketOf(v.Network, v.Identity, v.BucketBits), v.Bucket)
	}
	for _, v := range vectors.Padding {
		size, fits := mailbox.SizeFor(v.EnvelopeBytes)
		if v.Size == nil {
			f.equal("padding", fits, false)
			continue
		}
		f.equal("padding", size, *v.Size)
	}
}

// letter reads, proves and opens it on every device.
func (f *file) letter(v letterVector) {
	letter, err := mailbox.Parse(v.Bytes, v.params())
	if err != nil {
		f.check(v.Description, err.Error())
		return
	}
	f.equal(v.Description, letter.Prove(), nil)
	h := letter.Header
	f.equal(v.Description,
		fmt.Sprint(Hex(h.Lock), h.CreatedMin*60000, h.ExpiresMin*60000, h.Bucket, h.Suite, h.Size, Hex(h.SealedHash), hash(letter.ID(v.Network)), hash(letter.Hash())),
		fmt.Sprint(v.Header.Lock, v.Header.CreatedMs, v.Header.ExpiresMs, v.Header.Bucket, v.Suite, v.Header.Size, v.Header.SealedHash, v.ID, v.Hash))
	for _, device := range v.Devices {
		key, err := mailbox.ParseKey(v.Suite, device.PrivateKey)
		if err != nil {
			f.check(v.Description, err.Error())
			continue
		}
		f.equal(v.Description, Hex(key.PublicKey().Bytes()), device.PublicKey)
		opened, err := mailbox.Open(letter, []hpke.PrivateKey{key}, ed25519.PublicKey(v.To), v.params())
		f.equal(v.Description,
			fmt.Sprint(err, Hex(opened.From), Hex(opened.ID), opened.SentMs, opened.ContentType, Hex(opened.Body), Hex(opened.ContentKey), Hex(opened.Preimage)),
			fmt.Sprint(nil, v.From, v.MessageID, v.SentMs, v.ContentType, v.Body, v.ContentKey, v.Preimage))
		receipt := letter.Receipt(opened.Preimage)
		f.equal(v.Description, fmt.Sprint(Hex(receipt.Bytes), hash(receipt.Hash()), receipt.Prove(), hash(receipt.ID(v.Network))), fmt.Sprint(v.Receipt, v.ReceiptHash, nil, v.ID))
	}
	if _, err := mailbox.Parse(v.Receipt, v.params()); err != nil {
		f.check(v.Description, err.Error())
	}
}

func (v letterVector) message() mailbox.Message {
	return mailbox.Message{From: ed25519.PublicKey(v.From), To: ed25519.PublicKey(v.To), ID: v.MessageID, SentMs: v.SentMs, ContentType: v.ContentType, Body: v.Body}
}

// sealAgain makes the same bytes, but for the slots: crypto/hpke has no way to choose what is random in them.
func (f *file) sealAgain(v letterVector) {
	letter, err := mailbox.Parse(v.Bytes, v.params())
	if err != nil {
		return
	}
	sealing, err := mailbox.NewSealing(v.ContentKey)
	if err != nil {
		f.check(v.Description, err.Error())
		return
	}
	message := v.message()
	header, err := sealing.HeaderFor(message, v.Suite, v.TTLMs, v.params())
	if err != nil {
		f.check(v.Description, err.Error())
		return
	}
	slots := letter.Sealed[:len(letter.Sealed)-letter.Size-16]
	again, err := sealing.Close(message, ed25519.NewKeyFromSeed(v.FromSeed), header, slots, v.params())
	f.equal(v.Description, fmt.Sprint(err, Hex(again.Bytes)), fmt.Sprint(nil, v.Bytes))
}

// sealAnew seals to the same devices, and each opens it.
func (f *file) sealAnew(v letterVector) {
	var public []hpke.PublicKey
	var private []hpke.PrivateKey
	for _, device := range v.Devices {
		key, err := mailbox.ParseKey(v.Suite, device.PrivateKey)
		if err != nil {
			return
		}
		private, public = append(private, key), append(public, key.PublicKey())
	}
	sealed, err := mailbox.Seal(v.message(), ed25519.NewKeyFromSeed(v.FromSeed), v.Suite, public, v.TTLMs, v.params())
	if err != nil {
		f.check(v.Description, err.Error())
		return
	}
	letter, err := mailbox.Parse(sealed.Bytes, v.params())
	f.equal(v.Description, fmt.Sprint(err, len(letter.Bytes)), fmt.Sprint(nil, len(v.Bytes)))
	for _, key := range private {
		opened, err := mailbox.Open(letter, []hpke.PrivateKey{key}, ed25519.PublicKey(v.To), v.params())
		f.equal(v.Description, fmt.Sprint(err, opened.Message), fmt.Sprint(nil, v.message()))
	}
}

func mailboxInvalid(f *file) {
	type vector struct {
		mailParams
		Reason, Error                    string
		To, PrivateKey, PublicKey, Bytes Hex
	}
	var vectors struct{ Bytes, Opened, Unopened []vector }
	f.load(&vectors)
	for _, v := range vectors.Bytes {
		letter, err := mailbox.Parse(v.Bytes, v.params())
		if err == nil {
			err = letter.Prove()
		}
		f.equal(v.Reason, err, v.Error)
	}
	open := func(v vector) error {
		letter, err := mailbox.Parse(v.Bytes, v.params())
		if err != nil {
			return err
		}
		if err := letter.Prove(); err != nil {
			return err
		}
		key, err := mailbox.ParseKey(letter.Suite, v.PrivateKey)
		if err != nil {
			return err
		}
		_, err = mailbox.Open(letter, []hpke.PrivateKey{key}, ed25519.PublicKey(v.To), v.params())
		return err
	}
	for _, v := range vectors.Opened {
		f.equal(v.Reason, open(v), v.Error)
	}
	for _, v := range vectors.Unopened {
		f.equal(v.Reason, open(v), mailbox.ErrNotForUs)
	}
}

func mailKeys(f *file) {
	type keyVector struct {
		Suite uint16
		Key   Hex
	}
	type bodyVector struct {
		Description, Reason string
		Bytes               Hex
		Keys                []keyVector
	}
	type recordVector struct {
		Description, Network, Key, ID, Group string
		Device, Bytes                        Hex
		Seq, CreatedMs, ExpiresMs            uint64
		Final                                bool
	}
	var vectors struct {
		Bodies, InvalidBodies   []bodyVector
		Records, InvalidRecords []recordVector
	}
	f.load(&vectors)
	for _, v := range vectors.Bodies {
		keys, err := mailbox.DecodeKeys(v.Bytes)
		f.equal(v.Description, err, nil)
		got := []keyVector{}
		for _, key := range keys {
			got = append(got, keyVector{key.Suite, key.Key})
		}
		f.equal(v.Description, got, v.Keys)
		f.equal(v.Description, Hex(mailbox.EncodeKeys(keys)), v.Bytes)
	}
	for _, v := range vectors.InvalidBodies {
		_, err := mailbox.DecodeKeys(v.Bytes)
		f.refused(v.Description, err)
	}
	for _, v := range vectors.Records {
		r, _, err := mailbox.ParseKeys(v.Bytes, v.Network)
		if err != nil {
			f.check(v.Description, err.Error())
			continue
		}
		entry := offers.EntryOf(r)
		f.equal(v.Description,
			fmt.Sprint(hash(entry.Key), hash(entry.ID), entry.Group, Hex(r.Name), r.Seq, r.CreatedMs, r.ExpiresMs, r.Removed),
			fmt.Sprint(v.Key, v.ID, v.Group, v.Device, v.Seq, v.CreatedMs, v.ExpiresMs, v.Final))
	}
	for _, v := range vectors.InvalidRecords {
		_, _, err := mailbox.ParseKeys(v.Bytes, v.Network)
		f.refused(v.Description, err)
	}
}
