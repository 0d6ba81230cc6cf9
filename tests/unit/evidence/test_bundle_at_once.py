"""Rows that are taken at once, because nothing is wrong with them, are judged as by a closer look.

The fast way, `bundle_at_once`, is taken or shut; whatever was done to the rows, both say the same.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from govdesk.evidence import bundle_walk
from govdesk.evidence.bundle_at_once import QuickWalk
from govdesk.evidence.bundle_check import Claims, check
from govdesk.evidence.leaf import COMMITTED, Row
from tests.unit.evidence import logs
from tests.unit.evidence.bundles import KEY, Parts, World, ordered, parts, world
from tests.unit.evidence.logs import Line

_RNG = random.Random(5)
_ERASED = logs.erased(logs.log(20, 23), 7, "ip", "reason")
_LATER = [logs.event(_RNG) | {"at": _ERASED[-1]["at"]} for _ in range(20)]
LOG = [*_ERASED, *logs.seal(_LATER, _RNG, _ERASED[-1])]
QUERIES = ("", "-action:api_key.created", "actor:user:ada*", "severity:notice..", "-seq:9..12")
CASES = 200

Mutation = Callable[[Parts, random.Random], None]


def _altered(made: Parts, rng: random.Random) -> None:
    line = rng.choice(made.events)
    name = rng.choice(("summary", "actor", "at", "action", "seq", "leaf_hash", "tenant_path", "ip"))
    values: dict[str, Any] = {"at": logs.instant(5), "seq": rng.randrange(1, 60), "ip": None}
    line[name] = values.get(name, "user:nobody")


def _forged(line: Line, prev: str, **changes: object) -> None:
    """Seal an event anew, with whatever fields are not shown."""
    line |= {**dict.fromkeys(COMMITTED), **line, **changes}
    line["salts"] = dict.fromkeys(logs._JSONB_ORDER, "5b" * 16)
    line |= logs.reseal(line, prev)


def _resealed(made: Parts, rng: random.Random) -> None:
    line = rng.choice(made.events)
    seq = rng.choice((line["seq"], rng.randrange(1, 90)))
    _forged(line, rng.choice(made.events)["leaf_hash"], seq=seq)


CHANGES: tuple[Line, ...] = (
    {"reason": None},
    {"at": logs.instant(5)},
    {"action": "api_key.created"},
    {"tenant_path": "another_bank"},
    {"action": "audit.erased", "entity_type": "audit_event", "entity_id": "7:ip,reason"},
)


def _chained_anew(made: Parts, rng: random.Random) -> None:
    """One event is as the log's owner would like it, and whatever follows is whole by itself."""
    at = rng.randrange(1, len(made.events))
    changes = rng.choice(CHANGES)
    for before, line in itertools.pairwise(made.events[at - 1 :]):
        _forged(line, before["leaf_hash"], **changes)
        changes = {}


def _deleted(made: Parts, rng: random.Random) -> None:
    at = rng.randrange(len(made.events))
    del made.events[at : at + rng.choice((1, 3))]


def _swapped(made: Parts, rng: random.Random) -> None:
    one, other = (rng.randrange(len(made.events)) for _ in range(2))
    made.events[one], made.events[other] = made.events[other], made.events[one]


def _twice(made: Parts, rng: random.Random) -> None:
    line = copy.deepcopy(rng.choice(made.events))
    made.events.insert(rng.randrange(len(made.events)), line)


def _left_out_too(made: Parts, rng: random.Random) -> None:
    line = rng.choice(made.events)
    made.left_out.insert(
        rng.randrange(len(made.left_out) + 1),
        b'{"seq":%d,"leaf_hash":"%s"}\n' % (line["seq"], str(line["leaf_hash"]).encode()),
    )


def _not_left_out(made: Parts, rng: random.Random) -> None:
    if made.left_out:
        del made.left_out[rng.randrange(len(made.left_out))]


MUTATIONS: tuple[Mutation, ...] = (
    _altered, _resealed, _chained_anew, _deleted, _swapped, _twice, _left_out_too, _not_left_out,
)  # fmt: skip


def claims(made: Parts, of: World) -> Claims:
    return Claims(
        made.manifest,
        made.texts["checkpoint"],
        made.documents["tree.json"],
        made.documents["order.json"],
        {name: made.texts[f"proofs/{name}.tlog-proof"] for name in ("first", "last", "order")},
        made.erasures,
    )


def judged(made: Parts, of: World, notes: dict[int, str]) -> dict[str, Any]:
    rows = logs.rows(made.events)
    told: list[tuple[int, int]] = []
    report = check(
        claims(made, of), rows, made.left_out, [KEY], notes=notes,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    return {**report.as_json(), "opened": report.opened, "hidden": report.hidden, "told": told}


def case(number: int) -> tuple[Parts, World, dict[int, str]]:
    rng = random.Random(number)
    changes: dict[str, Any] = {}
    if number % 5 == 4:
        changes["redact"] = frozenset(("session_id",))
    if number % 3 == 1:
        changes |= {"first": 4, "last": 37}
    of = world(LOG, rng.choice(QUERIES), number, **changes)
    if number % 7 == 6:
        of = World(LOG, ordered(LOG), number, frozenset((11, 12, 30)))
    made = copy.deepcopy(parts(of))
    for _ in range(rng.randrange(4)):
        if len(made.events) > 4:
            rng.choice(MUTATIONS)(made, rng)
    return made, of, {rng.randrange(1, 41): "it was noted"} if number % 11 == 10 else {}


def test_a_row_that_is_taken_at_once_is_judged_as_one_that_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundle_walk, "_TOLD_EVERY", 8)
    cases = [case(number) for number in range(CASES)]
    fast = [judged(*one) for one in cases]
    monkeypatch.setattr(QuickWalk, "_take_at_once", lambda self, row: False)
    slow = [judged(*one) for one in cases]
    assert fast == slow
    assert sum(one["ok"] is True for one in fast) > CASES // 8
    assert len({fault["kind"] for one in fast for fault in one["faults"]}) >= 5


def test_nearly_every_row_of_an_honest_file_is_taken_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bool] = []
    taken = QuickWalk._take_at_once

    def watched(self: Any, row: Row) -> bool:
        seen.append(taken(self, row))
        return seen[-1]

    monkeypatch.setattr(QuickWalk, "_take_at_once", watched)
    whole = logs.log(60, 29)
    of = world(whole)
    report = check(claims(parts(of), of), logs.rows(whole), (), [KEY])
    assert report.ok is True
    assert sum(seen) == 58, "all but both ends"
