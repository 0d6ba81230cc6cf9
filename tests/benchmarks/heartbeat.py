"""Gaps between 16 ms heart-beats of the main thread, beside an idle window, while work goes on."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from govdesk.services import demo
from govdesk.services.audit import Format
from tests.benchmarks import slow_proxy
from tests.benchmarks.desk import Desk, sit_down
from tests.benchmarks.measuring import Figure
from tests.benchmarks.scene import LOG, Scene

_BEAT_MS = 16
_ROUNDS = 5
_IDLE_SECONDS = 5.0
_P99_MS, _MAX_MS = 20.0, 80.0

Gaps = tuple[float, float]
"""p99 and largest gap of one stretch, in ms."""


def figures(scene: Scene) -> Iterator[Figure]:
    """Exports, a server that goes and comes, answers 2 s late, scrolling."""
    order = {"url": scene.app_url, "token": scene.token(LOG), "path": LOG}

    def please(what: str) -> None:
        if what == "stop":
            scene.running.stop()
        else:
            scene.running = demo.start(scene.home / "demo", 0)

    for form in ("csv", "json"):
        yield from _figures(f"{form.upper()} export", sit_down("heartbeat", form, **order))
    yield from _figures("scrolling", sit_down("heartbeat", "scrolling", **order))
    yield from _figures(
        "server stopped, started", sit_down("heartbeat", "interrupted", please=please, **order)
    )
    with slow_proxy.behind(scene.app_url, 2.0) as url:
        yield from _figures(
            "answers 2 s late", sit_down("heartbeat", "slow", **order | {"url": url})
        )


def _figures(name: str, rounds: list[list[Gaps]]) -> Iterator[Figure]:
    """`rounds` are pairs: idle, then at work."""
    for place, (word, allowed) in enumerate((("p99", _P99_MS), ("max", _MAX_MS))):
        idle = statistics.median(pair[0][place] for pair in rounds)
        work = statistics.median(pair[1][place] for pair in rounds)
        yield Figure(
            f"heart-beat: {name}, {word}", work, idle, "ms", (work - idle) / allowed, 1.0,
            note=f"ratio: of {allowed:g} ms more than idle; medians of {len(rounds)}",
        )  # fmt: skip


# At a desk


class Heart(QObject):
    """Beats every 16 ms on the main thread and notes the time between beats."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def during(self, act: Callable[[], object]) -> Gaps:
        """Return the gaps while `act`, which runs the event loop, goes on."""
        self._gaps.clear()
        self._last = time.perf_counter()
        self._timer.start()
        act()
        self._beat()
        self._timer.stop()
        gaps = sorted(self._gaps)
        return 1e3 * gaps[int(len(gaps) * 0.99)], 1e3 * gaps[-1]

    def _beat(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now


def _beside_idle(
    desk: Desk, act: Callable[[], object], after: Callable[[], object] = lambda: None
) -> list[list[Gaps]]:
    """Idle and at work in turn; `after` follows each turn and is not measured."""
    heart = Heart()
    rounds = []
    # Behind the proxy counting goes on for long; its answers are few and small.
    if desk.order["act"] != "slow":
        desk.until(lambda: not desk.jobs.running)
    for _ in range(_ROUNDS):
        idle = heart.during(lambda: desk.rest(_IDLE_SECONDS))
        rounds.append([idle, heart.during(act)])
        after()
    return rounds


def _export(desk: Desk, form: Format) -> list[list[Gaps]]:
    with tempfile.TemporaryDirectory(prefix="govdesk-bench-") as folder:
        target = Path(folder) / f"events.{form}"

        def once() -> None:
            job = desk.place.exporter.start(target, form, None)
            desk.until(lambda: job.has_ended, 1800)
            if job.state != "done":
                raise RuntimeError(f"the export ended {job.state}: {job.error}")

        # Removing a file of a gigabyte takes long, and is none of the window's work.
        return _beside_idle(desk, once, target.unlink)


def csv(desk: Desk) -> list[list[Gaps]]:
    """The whole log as CSV, by the window's own exporter."""
    return _export(desk, "csv")


def json(desk: Desk) -> list[list[Gaps]]:
    """The whole log as JSON."""
    return _export(desk, "json")


def scrolling(desk: Desk) -> list[list[Gaps]]:
    """The scroll bar dragged over the whole log: every frame needs other pages."""
    bar = desk.table.verticalScrollBar()
    chance = random.Random(5)

    def once() -> None:
        place = 0
        for _ in range(250):
            place = (place + chance.randrange(bar.maximum() // 50)) % bar.maximum()
            bar.setValue(place)
            desk.rest(0.02)

    return _beside_idle(desk, once)


def interrupted(desk: Desk) -> list[list[Gaps]]:
    """The server goes, the window notices and asks on; the server comes and rows are read again."""
    connection = desk.place.window.connection

    def once() -> None:
        desk.please("stop")
        desk.page.refresh()
        desk.until(lambda: connection.state == "offline")
        desk.rest(2.0)
        desk.please("start")
        desk.until(lambda: connection.state == "connected")
        desk.timed(desk.page.refresh, opening=True)

    return _beside_idle(desk, once)


def slow(desk: Desk) -> list[list[Gaps]]:
    """Every answer is 2 s late: refreshed, jumped, scrolled."""
    bar = desk.table.verticalScrollBar()

    def once() -> None:
        desk.timed(desk.page.refresh, opening=True)
        desk.page.go_to_seq(1)
        desk.rest(1.0)
        for step in range(20):
            bar.setValue(bar.maximum() * step // 20)
            desk.rest(0.05)
        desk.until(lambda: desk.page.model.is_settled)

    return _beside_idle(desk, once)
