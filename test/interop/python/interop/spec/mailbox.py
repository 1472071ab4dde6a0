"""spec/mailbox.md: letters, what is sealed in them, and receipts."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from . import ed25519, hpke
from .wire import Refused, StrictReader, bytes_field, number_field

_MINUTE_MS = 60_000
_MAX_TTL_MIN = 15 * 24 * 60
_PADDED_SIZES = (512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 49_152)
_SLOT_COUNTS = (1, 2, 4, 8)
_MAX_LETTER_BYTES = 58_610
_MAX_CONTENT_TYPE_BYTES = 100
_KEY_BYTES = 32
_TAG_BYTES = 16
# before a padded envelope, big-endian
_LENGTH_BYTES = 4


@dataclass(frozen=True)
class Network:
    name: str
    bucket_bits: int
    shard_bits: int = 0
    shard: int = 0


@dataclass(frozen=True)
class Header:
    lock: bytes
    created_min: int
    expires_min: int
    bucket: int
    suite: int
    size: int
    sealed_hash: bytes

    def draft(self) -> bytes:
        """All that is known before something is sealed: it is sealed and signed with it."""
        numbers = (self.created_min, self.expires_min, self.bucket, self.suite, self.size)
        fields = [number_field(tag, number) for tag, number in zip((0x10, 0x18, 0x20, 0x28, 0x30), numbers)]
        return bytes_field(0x0A, self.lock) + b"".join(fields)

    def encode(self) -> bytes:
        return self.draft() + bytes_field(0x3A, self.sealed_hash)

    def slot_bytes(self) -> int:
        return hpke.ENC_BYTES[self.suite] + _KEY_BYTES + _TAG_BYTES


@dataclass(frozen=True)
class Letter:
    id: bytes
    header: Header
    # one of them
    sealed: bytes | None
    preimage: bytes | None


@dataclass(frozen=True)
class Opened:
    sender: bytes
    message_id: bytes
    sent_ms: int
    content_type: str
    body: bytes
    receipt: bytes


def bucket_of(network: str, identity: bytes, bucket_bits: int) -> int:
    digest = sha256(_domain("stoa-mail-bucket", network) + identity).digest()
    return int.from_bytes(digest[:2], "big") >> (16 - bucket_bits)


def padded_size(envelope_bytes: int) -> int | None:
    return next((size for size in _PADDED_SIZES if size >= envelope_bytes + _LENGTH_BYTES), None)


def parse_letter(encoded: bytes, network: Network) -> Letter:
    """Everything but its proof."""
    try:
        return _parse_letter(encoded, network)
    except Refused as error:
        raise Refused("malformed") from error


def prove(letter: Letter) -> None:
    if letter.sealed is not None and sha256(letter.sealed).digest() != letter.header.sealed_hash:
        raise Refused("bad-hash")
    if letter.preimage is not None and sha256(letter.preimage).digest() != letter.header.lock:
        raise Refused("bad-preimage")


def open_letter(letter: Letter, network: str, identity: bytes, private_key: bytes) -> Opened | None:
    """None when it is not for this key."""
    if letter.sealed is None:
        return None
    header = letter.header
    length = _slots_length(header, letter.sealed)
    slots, body = letter.sealed[:length], letter.sealed[length:]
    aad = _domain("stoa-mail-seal", network) + header.draft()
    content_key = _open_slots(header, slots, aad, private_key)
    if content_key is None:
        return None
    preimage = hpke.hmac_sha256(content_key, b"stoa-mail receipt\x01")
    if sha256(preimage).digest() != header.lock:
        raise Refused("wrong-lock")
    try:
        # the key is used once, so the nonce is zeros
        cipher = ChaCha20Poly1305(hpke.hmac_sha256(content_key, b"stoa-mail body\x01"))
        padded = cipher.decrypt(bytes(12), body, aad + sha256(slots).digest())
    except InvalidTag as error:
        raise Refused("bad-envelope") from error
    receipt = bytes_field(0x0A, header.encode()) + bytes_field(0x1A, preimage)
    return _open_envelope(_unpad(padded), network, header, identity, receipt)


def _parse_letter(encoded: bytes, network: Network) -> Letter:
    if len(encoded) > _MAX_LETTER_BYTES:
        raise Refused("longer than any letter")
    reader = StrictReader(encoded)
    header_bytes = reader.bytes(0x0A)
    header = _read_header(header_bytes)
    bits = network.bucket_bits
    if header.bucket >> bits or header.bucket >> (bits - network.shard_bits) != network.shard:
        raise Refused("no bucket of this network or shard")
    preimage = reader.bytes(0x1A, 32) if reader.next_is(0x1A) else None
    sealed = reader.bytes(0x12) if preimage is None else None
    reader.end()
    if sealed is not None:
        _slots_length(header, sealed)
    return Letter(sha256(_domain("stoa-mail", network.name) + header_bytes).digest(), header, sealed, preimage)


def _read_header(encoded: bytes) -> Header:
    reader = StrictReader(encoded)
    lock = reader.bytes(0x0A, 32)
    numbers = [reader.number(tag) for tag in (0x10, 0x18, 0x20, 0x28, 0x30)]
    header = Header(lock, *numbers, reader.bytes(0x3A, 32))
    reader.end()
    if max(numbers) >= 2**32:
        raise Refused("a number is above 2^32 - 1")
    if not 0 < header.created_min <= header.expires_min <= header.created_min + _MAX_TTL_MIN:
        raise Refused("its times are out of order, or it lives for more than 15 days")
    if header.suite not in hpke.ENC_BYTES or header.size not in _PADDED_SIZES:
        raise Refused("no suite or size of letters")
    return header


def _slots_length(header: Header, sealed: bytes) -> int:
    length = len(sealed) - header.size - _TAG_BYTES
    count, rest = divmod(length, header.slot_bytes())
    if rest or count not in _SLOT_COUNTS:
        raise Refused("these are not slots and a body")
    return length


def _open_slots(header: Header, slots: bytes, aad: bytes, private_key: bytes) -> bytes | None:
    step, enc_bytes = header.slot_bytes(), hpke.ENC_BYTES[header.suite]
    for at in range(0, len(slots), step):
        enc, ciphertext = slots[at : at + enc_bytes], slots[at + enc_bytes : at + step]
        content_key = hpke.open_once(header.suite, private_key, enc, b"stoa-mail slot", aad, ciphertext)
        if content_key is not None:
            return content_key
    return None


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    envelope, rest = padded[_LENGTH_BYTES : _LENGTH_BYTES + length], padded[_LENGTH_BYTES + length :]
    if len(envelope) != length or any(rest) or padded_size(length) != len(padded):
        raise Refused("bad-padding")
    return envelope


def _open_envelope(encoded: bytes, network: str, header: Header, identity: bytes, receipt: bytes) -> Opened:
    try:
        reader = StrictReader(encoded)
        sender, to, message_id = reader.bytes(0x0A, 32), reader.bytes(0x12, 32), reader.bytes(0x1A, 16)
        sent_ms = reader.number(0x20)
        content_type = reader.filled(0x2A)
        if len(content_type) > _MAX_CONTENT_TYPE_BYTES or any(not 0x20 <= byte <= 0x7E for byte in content_type):
            raise Refused("no content type")
        body = reader.filled(0x32)
        unsigned = encoded[: reader.at]
        signature = reader.bytes(0x3A, 64)
        reader.end()
        if sent_ms // _MINUTE_MS != header.created_min:
            raise Refused("sent in another minute than it was created in")
    except Refused as error:
        raise Refused("bad-envelope") from error
    if to != identity:
        raise Refused("wrong-receiver")
    if not ed25519.is_valid(sender, _domain("stoa-mail-envelope", network) + header.draft() + unsigned, signature):
        raise Refused("bad-signature")
    return Opened(sender, message_id, sent_ms, content_type.decode(), body, receipt)


def _domain(name: str, network: str) -> bytes:
    return f"{name}:{network}\0".encode()
