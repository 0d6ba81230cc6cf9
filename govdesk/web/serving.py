"""Serving the pages with uvicorn: one process, its own clock for slow clients."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp, Receive, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from govdesk.domain.problem import Problem
from govdesk.services.links import Links
from govdesk.web.app import application
from govdesk.web.guard import CROWDED
from govdesk.web.intake import EventIntake
from govdesk.web.settings import Settings

HEAD_SECONDS: Final = 10.0
LAST_CALL_SECONDS: Final = 90.0
LIFE_SECONDS: Final = 120.0
AT_ONCE: Final = 400
"""Connections that are served; who has one more is told to come back."""
_HEAD_BYTES: Final = 16 * 1024


class Impatient(H11Protocol):
    """Closes a connection whose first request does not come whole in time, or that lives too long.

    uvicorn alone waits for ever for a client that sends one byte a minute (slow loris), and where
    there is no room it answers by itself, without headers and words of ours.
    """

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.app = self._enter

    async def _enter(self, scope: Any, receive: Receive, send: Send) -> None:
        """Have the request answered, or with the word that there is no room for it."""
        scope[CROWDED] = max(len(self.connections), len(self.tasks)) > AT_ONCE
        await self.config.loaded_app(scope, receive, send)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clocks."""
        super().connection_made(transport)
        # uvicorn's own line would name the link wherever somebody listens to all loggers.
        self.access_log = False
        self._clocks = (
            self.loop.call_later(HEAD_SECONDS, self._expect_request),
            # Who sends one request after the other is let finish the one in hand.
            self.loop.call_later(LAST_CALL_SECONDS, self.shutdown),
            self.loop.call_later(LIFE_SECONDS, transport.abort),
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop them."""
        for clock in self._clocks:
            clock.cancel()
        super().connection_lost(exc)

    def _expect_request(self) -> None:
        if self.cycle is None:
            self.transport.abort()


def listen(host: str, port: int) -> socket.socket:
    """Take the address; port 0 takes a free one. Raises `Problem`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=AT_ONCE)
    except OSError as error:
        raise Problem(
            f"The address {host}:{port} cannot be used: {error.strerror or error}.",
            "Choose another one with --listen.",
        ) from error


def address(taken: socket.socket) -> str:
    """The http:// address of a listening socket."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(links: Links, intake: EventIntake, settings: Settings, taken: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; requests in hand are finished first."""
    # uvicorn raises the signal again once it has stopped; that stop was the wish.
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda *_: None)
    server(application(links, intake, settings)).run(sockets=[taken])


@contextmanager
def in_background(
    links: Links, intake: EventIntake, settings: Settings, taken: socket.socket
) -> Iterator[None]:
    """Serve in a thread of its own while the block runs."""
    running = server(application(links, intake, settings))
    thread = threading.Thread(target=running.run, args=([taken],), name="web")
    thread.start()
    try:
        yield
    finally:
        running.should_exit = True
        thread.join()
        taken.close()


def server(app: ASGIApp) -> uvicorn.Server:
    """The server of an application, which is not running yet."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Impatient,
            ws="none",
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            # Proxies are judged by `Guard`, which believes only those that are named.
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=10,
            h11_max_incomplete_event_size=_HEAD_BYTES,
        )
    )
