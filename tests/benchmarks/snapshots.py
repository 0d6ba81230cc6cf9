"""Sealed snapshots against plain SQLite with FTS5 of the same rows, read from the same server."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks import snapshot_sides
from tests.benchmarks.measuring import Figure, ratio
from tests.benchmarks.scene import LOG, WORDS, Scene

_ROUNDS = 3
_PART = 100_000


def measure(act: str, **order: object) -> dict[str, Any]:
    """Run one act in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", snapshot_sides.__name__, json.dumps({"act": act, **order})],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{act} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def figures(scene: Scene) -> Iterator[Figure]:
    """Making has a bound of two, and so has searching; memory may not grow with the rows."""
    last = scene.length()
    order: dict[str, Any] = {"url": scene.app_url, "token": scene.token(LOG), "path": LOG}
    with tempfile.TemporaryDirectory(prefix="govdesk-bench-") as folder:
        ours, plain = str(Path(folder) / "all.govsnap"), str(Path(folder) / "plain.db")
        few = measure("make", target=ours, last=min(_PART, last), **order)
        few_checked = measure("verify", target=ours)
        runs: dict[str, list[dict[str, Any]]] = {"make": [], "plain": []}
        for _ in range(_ROUNDS):
            runs["make"].append(measure("make", target=ours, last=last, **order))
            runs["plain"].append(measure("plain", target=plain, last=last, **order))
        best = {name: min(run["seconds"] for run in many) for name, many in runs.items()}
        sizes = {name: many[0]["bytes"] >> 20 for name, many in runs.items()}
        yield ratio("snapshot: making against plain SQLite with FTS5", best["make"], best["plain"],
                    unit="s", bound=2.0,
                    note=f"{last} rows, {sizes['make']} and {sizes['plain']} MiB")  # fmt: skip
        yield ratio("snapshot: memory at all rows against 100k",
                    max(run["memory"] for run in runs["make"]), few["memory"],
                    unit="MiB", bound=1.1)  # fmt: skip
        opened = min(measure("first page", target=ours)["seconds"] for _ in range(_ROUNDS))
        yield Figure("snapshot: passphrase to first page", opened, None, "s", None)
        for share, word in WORDS.items():
            one = measure("search", target=ours, word=word)
            two = measure("bare search", target=plain, word=word)
            for what in ("page", "count"):
                yield ratio(f"snapshot: search, {what}, {share}", one[what] * 1000,
                            two[what] * 1000, unit="ms", bound=2.0,
                            note=f"{one['rows']} events")  # fmt: skip
        checked = measure("verify", target=ours)
        yield Figure("snapshot: verifying all of it", checked["seconds"], None, "s", None,
                     note=f"{checked['rows'] / checked['seconds']:.0f} rows/s,"
                     f" {checked['processor']:.1f} s of processors")  # fmt: skip
        yield ratio("snapshot: memory of verifying at all rows against 100k", checked["memory"],
                    few_checked["memory"], unit="MiB", bound=1.1)  # fmt: skip
