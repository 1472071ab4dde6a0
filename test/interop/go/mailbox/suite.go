package mailbox

import (
	"crypto/ecdh"
	"crypto/hpke"
)

// Suites of a letter (§3), by the number of their KEM.
const (
	X25519         uint16 = 0x0020
	MLKEM768X25519 uint16 = 0x647a
)

const (
	slotInfo        = "stoa-mail slot"
	contentKeyBytes = 32
	sealedKeyBytes  = contentKeyBytes + 16
)

func kemOf(suite uint16) (kem hpke.KEM, encBytes int, err error) {
	switch suite {
	case X25519:
		return hpke.DHKEM(ecdh.X25519()), 32, nil
	case MLKEM768X25519:
		return hpke.MLKEM768X25519(), 1120, nil
	}
	return nil, 0, ErrUnknownSuite
}

func slotBytes(suite uint16) (int, error) {
	_, enc, err := kemOf(suite)
	return enc + sealedKeyBytes, err
}

// NewKey makes a device's key.
func NewKey(suite uint16) (hpke.PrivateKey, error) {
	kem, _, err := kemOf(suite)
	if err != nil {
		return nil, err
	}
	return kem.GenerateKey()
}

// ParseKey reads a private key.
func ParseKey(suite uint16, b []byte) (hpke.PrivateKey, error) {
	kem, _, err := kemOf(suite)
	if err != nil {
		return nil, err
	}
	return kem.NewPrivateKey(b)
}

// ParsePublicKey reads a public key.
func ParsePublicKey(suite uint16, b []byte) (hpke.PublicKey, error) {
	kem, _, err := kemOf(suite)
	if err != nil {
		return nil, err
	}
	return kem.NewPublicKey(b)
}

func sealSlot(to hpke.PublicKey, aad, contentKey []byte) ([]byte, error) {
	enc, sender, err := hpke.NewSender(to, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(slotInfo))
	if err != nil {
		return nil, err
	}
	sealed, err := sender.Seal(aad, contentKey)
	return append(enc, sealed...), err
}

func openSlot(key hpke.PrivateKey, slot, aad []byte) ([]byte, error) {
	enc := len(slot) - sealedKeyBytes
	recipient, err := hpke.NewRecipient(slot[:enc], key, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(slotInfo))
	if err != nil {
		return nil, err
	}
	return recipient.Open(aad, slot[enc:])
}
