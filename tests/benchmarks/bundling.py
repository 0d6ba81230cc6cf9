"""Bundles against ``psql \\copy`` of the same log to CSV, and their memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from govdesk.database.embedded_binaries import find_binaries
from tests.benchmarks import child
from tests.benchmarks.child import Measured
from tests.benchmarks.measuring import Figure, ratio
from tests.benchmarks.scene import LOG, Scene

_ROUNDS = 3
_PART = 100_000
_COPY = (
    "\\copy (SELECT l.* FROM govdesk.audit_log l JOIN govdesk.tenant t USING (tenant_id)"
    " WHERE t.tenant_path = '{path}' AND l.seq <= {last} ORDER BY l.seq)"
    " TO '{target}' WITH (FORMAT csv, HEADER)"
)


def _psql(scene: Scene, target: Path, last: int) -> Measured:
    """Every column of the log, as a bundle carries them, synced to the disk."""
    psql = find_binaries() / "psql"
    command = _COPY.format(path=LOG, last=last, target=target)
    begun = time.perf_counter()
    subprocess.run([psql, "-X", "-q", "-d", scene.admin_url, "-c", command], check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    with open(target, "rb+") as file:
        os.fsync(file.fileno())
    seconds = time.perf_counter() - begun
    target.unlink()
    return Measured(seconds, 0.0, 0.0, last)


def _seconds(runs: list[Measured]) -> float:
    return statistics.median(run.seconds for run in runs)


def figures(scene: Scene) -> Iterator[Figure]:
    """A bundle holds rows, table, index and proofs, packed; the other side one table, plain."""
    last = scene.length()
    order = {"url": scene.app_url, "token": scene.token(LOG), "path": LOG}
    whole, few, table, filtered, check = [], [], [], [], []
    with tempfile.TemporaryDirectory(prefix="govdesk-bench-") as folder:
        target = str(Path(folder) / "evidence.zip")
        some = {**order, "last": min(_PART, last), "target": target, "query": ""}
        few.append(child.measure("bundle", **some))
        check.append(child.measure("verify bundle", target=target))
        for _ in range(_ROUNDS):
            whole.append(child.measure("bundle", **{**some, "last": last}))
            table.append(_psql(scene, Path(folder) / "events.csv", last))
        check.append(child.measure("verify bundle", target=target))
        query = "actor:user:* severity:notice.."
        filtered.append(child.measure("bundle", **{**some, "last": last, "query": query}))
    yield ratio("bundle: all events against psql \\copy of every column to CSV", _seconds(whole),
                _seconds(table), unit="s", bound=3.0, note=f"{last} rows")  # fmt: skip
    yield ratio("bundle: filtered and provably complete, against the same", _seconds(filtered),
                _seconds(table), unit="s", bound=None, note="one run")  # fmt: skip
    yield ratio("bundle: memory at all rows against 100k", max(run.memory for run in whole),
                few[0].memory, unit="MiB", bound=1.1)  # fmt: skip
    yield ratio("bundle: its verification, memory at all rows against 100k", check[1].memory,
                check[0].memory, unit="MiB", bound=1.1)  # fmt: skip
    yield ratio("bundle: its verification against its making", check[1].seconds, _seconds(whole),
                unit="s", bound=None, note="offline, one process")  # fmt: skip
