package mailbox

import (
	"crypto/ed25519"
	"encoding/binary"

	"stoa.test/interop/wire"
)

const (
	maxContentType = 100
	maxBody        = 48880
	lengthBytes    = 4
)

// Message is what a letter says.
type Message struct {
	From        ed25519.PublicKey
	To          ed25519.PublicKey
	ID          []byte // 16 bytes
	SentMs      uint64
	ContentType string
	Body        []byte
}

func (m Message) unsigned() []byte {
	b := wire.AppendBytes(nil, 1, m.From)
	b = wire.AppendBytes(b, 2, m.To)
	b = wire.AppendBytes(b, 3, m.ID)
	b = wire.AppendVarint(b, 4, m.SentMs)
	b = wire.AppendText(b, 5, []byte(m.ContentType))
	return wire.AppendText(b, 6, m.Body)
}

func signed(network string, draft, unsigned []byte) []byte {
	return append(append(domain("stoa-mail-envelope", network), draft...), unsigned...)
}

func (m Message) envelope(private ed25519.PrivateKey, network string, draft []byte) []byte {
	unsigned := m.unsigned()
	return wire.AppendBytes(unsigned, 7, ed25519.Sign(private, signed(network, draft, unsigned)))
}

// envelopeBytes is known before there is a signature.
func (m Message) envelopeBytes() int { return len(m.unsigned()) + 2 + ed25519.SignatureSize }

// SizeFor an envelope of so many bytes; false when it does not fit.
func SizeFor(envelopeBytes int) (int, bool) {
	for _, size := range sizes {
		if envelopeBytes+lengthBytes <= size {
			return size, true
		}
	}
	return 0, false
}

func pad(envelope []byte, size int) []byte {
	padded := make([]byte, size)
	binary.BigEndian.PutUint32(padded, uint32(len(envelope)))
	copy(padded[lengthBytes:], envelope)
	return padded
}

func unpad(padded []byte) ([]byte, error) {
	length := uint64(binary.BigEndian.Uint32(padded))
	if length > uint64(len(padded)-lengthBytes) {
		return nil, ErrPadding
	}
	for _, b := range padded[lengthBytes+length:] {
		if b != 0 {
			return nil, ErrPadding
		}
	}
	if size, _ := SizeFor(int(length)); size != len(padded) {
		return nil, ErrPadding
	}
	return padded[lengthBytes : lengthBytes+length], nil
}

// readEnvelope checks what was sealed, for the identity that opened it.
func readEnvelope(envelope []byte, header Header, params Params, to ed25519.PublicKey) (Message, error) {
	fields := wire.NewStrict(envelope)
	m := Message{From: fields.Bytes(1), To: fields.Bytes(2), ID: fields.Bytes(3), SentMs: fields.Number(4)}
	m.ContentType = string(fields.MaybeBytes(5))
	m.Body = fields.MaybeBytes(6)
	signature := fields.Bytes(7)
	if !fields.Done() || len(m.From) != 32 || len(m.To) != 32 || len(m.ID) != 16 || len(signature) != 64 || len(m.ContentType) > maxContentType ||
		m.SentMs > wire.MaxNumber || m.SentMs/minuteMs != header.CreatedMin {
		return Message{}, ErrEnvelope
	}
	for _, c := range []byte(m.ContentType) {
		if c < 0x20 || c > 0x7e {
			return Message{}, ErrEnvelope
		}
	}
	if !m.To.Equal(to) {
		return Message{}, ErrReceiver
	}
	if !ed25519.Verify(m.From, signed(params.Network, header.draft(), m.unsigned()), signature) {
		return Message{}, ErrSignature
	}
	return m, nil
}
