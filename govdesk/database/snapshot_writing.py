"""Writing a snapshot: rows as they come, their index of words on the way, in constant memory.

Nothing reads what is being written, so there is no journal: a file that was not finished is never
under its own name. Everything that SQLite puts aside stays in memory, for on the disk it would be
in plain text.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self

from govdesk.database.snapshot_format import (
    APPLICATION_ID,
    COLUMNS,
    MADE,
    META,
    SALT_BYTES,
    TEXT_CONFIG,
    VERSION,
    SnapshotKey,
    SnapshotProblem,
    searchable,
)
from govdesk.database.snapshot_opening import library

BATCH: Final = 2_000
_CACHE_KIB: Final = 65_536
_HASH_BYTES: Final = 16 << 20
"""Words are sorted in memory up to so much; the default of 1 MiB makes sixteen times the runs."""
_SUMMARY: Final = COLUMNS.index("summary")
_INSERT: Final = f"INSERT INTO event VALUES ({', '.join('?' * len(COLUMNS))})"

Values = Sequence[str | None]
"""One event's columns as text, in the order of `COLUMNS`."""


class SnapshotWriter:
    """Fills a new file at `path`; it is a snapshot once `finish` came back.

    As a context it closes the file. What cannot be written is a `SnapshotProblem`.
    """

    def __init__(self, path: Path, passphrase: str):
        self._path = path
        path.unlink(missing_ok=True)
        self.key = SnapshotKey.derive(passphrase, os.urandom(SALT_BYTES))
        with self._written():
            self._connection = self._made()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _made(self) -> Any:
        _create(self._path)
        connection = library().connect(str(self._path), isolation_level=None, cached_statements=16)
        connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
        connection.set_key(self.key.raw)
        for setting in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
            "auto_vacuum = NONE",
            "temp_store = MEMORY",
            f"cache_size = -{_CACHE_KIB}",
            f"application_id = {APPLICATION_ID}",
            f"user_version = {VERSION}",
        ):
            connection.execute(f"PRAGMA {setting}").fetchall()
        for statement in MADE:
            connection.execute(statement)
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO event_text (event_text, rank) VALUES ('hashsize', ?)", (_HASH_BYTES,)
        )
        return connection

    def add(self, events: Iterable[Values]) -> int:
        """Append events in ascending order; returns how many there were."""
        count, source = 0, iter(events)
        while batch := list(islice(source, BATCH)):
            with self._written():
                self._connection.executemany(_INSERT, batch)
                self._connection.executemany(
                    "INSERT INTO event_text (rowid, summary) VALUES (?, ?)",
                    [
                        (event[0], searchable(text))
                        for event in batch
                        if (text := event[_SUMMARY]) is not None
                    ],
                )
            count += len(batch)
        return count

    def leave_out(self, lines: Iterable[tuple[int, str]]) -> int:
        """Append the lines of events that the filter left out, by number."""
        count, source = 0, iter(lines)
        while batch := list(islice(source, BATCH)):
            with self._written():
                self._connection.executemany("INSERT INTO left_out VALUES (?, ?)", batch)
            count += len(batch)
        return count

    def finish(self, meta: Mapping[str, str]) -> None:
        """Write what the file says of itself, and everything to the disk."""
        if not meta.keys() <= META or "manifest" not in meta:
            raise ValueError(f"meta holds {', '.join(sorted(META))}")
        with self._written():
            self._connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
            kept = tuple(name for name, _ in TEXT_CONFIG)
            self._connection.execute(
                f"DELETE FROM event_text_config WHERE k NOT IN ({', '.join('?' * len(kept))})", kept
            )
            self._connection.execute("COMMIT")
            self._connection.close()
            _sync(self._path)

    @contextmanager
    def _written(self) -> Iterator[None]:
        sqlite = library()
        try:
            yield
        except OSError as error:
            raise self._unwritten(error.strerror or "an error of the disk") from None
        except sqlite.OperationalError as error:
            raise self._unwritten(str(error)) from None

    def _unwritten(self, why: str) -> SnapshotProblem:
        return SnapshotProblem(
            "unwritten",
            f"The snapshot cannot be written: {why}.",
            "Free some room, or choose another folder, and try again.",
            exit_code=3,
        )


def _create(path: Path) -> None:
    """Make the file for its owner alone before anything is in it."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
