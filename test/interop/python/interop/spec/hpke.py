"""HPKE (RFC 9180, draft-ietf-hpke-pq) in base mode, to open: `cryptography` has it without associated data, which letters have."""

import hmac
from hashlib import sha3_256, sha256, shake_256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

X25519 = 0x0020
MLKEM768_X25519 = 0x647A
ENC_BYTES = {X25519: 32, MLKEM768_X25519: 1_120}
_HKDF_SHA256 = 0x0001
_CHACHA20_POLY1305 = 0x0003
_MLKEM_CIPHERTEXT_BYTES = 1_088
_XWING_LABEL = rb"\.//^" + b"\\"


def open_once(kem: int, private_key: bytes, enc: bytes, info: bytes, aad: bytes, ciphertext: bytes) -> bytes | None:
    """None when it was not sealed to this key, or was altered."""
    try:
        secret = (_decapsulate_x25519 if kem == X25519 else _decapsulate_xwing)(private_key, enc)
        key, nonce = _key_schedule(kem, secret, info)
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)
    except (InvalidTag, ValueError):
        return None


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, sha256)


def _decapsulate_x25519(private_key: bytes, enc: bytes) -> bytes:
    key = X25519PrivateKey.from_private_bytes(private_key)
    shared = key.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + key.public_key().public_bytes_raw()
    suite = b"KEM" + X25519.to_bytes(2, "big")
    return _expand(suite, _extract(suite, b"", b"eae_prk", shared), b"shared_secret", context, 32)


def _decapsulate_xwing(private_key: bytes, enc: bytes) -> bytes:
    expanded = shake_256(private_key).digest(96)
    mlkem, x25519 = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    mlkem_part, x25519_part = enc[:_MLKEM_CIPHERTEXT_BYTES], enc[_MLKEM_CIPHERTEXT_BYTES:]
    shared = mlkem.decapsulate(mlkem_part) + x25519.exchange(X25519PublicKey.from_public_bytes(x25519_part))
    return sha3_256(shared + x25519_part + x25519.public_key().public_bytes_raw() + _XWING_LABEL).digest()


def _key_schedule(kem: int, secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    suite = b"HPKE" + b"".join(part.to_bytes(2, "big") for part in (kem, _HKDF_SHA256, _CHACHA20_POLY1305))
    base_mode = b"\x00"
    context = base_mode + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    prk = _extract(suite, secret, b"secret", b"")
    return _expand(suite, prk, b"key", context, 32), _expand(suite, prk, b"base_nonce", context, 12)


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac_sha256(salt or bytes(32), b"HPKE-v1" + suite + label + ikm)


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """At most one block of the hash."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac_sha256(prk, labeled + b"\x01")[:length]
