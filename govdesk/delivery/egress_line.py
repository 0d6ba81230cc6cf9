"""A dialled connection that waits no longer and reads no more than was agreed."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from typing import Final

from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_tls import Trail, encrypt
from govdesk.domain.problem import Problem

MOST_BYTES: Final = 64 * 1024
"""How many bytes of an answer are read, headers included, as they come from the wire."""
_PIECE: Final = 16 * 1024
"""One record of TLS (RFC 8446 §5.1)."""


class TooLong(Problem):
    """The answer is longer than is read."""


class Broken(Problem):
    """The other side hung up, or speaks another language."""


class Line:
    """One connection with one deadline over everything said on it."""

    def __init__(self, plain: socket.socket, deadline: Deadline, trail: Trail, most: int):
        self.socket, self._deadline, self._trail = plain, deadline, trail
        self._left = self._most = most

    @classmethod
    def to(
        cls, guard: Guard, host: str, port: int, deadline: Deadline, trail: Trail,
        most: int = MOST_BYTES,
    ) -> Line:  # fmt: skip
        """Dial through the guard; raises what `Guard.connect` raises."""
        return cls(guard.connect(host, port, deadline, trail), deadline, trail, most)

    def renew(self, deadline: Deadline, most: int = MOST_BYTES) -> None:
        """Begin the next conversation on a kept connection: its own time and bytes."""
        self._deadline = deadline
        self._left = self._most = most

    def encrypt(self, host: str, trust: ssl.SSLContext) -> None:
        """Speak TLS from here on; raises `NotTrusted`, `NoTls` or `TooSlow`."""
        self.socket = encrypt(self.socket, host, trust, self._deadline, self._trail)

    def read(self, count: int, seconds: float | None = None) -> bytes:
        """At most so many bytes, none at the end; raises `TooLong`, `TimeoutError`, `OSError`."""
        self.socket.settimeout(self._deadline.left(seconds))
        # One more than is left tells "exactly full" from "too long".
        data = self.socket.recv(min(count, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            size = f"{self._most // 1024} kB" if self._most >= 1024 else f"{self._most} bytes"
            raise TooLong(f"The answer is longer than {size}.", "Check the address.")
        return data

    def exactly(self, count: int) -> bytes:
        """So many bytes; raises `ConnectionError` when they end before."""
        parts = bytearray()
        while len(parts) < count:
            data = self.read(min(count - len(parts), self._most))
            if not data:
                raise ConnectionAbortedError("connection ended early")
            parts += data
        return bytes(parts)

    def write(self, data: bytes, seconds: float | None = None) -> None:
        """All of the bytes; who takes them one by one does not gain time by it."""
        rest = memoryview(data)
        while rest:
            self.socket.settimeout(self._deadline.left(seconds))
            rest = rest[self.socket.send(rest[:_PIECE]) :]

    def hurry(self) -> None:
        """Confirm at once what came and comes now, where the system can.

        A server sends tickets behind its handshake. If it gathers small packets (RFC 896), it holds
        its answer back until they are confirmed, which systems put off for 40 ms.
        """
        option = getattr(socket, "TCP_QUICKACK", None)
        if option is not None:
            with suppress(OSError):
                self.socket.setsockopt(socket.IPPROTO_TCP, option, 1)

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self.socket.close()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
