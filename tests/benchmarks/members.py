"""Team Members: 10,000 people from F5 to painted rows, filtered as one types, sorted."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from govdesk.database.migrate import claim_setup
from govdesk.services import members
from tests.benchmarks.desk import Desk, Painted, sit_down
from tests.benchmarks.measuring import Figure
from tests.benchmarks.scene import Scene

PEOPLE, COUNT = "tenthousand", 10_000
_ROUNDS = 15
_ALLOWED, _EXTRA_MS = 1.5, 50.0
_TYPED = (
    "p",
    "pe",
    "per",
    "person 9",
    "person 99",
    "person 999",
    "person 9999",
    "zo\u00eb",
    "owner",
)
_KEY_MS = 50.0
"""What a person does not notice between a key and what it does."""


def figures(scene: Scene) -> Iterator[Figure]:
    """Both ways of reading, and the keys of a filter, at a desk of their own."""
    _move_in(scene)
    order = {"url": scene.app_url, "token": scene.token(PEOPLE), "path": PEOPLE}
    measured = sit_down("members", "people", **order)
    ours, query = measured["painted"]
    allowed = _ALLOWED * query + _EXTRA_MS
    yield Figure(
        f"members: painted, {COUNT:,} people", ours, allowed, "ms", ours / allowed, 1.0,
        note=f"other: 1.5 × the query alone ({query:.1f} ms) + 50 ms",
    )  # fmt: skip
    yield Figure(
        "members: one key in the filter", measured["key"], _KEY_MS, "ms",
        measured["key"] / _KEY_MS, 1.0, note="slowest of nine, until painted; in memory",
    )  # fmt: skip
    yield Figure(
        "members: the same filter in SQL", measured["sql"], measured["key"], "ms",
        measured["sql"] / measured["key"] if measured["key"] else None,
        note="other: in memory; informs only",
    )  # fmt: skip
    yield Figure(
        "members: sorted by another column", measured["sort"], None, "ms", None,
        note="until painted; informs only",
    )  # fmt: skip


def _move_in(scene: Scene) -> None:
    scene.tenant(PEOPLE, 20)
    with scene.admin() as admin:
        row = admin.execute(
            "SELECT count(*) FROM govdesk.member WHERE tenant_path = %s::ltree", (PEOPLE,)
        ).fetchone()
        if row is not None and row[0] >= COUNT:
            return
        with admin.transaction():
            claim_setup(admin, PEOPLE)
            admin.execute(
                "WITH p AS (INSERT INTO govdesk_private.person (email)"
                "   SELECT 'person' || i || '@example.com' FROM generate_series(1, %s) i"
                "   RETURNING id, email)"
                " INSERT INTO govdesk.member (tenant_id, tenant_path, person_id, email,"
                "   display_name) SELECT t.tenant_id, t.tenant_path, p.id, p.email,"
                "   (ARRAY['Zoë', 'Łukasz', 'محمد', '李', 'Ada'])[1 + length(p.email) %% 5]"
                "   || ' ' || initcap(split_part(p.email, '@', 1))"
                "   FROM p, govdesk.tenant t WHERE t.tenant_path = %s::ltree",
                (COUNT, PEOPLE),
            )
            admin.execute(
                "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path,"
                " role_key) SELECT m.tenant_id, m.tenant_path, m.id, m.tenant_path,"
                " (ARRAY['member', 'operator', 'admin'])[1 + length(m.display_name) %% 3]"
                " FROM govdesk.member m WHERE m.tenant_path = %s::ltree"
                " AND m.email LIKE 'person%%'",
                (PEOPLE,),
            )
        admin.execute("VACUUM ANALYZE govdesk.member, govdesk.member_grant")


# At a desk


def people(desk: Desk) -> dict[str, object]:
    """Milliseconds of each act, the query and ours measured in turn."""
    page = desk.place.team.page
    desk.place.window.show_page("members")
    desk.until(lambda: page.people.model.total >= COUNT)
    desk.until(lambda: not desk.jobs.running)
    paint = Painted(page.people.table)
    sides: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS):
        sides[1].append(_seconds(lambda: _query(desk)))
        sides[0].append(_painted(desk, paint))
        desk.until(lambda: not desk.jobs.running)
    return {
        "painted": (_ms(sides[0]), _ms(sides[1])),
        "key": max(_typed(desk, paint, text) for text in _TYPED),
        "sql": max(1e3 * _seconds(lambda: _in_sql(desk, text)) for text in _TYPED),  # noqa: B023
        "sort": 1e3 * _seconds(lambda: _sorted(desk, paint)),
    }


def _query(desk: Desk) -> None:
    with desk.link.session("query alone") as session:
        members.team(session)


def _in_sql(desk: Desk, text: str) -> None:
    """What each key would cost on the server: the page of rows that the filter lets through."""
    words = [f"%{word}%" for word in text.split()]
    with desk.link.session("query alone") as session, session.reading() as connection:
        connection.execute(
            "SELECT m.id, m.email, m.display_name FROM govdesk.member m WHERE m.status <> 'removed'"
            " AND m.display_name || ' ' || m.email ILIKE ALL (%s)"
            " ORDER BY lower(m.display_name) LIMIT 512",
            (words,),
        ).fetchall()


def _painted(desk: Desk, paint: Painted) -> float:
    page = desk.place.team.page
    read: list[bool] = []
    connection = page.opened.connect(lambda: read.append(True))
    begun = time.perf_counter()
    page.reader.read_people()
    try:
        return paint.wait(lambda: bool(read)) - begun
    finally:
        page.opened.disconnect(connection)


def _typed(desk: Desk, paint: Painted, text: str) -> float:
    page = desk.place.team.page
    page.people.filter.clear()
    desk.rest(0.05)
    begun = time.perf_counter()
    page.people.filter.setText(text)
    page.people.table.viewport().update()
    if not page.people.model.rowCount():
        return 1e3 * (time.perf_counter() - begun)
    return 1e3 * (paint.wait(lambda: True) - begun)


def _sorted(desk: Desk, paint: Painted) -> None:
    page = desk.place.team.page
    page.people.filter.clear()
    page.people.sort(1)
    page.people.table.viewport().update()
    paint.wait(lambda: True)


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _ms(values: list[float]) -> float:
    return 1e3 * statistics.median(values[1:])
