package vectors

import (
	"crypto/ed25519"
	"errors"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"stoa.test/interop/broadcast"
)

func broadcastValid(f *file) {
	var vectors struct {
		Topics     []struct{ Network, Name, Topic string }
		MessageIDs []struct {
			Name, Topic string
			Data        Hex
			ID          string
		}
		Sizes  []struct{ TopicBytes, DataBytes, WireBytes int }
		Signed []struct {
			Name, Topic         string
			Seed, Payload, Data Hex
			Author, ID          string
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Topics {
		topic, err := broadcast.Topic(v.Network, v.Name)
		f.equal(v.Name, errors.Join(err), error(nil))
		f.equal(v.Name, topic, v.Topic)
	}
	for _, v := range vectors.MessageIDs {
		f.equal(v.Name, hash(broadcast.ID(v.Topic, v.Data)), v.ID)
	}
	for _, v := range vectors.Sizes {
		f.equal("size", broadcast.WireBytes(v.TopicBytes, v.DataBytes), v.WireBytes)
	}
	for _, v := range vectors.Signed {
		f.equal(v.Name, Hex(broadcast.Sign(v.Seed, v.Topic, v.Payload)), v.Data)
		author, payload, err := broadcast.Open(v.Topic, v.Data)
		if err != nil {
			f.check(v.Name, err.Error())
			continue
		}
		f.equal(v.Name, Hex(payload), v.Payload)
		f.equal(v.Name, PeerID(author), v.Author)
		f.equal(v.Name, hash(broadcast.ID(v.Topic, v.Data)), v.ID)
	}
}

func broadcastInvalid(f *file) {
	var vectors struct {
		Names  []struct{ Name, Reason string }
		Signed []struct {
			Name, Topic string
			Data        Hex
			Error       string
		}
	}
	f.load(&vectors)
	for _, v := range vectors.Names {
		_, err := broadcast.Topic("main", v.Name)
		f.refused(v.Reason, err)
	}
	for _, v := range vectors.Signed {
		_, _, err := broadcast.Open(v.Topic, v.Data)
		f.equal(v.Name, err, v.Error)
	}
}

// PeerID of an Ed25519 key, as text.
func PeerID(key ed25519.PublicKey) string {
	public, err := crypto.UnmarshalEd25519PublicKey(key)
	if err != nil {
		return err.Error()
	}
	id, err := peer.IDFromPublicKey(public)
	if err != nil {
		return err.Error()
	}
	return id.String()
}
