"""spec/broadcast.md"""

import re
from hashlib import sha256

from . import ed25519
from .record import KEY_PREFIX
from .wire import Refused, StrictReader, bytes_field, uvarint

MAX_MESSAGE_BYTES = 65_536
_PAYLOAD_TYPE = b"/stoa/broadcast/1"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


def wire_topic(network: str, name: str) -> str:
    if len(name) > 128 or not _NAME.fullmatch(name):
        raise Refused("no name of a topic")
    return f"/stoa/{network}/topic/{name}"


def message_id(topic: str, data: bytes) -> bytes:
    encoded = topic.encode()
    return sha256(len(encoded).to_bytes(4, "big") + encoded + data).digest()


def wire_bytes(topic_bytes: int, data_bytes: int) -> int:
    """Length of the RPC that carries a message alone."""

    def field(length: int) -> int:
        return 1 + len(uvarint(length)) + length

    return field(field(data_bytes) + field(topic_bytes))


def sign(seed: bytes, topic: str, payload: bytes) -> bytes:
    return b"".join([
        bytes_field(0x0A, KEY_PREFIX + ed25519.public_key(seed)),
        bytes_field(0x12, _PAYLOAD_TYPE),
        bytes_field(0x1A, payload) if payload else b"",
        bytes_field(0x2A, ed25519.sign(seed, _signed_message(topic, payload))),
    ])


def open_signed(topic: str, data: bytes) -> tuple[bytes, bytes]:
    """The key of the author, and the payload."""
    try:
        reader = StrictReader(data)
        key = reader.bytes(0x0A, 36)
        if key[:4] != KEY_PREFIX or reader.bytes(0x12) != _PAYLOAD_TYPE:
            raise Refused("another key or payload type")
        payload, signature = reader.filled(0x1A), reader.bytes(0x2A, 64)
        reader.end()
    except Refused as error:
        raise Refused("malformed") from error
    if not ed25519.is_valid(key[4:], _signed_message(topic, payload), signature):
        raise Refused("bad-signature")
    return key[4:], payload


def _signed_message(topic: str, payload: bytes) -> bytes:
    parts = [f"stoa-broadcast:{topic}".encode(), _PAYLOAD_TYPE, payload]
    return b"".join(uvarint(len(part)) + part for part in parts)
