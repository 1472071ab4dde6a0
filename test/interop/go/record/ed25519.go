package record

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
)

// Little-endian p = 2^255 - 19 and L, the order of the group.
var (
	fieldPrime = fromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
	groupOrder = fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
)

// Points of small order, without their top bit (§5).
var smallOrder = [][]byte{
	fromHex("0000000000000000000000000000000000000000000000000000000000000000"),
	fromHex("0100000000000000000000000000000000000000000000000000000000000000"),
	fromHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
	fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
}

// plainPoint is rules 1 and 2 of §5.
func plainPoint(point []byte) bool {
	y := bytes.Clone(point)
	y[31] &= 0x7f
	for _, small := range smallOrder {
		if bytes.Equal(y, small) {
			return false
		}
	}
	return below(y, fieldPrime)
}

func belowOrder(s []byte) bool { return below(s, groupOrder) }

func below(a, b []byte) bool {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// verify is rules 4 and 5, which crypto/ed25519 does as they say.
func verify(owner ed25519.PublicKey, message, signature []byte) bool {
	return plainPoint(owner) && plainPoint(signature[:32]) && ed25519.Verify(owner, message, signature)
}

func fromHex(text string) []byte {
	b, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return b
}
