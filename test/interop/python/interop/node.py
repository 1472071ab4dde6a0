"""A host of py-libp2p with TCP, WebSocket, noise and yamux."""

import traceback
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

import trio
from libp2p import new_host
from libp2p.abc import INetStream
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.x25519 import create_new_key_pair as create_noise_key_pair
from libp2p.custom_types import TProtocol
from libp2p.host.exceptions import StreamFailure
from libp2p.host.ping import ID as PING
from libp2p.host.ping import perform_ping_roundtrip
from libp2p.identity.identify.identify import ID as IDENTIFY
from libp2p.identity.identify.pb.identify_pb2 import Identify
from libp2p.network.exceptions import SwarmException
from libp2p.network.stream.exceptions import StreamError
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE
from libp2p.security.noise.transport import Transport as Noise
from libp2p.tools.anyio_service import background_trio_service
from libp2p.utils import read_length_prefixed_protobuf
from multiaddr import Multiaddr

from .connections import FirstConnection
from .gossip import Gossip

_FIRST_CONNECTION_TIMEOUT_S = 5
_MAX_ATTEMPTS = 20
_RETRY_S = 0.1


class Node:
    def __init__(self, network: str, seed: bytes | None, deliver: Callable[[str, bytes, bytes, ID], None]) -> None:
        key_pair = create_new_key_pair(seed)
        # by default it also offers TLS, secio and plaintext
        security = {NOISE: Noise(key_pair, noise_privkey=create_noise_key_pair().private_key)}
        self.host = new_host(
            key_pair=key_pair,
            sec_opt=security,
            muxer_preference="YAMUX",
            enable_websocket=True,
        )
        self._first_connection = FirstConnection()
        self.host.get_network().register_notifee(self._first_connection)
        self.gossip = Gossip(self.host, deliver)
        # who does not serve it is of no network: spec/discovery.md §1
        self.host.set_stream_handler(TProtocol(f"/stoa/{network}/peers/1.0.0"), _tell_of_nobody)
        self._stopping = trio.Event()
        self._stopped = trio.Event()

    async def run(self, listen: Sequence[str], *, task_status: trio.TaskStatus[None]) -> None:
        """Until it is stopped."""
        async with AsyncExitStack() as running:
            await running.enter_async_context(self.host.run([Multiaddr(addr) for addr in listen]))
            await running.enter_async_context(background_trio_service(self.gossip))
            await running.enter_async_context(background_trio_service(self.gossip.mesh_router))
            await self.gossip.wait_until_ready()
            task_status.started()
            await self._stopping.wait()
        self._stopped.set()

    async def stop(self) -> None:
        self._stopping.set()
        await self._stopped.wait()

    def addrs(self) -> list[str]:
        return [str(addr) for addr in self.host.get_addrs()]

    async def peers(self) -> list[ID]:
        with trio.move_on_after(_FIRST_CONNECTION_TIMEOUT_S):
            await self._first_connection.made.wait()
        return self.host.get_connected_peers()

    async def _open(self, peer: ID, protocol: TProtocol) -> INetStream:
        """On a connection that was just taken, py-libp2p fails to open streams now and then, and tries again for its own protocols too."""
        await self.peers()
        for _ in range(_MAX_ATTEMPTS - 1):
            try:
                return await self.host.new_stream(peer, [protocol])
            except (StreamFailure, SwarmException):
                traceback.print_exc()
                await trio.sleep(_RETRY_S)
        return await self.host.new_stream(peer, [protocol])

    async def dial(self, addr: str) -> ID:
        info = info_from_p2p_addr(Multiaddr(addr))
        await self.host.connect(info)
        return info.peer_id

    async def ping(self, peer: ID) -> int:
        stream = await self._open(peer, PING)
        try:
            return await perform_ping_roundtrip(stream)
        finally:
            await stream.close()

    async def identify(self, peer: ID) -> Identify:
        """js-libp2p lets a peer have one such stream at a time and resets another; py-libp2p opens one of its own on connecting."""
        for _ in range(_MAX_ATTEMPTS - 1):
            try:
                return await self._identify(peer)
            except StreamError:
                traceback.print_exc()
                await trio.sleep(_RETRY_S)
        return await self._identify(peer)

    async def _identify(self, peer: ID) -> Identify:
        stream = await self._open(peer, IDENTIFY)
        message = Identify()
        message.ParseFromString(await read_length_prefixed_protobuf(stream))
        await stream.close()
        return message


async def _tell_of_nobody(stream: INetStream) -> None:
    """An answer of peer exchange with no records; the request only says how many there may be."""
    await read_length_prefixed_protobuf(stream)
    await stream.write(b"\x00")
    await stream.close()
