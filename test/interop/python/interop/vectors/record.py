from hashlib import sha256

from ..spec import ed25519
from ..spec.record import Limits, Record, record_key, verify_record
from .report import Report, Vector, refused, same


def valid(vectors: Vector, report: Report) -> None:
    report.each(vectors, "records", _signed)
    report.each(vectors, "crafted", lambda vector: same("id", sha256(_verified(vector)[0]).hexdigest(), vector["id"]))
    report.each(vectors, "keys", _key)
    report.each(vectors, "order", _order)


def invalid(vectors: Vector, report: Report) -> None:
    report.each(vectors, "records", lambda vector: refused(lambda: _verified(vector)))


def _verified(vector: Vector, field: str = "bytes") -> tuple[bytes, Record]:
    encoded = bytes.fromhex(vector[field])
    limits = vector.get("limits", {})
    default = Limits()
    return encoded, verify_record(
        encoded,
        vector["network"],
        Limits(limits.get("maxBodyBytes", default.max_body_bytes), limits.get("maxTtlMs", default.max_ttl_ms)),
    )


def _signed(vector: Vector) -> None:
    encoded, record = _verified(vector)
    times = [vector[field] for field in ("seq", "createdMs", "expiresMs", "holdsMs")]
    body = None if vector["body"] is None else bytes.fromhex(vector["body"])
    owner, name, seed = (bytes.fromhex(vector[field]) for field in ("owner", "name", "seed"))
    same("the record", record, Record(owner, vector["space"], name, *times, body))
    same("the owner of the seed", ed25519.public_key(seed), owner)
    same("what is signed", record.sign(seed, vector["network"]).hex(), encoded.hex())
    same("id", sha256(encoded).hexdigest(), vector["id"])
    same("key", record.key().hex(), vector["key"])


def _key(vector: Vector) -> None:
    key = record_key(bytes.fromhex(vector["owner"]), vector["space"], bytes.fromhex(vector["name"]))
    same("key", key.hex(), vector["key"])


def _order(vector: Vector) -> None:
    (kept, kept_record), (replaced, replaced_record) = _verified(vector, "kept"), _verified(vector, "replaced")
    same("which is kept", kept_record.version(kept) > replaced_record.version(replaced), True)
