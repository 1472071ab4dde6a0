"""spec/records.md"""

import re
from dataclasses import dataclass
from hashlib import sha256

from . import ed25519
from .wire import MAX_NUMBER, Refused, StrictReader, bytes_field, number_field, uvarint

_TYPE = b"/stoa/record/1"
# a libp2p PublicKey of Ed25519 before its 32 bytes
KEY_PREFIX = bytes.fromhex("08011220")
_MAX_BESIDE_BODY_BYTES = 361
_SPACE = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")


@dataclass(frozen=True)
class Limits:
    max_body_bytes: int = 16_384
    max_ttl_ms: int = 2_592_000_000


@dataclass(frozen=True)
class Record:
    owner: bytes
    space: str
    name: bytes
    seq: int
    created_ms: int
    expires_ms: int
    holds_ms: int
    # none: a removal
    body: bytes | None

    def key(self) -> bytes:
        return record_key(self.owner, self.space, self.name)

    def version(self, encoded: bytes) -> tuple[int, bool, bytes]:
        """Of two versions of a key, the greater one is kept."""
        return (self.seq, self.body is None, sha256(encoded).digest())

    def payload(self) -> bytes:
        return b"".join([
            bytes_field(0x0A, self.space.encode()),
            bytes_field(0x12, self.name),
            number_field(0x18, self.seq),
            number_field(0x20, self.created_ms),
            number_field(0x28, self.expires_ms),
            number_field(0x30, self.holds_ms),
            number_field(0x40, 1) if self.body is None else bytes_field(0x3A, self.body),
        ])

    def sign(self, seed: bytes, network: str) -> bytes:
        payload = self.payload()
        return b"".join([
            bytes_field(0x0A, KEY_PREFIX + self.owner),
            bytes_field(0x12, _TYPE),
            bytes_field(0x1A, payload),
            bytes_field(0x2A, ed25519.sign(seed, _signed_message(network, payload))),
        ])


def record_key(owner: bytes, space: str, name: bytes) -> bytes:
    parts = [b"stoa-record-key", owner, space.encode(), name]
    return sha256(b"".join(uvarint(len(part)) + part for part in parts)).digest()


def verify_record(encoded: bytes, network: str, limits: Limits) -> Record:
    if len(encoded) > limits.max_body_bytes + _MAX_BESIDE_BODY_BYTES:
        raise Refused("longer than any record of this family")
    reader = StrictReader(encoded)
    key = reader.bytes(0x0A, 36)
    if key[:4] != KEY_PREFIX or reader.bytes(0x12) != _TYPE:
        raise Refused("no key of Ed25519, or another payload type")
    payload, signature = reader.bytes(0x1A), reader.bytes(0x2A, 64)
    reader.end()
    record = _read_payload(key[4:], payload)
    _check(record, limits)
    if not ed25519.is_valid(record.owner, _signed_message(network, payload), signature):
        raise Refused("the signature is not valid")
    return record


def _read_payload(owner: bytes, payload: bytes) -> Record:
    reader = StrictReader(payload)
    try:
        space = reader.bytes(0x0A).decode()
    except UnicodeDecodeError as error:
        raise Refused("the space is no UTF-8") from error
    name = reader.bytes(0x12)
    numbers = [reader.number(tag) for tag in (0x18, 0x20, 0x28, 0x30)]
    body = reader.bytes(0x3A) if reader.next_is(0x3A) else None
    if body is None and reader.number(0x40) != 1:
        raise Refused("a removal says so")
    reader.end()
    return Record(owner, space, name, *numbers, body)


def _check(record: Record, limits: Limits) -> None:
    created, expires, holds = record.created_ms, record.expires_ms, record.holds_ms
    rules = {
        "no space": len(record.space) <= 128 and _SPACE.fullmatch(record.space),
        "a name has 1 to 64 bytes": 1 <= len(record.name) <= 64,
        "a number out of bounds": all(1 <= n <= MAX_NUMBER for n in (record.seq, created, expires, holds)),
        "its times are out of order": created <= expires <= holds,
        "it is held for too long": holds - created <= limits.max_ttl_ms,
        "the body is too long": len(record.body or b"") <= limits.max_body_bytes,
    }
    for reason, holds_true in rules.items():
        if not holds_true:
            raise Refused(reason)


def _signed_message(network: str, payload: bytes) -> bytes:
    parts = [f"stoa-record:{network}".encode(), _TYPE, payload]
    return b"".join(uvarint(len(part)) + part for part in parts)
