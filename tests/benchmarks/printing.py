"""The PDF against a platypus LongTable of Paragraph cells; its memory; how soon it cancels.

``python -m tests.benchmarks.printing '{"act": …}'`` does one act and prints one line of JSON.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from govdesk.database.connection import Session, connect
from govdesk.database.copying import TIMELINE, Selection
from govdesk.database.printable import printable_rows
from govdesk.exports.pdf.facts import Facts
from govdesk.services import audit
from tests.benchmarks.child import Measured, _peak
from tests.benchmarks.measuring import Figure, ratio
from tests.benchmarks.scene import LOG, Scene

_FEW, _MANY, _BESIDE = 10_000, 100_000, 1_000
_ROUNDS = 3
Row = Sequence[str | None]


def _facts(last: int) -> Facts:
    return Facts(
        tenant_path=LOG, organization="Bench", made_by="bench", made_at=datetime.now(UTC),
        generator="GovDesk", export_id="bench", first=1, last=last,
    )  # fmt: skip


def _ours(rows: Iterator[Row], target: Path, last: int) -> None:
    from govdesk.exports.pdf.printing import print_log

    with open(target, "wb") as file:
        print_log(rows, _facts(last), file.write)


def _platypus(rows: Iterator[Row], target: Path, last: int) -> None:
    """The same thirteen cells as reportlab's manual would print them, with our fonts."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

    from govdesk.exports.pdf.fonts import REGULAR, fonts_folder

    pdfmetrics.registerFont(TTFont(REGULAR, str(fonts_folder() / f"{REGULAR}.ttf")))
    style = ParagraphStyle("cell", fontName=REGULAR, fontSize=6, leading=7, splitLongWords=1)

    def cells(row: Row) -> list[Any]:
        return [Paragraph(escape(cell or ""), style) for cell in row[: len(TIMELINE)]]

    table = LongTable([cells(TIMELINE), *map(cells, rows)], repeatRows=1, colWidths=[770 / 13] * 13)
    SimpleDocTemplate(str(target), pagesize=landscape(A4), leftMargin=36, rightMargin=36).build(
        [table],
        onLaterPages=lambda canvas, document: canvas.drawString(36, 20, f"Page {document.page}"),
    )


_PRINTERS: dict[str, Callable[[Iterator[Row], Path, int], None]] = {
    "ours": _ours,
    "platypus": _platypus,
}


def main(text: str) -> None:
    """Print events 1 to `last`; with `ready`, the time is that of printing rows already read."""
    order = json.loads(text)
    session = Session(connect(order["url"]), order["token"], LOG)
    rows: Iterator[Row] = printable_rows(session, Selection(1, order["last"]))
    if order["ready"]:
        rows = iter(list(rows))
    with tempfile.TemporaryDirectory(prefix="govdesk-bench-") as folder:
        begun, used = time.perf_counter(), time.process_time()
        _PRINTERS[order["act"]](rows, Path(folder) / "events.pdf", order["last"])
        seconds, processor = time.perf_counter() - begun, time.process_time() - used
    session.close()
    print(json.dumps(asdict(Measured(seconds, processor, _peak(), order["last"]))))


def _measure(scene: Scene, act: str, last: int, *, ready: bool) -> Measured:
    order = {"act": act, "last": last, "ready": ready, "url": scene.app_url,
             "token": scene.token(LOG)}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", __name__, json.dumps(order)],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{act} failed: {done.stderr[-2000:]}")
    return Measured(**json.loads(done.stdout))


def figures(scene: Scene) -> Iterator[Figure]:
    """Printing beside a peer on the same rows; then a long print, and one that is cancelled."""
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(_measure(scene, "ours", _BESIDE, ready=True))
        theirs.append(_measure(scene, "platypus", _BESIDE, ready=True))
    yield ratio("print: rows a second against platypus", _rate(ours), _rate(theirs),
                unit="rows/s", bound=3.0, better="at least",
                note=f"{_BESIDE} rows, LongTable of Paragraphs")  # fmt: skip
    many = min(_MANY, scene.length())
    few, long = (_measure(scene, "ours", last, ready=False) for last in (_FEW, many))
    yield ratio("print: µs a row at all rows against 10k", 1e6 * long.seconds / many,
                1e6 * few.seconds / _FEW, unit="µs", bound=1.3,
                note=f"{many} rows in {long.seconds:.1f} s, reading included")  # fmt: skip
    yield ratio("print: memory at all rows against 10k", long.memory, few.memory, unit="MiB",
                bound=1.2)  # fmt: skip
    taken = statistics.median(_cancelled(scene) for _ in range(_ROUNDS))
    yield Figure("print: from cancel to gone", taken, None, "s", taken, 1.0,
                 note="ratio: to one second")  # fmt: skip


def _rate(runs: list[Measured]) -> float:
    return statistics.median(run.rows / run.seconds for run in runs)


def _cancelled(scene: Scene) -> float:
    """Seconds from the cancellation of a print under way to its end without a trace."""
    cancel, at = threading.Event(), 0.0

    def stop(done: int, total: int) -> None:
        nonlocal at
        if not cancel.is_set():
            at = time.perf_counter()
            cancel.set()

    with tempfile.TemporaryDirectory(prefix="govdesk-bench-") as folder:
        order = audit.Export(Path(folder) / "events.pdf", "pdf", cancel=cancel)
        try:
            audit.export(scene.session(LOG), order, stop, url=scene.app_url)
        except audit.Cancelled:
            taken = time.perf_counter() - at
        else:
            raise RuntimeError("the print was not cancelled")
        if list(Path(folder).iterdir()):
            raise RuntimeError("a cancelled print left a file")
    return taken


if __name__ == "__main__":
    main(sys.argv[1])
