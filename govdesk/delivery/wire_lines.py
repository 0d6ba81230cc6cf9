"""Kept connections to one endpoint: dialled through its guard, used by one sender at a time.

A name is looked up and judged anew at every dial, and no connection lives longer than a minute, so
neither a rebound name nor a network that was closed since is spoken to for longer than that.
"""

from __future__ import annotations

import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_line import Line
from govdesk.delivery.egress_tls import Trail
from govdesk.delivery.wire_tls import Encryption

MOST_SECONDS: Final = 60.0
MOST_USES: Final = 1000
_MOST_KEPT: Final = 16
_GOODBYE_SECONDS: Final = 0.2


@dataclass(slots=True, eq=False)
class Kept:
    """A line, since when it is open, and what its dialling met."""

    line: Line
    born: float
    address: str
    tls: str
    uses: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether it has lived long enough."""
        return self.uses >= MOST_USES or time.monotonic() - self.born >= MOST_SECONDS

    @property
    def is_quiet(self) -> bool:
        """Whether the other side has neither hung up nor said anything unasked.

        TLS 1.3 sends tickets when it likes; reading takes them in and still has nothing to give.
        """
        try:
            self.line.socket.settimeout(0)
            self.line.socket.recv(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False
        return False

    def part(self) -> None:
        """Close so that what was sent, and is never answered, still arrives.

        Closing with tickets unread would reset the connection, and a reset may overtake the last
        message; `unwrap` tells the other side (RFC 5425 §4.4) and reads on to its answer.
        """
        with suppress(OSError, ValueError):
            self.line.socket.settimeout(_GOODBYE_SECONDS)
            if isinstance(self.line.socket, ssl.SSLSocket):
                self.line.socket.unwrap()
        self.line.close()


class Lines:
    """The lines of one endpoint, never anybody else's; safe for several senders at once.

    `is_one_way` where nothing is answered, so that a line is taken leave of before it is closed.
    """

    def __init__(
        self, guard: Guard, host: str, port: int, encryption: Encryption, *,
        is_one_way: bool = False,
    ):  # fmt: skip
        self._guard, self._host, self._port = guard, host, port
        self._encryption = encryption
        self._idle: list[Kept] = []
        self._lock = threading.Lock()
        self._is_closed = False
        self._part = Kept.part if is_one_way else _drop

    def take(self, deadline: Deadline, trail: Trail, most: int) -> Kept | None:
        """The line that was used last and is still good, or None."""
        while (kept := self._pop()) is not None:
            if not kept.is_spent and kept.is_quiet:
                kept.line.renew(deadline, most)
                trail.address, trail.tls = kept.address, kept.tls
                return kept
            self._part(kept)
        return None

    def _pop(self) -> Kept | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def dial(self, deadline: Deadline, trail: Trail, most: int) -> Kept:
        """A new line; raises what the guard and the handshake raise."""
        line = Line.to(self._guard, self._host, self._port, deadline, trail, most)
        try:
            self._encryption.shake(line, self._host, deadline)
        except BaseException:
            line.close()
            raise
        return Kept(line, time.monotonic(), trail.address, trail.tls)

    def keep(self, kept: Kept) -> None:
        """Give a line back, all of whose last answer was read."""
        kept.uses += 1
        with self._lock:
            is_welcome = not (self._is_closed or kept.is_spent or len(self._idle) >= _MOST_KEPT)
            if is_welcome:
                self._idle.append(kept)
        if not is_welcome:
            self._part(kept)

    def tidy(self) -> None:
        """Close lines that nobody may use any more."""
        with self._lock:
            spent = [one for one in self._idle if one.is_spent]
            self._idle = [one for one in self._idle if not one.is_spent]
        for one in spent:
            self._part(one)

    def close(self) -> None:
        """Close every line, those in use as soon as they are given back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for one in idle:
            self._part(one)


def _drop(kept: Kept) -> None:
    kept.line.close()
