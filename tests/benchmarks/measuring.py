"""What a figure is, how its two sides are timed, and how figures are shown."""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

Better = Literal["at most", "at least"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio and the bound it must keep; without a bound it only informs.

    `ours` and `other` are the medians of both sides in `unit`.
    """

    name: str
    ours: float
    other: float | None
    unit: str
    ratio: float | None
    bound: float | None = None
    better: Better = "at most"
    note: str = ""
    details: dict[str, object] = field(default_factory=dict)

    @property
    def holds(self) -> bool | None:
        """Whether the bound is kept; None where there is none."""
        if self.bound is None or self.ratio is None:
            return None
        if self.better == "at most":
            return self.ratio <= self.bound
        return self.ratio >= self.bound


def seconds(act: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def interleaved(
    sides: Sequence[Callable[[], float]], rounds: int, warm_up: int = 1
) -> list[list[float]]:
    """Measure the sides in turn, A B A B …; each returns what it measured.

    The first `warm_up` rounds are thrown away.
    """
    measured: list[list[float]] = [[] for _ in sides]
    for turn in range(warm_up + rounds):
        for side, kept in zip(sides, measured, strict=True):
            value = side()
            if turn >= warm_up:
                kept.append(value)
    return measured


def compared(
    name: str,
    ours: Callable[[], float],
    other: Callable[[], float],
    *,
    rounds: int,
    unit: str,
    bound: float | None,
    better: Better = "at most",
    warm_up: int = 1,
    note: str = "",
) -> Figure:
    """Interleave two sides and compare their medians."""
    a, b = interleaved([ours, other], rounds, warm_up)
    return ratio(
        name,
        statistics.median(a),
        statistics.median(b),
        unit=unit,
        bound=bound,
        better=better,
        note=note or f"medians of {rounds}",
    )


def ratio(
    name: str,
    ours: float,
    other: float,
    *,
    unit: str,
    bound: float | None,
    better: Better = "at most",
    note: str = "",
) -> Figure:
    """Make a figure of two medians."""
    return Figure(name, ours, other, unit, ours / other, bound, better, note)


def table(figures: Sequence[Figure]) -> str:
    """Figures as lines of text for a terminal."""
    width = max((len(f.name) for f in figures), default=4)
    lines = [f"{'figure':{width}}  {'ours':>11}  {'other':>11}  {'unit':8}  ratio  bound"]
    for figure in figures:
        other = "" if figure.other is None else f"{figure.other:,.2f}"
        share = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        sign = "<=" if figure.better == "at most" else ">="
        bound = "" if figure.bound is None else f"{sign} {figure.bound:g}"
        verdict = {None: "", True: "ok", False: "FALLS SHORT"}[figure.holds]
        lines.append(
            f"{figure.name:{width}}  {figure.ours:>11,.2f}  {other:>11}  {figure.unit:8}"
            f"  {share:>5}  {bound:8} {verdict}  {figure.note}".rstrip()
        )
    return "\n".join(lines)


def write(path: Path, figures: Sequence[Figure], facts: dict[str, object]) -> None:
    """Write the figures as JSON, replacing the file when whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            **facts,
        },
        "figures": [{**asdict(f), "holds": f.holds} for f in figures],
    }
    part = path.with_suffix(".part")
    part.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    part.rename(path)
