"""Taking what is left of a body that nobody wants, so that its sender gets to read the answer.

A server that closes while bytes are still coming makes the sender's system throw the answer away
(RFC 9112 §9.6). A rest that is small is taken and forgotten; a large one is cut off as before.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import ClientDisconnect, Request

MOST_BYTES: Final = 1024 * 1024
SECONDS: Final = 1.0


async def drain(request: Request) -> None:
    """Take the rest of a body, at most a mebibyte and for a second; raises nothing."""
    if not _is_worth_it(request):
        return
    taken = 0
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                taken += len(part)
                if taken > MOST_BYTES:
                    return
    except (TimeoutError, ClientDisconnect):
        # Too slow or gone: the answer is sent all the same.
        return


def _is_worth_it(request: Request) -> bool:
    """Not for a body that is announced as large, nor for one whose sender waits to be asked."""
    headers = request.headers
    if "expect" in headers or request._stream_consumed:
        return False
    if "transfer-encoding" in headers:
        return True
    length = headers.get("content-length", "")
    return length.isdigit() and 0 < int(length[:20]) <= 2 * MOST_BYTES
