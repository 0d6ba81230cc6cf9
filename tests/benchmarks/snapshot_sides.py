"""Making, opening, searching a snapshot, and a plain SQLite of the same rows, each in a process.

``python -m tests.benchmarks.snapshot_sides '{"act": …}'`` prints one line of JSON.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

from govdesk.database.bundling import Wanted
from govdesk.database.connection import Session, connect
from govdesk.database.copying import Selection
from govdesk.database.snapshot_format import COLUMNS
from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.database.snapshot_source import pages
from govdesk.domain.filter_language import parse
from govdesk.services import snapshots
from tests.benchmarks.child import _peak

_FEWEST, _ENOUGH = 7, 0.1
"""Calls, and seconds of calls, after which a quickest one is taken for the quickest."""
PASSPHRASE = "seven quiet harbours wait"


def _make(order: dict[str, Any]) -> dict[str, Any]:
    session = Session(connect(order["url"]), order["token"], order["path"])
    target = Path(order["target"])
    wish = snapshots.Order(
        target, PASSPHRASE, last=order["last"], force=True, unsigned=True, seconds=0.0
    )
    done = snapshots.create(session, wish)
    session.close()
    return {"rows": done.rows, "bytes": target.stat().st_size}


def _plain(order: dict[str, Any]) -> dict[str, Any]:
    """What anybody would write: the same rows by COPY, one transaction, FTS5 at the end."""
    session = Session(connect(order["url"]), order["token"], order["path"])
    target = Path(order["target"])
    target.unlink(missing_ok=True)
    plain = sqlite3.connect(target, isolation_level=None)
    plain.execute(
        f"CREATE TABLE event (seq INTEGER PRIMARY KEY, {' TEXT, '.join(COLUMNS[1:])} TEXT)"
    )
    plain.execute(
        "CREATE VIRTUAL TABLE event_text USING fts5(summary, content='event',"
        " content_rowid='seq', tokenize='trigram')"
    )
    plain.execute("BEGIN")
    insert = f"INSERT INTO event VALUES ({', '.join('?' * len(COLUMNS))})"
    count = 0
    for page in pages(session, Wanted(Selection(1, order["last"]), frozenset())):
        plain.executemany(insert, page.events)
        count += len(page.events)
    plain.execute("INSERT INTO event_text (event_text) VALUES ('rebuild')")
    plain.execute("COMMIT")
    plain.close()
    session.close()
    return {"rows": count, "bytes": target.stat().st_size}


def _first_page(order: dict[str, Any]) -> dict[str, Any]:
    """From the passphrase to the newest 256 events; nothing was verified."""
    log = SnapshotLog.open(Path(order["target"]), PASSPHRASE)
    found = log.page((), limit=256)
    log.close()
    return {"rows": len(found)}


def _search(order: dict[str, Any]) -> dict[str, Any]:
    """The first page of a word, and how many events hold it."""
    terms = parse(order["word"], zone=UTC).to_terms()
    log = SnapshotLog.open(Path(order["target"]), PASSPHRASE)
    last = log.extent()[0]
    page = _best(lambda: log.page(terms, limit=256))
    count = _best(lambda: log.counts(terms, [1, last + 1]))
    rows = log.counts(terms, [1, last + 1])[0][0]
    log.close()
    return {"rows": rows, "page": page, "count": count}


def _bare_search(order: dict[str, Any]) -> dict[str, Any]:
    """The bare FTS5 query over the plain file."""
    plain = sqlite3.connect(order["target"])
    match = f'"{order["word"]}"'
    first = (
        "SELECT e.* FROM event e WHERE seq IN (SELECT rowid FROM event_text"
        " WHERE event_text MATCH ? ORDER BY rowid DESC LIMIT 256) ORDER BY seq DESC"
    )
    all_ = (
        "SELECT count(*), count(*) FILTER (WHERE e.severity = 'high') FROM event_text"
        " JOIN event e ON e.seq = event_text.rowid WHERE event_text MATCH ?"
    )
    page = _best(lambda: plain.execute(first, (match,)).fetchall())
    count = _best(lambda: plain.execute(all_, (match,)).fetchall())
    return {"rows": plain.execute(all_, (match,)).fetchone()[0], "page": page, "count": count}


def _verify(order: dict[str, Any]) -> dict[str, Any]:
    report = snapshots.verify_snapshot(Path(order["target"]), PASSPHRASE)
    if report.faults:
        raise RuntimeError(f"faults in a snapshot that has none: {report.faults[:3]}")
    return {"rows": report.rows}


def _best(act: Callable[[], object]) -> float:
    """Seconds of the quickest of at least seven calls, and of more where they are over at once."""
    ends = time.perf_counter() + _ENOUGH
    times: list[float] = []
    while len(times) < _FEWEST or time.perf_counter() < ends:
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return min(times)


_ACTS = {
    "make": _make,
    "plain": _plain,
    "first page": _first_page,
    "search": _search,
    "bare search": _bare_search,
    "verify": _verify,
}


def main(text: str) -> None:
    """Do one act and say what it took."""
    order = json.loads(text)
    begun, used = time.perf_counter(), time.process_time()
    found = _ACTS[order["act"]](order)
    took = {"seconds": time.perf_counter() - begun, "processor": time.process_time() - used}
    print(json.dumps(found | took | {"memory": _peak()}))


if __name__ == "__main__":
    main(sys.argv[1])
