"""Run the figures: a table on standard output, JSON in ``build/bench.json``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks import (
    bundling,
    capturing,
    deliveries,
    exporting,
    heartbeat,
    intake,
    keys,
    members,
    printing,
    proofs,
    reading,
    scrolling,
    signed_pdf,
    snapshots,
    starting,
    verifying,
    webhooks,
    window,
    writing,
)
from tests.benchmarks.measuring import Figure, table, write
from tests.benchmarks.scene import Scene, scene

ROOT = Path(__file__).resolve().parents[2]
GROUPS: dict[str, Callable[[Scene], Iterator[Figure]]] = {
    "fill": starting.fill,
    "start": starting.second_start,
    "capture": capturing.figures,
    "writers": writing.figures,
    "reading": reading.figures,
    "verify": verifying.figures,
    "proofs": proofs.figures,
    "export": exporting.figures,
    "bundle": bundling.figures,
    "print": printing.figures,
    "signed-pdf": signed_pdf.figures,
    "snapshots": snapshots.figures,
    "window": window.figures,
    "timeline": scrolling.figures,
    "heartbeat": heartbeat.figures,
    "members": members.figures,
    "intake": intake.figures,
    "keys": keys.figures,
    "deliveries": deliveries.figures,
    "webhooks": webhooks.figures,
}
"""Groups of figures, in the order of a whole run."""


def main(arguments: list[str]) -> int:
    """Measure, show, write; exit code 1 if a bound is not kept."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help="10 M events instead of 1 M")
    parser.add_argument("--events", type=int, help="another number of events")
    parser.add_argument("--only", action="append", choices=GROUPS, metavar="NAME", default=[],
                        help=f"only these groups: {', '.join(GROUPS)}")  # fmt: skip
    parser.add_argument("--home", type=Path, help="keep the server's files here and use them again")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json")
    options = parser.parse_args(arguments)
    events = options.events or (10_000_000 if options.large else 1_000_000)
    figures: list[Figure] = []
    with scene(events, options.home) as stage:
        for name in options.only or GROUPS:
            for figure in GROUPS[name](stage):
                figures.append(figure)
                print(table([figure]).splitlines()[1], file=sys.stderr, flush=True)
    write(options.output, figures, {"cores": os.cpu_count(), "events": events})
    print(table(figures))
    return 1 if any(figure.holds is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
