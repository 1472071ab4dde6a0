"""The commands of ../commands.ts."""

import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

import trio
from libp2p.peer.id import ID

from . import vectors
from .node import Node
from .spec import ed25519
from .spec.record import Limits, Record, verify_record
from .spec.wire import Refused

_NO_DHT = "py-libp2p's KadDHT speaks /ipfs/kad/1.0.0 only: its option protocol_prefix does not change the protocol"
_NO_DIRECT = "direct is not written for it"
_NO_REPLICA = "it signs and verifies records, and has no replica that holds them"
_NO_MAIL = "it opens the letters of the vectors, and neither sends nor keeps any"
UNSUPPORTED = {
    "dht": _NO_DHT,
    "find-peer": _NO_DHT,
    "direct-serve": _NO_DIRECT,
    "direct-request": _NO_DIRECT,
    **dict.fromkeys(("offers", "offer-put", "offers-list", "sync"), _NO_REPLICA),
    **dict.fromkeys(("mail-key", "mail-send", "mail-list", "mail-ack"), _NO_MAIL),
}

unhex = bytes.fromhex
Answer = dict[str, Any]


class CommandError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Commands:
    def __init__(self, nursery: trio.Nursery, tell: Callable[[Answer], None]) -> None:
        self._nursery = nursery
        self._tell = tell
        self._node: Node | None = None

    async def run(self, cmd: str, arguments: Answer) -> Answer:
        method: Callable[..., Awaitable[Answer]] | None = getattr(self, f"_on_{cmd.replace('-', '_')}", None)
        if method is None:
            raise CommandError("unsupported", UNSUPPORTED.get(cmd, "there is no such command"))
        return await method(**arguments)

    @property
    def _running(self) -> Node:
        if self._node is None:
            raise CommandError("not-started", "start comes first")
        return self._node

    async def _on_hello(self) -> Answer:
        versions = {name: version(name) for name in ("libp2p", "cryptography")}
        python = ".".join(map(str, sys.version_info[:3]))
        return {"language": "Python", "version": {"python": python, **versions}, "unsupported": UNSUPPORTED}

    async def _on_start(self, network: str, listen: list[str], key: str | None = None, outsideMesh: bool = False) -> Answer:
        if outsideMesh:
            raise CommandError("unsupported", "a mesh of no peers is not written for it")
        self._node = Node(network, bytes.fromhex(key) if key else None, self._deliver)
        await self._nursery.start(self._node.run, listen)
        return {"peer": str(self._node.host.get_id()), "addrs": self._node.addrs()}

    async def _on_stop(self) -> Answer:
        if self._node is not None:
            await self._node.stop()
        return {}

    async def _on_dial(self, addr: str) -> Answer:
        peer = await self._running.dial(addr)
        # what was negotiated is not told; these are all that the host has
        transport = "ws" if "/ws" in addr else "tcp"
        return {"peer": str(peer), "transport": transport, "security": "/noise", "muxer": "/yamux/1.0.0"}

    async def _on_ping(self, peer: str) -> Answer:
        return {"ms": await self._running.ping(ID.from_string(peer))}

    async def _on_identify(self, peer: str) -> Answer:
        message = await self._running.identify(ID.from_string(peer))
        return {"protocols": list(message.protocols), "agent": message.agent_version}

    async def _on_peers(self) -> Answer:
        return {"peers": [str(peer) for peer in await self._running.peers()]}

    async def _on_subscribe(self, topic: str, size: int | None = None) -> Answer:
        await self._running.gossip.open(topic, size)
        return {}

    async def _on_publish(self, topic: str, data: str) -> Answer:
        return {"id": (await self._running.gossip.say(topic, bytes.fromhex(data))).hex()}

    async def _on_counts(self, topic: str) -> Answer:
        return self._running.gossip.counts(topic)

    async def _on_vectors(self, dir: str) -> Answer:
        return vectors.check(dir)

    async def _on_record_sign(self, fields: Answer) -> Answer:
        seed = bytes.fromhex(fields["seed"])
        numbers = [fields[name] for name in ("seq", "createdMs", "expiresMs", "holdsMs")]
        body = None if fields.get("body") is None else bytes.fromhex(fields["body"])
        record = Record(ed25519.public_key(seed), fields["space"], bytes.fromhex(fields["name"]), *numbers, body)
        return {"bytes": record.sign(seed, fields["network"]).hex()}

    async def _on_record_verify(self, bytes: str, network: str) -> Answer:
        try:
            verify_record(unhex(bytes), network, Limits())
        except Refused as error:
            return {"valid": False, "reason": str(error)}
        return {"valid": True}

    def _deliver(self, topic: str, data: bytes, message_id: bytes, forwarder: ID) -> None:
        event = {"event": "message", "topic": topic, "data": data.hex(), "id": message_id.hex(), "from": str(forwarder)}
        self._tell(event)
