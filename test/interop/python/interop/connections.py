import trio
from libp2p.abc import INetConn, INetStream, INetwork, INotifee
from multiaddr import Multiaddr


class FirstConnection(INotifee):
    """Who was dialled knows of a connection a little later than who dialled: what the first one waits for."""

    def __init__(self) -> None:
        self.made = trio.Event()

    async def connected(self, network: INetwork, conn: INetConn) -> None:
        self.made.set()

    async def disconnected(self, network: INetwork, conn: INetConn) -> None:
        pass

    async def opened_stream(self, network: INetwork, stream: INetStream) -> None:
        pass

    async def closed_stream(self, network: INetwork, stream: INetStream) -> None:
        pass

    async def listen(self, network: INetwork, multiaddr: Multiaddr) -> None:
        pass

    async def listen_close(self, network: INetwork, multiaddr: Multiaddr) -> None:
        pass
