from hashlib import sha256

from ..spec.mailbox import Letter, Network, Opened, bucket_of, open_letter, padded_size, parse_letter, prove
from .report import Report, Vector, refused, same


def valid(vectors: Vector, report: Report) -> None:
    report.each(vectors, "letters", _letter)
    report.each(vectors, "buckets", _bucket)
    report.each(vectors, "padding", lambda vector: same("size", padded_size(vector["envelopeBytes"]), vector["size"]))


def invalid(vectors: Vector, report: Report) -> None:
    report.each(vectors, "bytes", lambda vector: refused(lambda: _proven(vector), vector["error"]))
    report.each(vectors, "opened", lambda vector: refused(lambda: _opened(vector), vector["error"]))
    report.each(vectors, "unopened", lambda vector: same("what opens", _opened(vector), None))


def _bucket(vector: Vector) -> None:
    identity = bytes.fromhex(vector["identity"])
    same("bucket", bucket_of(vector["network"], identity, vector["bucketBits"]), vector["bucket"])


def _proven(vector: Vector, field: str = "bytes") -> Letter:
    network = Network(vector["network"], vector["bucketBits"], vector.get("shardBits", 0), vector.get("shard", 0))
    letter = parse_letter(bytes.fromhex(vector[field]), network)
    prove(letter)
    return letter


def _opened(vector: Vector, private_key: str | None = None) -> Opened | None:
    key = bytes.fromhex(private_key or vector["privateKey"])
    return open_letter(_proven(vector), vector["network"], bytes.fromhex(vector["to"]), key)


def _letter(vector: Vector) -> None:
    letter, receipt = _proven(vector), _proven(vector, "receipt")
    header, expected = letter.header, vector["header"]
    same("id", letter.id.hex(), vector["id"])
    same("hash", sha256(bytes.fromhex(vector["bytes"])).hexdigest(), vector["hash"])
    same("lock", header.lock.hex(), expected["lock"])
    same("times", [header.created_min * 60_000, header.expires_min * 60_000], [expected["createdMs"], expected["expiresMs"]])
    same("bucket and size", [header.bucket, header.size], [expected["bucket"], expected["size"]])
    for device in vector["devices"]:
        opened = _opened(vector, device["privateKey"])
        if opened is None:
            raise AssertionError("a device does not open it")
        found = [opened.sender, opened.message_id, opened.body, opened.receipt]
        same("what it says", [part.hex() for part in found], [vector[f] for f in ("from", "messageId", "body", "receipt")])
        same("time and type", [opened.sent_ms, opened.content_type], [vector["sentMs"], vector["contentType"]])
    same("header of the receipt", receipt.header, header)
    same("id of the receipt", receipt.id, letter.id)
    same("preimage", receipt.preimage.hex() if receipt.preimage else None, vector["preimage"])
