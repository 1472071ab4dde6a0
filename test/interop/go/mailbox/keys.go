package mailbox

import (
	"stoa.test/interop/record"
	"stoa.test/interop/wire"
)

const (
	// KeysSpace is the only space of the family (§7).
	KeysSpace     = "mail-keys"
	maxKeysBytes  = 4096
	deviceBytes   = 16
	maxDeviceKeys = 8
)

// MaxDevices of one identity.
const MaxDevices = 16

// DeviceKey is a public key of a device.
type DeviceKey struct {
	Suite uint16
	Key   []byte
}

// EncodeKeys is the body of a record of mail keys.
func EncodeKeys(keys []DeviceKey) []byte {
	var b []byte
	for _, key := range keys {
		b = wire.AppendBytes(b, 1, wire.AppendBytes(wire.AppendVarint(nil, 1, uint64(key.Suite)), 2, key.Key))
	}
	return b
}

// DecodeKeys takes nothing but the one encoding.
func DecodeKeys(b []byte) ([]DeviceKey, error) {
	fields := wire.NewStrict(b)
	var keys []DeviceKey
	for last := uint64(0); fields.Next(1, wire.TypeBytes); {
		field := wire.NewStrict(fields.Bytes(1))
		suite, key := field.Number(1), field.Bytes(2)
		if !field.Done() || suite <= last || suite > 1<<16-1 || !rightLength(uint16(suite), key) {
			return nil, ErrMalformed
		}
		last = suite
		keys = append(keys, DeviceKey{Suite: uint16(suite), Key: key})
	}
	if !fields.Done() || len(keys) == 0 || len(keys) > maxDeviceKeys || len(b) > maxKeysBytes {
		return nil, ErrMalformed
	}
	return keys, nil
}

func rightLength(suite uint16, key []byte) bool {
	switch suite {
	case X25519:
		return len(key) == 32
	case MLKEM768X25519:
		return len(key) == 1216
	}
	return len(key) > 0
}

// KeyLimits of the family.
var KeyLimits = record.Limits{MaxBodyBytes: maxKeysBytes, MaxTTLMs: MaxTTLMs}

// ParseKeys reads a record of the family, proven. A removal has no keys.
func ParseKeys(raw []byte, network string) (record.Record, []DeviceKey, error) {
	r, err := record.Verify(raw, network, KeyLimits)
	if err != nil {
		return record.Record{}, nil, err
	}
	if r.Space != KeysSpace || len(r.Name) != deviceBytes {
		return record.Record{}, nil, ErrMalformed
	}
	if r.Removed {
		return r, nil, nil
	}
	keys, err := DecodeKeys(r.Body)
	return r, keys, err
}
