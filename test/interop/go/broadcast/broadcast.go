// Package broadcast is what messages on topics are: spec/broadcast.md.
package broadcast

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"regexp"

	"stoa.test/interop/wire"
)

// MaxMessageBytes is the longest message (§4).
const MaxMessageBytes = 65536

const payloadType = "/stoa/broadcast/1"

var nameForm = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*(/[a-zA-Z0-9][a-zA-Z0-9._-]*)*$`)

// What is wrong with a name or with signed data.
var (
	ErrName      = errors.New("no name of a topic")
	ErrMalformed = errors.New("malformed")
	ErrSignature = errors.New("bad-signature")
)

// Topic on the wire of an application's topic (§2).
func Topic(network, name string) (string, error) {
	if len(name) > 128 || !nameForm.MatchString(name) {
		return "", ErrName
	}
	return "/stoa/" + network + "/topic/" + name, nil
}

// ID of a message (§3).
func ID(topic string, data []byte) [32]byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(topic)))
	return sha256.Sum256(append(append(b, topic...), data...))
}

// WireBytes is the length of a message that counts (§4).
func WireBytes(topicBytes, dataBytes int) int {
	message := 1 + uvarintBytes(dataBytes) + dataBytes + 1 + uvarintBytes(topicBytes) + topicBytes
	return 1 + uvarintBytes(message) + message
}

func uvarintBytes(n int) int { return len(binary.AppendUvarint(nil, uint64(n))) }

// Sign makes the data of a message on a signed topic (§5).
func Sign(seed []byte, topic string, payload []byte) []byte {
	private := ed25519.NewKeyFromSeed(seed)
	signature := ed25519.Sign(private, signed(topic, payload))
	b := wire.AppendBytes(nil, 1, append([]byte{8, 1, 0x12, 0x20}, private.Public().(ed25519.PublicKey)...))
	b = wire.AppendBytes(b, 2, []byte(payloadType))
	b = wire.AppendText(b, 3, payload)
	return wire.AppendBytes(b, 5, signature)
}

// Open checks data that arrived on a signed topic.
func Open(topic string, data []byte) (author ed25519.PublicKey, payload []byte, err error) {
	envelope := wire.NewStrict(data)
	key := envelope.Bytes(1)
	kind := envelope.Bytes(2)
	payload = envelope.MaybeBytes(3)
	signature := envelope.Bytes(5)
	if !envelope.Done() || len(key) != 36 || !bytes.Equal(key[:4], []byte{8, 1, 0x12, 0x20}) || string(kind) != payloadType || len(signature) != 64 {
		return nil, nil, ErrMalformed
	}
	if !ed25519.Verify(key[4:], signed(topic, payload), signature) {
		return nil, nil, ErrSignature
	}
	return key[4:], payload, nil
}

func signed(topic string, payload []byte) []byte {
	b := wire.LengthPrefixed(nil, []byte("stoa-broadcast:"+topic))
	b = wire.LengthPrefixed(b, []byte(payloadType))
	return wire.LengthPrefixed(b, payload)
}
