from ..spec.broadcast import message_id, open_signed, sign, wire_bytes, wire_topic
from .report import Report, Vector, refused, same


def valid(vectors: Vector, report: Report) -> None:
    report.each(vectors, "topics", lambda v: same("topic", wire_topic(v["network"], v["name"]), v["topic"]))
    report.each(vectors, "messageIds", _message_id)
    report.each(vectors, "sizes", lambda v: same("length", wire_bytes(v["topicBytes"], v["dataBytes"]), v["wireBytes"]))
    report.each(vectors, "signed", _signed)


def invalid(vectors: Vector, report: Report) -> None:
    report.each(vectors, "names", lambda vector: refused(lambda: wire_topic("main", vector["name"])))
    report.each(vectors, "signed", lambda vector: refused(lambda: _opened(vector), vector["error"]))


def _message_id(vector: Vector) -> None:
    same("id", message_id(vector["topic"], bytes.fromhex(vector["data"])).hex(), vector["id"])


def _opened(vector: Vector) -> tuple[bytes, bytes]:
    return open_signed(vector["topic"], bytes.fromhex(vector["data"]))


def _signed(vector: Vector) -> None:
    payload = bytes.fromhex(vector["payload"])
    same("the payload", _opened(vector)[1], payload)
    same("what is signed", sign(bytes.fromhex(vector["seed"]), vector["topic"], payload).hex(), vector["data"])
    _message_id(vector)
