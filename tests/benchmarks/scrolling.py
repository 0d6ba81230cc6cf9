"""The timeline: from an action to painted rows, frames of scrolling, memory; by length of log."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from govdesk.database import demo as store
from govdesk.desktop.tables import Line, WindowedModel, WindowedTable
from govdesk.domain.filter_language import parse
from govdesk.jobs import Jobs
from govdesk.services import timeline
from govdesk.services.demo_history import history
from tests.benchmarks import desk as desks
from tests.benchmarks.desk import Desk, sit_down
from tests.benchmarks.measuring import Figure, ratio
from tests.benchmarks.scene import LOG, Scene, planted

FEW, FEW_EVENTS = "fewlog", 100_000
FILTERS = {
    "filter action": "action:member.invited",
    "filter severity": "severity:high",
    "filter text in 0.1 %": "quetzalbird",
}
_ROUNDS = 25
_ALLOWED, _EXTRA_MS = 1.5, 50.0
_FRAMES, _FRAME_PIXELS = 400, 60


def figures(scene: Scene) -> Iterator[Figure]:
    """Both logs, interleaved by action; memory and frames in processes of their own."""
    _fill_few(scene)
    last = {FEW: scene.length(FEW), LOG: scene.length()}
    orders = {
        path: {"url": scene.app_url, "token": scene.token(path), "path": path, "last": last[path]}
        for path in (FEW, LOG)
    }
    for path, order in orders.items():
        for name, (ours, query) in sit_down("scrolling", "actions", **order).items():
            allowed = _ALLOWED * query + _EXTRA_MS
            yield Figure(
                f"timeline: {name}, {last[path]:,} events", ours, allowed, "ms",
                ours / allowed, 1.0,
                note=f"other: 1.5 × the query alone ({query:.1f} ms) + 50 ms",
            )  # fmt: skip
    used = {path: sit_down("scrolling", "memory", **order) for path, order in orders.items()}
    yield ratio(f"timeline: memory at {last[LOG]:,} events against 100k", used[LOG], used[FEW],
                unit="MiB", bound=1.1, note="proportional share after the same work")  # fmt: skip
    frames = sit_down("scrolling", "frames", **orders[LOG])
    for name, (ours, other) in frames.items():
        yield ratio(f"timeline: scroll frame, {name}", ours, other, unit="ms", bound=1.5,
                    note="other: the same table over a list in memory")  # fmt: skip


def _fill_few(scene: Scene) -> None:
    scene.tenant(FEW, 5)
    missing = FEW_EVENTS - scene.length(FEW)
    if missing <= 1000:
        return
    systems = list(store.system_ids(scene.admin_url, FEW).items())
    end = datetime.now(UTC) - timedelta(days=1)
    past = history(missing, end, [f"owner@{FEW}.example"], systems)
    store.record(scene.admin_url, FEW, planted(past, missing))
    with scene.admin() as connection:
        connection.execute("VACUUM ANALYZE govdesk.audit_log")


# At a desk


def actions(desk: Desk) -> dict[str, tuple[float, float]]:
    """Medians in ms of action to painted rows, and of the query alone, measured in turn."""
    chance = random.Random(7)
    last = int(desk.order["last"])
    measured: dict[str, tuple[list[float], list[float]]] = {}

    def note(name: str, ours: Callable[[], float], query: Callable[[], object]) -> None:
        sides = measured.setdefault(name, ([], []))
        desk.until(lambda: not desk.jobs.running)
        sides[1].append(_seconds(query))
        sides[0].append(ours())

    for _ in range(_ROUNDS):
        # Before the filters: their list would be another one.
        note("first page", lambda: desk.timed(desk.page.refresh, opening=True),
             lambda: _first(desk, [], 512))  # fmt: skip
        target = chance.randrange(300, last)
        note("jump", lambda: _jump(desk, target), lambda: _around(desk, target))  # noqa: B023
        for name, text in FILTERS.items():
            wanted = parse(text, zone=UTC)
            note(name, lambda: desk.timed(lambda: desk.page.apply(wanted), opening=True),  # noqa: B023
                 lambda: _first(desk, wanted.to_terms(), 256))  # fmt: skip # noqa: B023
        desk.timed(lambda: desk.page.apply(None), opening=True)
    return {
        name: (1e3 * statistics.median(ours[1:]), 1e3 * statistics.median(query[1:]))
        for name, (ours, query) in measured.items()
    }


def _jump(desk: Desk, seq: int) -> float:
    def is_there() -> bool:
        event = desk.page.current_event()
        return event is not None and event.seq == seq

    return desk.timed(lambda: desk.page.go_to_seq(seq), there=is_there)


def _first(desk: Desk, terms: Any, limit: int) -> None:
    with desk.link.session("query alone") as session:
        timeline.extent(session)
        timeline.page(session, terms, limit=limit)


def _around(desk: Desk, seq: int) -> None:
    with desk.link.session("query alone") as session:
        timeline.page(session, [], before=seq + 128, after=seq - 129, limit=256)


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def memory(desk: Desk) -> float:
    """MiB after jumps all over the log, filters and scrolling."""
    chance = random.Random(11)
    last = int(desk.order["last"])
    for _ in range(150):
        target = chance.randrange(1, last)
        _jump(desk, target)
    for text in FILTERS.values():
        wanted = parse(text, zone=UTC)
        desk.timed(lambda: desk.page.apply(wanted), opening=True)  # noqa: B023
        desk.until(lambda: desk.page.is_exact)
    desk.timed(lambda: desk.page.apply(None), opening=True)
    desk.until(lambda: not desk.jobs.running)
    return desks.memory()


class InMemory(WindowedModel):
    """The same columns over a list that is all there."""

    def hold(self, lines: list[Line]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._lines, self._rows = lines, len(lines)
        self.endResetModel()

    def line(self, row: int) -> Line | None:
        """Look the row up."""
        return self._lines[row]

    def show_rows(self, first: int, last: int) -> None:
        """Nothing needs to be asked for."""


def frames(desk: Desk) -> dict[str, tuple[float, float]]:
    """Milliseconds of a frame while scrolling: over the log, and over a list of its rows."""
    ours: list[float] = []
    other: list[float] = []
    window, beside = _beside(desk)
    for _ in range(3):
        ours += _scroll(desk, desk.table)
        other += _scroll(desk, beside)
    window.close()
    window.deleteLater()
    return {
        "median": (1e3 * statistics.median(ours), 1e3 * statistics.median(other)),
        "p95": (1e3 * _quantile(ours, 0.95), 1e3 * _quantile(other, 0.95)),
    }


def _beside(desk: Desk) -> tuple[QWidget, WindowedTable]:
    """A second table of the same size and columns over 30,000 rows in memory."""
    with desk.link.session("query alone") as session:
        events = timeline.page(session, [], limit=1000)
    columns = desk.page.model.columns
    lines = [Line(event, tuple(c.text(event) for c in columns)) for event in events] * 30
    model = InMemory(columns, Jobs(), str)
    model.hold(lines)
    window = QWidget()
    table = WindowedTable(model, "beside", window)
    table.resize(desk.table.size())
    window.resize(table.size())
    for place in range(len(columns)):
        table.setColumnWidth(place, desk.table.columnWidth(place))
    window.show()
    desk.rest(0.3)
    return window, table


def _scroll(desk: Desk, table: WindowedTable) -> list[float]:
    """Scroll a frame every 16 ms, as with a wheel held; returns what each frame took."""
    bar = table.verticalScrollBar()
    start = bar.value() if bar.value() < bar.maximum() - _FRAMES * _FRAME_PIXELS else 0
    taken: list[float] = []
    for frame in range(_FRAMES):
        begun = time.perf_counter()
        bar.setValue(start + (frame + 1) * _FRAME_PIXELS)
        table.viewport().repaint()
        taken.append(time.perf_counter() - begun)
        desk.rest(0.016)
    return taken


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]
