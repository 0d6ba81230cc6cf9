"""Taking what is left of a body that nobody wants, so that its sender gets to read the answer.

A server that closes while bytes are still coming makes the sender's system throw the answer away
(RFC 9112 §9.6). So the answer goes first, whole; then what still comes is taken and forgotten,
within bounds, and only then the connection is closed.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MOST_BYTES: Final = 1024 * 1024
SECONDS: Final = 2.0
"""Who sends drop by drop has the answer and keeps a connection for so long, no longer."""
AT_ONCE: Final = 64
"""Rests that one process takes at a time; whoever comes then is cut off."""

_taking = 0


def closing(answer: Response, request: Request, most: int = MOST_BYTES) -> Response:
    """`answer`, as the last one of its connection if a body may still be coming.

    Up to `most` bytes of that are taken then.
    """
    if request._stream_consumed or not _has_body(request):
        return answer
    answer.headers["Connection"] = "close"
    # Who waits to be asked for a body has the answer first, and sends none.
    return answer if "expect" in request.headers else _Closing(answer, request, most)


class _Closing(Response):
    def __init__(self, answer: Response, request: Request, most: int):
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = answer.raw_headers
        self._request, self._most = request, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of the answer, take the rest, and only then say that this was all."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await _take_rest(self._request, self._most)
        await send({"type": "http.response.body", "body": b""})


async def _take_rest(request: Request, most: int) -> None:
    global _taking
    if _taking >= AT_ONCE:
        return
    _taking += 1
    taken = 0
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                taken += len(part)
                if taken > most:
                    return
    except (TimeoutError, ClientDisconnect):
        # Too slow, or gone: the answer was sent before.
        return
    finally:
        _taking -= 1


def _has_body(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    is_long = length.isdigit() and int(length[:20]) > 0
    return is_long or "transfer-encoding" in request.headers
