"""Work measured in a process of its own: seconds, processor seconds, largest memory.

``python -m tests.benchmarks.child '{"act": …}'`` prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from govdesk.database import rows
from govdesk.database.connection import Session, connect
from govdesk.domain.filter_language import parse
from govdesk.evidence.bundle import verify_bundle
from govdesk.evidence.verification import Verifier
from govdesk.services import audit, bundles
from tests.benchmarks import peer


@dataclass(frozen=True, slots=True)
class Measured:
    """What one child did and used; memory in MiB."""

    seconds: float
    processor: float
    memory: float
    rows: int


def measure(act: str, **order: object) -> Measured:
    """Run one act in a child and return what it took; raises if it did not do its work."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, json.dumps({"act": act, **order})],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{act} failed: {done.stderr[-2000:]}")
    return Measured(**json.loads(done.stdout))


def _session(order: dict[str, Any]) -> Session:
    return Session(connect(order["url"]), order["token"], order["path"])


def _verify(order: dict[str, Any]) -> int:
    """The service as the command line calls it, over the whole log."""
    session = _session(order)
    report = audit.verify(session, order["url"], processes=order["processes"])
    session.close()
    if report.faults:
        raise RuntimeError(f"faults in a log that has none: {report.faults[:3]}")
    return report.rows


def _verify_part(order: dict[str, Any]) -> int:
    """Events 1 to `last`: what the service does, on fewer rows."""
    session = _session(order)
    verifier = Verifier()
    verifier.feed(rows.stream(session, 1, order["last"]))
    report = verifier.finish()
    session.close()
    if report.faults:
        raise RuntimeError(f"faults in a log that has none: {report.faults[:3]}")
    return report.rows


def _peer(order: dict[str, Any]) -> int:
    return peer.verify(order["url"])


def _export(order: dict[str, Any]) -> int:
    session = _session(order)
    target = Path(order["target"])
    request = audit.Export(target, order["format"], last=order.get("last"), force=True)
    done = audit.export(session, request)
    session.close()
    target.unlink()
    return done.rows


def _bundle(order: dict[str, Any]) -> int:
    """A bundle without a checkpoint: no worker signs in a benchmark, and proofs take no time."""
    session = _session(order)
    wanted = bundles.Order(
        Path(order["target"]),
        filter=parse(order["query"], zone=UTC),
        last=order["last"],
        force=True,
        unsigned=True,
        seconds=0,
    )
    done = bundles.create(session, wanted)
    session.close()
    return done.rows + done.left_out


def _verify_bundle(order: dict[str, Any]) -> int:
    report = verify_bundle(Path(order["target"]))
    if report.faults:
        raise RuntimeError(f"faults in a bundle that has none: {report.faults[:3]}")
    return report.rows


_ACTS: dict[str, Callable[[dict[str, Any]], int]] = {
    "verify": _verify,
    "verify part": _verify_part,
    "peer": _peer,
    "export": _export,
    "bundle": _bundle,
    "verify bundle": _verify_bundle,
}


def _peak() -> float:
    """Largest memory of this process in MiB; on Linux ru_maxrss would begin with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(int(n.split()[1]) for n in lines if n.startswith("VmHWM:")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(text: str) -> None:
    """Do one act; what importing took is not counted, what the children used is."""
    order = json.loads(text)
    used, begun = os.times(), time.perf_counter()
    count = _ACTS[order["act"]](order)
    seconds, now = time.perf_counter() - begun, os.times()
    processor = sum(now[:4]) - sum(used[:4])
    memory = _peak()
    print(json.dumps({"seconds": seconds, "processor": processor, "memory": memory, "rows": count}))


if __name__ == "__main__":
    main(sys.argv[1])
