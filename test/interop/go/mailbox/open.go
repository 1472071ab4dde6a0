package mailbox

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"

	"golang.org/x/crypto/chacha20poly1305"
)

// Opened is a letter that was for one of our keys.
type Opened struct {
	Message
	ContentKey []byte
	Preimage   []byte
}

// Open a letter that is proven, with the private keys of its suite.
func Open(letter Letter, keys []hpke.PrivateKey, to ed25519.PublicKey, params Params) (Opened, error) {
	size, err := slotBytes(letter.Suite)
	if err != nil {
		return Opened{}, err
	}
	aad := letter.aad(params.Network)
	slots := letter.Sealed[:len(letter.Sealed)-letter.Size-bodyTagBytes]
	for at := 0; at < len(slots); at += size {
		for _, key := range keys {
			contentKey, err := openSlot(key, slots[at:at+size], aad)
			if err != nil || len(contentKey) != contentKeyBytes {
				continue
			}
			return openBody(letter, contentKey, slots, to, params)
		}
	}
	return Opened{}, ErrNotForUs
}

func openBody(letter Letter, contentKey, slots []byte, to ed25519.PublicKey, params Params) (Opened, error) {
	sealing, err := NewSealing(contentKey)
	if err != nil {
		return Opened{}, err
	}
	if lock := sha256.Sum256(sealing.preimage); !bytes.Equal(lock[:], letter.Lock) {
		return Opened{}, ErrLock
	}
	aead, err := chacha20poly1305.New(sealing.bodyKey)
	if err != nil {
		return Opened{}, err
	}
	slotsHash := sha256.Sum256(slots)
	aad := append(letter.aad(params.Network), slotsHash[:]...)
	padded, err := aead.Open(nil, make([]byte, chacha20poly1305.NonceSize), letter.Sealed[len(slots):], aad)
	if err != nil {
		return Opened{}, ErrEnvelope
	}
	envelope, err := unpad(padded)
	if err != nil {
		return Opened{}, err
	}
	message, err := readEnvelope(envelope, letter.Header, params, to)
	return Opened{Message: message, ContentKey: contentKey, Preimage: sealing.preimage}, err
}
