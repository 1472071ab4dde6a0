"""spec/broadcast.md on py-libp2p, which has no StrictNoSign: it always sends `from` and `seqno`, and tells messages apart by them in its cache and\nits search for equivocation."""

from collections import defaultdict
from collections.abc import Callable, Iterable

import trio
from libp2p.abc import IHost
from libp2p.custom_types import TProtocol
from libp2p.peer.id import ID
from libp2p.pubsub.gossipsub import GossipSub
from libp2p.pubsub.mcache import CacheEntry, MessageCache
from libp2p.pubsub.pb import rpc_pb2
from libp2p.pubsub.pubsub import Pubsub

from .spec.broadcast import MAX_MESSAGE_BYTES, message_id, wire_bytes

_PROTOCOLS = [TProtocol(f"/meshsub/1.{minor}.0") for minor in (2, 1, 0)]
_READY_TIMEOUT_S = 15


def id_of(message: rpc_pb2.Message) -> bytes:
    return message_id(message.topicIDs[0] if message.topicIDs else "", message.data)


class _Cache(MessageCache):
    def put(self, msg: rpc_pb2.Message) -> None:
        mid = id_of(msg)
        if mid not in self.msgs:
            self.msgs[mid] = msg
            self.history[0].append(CacheEntry(mid, msg.topicIDs))


class _Router(GossipSub):
    def __init__(self) -> None:
        super().__init__(
            _PROTOCOLS,
            degree=6,
            degree_low=4,
            degree_high=12,
            heartbeat_interval=1,
            # more than ten messages a second are no spam here
            spam_protection_enabled=False,
        )
        self.mcache = _Cache(self.mcache.window_size, self.mcache.history_size)
        self._is_gossiping = False

    def _check_equivocation(self, msg: rpc_pb2.Message) -> bool:
        """Without an author nobody says two things; py-libp2p would drop all messages but the first."""
        return True


    def gossip_heartbeat(self) -> defaultdict[ID, dict[str, list[bytes]]]:
        """py-libp2p tells nothing by IHAVE to who has pruned it, until the time is over in which it may not graft: so not to those who need it."""
        self._is_gossiping = True
        try:
            return super().gossip_heartbeat()
        finally:
            self._is_gossiping = False

    def _get_in_topic_gossipsub_peers_from_minus(
        self, topic: str, num_to_select: int, minus: Iterable[ID], backoff_check: bool = False
    ) -> list[ID]:
        is_checked = backoff_check and not self._is_gossiping
        return super()._get_in_topic_gossipsub_peers_from_minus(topic, num_to_select, minus, is_checked)


class Gossip(Pubsub):
    """Delivers the messages of others to `deliver`, and counts their copies."""

    def __init__(self, host: IHost, deliver: Callable[[str, bytes, bytes, ID], None]) -> None:
        self.mesh_router = _Router()
        super().__init__(host, self.mesh_router, strict_signing=False, msg_id_constructor=id_of)
        self._deliver = deliver
        self._limits: dict[str, int] = {}
        self._subscribed = trio.Event()
        self._delivered: dict[str, int] = {}
        self._duplicates: dict[str, int] = {}

    async def open(self, topic: str, max_message_bytes: int | None) -> None:
        self._limits[topic] = min(max_message_bytes or MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES)
        self.set_topic_validator(topic, self._is_valid, is_async_validator=False)
        await self.subscribe(topic)

    async def say(self, topic: str, data: bytes) -> bytes:
        """Waits for somebody who is interested in the topic."""
        message = rpc_pb2.Message(data=data, topicIDs=[topic])
        if not self._is_valid(self.my_id, message):
            raise ValueError(f"{len(data)} bytes are too many for {topic}")
        with trio.fail_after(_READY_TIMEOUT_S):
            while not self.peer_topics.get(topic):
                await self._subscribed.wait()
        if not self._is_msg_seen(message):
            self._mark_msg_seen(message)
            await self.router.publish(self.my_id, message)
        return id_of(message)

    def counts(self, topic: str) -> dict[str, int]:
        mesh = len(self.mesh_router.mesh.get(topic, ()))
        return {"delivered": self._delivered.get(topic, 0), "duplicates": self._duplicates.get(topic, 0), "mesh": mesh}

    def handle_subscription(self, origin_id: ID, sub_message: rpc_pb2.RPC.SubOpts) -> None:
        super().handle_subscription(origin_id, sub_message)
        self._subscribed.set()
        self._subscribed = trio.Event()

    async def push_msg(self, msg_forwarder: ID, msg: rpc_pb2.Message) -> None:
        topic = msg.topicIDs[0] if msg.topicIDs else ""
        if self._is_msg_seen(msg):
            self._duplicates[topic] = self._duplicates.get(topic, 0) + 1
            return
        await super().push_msg(msg_forwarder, msg)
        if topic in self._limits and self._is_msg_seen(msg):
            self._delivered[topic] = self._delivered.get(topic, 0) + 1
            self._deliver(topic, msg.data, id_of(msg), msg_forwarder)

    def _is_valid(self, _from: ID, msg: rpc_pb2.Message) -> bool:
        topic = msg.topicIDs[0]
        is_anonymous = not (msg.from_id or msg.seqno or msg.signature or msg.key) and len(msg.topicIDs) == 1
        return is_anonymous and wire_bytes(len(topic.encode()), len(msg.data)) <= self._limits.get(topic, MAX_MESSAGE_BYTES)
