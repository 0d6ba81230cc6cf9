"""A signed PDF with its events inside, its verification, and the tamper drill.

``python -m tests.benchmarks.signed_pdf '{"act": …}'`` does one act and prints one line of JSON.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from govdesk.database.connection import Session, connect
from govdesk.services import audit, drill
from govdesk.services.signed_pdf import verify_pdf
from tests.benchmarks.child import Measured, _peak
from tests.benchmarks.measuring import Figure, ratio
from tests.benchmarks.scene import LOG, Scene

_EVENTS, _FEW, _DRILLED = 20_000, 2_000, 200
_ROUNDS = 3
_DRILL_SECONDS = 10.0


def main(text: str) -> None:
    """Export events 1 to `last` as a signed PDF and verify it; or run a drill."""
    order = json.loads(text)
    session = Session(connect(order["url"]), order["token"], LOG)
    with tempfile.TemporaryDirectory(prefix="govdesk-bench-") as folder:
        target = Path(folder) / "events.pdf"
        if order["act"] == "verify":
            audit.export(session, audit.Export(target, "pdf", last=order["last"]), url=order["url"])
        begun, used = time.perf_counter(), time.process_time()
        _act(session, order, target)
        seconds, processor = time.perf_counter() - begun, time.process_time() - used
    session.close()
    print(json.dumps(asdict(Measured(seconds, processor, _peak(), order["last"]))))


def _act(session: Session, order: dict[str, Any], target: Path) -> None:
    last = order["last"]
    if order["act"] == "verify":
        report = verify_pdf(target)
        if report.faults or report.rows != last:
            raise RuntimeError(f"not whole: {report.faults[:3]}")
    elif order["act"] == "drill":
        matrix = drill.drill(session, last)
        if matrix.missed:
            raise RuntimeError(f"{matrix.missed} tamperings were not found")
    else:
        form = order["act"]
        audit.export(session, audit.Export(target, form, last=last), url=order["url"])


def _measure(scene: Scene, act: str, last: int) -> Measured:
    order = {"act": act, "last": last, "url": scene.app_url, "token": scene.token(LOG)}
    done = subprocess.run(
        [sys.executable, "-m", __name__, json.dumps(order)],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{act} failed: {done.stderr[-2000:]}")
    return Measured(**json.loads(done.stdout))


def figures(scene: Scene) -> Iterator[Figure]:
    """What the signature and the events inside cost, and how the check grows."""
    last = min(_EVENTS, scene.length())
    made = [_measure(scene, "pdf", last) for _ in range(_ROUNDS)]
    checked = [_measure(scene, "verify", last) for _ in range(_ROUNDS)]
    few = _measure(scene, "verify", _FEW)
    yield ratio("signed PDF: its check against its making", _seconds(checked), _seconds(made),
                unit="s", bound=1.0, note=f"{last} events attached")  # fmt: skip
    yield ratio("signed PDF: memory of its check at 20k against 2k", _memory(checked), few.memory,
                unit="MiB", bound=1.25)  # fmt: skip
    drilled = _measure(scene, "drill", _DRILLED)
    yield Figure("drill: every operator on every column", drilled.seconds, None, "s",
                 drilled.seconds / _DRILL_SECONDS, 1.0,
                 note=f"{_DRILLED} events; ratio: to {_DRILL_SECONDS:.0f} s")  # fmt: skip


def _seconds(runs: list[Measured]) -> float:
    return statistics.median(run.seconds for run in runs)


def _memory(runs: list[Measured]) -> float:
    return statistics.median(run.memory for run in runs)


if __name__ == "__main__":
    main(sys.argv[1])
