"""Claims: cycles are collected on the main thread and nowhere else."""

from __future__ import annotations

import gc
import threading
import weakref

from govdesk.desktop.garbage import Garbage
from tests.desktop.driving import wait_for


class Knot:
    """Refers to itself, and writes down where it is destroyed."""

    ends: list[str] = []  # noqa: RUF012 (the instances are gone when it is read)

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.ends.append(threading.current_thread().name)


def tie() -> weakref.ref[Knot]:
    return weakref.ref(Knot())


def test_a_lane_that_allocates_destroys_nothing(qapp: object) -> None:
    garbage = Garbage()
    garbage.begin()
    Knot.ends.clear()
    try:
        knot = tie()
        kept: list[list[int]] = []
        lane = threading.Thread(target=lambda: kept.extend([n] for n in range(50_000)))
        lane.start()
        lane.join()
        assert knot() is not None
        wait_for(lambda: knot() is None)
        assert Knot.ends == [threading.main_thread().name]
    finally:
        garbage.end()
    assert gc.isenabled()
