"""A peer of py-libp2p, driven by JSON lines: ../README.md."""

import json
import sys
import traceback
from typing import Any

import trio

from interop.commands import CommandError, Commands


def tell(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


async def answer(commands: Commands, request: dict[str, Any]) -> None:
    number, cmd = request.pop("id"), request.pop("cmd")
    try:
        tell({"id": number, "ok": await commands.run(cmd, request)})
    except CommandError as error:
        tell({"id": number, "error": {"code": error.code, "message": str(error)}})
    except Exception as error:
        traceback.print_exc()
        tell({"id": number, "error": {"code": "failed", "message": f"{type(error).__name__}: {error}"}})


async def main() -> None:
    """Until its input ends."""
    async with trio.open_nursery() as nursery:
        commands = Commands(nursery, tell)
        async for line in trio.wrap_file(sys.stdin):
            nursery.start_soon(answer, commands, json.loads(line))
        nursery.cancel_scope.cancel()


trio.run(main)
