"""Test connection: references are followed at this moment, and one short conversation is tried."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from govdesk.delivery import testing
from govdesk.delivery.egress_deadline import Deadline
from govdesk.domain import secret_references
from govdesk.domain.problem import Problem
from govdesk.services.keepers import keepers_of

Test = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test found: one sentence for a person, a line of facts, milliseconds.

    `field` names the reference that led nowhere.
    """

    ok: bool
    sentence: str
    detail: str
    ms: int
    field: str | None = None


class Cancelled(Problem):
    """Somebody gave the test up; nothing was kept."""

    def __init__(self) -> None:
        super().__init__("The test was cancelled.", "Nothing was kept.")


def never() -> bool:
    """Nobody gives it up."""
    return False


def try_connection(
    kind: str,
    settings: Mapping[str, str],
    secret_refs: Mapping[str, str],
    private: Mapping[str, str],
    allow: Sequence[str],
    seconds: float,
    cancelled: Test = never,
) -> Outcome:
    """Follow the references, then try the connection through the egress guard.

    Secrets live in this call only, and stand in no outcome. What the references took is taken off
    the `seconds` of the connection, and `ms` counts both.
    """
    time = Deadline(seconds)
    keepers = keepers_of(os.environ)
    secrets = dict(private)
    for name, reference in secret_refs.items():
        _go_on(cancelled)
        try:
            secrets[name] = keepers.resolve(secret_references.parse(reference)).reveal()
        except Problem as problem:
            return Outcome(False, str(problem), "", time.spent_ms, name)
    _go_on(cancelled)
    found = testing.test(kind, settings, secrets, allow, _rest(time))
    _go_on(cancelled)
    return Outcome(found.ok, found.sentence, found.detail, time.spent_ms)


def _rest(time: Deadline) -> float:
    """Whole seconds, for the sentence that says they are over."""
    return max(1.0, round(time.seconds - time.spent_ms / 1000))


def _go_on(cancelled: Test) -> None:
    if cancelled():
        raise Cancelled
