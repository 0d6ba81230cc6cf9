"""Exports against ``psql \\copy`` of the same columns."""

from __future__ import annotations

import os
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
    "\\copy (SELECT l.seq, l.at, l.severity, l.action, l.actor, l.on_behalf_of, l.entity_type,"
    " l.entity_id, n.name, l.summary, host(l.ip), l.request_id, encode(l.leaf_hash, 'hex')"
    " FROM govdesk.audit_log l JOIN govdesk.tenant t USING (tenant_id) LEFT JOIN govdesk.node n"
    " ON n.tenant_id = l.tenant_id AND n.id = l.system_id"
    " WHERE t.tenant_path = '{path}' AND l.seq <= {last} ORDER BY l.seq)"
    " TO '{target}' WITH (FORMAT csv, HEADER)"
)


def _psql(scene: Scene, target: Path, last: int) -> Measured:
    """What an administrator would do by hand, synced to the disk as ours is."""
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


def figures(scene: Scene) -> Iterator[Figure]:
    """CSV has the bound; JSONL, which carries every column and a manifest, informs."""
    last = scene.length()
    order = {"url": scene.app_url, "token": scene.token(LOG), "path": LOG, "last": last}
    with tempfile.TemporaryDirectory(prefix="govdesk-bench-") as folder:
        target = Path(folder) / "events"
        runs: dict[str, list[Measured]] = {"csv": [], "psql": [], "jsonl": []}
        few = child.measure(
            "export", format="csv", target=str(target), **{**order, "last": min(_PART, last)}
        )
        for _ in range(_ROUNDS):
            runs["csv"].append(child.measure("export", format="csv", target=str(target), **order))
            runs["psql"].append(_psql(scene, target, last))
        runs["jsonl"].append(child.measure("export", format="jsonl", target=str(target), **order))
    rate = {k: sorted(m.rows / m.seconds for m in v)[len(v) // 2] for k, v in runs.items()}
    yield ratio("export: CSV against psql \\copy", rate["csv"], rate["psql"], unit="rows/s",
                bound=0.6, better="at least", note=f"{last} rows")  # fmt: skip
    yield ratio("export: JSONL against psql \\copy of the CSV", rate["jsonl"], rate["psql"],
                unit="rows/s", bound=None, better="at least", note="one run")  # fmt: skip
    yield ratio("export: memory at all rows against 100k",
                max(m.memory for m in runs["csv"]), few.memory, unit="MiB", bound=1.1)  # fmt: skip
