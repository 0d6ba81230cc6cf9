"""Taking events from systems: a key's requests become sealed rows, or nothing at all.

For several threads; each call takes a connection with the worker's login for its one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Protocol, TypeVar

from govdesk.database import intake
from govdesk.database.connection import Connection
from govdesk.database.errors import DatabaseProblem, Refused, Unreachable
from govdesk.database.intake import EVENTS_WRITE, Order, Outcome, Proof, may_write
from govdesk.database.key_doors import Answer
from govdesk.database.nudging import nudge
from govdesk.database.web_pool import Busy, Pool
from govdesk.domain.api_keys import ApiKey
from govdesk.domain.problem import Problem
from govdesk.services import peppers
from govdesk.services.counting_uses import Uses
from govdesk.vault.peppers import PepperFile, PepperRing

CONNECTIONS: Final = 4
_PATIENCE: Final = 5.0
_Found = TypeVar("_Found", Answer, tuple[Answer, list[Outcome]])

Written = Outcome | Problem
"""What became of one request: an outcome, or why it failed."""


class Denied(Problem):
    """A key that is not let in, or not any more; `answer` says why."""

    def __init__(self, answer: Answer):
        super().__init__("This key may not send events.", exit_code=4)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Sender:
    """A key, and the IP address that it is used from."""

    key: ApiKey
    address: str


class Port(Protocol):
    """What the web surface asks of whoever keeps the events; for several threads."""

    def admit(self, sender: Sender) -> Answer:
        """Prove a key; counts nothing. Raises `Problem`."""

    def write(self, sender: Sender, orders: Sequence[Order]) -> list[Written]:
        """Prove a key and seal its orders; answers each one in turn. Raises `Problem` for all."""

    def note_use(self, answer: Answer, sender: Sender) -> None:
        """Count one request of a key that was proved."""

    def close(self) -> None:
        """Finish what is under way."""


class Intake:
    """The intake over one database, with the peppers of this installation.

    Raises `DatabaseProblem` or another `Problem` when it cannot work at all.
    """

    def __init__(self, url: str, pepper_file: Path, *, connections: int = CONNECTIONS):
        self._pool = Pool(url, size=connections, patience=_PATIENCE)
        self._file = PepperFile(pepper_file)
        self._uses = Uses(self._pool)

    def close(self) -> None:
        """Write down what was counted, and close the connections."""
        self._uses.close()
        self._pool.close()

    def note_use(self, answer: Answer, sender: Sender) -> None:
        """Count one request; written down within a minute."""
        if answer.key_id is not None:
            self._uses.count(answer.key_id, sender.address)

    def admit(self, sender: Sender) -> Answer:
        """Prove a key. What the database notes about a key after its end is committed."""
        return self._knock(sender, intake.prove)

    def write(self, sender: Sender, orders: Sequence[Order]) -> list[Written]:
        """Seal the orders together; if the database refuses one of them, each for itself.

        What may or may not be written (the connection broke) is never sent again.
        """
        try:
            return [*self._together(sender, orders)]
        except DatabaseProblem as problem:
            if not _is_one_of_them(problem):
                raise
            if len(orders) == 1:
                return [problem]
        return [self._alone(sender, order) for order in orders]

    def _alone(self, sender: Sender, order: Order) -> Written:
        try:
            return self._together(sender, [order])[0]
        except DatabaseProblem as problem:
            return problem

    def _together(self, sender: Sender, orders: Sequence[Order]) -> Sequence[Written]:
        answer, outcomes = self._knock(sender, partial(_offered, orders))
        return outcomes if may_write(answer) else [Denied(answer)] * len(orders)

    def _knock(self, sender: Sender, call: Callable[[Connection, Proof], _Found]) -> _Found:
        with self._pool.lend() as connection:
            ring = peppers.ready(connection, self._file)
            found = call(connection, proof(ring, sender))
            answer = found if isinstance(found, Answer) else found[0]
            if answer.reason == "unknown" and (newer := self._file.ring()) is not ring:
                # The pepper came while we knocked, and another program has moved the key to it.
                found = call(connection, proof(newer, sender))
            return found


def _offered(
    orders: Sequence[Order], connection: Connection, proof: Proof
) -> tuple[Answer, list[Outcome]]:
    answer, outcomes = intake.offer(connection, proof, orders)
    if any(one.outcome == "recorded" for one in outcomes):
        nudge(connection)
    return answer, outcomes


def _is_one_of_them(problem: DatabaseProblem) -> bool:
    """Whether nothing was written, because of some and perhaps not all."""
    return problem.exit_code == 2 or problem.key in ("key_ended", "crossed")


def proof(ring: PepperRing, sender: Sender) -> Proof:
    """What the database compares a key with, and moves it to if its pepper is older."""
    version, candidates = ring.current, ring.candidates(sender.key.raw)
    return Proof(
        sender.key.key_id, candidates, version, ring.fingerprint(version), candidates[0],
        sender.address if is_address(sender.address) else "",
    )  # fmt: skip


def is_address(text: str) -> bool:
    """Whether this is an IP address, without the name of an interface."""
    try:
        return "%" not in text and bool(ip_address(text))
    except ValueError:
        return False


__all__ = [
    "EVENTS_WRITE", "Answer", "Busy", "DatabaseProblem", "Denied", "Intake", "Order", "Outcome",
    "Port", "Refused", "Sender", "Unreachable", "Written", "may_write", "proof",
]  # fmt: skip
