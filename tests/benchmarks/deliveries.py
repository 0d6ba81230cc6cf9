"""The delivery log over a million attempts: from a filter to its first page, painted."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.database.migrate import claim_setup
from govdesk.desktop.deliveries.part import DeliveriesPart
from govdesk.desktop.deliveries.wanted import Wanted
from govdesk.services import deliveries, organization
from govdesk.services.windowing import PAGE
from tests.benchmarks.desk import HEIGHT, WIDTH, Desk, Painted, sit_down
from tests.benchmarks.measuring import Figure
from tests.benchmarks.scene import Scene

PATH: Final = "hooklog"
ATTEMPTS: Final = 1_000_000
ENDPOINTS: Final = 20
RARE: Final = "quetzalbird"
_ROUNDS: Final = 25
_ALLOWED, _EXTRA_MS = 1.5, 50.0

_ENDPOINTS: Final = """
INSERT INTO govdesk.webhook (tenant_id, tenant_path, node_path, description, url, events,
       created_by)
SELECT t.tenant_id, t.tenant_path, t.tenant_path, 'Receiver ' || n,
       'https://r' || n || '.example.com/hook', '{audit.row}', 'user:bench'
  FROM govdesk.tenant t, generate_series(1, %(endpoints)s) n WHERE t.tenant_path = %(path)s::ltree
"""
# A tenth fails and is tried a second time; one in a thousand is another kind of event.
_FILL: Final = """
WITH ends AS (
    SELECT w.*, row_number() OVER (ORDER BY w.description) - 1 AS place
      FROM govdesk.webhook w WHERE w.tenant_path = %(path)s::ltree),
made AS (
    INSERT INTO govdesk.delivery (tenant_id, tenant_path, node_path, webhook_id, seq, event,
           message_id, status, attempts, created_at, done_at, last_outcome, last_status)
    SELECT e.tenant_id, e.tenant_path, e.node_path, e.id, n,
           CASE WHEN n %% 1000 = 7 THEN 'verdict.changed' ELSE 'system.event' END,
           'msg_' || lpad(n::text, 26, '0'), 'delivered', CASE WHEN n %% 10 = 3 THEN 2 ELSE 1 END,
           now() - make_interval(secs => n), now() - make_interval(secs => n - 1),
           'delivered', 200
      FROM generate_series(1, %(deliveries)s) n JOIN ends e ON e.place = n %% %(endpoints)s
 RETURNING *)
INSERT INTO govdesk.delivery_attempt (delivery_id, number, tenant_id, tenant_path, node_path,
       webhook_id, seq, event, origin, at, host, outcome, status, error, address, tls, dns_ms,
       tcp_ms, tls_ms, first_byte_ms, total_ms)
SELECT m.id, k, m.tenant_id, m.tenant_path, m.node_path, m.webhook_id, m.seq, m.event, m.origin,
       m.created_at + make_interval(secs => (k - 1) * 5), 'worker-' || m.seq %% 3,
       CASE WHEN k < m.attempts THEN 'http' ELSE 'delivered' END,
       CASE WHEN k < m.attempts THEN 503 ELSE 200 END,
       CASE WHEN m.seq %% 20000 = 11 THEN %(rare)s
            WHEN k < m.attempts THEN 'The receiver answered 503.' END,
       '203.0.113.9:443', 'TLS 1.3', 2, 14, 22, 61, 104
  FROM made m, generate_series(1, m.attempts) k
"""


def figures(scene: Scene) -> Iterator[Figure]:
    """Each filter: the query alone, and from the choice to rows on the screen."""
    _fill(scene)
    order: dict[str, Any] = {"url": scene.app_url, "token": scene.token(PATH), "path": PATH}
    for name, (ours, query) in sit_down("deliveries", "actions", **order).items():
        allowed = _ALLOWED * query + _EXTRA_MS
        yield Figure(
            f"deliveries: {name}, {ATTEMPTS:,} attempts", ours, allowed, "ms",
            ours / allowed, 1.0,
            note=f"other: 1.5 × the query alone ({query:.1f} ms) + 50 ms",
        )  # fmt: skip


def _fill(scene: Scene) -> None:
    scene.tenant(PATH, 5)
    count = "SELECT count(*) FROM govdesk.delivery_attempt WHERE tenant_path = %s::ltree"
    with scene.admin() as admin:
        row = admin.execute(count, (PATH,)).fetchone()
        if row is not None and row[0]:
            return
        with admin.transaction():
            claim_setup(admin, PATH)
            admin.execute(_ENDPOINTS, {"path": PATH, "endpoints": ENDPOINTS})
        values = {"path": PATH, "endpoints": ENDPOINTS, "deliveries": ATTEMPTS * 10 // 11,
                  "rare": RARE}  # fmt: skip
        admin.execute(_FILL, values)
        admin.execute("VACUUM ANALYZE govdesk.delivery_attempt")
        admin.execute("VACUUM ANALYZE govdesk.delivery")


# At a desk


def actions(desk: Desk) -> dict[str, tuple[float, float]]:
    """Medians in ms of filter to painted rows, and of the query alone, measured in turn."""
    window = QWidget()
    part = _part(desk, window)
    paint = Painted(part.table)
    wanted = _wanted(desk, part)
    measured: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in wanted}
    for turn in range(_ROUNDS + 1):
        for name, filter in wanted.items():
            desk.until(lambda: not desk.jobs.running)
            query = _seconds(lambda f=filter: _first(desk, f))  # type: ignore[misc]
            ours = _painted(part, paint, filter)
            if turn:
                measured[name][0].append(ours)
                measured[name][1].append(query)
    window.close()
    window.deleteLater()
    return {
        name: (1e3 * statistics.median(ours), 1e3 * statistics.median(query))
        for name, (ours, query) in measured.items()
    }


def _part(desk: Desk, window: QWidget) -> DeliveriesPart:
    with desk.link.session("interactive") as session:
        here = organization.here(session)
    desk.place.window.hide()
    part = DeliveriesPart(desk.link, desk.jobs, desk.preferences, here, UTC, window)
    column = QVBoxLayout(window)
    column.addWidget(part)
    window.resize(WIDTH, HEIGHT)
    window.show()
    desk.until(lambda: part.model.rowCount() and not desk.jobs.running)
    return part


def _wanted(desk: Desk, part: DeliveriesPart) -> dict[str, Wanted]:
    now = datetime.now(UTC)
    line = part.model.line(0)
    assert line is not None
    return {
        "all of it": Wanted(),
        "one endpoint of 20": Wanted(webhook=line.item.webhook_id),
        "failed": Wanted(outcome="failed"),
        "failed of one endpoint": Wanted(webhook=line.item.webhook_id, outcome="failed"),
        "an event in 0.1 %": Wanted(event="verdict.*"),
        "the number of an event": Wanted(seq=500_003),
        "a day a week ago": Wanted(since=now - timedelta(days=8), until=now - timedelta(days=7)),
        "text in 50 tries": Wanted(text=RARE),
    }


def _painted(part: DeliveriesPart, paint: Painted, wanted: Wanted) -> float:
    opened: list[bool] = []
    connection = part.reader.opened.connect(lambda: opened.append(True))
    begun = time.perf_counter()
    part.apply(wanted)
    try:
        return paint.wait(lambda: bool(opened)) - begun
    finally:
        part.reader.opened.disconnect(connection)


def _first(desk: Desk, wanted: Wanted) -> None:
    with desk.link.session("query alone") as session:
        deliveries.page(session, wanted.filter(), limit=PAGE)


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
