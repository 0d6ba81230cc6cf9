"""Reading a snapshot to its last byte, to judge it: rows as they are, however odd they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from govdesk.database.snapshot_claims import Claims, read_claims
from govdesk.database.snapshot_format import LONGEST_VALUE, SnapshotKey, SnapshotProblem
from govdesk.database.snapshot_opening import SnapshotFile, connect
from govdesk.evidence.leaf import Row

_FIRST: Final = -(2**63)
_PAGE: Final = 512
_MOST: Final = 20
_MOMENT: Final = 0.05
_COLUMNS: Final = ", ".join(
    "e.seq"
    if name == "seq"
    else f"CASE WHEN octet_length(e.{name}) > {LONGEST_VALUE} THEN 0 ELSE e.{name} END"
    for name in (*Row._fields, "system")
)


RawEvent = tuple[Any, ...]
"""One row as it stands: its columns in order, the system's name, what the search index holds of
it. Of a row that cannot be read there is its number alone."""


class CheckedFile:
    """A snapshot for its verification. Raises `SnapshotProblem` where it cannot be opened."""

    def __init__(self, path: Path, secret: str | SnapshotKey):
        self._file = SnapshotFile(path, secret)
        try:
            self.claims: Claims = read_claims(self._file)
        except BaseException:
            self._file.close()
            raise

    def events(self) -> Iterator[RawEvent]:
        """Yield every row of ``event`` in order; where the file is damaged, what is around it."""
        query = (
            f"SELECT {_COLUMNS}, (SELECT c.c0 FROM event_text_content c WHERE c.id = e.seq)"
            " FROM event e WHERE e.seq {} ORDER BY e.seq LIMIT ? + 0"
        )
        for rows in self._batches(query):
            yield from rows

    def left_out(self) -> Iterator[tuple[int, object]]:
        """Yield every row of ``left_out`` in order; None for a line that cannot be read."""
        capped = f"CASE WHEN octet_length(e.line) > {LONGEST_VALUE} THEN 0 ELSE e.line END"
        query = (
            f"SELECT e.seq, {capped} FROM left_out e WHERE e.seq {{}} ORDER BY e.seq LIMIT ? + 0"
        )
        for rows in self._batches(query):
            for row in rows:
                yield row[0], row[1] if len(row) > 1 else None

    def _batches(self, query: str) -> Iterator[Sequence[tuple[Any, ...]]]:
        low = _FIRST
        while True:
            try:
                rows = self._file.ask(query.format(">= ?"), (low, _PAGE))
            except SnapshotProblem as problem:
                if problem.key not in ("altered", "too_large"):
                    raise
                near = self._around(query, low)
                if near is None:
                    return
                yield near
                low = max(low, 0) + _PAGE
                continue
            yield rows
            if len(rows) < _PAGE:
                return
            low = rows[-1][0] + 1

    def _around(self, query: str, low: int) -> list[tuple[Any, ...]] | None:
        """One by one, where a batch cannot be read; a number alone says: not this one.

        None where nothing can be read any more.
        """
        found: list[tuple[Any, ...]] = []
        readable = 0
        for seq in range(max(low, 0), max(low, 0) + _PAGE):
            try:
                rows = self._file.ask(query.format("= ?"), (seq, 1))
                readable += 1
                found += rows
            except SnapshotProblem:
                found.append((seq,))
        return found if readable else None

    def words(self) -> int:
        """Return how many events the search index holds."""
        return int(self._file.ask("SELECT count(*) FROM event_text_content c")[0][0])

    def inspection(self) -> Inspection:
        """Begin to look for what is wrong with the file, beside whoever goes on reading it."""
        return Inspection(self._file)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Inspection:
    """What is wrong with a file: bytes that nobody wrote so, and broken structures.

    Every page has an authentication code of its own; the structures are checked by SQLite, each
    index against its table and the index of words against its text. Neither needs the interpreter,
    so both run in a thread, over a connection of their own, while rows are judged.
    """

    def __init__(self, file: SnapshotFile):
        self._file = file
        self._found: list[str] = []
        self._error: BaseException | None = None
        self._given_up = threading.Event()
        with file.explained():
            self._connection = connect(file.path, file.key)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def damages(self) -> Sequence[str]:
        """Wait for the end and say what was found, in few words each; raises `SnapshotProblem`."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found

    def close(self) -> None:
        """End it, whether it is at its end or not."""
        self._given_up.set()
        while self._thread.is_alive():
            self._connection.interrupt()
            self._thread.join(_MOMENT)
        self._connection.close()

    def _work(self) -> None:
        try:
            self._inspect()
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self._error = error

    def _inspect(self) -> None:
        # Only the first of the two can be interrupted; what the second finds is told before.
        try:
            with self._file.explained():
                rows = self._connection.execute(f"PRAGMA integrity_check({_MOST})").fetchall()
            structure = [str(row[0])[:200] for row in rows if row[0] != "ok"]
        except SnapshotProblem as problem:
            structure = [problem.sentence]
        if not self._given_up.is_set():
            with self._file.explained():
                pages = self._connection.execute("PRAGMA cipher_integrity_check").fetchmany(_MOST)
            self._found = [*(str(row[0])[:200] for row in pages), *structure]
