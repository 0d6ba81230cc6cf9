"""Asking the system for a name's addresses, without waiting longer than there is time.

``getaddrinfo`` cannot be called off: whoever runs a name's servers decides how long it lasts. So
names whose servers were silent get few of the places, and those that answered keep some.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from govdesk.delivery.egress_deadline import Deadline, TooSlow
from govdesk.domain.problem import Problem

ROOM: Final = (4, 12, 16)
"""Look-ups at once of names that were silent; of those and unknown ones; of all."""
LEFT_BEHIND: Final = 64
"""Look-ups that nobody waits for any more and that still hold a thread, but no place."""
SILENT_SECONDS: Final = 300.0
PROOF_SECONDS: Final = 30.0
"""How long one name's answer proves that there is a name server for others."""
FAIR_SECONDS: Final = 1.0
"""A name server that had less time than this has not been silent."""
_MOST_NAMES: Final = 4096
_SILENT, _UNKNOWN, _KNOWN = range(3)
_OF_THE_NAME: Final = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL})
_OF_THE_MACHINE: Final = frozenset({socket.EAI_MEMORY, getattr(socket, "EAI_SYSTEM", None)})


class NotFound(Problem):
    """The name has no address."""


class NoAnswer(NotFound):
    """The servers of this name do not answer, while those of others do."""


class NoNameServer(NotFound):
    """No name server gave an answer, so nothing is known about the name."""


class NameServerSilent(TooSlow):
    """The name server did not answer in time, or could not be asked in time."""


class _Question(threading.Thread):
    """One look-up on a thread of its own; `kind` is the place it holds, None once it holds none."""

    def __init__(self, host: str, port: int, kind: int, resolver: Resolver):
        super().__init__(name="govdesk-lookup", daemon=True)
        self.what, self.host = (host, port), host
        self.kind: int | None = kind
        self.began = time.monotonic()
        self.done = threading.Event()
        self.addresses: list[str] = []
        self.error: OSError | UnicodeError | None = None
        self._resolver = resolver

    @property
    def had_time(self) -> bool:
        """Whether a name server could have answered by now."""
        return time.monotonic() - self.began >= FAIR_SECONDS

    def run(self) -> None:
        try:
            found = socket.getaddrinfo(*self.what, type=socket.SOCK_STREAM)
            self.addresses = [str(one[4][0]) for one in found]
        except (OSError, UnicodeError) as error:
            self.error = error
        finally:
            self._resolver.end(self)


class Resolver:
    """Look-ups of one process. Who asks for a name that is being asked for waits for its answer.

    Safe to call from several threads; `clock` counts seconds.
    """

    def __init__(
        self,
        room: tuple[int, int, int] = ROOM,
        left_behind: int = LEFT_BEHIND,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._room, self._most_left, self._clock = room, left_behind, clock
        self._changed = threading.Condition()
        self._open: dict[tuple[str, int], _Question] = {}
        self._held, self._left = [0, 0, 0], 0
        self._silent: dict[str, float] = {}
        self._answered: dict[str, float] = {}

    def addresses(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """As `system_addresses`."""
        question = self._asked(host, port, deadline)
        if not question.done.wait(_rest(deadline)):
            raise self._given_up(question)
        if question.error is not None:
            raise self._failed(host, question.error) from question.error
        return question.addresses

    def end(self, question: _Question) -> None:
        """Note what a look-up came to, and give its place to another."""
        with self._changed:
            if self._open.get(question.what) is question:
                del self._open[question.what]
            if question.kind is None:
                self._left -= 1
            self._free(question)
            self._learn(question)
            question.done.set()

    def _asked(self, host: str, port: int, deadline: Deadline) -> _Question:
        with self._changed:
            while rest := _rest(deadline):
                if (open_one := self._open.get((host, port))) is not None:
                    return open_one
                if self._has_room(kind := self._kind(host)):
                    return self._begin(_Question(host, port, kind, self), kind)
                self._changed.wait(rest)
        raise _crowded(host)

    def _kind(self, host: str) -> int:
        if self._silent.get(host, 0.0) > self._clock():
            return _SILENT
        return _KNOWN if host in self._answered else _UNKNOWN

    def _has_room(self, kind: int) -> bool:
        own = sum(self._held[: kind + 1])
        return own < self._room[kind] and sum(self._held) < self._room[_KNOWN]

    def _begin(self, question: _Question, kind: int) -> _Question:
        try:
            question.start()
        except RuntimeError:
            raise _crowded(question.host) from None
        self._open[question.what] = question
        self._held[kind] += 1
        return question

    def _free(self, question: _Question) -> None:
        if question.kind is not None:
            self._held[question.kind] -= 1
            question.kind = None
            self._changed.notify_all()

    def _learn(self, question: _Question) -> None:
        code = getattr(question.error, "errno", None)
        if code in _OF_THE_MACHINE:
            return
        if code not in _OF_THE_NAME:
            self._silent.pop(question.host, None)
        elif question.had_time:
            self._note(self._silent, question.host, SILENT_SECONDS)
        if _came_from_a_server(question.host, question.addresses):
            self._note(self._answered, question.host)

    def _note(self, book: dict[str, float], host: str, seconds: float = 0.0) -> None:
        book.pop(host, None)
        book[host] = self._clock() + seconds
        if len(book) > _MOST_NAMES:
            del book[next(iter(book))]

    def _given_up(self, question: _Question) -> Problem:
        """Its place is another's from now on; the thread ends when the system lets it."""
        with self._changed:
            is_holding = not question.done.is_set() and question.kind is not None
            if is_holding and self._left < self._most_left:
                self._left += 1
                self._free(question)
            if not question.had_time:
                return _silent(question.host)
            if not question.done.is_set():
                self._note(self._silent, question.host, SILENT_SECONDS)
            if self._answers_others(question.host):
                return _unanswered(question.host)
        return _silent(question.host)

    def _failed(self, host: str, error: OSError | UnicodeError) -> NotFound:
        code = getattr(error, "errno", None)
        if code in _OF_THE_NAME:
            with self._changed:
                if self._answers_others(host):
                    return _unanswered(host)
        kind = NoNameServer if code in _OF_THE_NAME | _OF_THE_MACHINE else NotFound
        return kind(f"No address is found for {host}.", "Check the name, and the name server.")

    def _answers_others(self, host: str) -> bool:
        since = self._clock() - PROOF_SECONDS
        return any(at > since and name != host for name, at in self._answered.items())


_RESOLVER = Resolver()


def system_addresses(host: str, port: int, deadline: Deadline) -> list[str]:
    """Every address the system gives for a name, in its order.

    Raises `NotFound`; `NoAnswer` where this name's servers are silent and those of others are not;
    `NoNameServer`, or `NameServerSilent` when the deadline comes first, where the name may have no
    part in that.
    """
    return _RESOLVER.addresses(host, port, deadline)


def _came_from_a_server(host: str, addresses: Sequence[str]) -> bool:
    """Whether somebody was asked for it: this machine's own names are in a file of its own."""
    return "." in host and any(one != "::1" and not one.startswith("127.") for one in addresses)


def _rest(deadline: Deadline) -> float:
    try:
        return deadline.left()
    except TooSlow:
        return 0.0


def _unanswered(host: str) -> NoAnswer:
    return NoAnswer(
        f"The name servers of {host} do not answer; those of other names do.",
        "Ask who runs the name servers of this name.",
    )


def _silent(host: str) -> NameServerSilent:
    return NameServerSilent(
        f"The name server did not answer for {host} in time.", "Check the name server."
    )


def _crowded(host: str) -> NameServerSilent:
    return NameServerSilent(
        f"{host} could not be looked up in time: other names wait for their name servers.",
        "Check the name server.",
    )
