"""A TCP proxy that holds back each answer of a server: ``slow_proxy.py PORT SECONDS``.

Prints the port it listens on and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit


@contextlib.contextmanager
def behind(url: str, seconds: float) -> Iterator[str]:
    """Lend the URL by which the server of `url` is reached through a proxy of its own process."""
    address = urlsplit(url)
    proxy = subprocess.Popen(
        [sys.executable, __file__, str(address.port), str(seconds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert proxy.stdout is not None
    assert proxy.stdin is not None
    try:
        port = int(proxy.stdout.readline())
        yield url.replace(f":{address.port}/", f":{port}/")
    finally:
        proxy.stdin.close()
        proxy.wait(timeout=10)
        proxy.stdout.close()


async def _hold_back(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, seconds: float
) -> None:
    """Pass each piece on `seconds` after it came; pieces that came together leave together."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(due - loop.time(), 0))
            if not piece:
                return
            target.write(piece)
            await target.drain()

    delivery = asyncio.create_task(deliver())
    try:
        while piece := await source.read(65536):
            pieces.put_nowait((loop.time() + seconds, piece))
    except ConnectionError:
        pass
    pieces.put_nowait((loop.time(), b""))
    with contextlib.suppress(ConnectionError):
        await delivery
    target.close()


async def _serve(port: int, seconds: float) -> None:
    async def connected(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_hold_back(client, server, 0.0), _hold_back(answers, back, seconds))

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    listening.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
