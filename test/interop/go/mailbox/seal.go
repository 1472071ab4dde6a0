package mailbox

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	mathrand "math/rand/v2"

	"golang.org/x/crypto/chacha20poly1305"
)

const maxSlots = 8

// Sealing is what comes of a content key, and of nothing else.
type Sealing struct {
	contentKey, preimage, bodyKey []byte
}

// NewSealing of a content key.
func NewSealing(contentKey []byte) (Sealing, error) {
	preimage, err := hkdf.Expand(sha256.New, contentKey, "stoa-mail receipt", preimageSize)
	if err != nil {
		return Sealing{}, err
	}
	bodyKey, err := hkdf.Expand(sha256.New, contentKey, "stoa-mail body", chacha20poly1305.KeySize)
	return Sealing{contentKey: contentKey, preimage: preimage, bodyKey: bodyKey}, err
}

// HeaderFor a message; its hash is still missing.
func (s Sealing) HeaderFor(m Message, suite uint16, ttlMs uint64, params Params) (Header, error) {
	size, fits := SizeFor(m.envelopeBytes())
	if !fits || len(m.Body) > maxBody {
		return Header{}, ErrTooLong
	}
	lock := sha256.Sum256(s.preimage)
	created := m.SentMs / minuteMs
	expires := (m.SentMs + ttlMs + minuteMs - 1) / minuteMs
	return Header{
		Lock: lock[:], CreatedMin: created, ExpiresMin: min(expires, created+maxLifeMin),
		Bucket: BucketOf(params.Network, m.To, params.BucketBits), Suite: suite, Size: size,
	}, nil
}

func (h Header) aad(network string) []byte {
	return append(domain("stoa-mail-seal", network), h.draft()...)
}

// Close puts slots and body together.
func (s Sealing) Close(m Message, private ed25519.PrivateKey, header Header, slots []byte, params Params) (Letter, error) {
	aead, err := chacha20poly1305.New(s.bodyKey)
	if err != nil {
		return Letter{}, err
	}
	padded := pad(m.envelope(private, params.Network, header.draft()), header.Size)
	slotsHash := sha256.Sum256(slots)
	body := aead.Seal(nil, make([]byte, chacha20poly1305.NonceSize), padded, append(header.aad(params.Network), slotsHash[:]...))
	letter := Letter{Header: header, Sealed: append(slots[:len(slots):len(slots)], body...)}
	hash := sha256.Sum256(letter.Sealed)
	letter.SealedHash = hash[:]
	letter.Bytes = letter.encode()
	return letter, nil
}

// Seal a message for the devices of its receiver.
func Seal(m Message, private ed25519.PrivateKey, suite uint16, devices []hpke.PublicKey, ttlMs uint64, params Params) (Letter, error) {
	contentKey := randomBytes(contentKeyBytes)
	sealing, err := NewSealing(contentKey)
	if err != nil {
		return Letter{}, err
	}
	header, err := sealing.HeaderFor(m, suite, ttlMs, params)
	if err != nil {
		return Letter{}, err
	}
	slots, err := sealSlots(devices, suite, header.aad(params.Network), contentKey)
	if err != nil {
		return Letter{}, err
	}
	return sealing.Close(m, private, header, slots, params)
}

// sealSlots in random order, filled up with those that nobody opens.
func sealSlots(devices []hpke.PublicKey, suite uint16, aad, contentKey []byte) ([]byte, error) {
	devices = devices[:min(len(devices), maxSlots)]
	count := 1
	for count < len(devices) {
		count *= 2
	}
	slots := make([][]byte, count)
	for i := range slots {
		key := contentKey
		if i < len(devices) {
			slot, err := sealSlot(devices[i], aad, key)
			if err != nil {
				return nil, err
			}
			slots[i] = slot
			continue
		}
		nobody, err := NewKey(suite)
		if err != nil {
			return nil, err
		}
		if slots[i], err = sealSlot(nobody.PublicKey(), aad, randomBytes(contentKeyBytes)); err != nil {
			return nil, err
		}
	}
	mathrand.Shuffle(count, func(i, j int) { slots[i], slots[j] = slots[j], slots[i] })
	var joined []byte
	for _, slot := range slots {
		joined = append(joined, slot...)
	}
	return joined, nil
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
