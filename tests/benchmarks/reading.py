"""Reading under every rule against the same SQL as superuser with the ideal index."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from govdesk.database.connection import Session
from tests.benchmarks.measuring import Figure, interleaved, ratio
from tests.benchmarks.scene import WORDS, Scene

_REPETITIONS = 200
_SLOW_REPETITIONS = 20
_SLOW_SECONDS = 0.25
_PAGE = 100
_PAGE_CALL = "SELECT * FROM govdesk_api.audit_page(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    terms: list[dict[str, object]]
    where: str
    values: tuple[object, ...]
    order: str = "l.seq DESC"
    before: int | None = None
    after: int | None = None
    bound: float | None = 1.5


def _cases(admin: psycopg.Connection[Any], tenant: object) -> Iterator[_Case]:
    facts = admin.execute(
        "SELECT max(l.seq), (SELECT m.at FROM govdesk.audit_log m WHERE m.tenant_id = %(t)s"
        " AND m.seq = (SELECT max(seq) / 3 FROM govdesk.audit_log WHERE tenant_id = %(t)s))"
        " FROM govdesk.audit_log l WHERE l.tenant_id = %(t)s",
        {"t": tenant},
    ).fetchone()
    assert facts is not None
    last, date = facts
    middle = last // 2
    actor, entity = admin.execute(
        "SELECT l.actor, l.entity_id FROM govdesk.audit_log l WHERE l.tenant_id = %s"
        " AND l.seq > %s AND l.action = 'session.started' LIMIT 1",
        (tenant, middle),
    ).fetchone() or ("", "")
    text = date.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    yield _Case("first page", [], "true", ())
    yield _Case("deep page", [], "l.seq < %s", (middle,), before=middle)
    yield _Case(
        "jump to a date", [{"key": "at", "op": "range", "low": text}], "l.at >= %s", (date,),
        "l.at, l.seq", after=0,
    )  # fmt: skip
    yield _Case("jump to a seq", [], "l.seq > %s", (middle - 1,), "l.seq", after=middle - 1)
    for key, column, value in (
        ("action", "action", "member.invited"),
        ("actor", "actor", actor),
        ("severity", "severity", "high"),
    ):
        yield _Case(f"filter {key}:{value}", [{"key": key, "op": "eq", "value": value}],
                    f"l.{column} = %s", (value,))  # fmt: skip
    system = admin.execute(
        "SELECT l.entity_id FROM govdesk.audit_log l WHERE l.tenant_id = %s AND l.seq > %s"
        " AND l.entity_type = 'system' LIMIT 1",
        (tenant, middle),
    ).fetchone()
    # One row costs less than proving who asks: that fixed cost is shown without a bound.
    for name, value, bound in (
        ("filter entity, a system", system[0] if system else "", 1.5),
        ("filter entity, one row in all", entity, None),
    ):
        yield _Case(name, [{"key": "entity", "op": "eq", "value": value}],
                    "l.entity_id = %s", (value,), bound=bound)  # fmt: skip
    yield _Case("filter action:webhook.*", [{"key": "action", "op": "prefix", "value": "webhook."}],
                "l.action >= 'webhook.' AND l.action < 'webhook/'", ())  # fmt: skip
    for name, word in WORDS.items():
        yield _Case(f"text in {name}", [{"key": "text", "op": "contains", "value": word}],
                    "l.summary ILIKE %s", (f"%{word}%",), bound=2.0)  # fmt: skip


class _Reader:
    """Both sides of one case; each returns seconds and how many rows came."""

    def __init__(
        self, session: Session, admin: psycopg.Connection[Any], tenant: object, case: _Case
    ):
        self.session, self.admin = session, admin
        self.page = (json.dumps(case.terms), case.before, case.after, _PAGE)
        self.plain = (
            f"SELECT l.* FROM govdesk.audit_log l WHERE l.tenant_id = %s AND {case.where}"
            f" ORDER BY {case.order} LIMIT {_PAGE}"
        )
        self.values = (tenant, *case.values)
        self.inner: list[float] = []

    def bound(self) -> float:
        """A bound transaction; what the page itself took is kept beside it."""
        begun = time.perf_counter()
        with self.session.transaction() as connection:
            at_page = time.perf_counter()
            connection.execute(_PAGE_CALL, self.page).fetchall()
            self.inner.append(time.perf_counter() - at_page)
        return time.perf_counter() - begun

    def ideal(self) -> float:
        """The same SQL with row security off."""
        begun = time.perf_counter()
        with self.admin.transaction():
            self.admin.execute(self.plain, self.values).fetchall()
        return time.perf_counter() - begun

    def same_rows(self) -> bool:
        with self.session.transaction() as connection:
            ours = connection.execute(_PAGE_CALL, self.page).fetchall()
        return ours == self.admin.execute(self.plain, self.values).fetchall()


def figures(scene: Scene) -> Iterator[Figure]:
    """One figure a case, on warm caches."""
    session, admin = scene.session(), scene.admin()
    try:
        row = admin.execute(
            "SELECT tenant_id FROM govdesk.tenant WHERE tenant_path = %s::ltree",
            (session.tenant_path,),
        ).fetchone()
        assert row is not None
        for case in _cases(admin, row[0]):
            yield _figure(_Reader(session, admin, row[0], case), case)
    finally:
        admin.close()


def _figure(reader: _Reader, case: _Case) -> Figure:
    if not reader.same_rows():
        raise RuntimeError(f"{case.name}: the two sides read different rows")
    slow = _once(reader.ideal) > _SLOW_SECONDS
    rounds = _SLOW_REPETITIONS if slow else _REPETITIONS
    ours, other = interleaved([reader.bound, reader.ideal], rounds, warm_up=8)
    inner = statistics.median(reader.inner[8:])
    ideal = statistics.median(other)
    return ratio(
        f"reading: {case.name}",
        1e3 * statistics.median(ours),
        1e3 * ideal,
        unit="ms",
        bound=case.bound,
        note=f"page alone {1e3 * inner:.2f} ms; {rounds} repetitions",
    )


def _once(act: Callable[[], float]) -> float:
    return act()
