"""Opening a snapshot as what it is: a stranger's file. Nothing in it runs, nothing is written.

SQLite reads it in place as an immutable file, with a schema that is compared text by text before
anything else is asked, an authorizer that lets only plain reading through, a limit of time for
every statement and one of memory for all. `sqlcipher3` gives no access to ``sqlite3_limit`` and
``sqlite3_db_config``: instead of the former every value's length is asked before the value is
read (`snapshot_reading`) and SQLite itself refuses values that are longer than their file; instead
of ``DEFENSIVE`` and ``ENABLE_TRIGGER=0`` there is no trigger or view in a schema that passes, and
no statement but SELECT.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from govdesk.database.snapshot_format import (
    PAGE_BYTES,
    SALT_BYTES,
    SCHEMA,
    TEXT_CONFIG,
    SnapshotKey,
    SnapshotProblem,
)
from govdesk.database.snapshot_functions import FUNCTIONS
from govdesk.database.snapshot_header import altered, check_header

STATEMENT_SECONDS: Final = 60.0
"""No question to a snapshot takes longer; one that does is refused."""
HEAP_BYTES: Final = 256 << 20
"""Memory that SQLite may take in this process, for all snapshots together."""
_STEPS: Final = 20_000
_CACHE_KIB: Final = 16_384
"""Decrypted pages that are kept: those of a thousand events that a word is found in, so that what
is asked of them again (a page, a count, a histogram) need not decrypt them again."""
_ANOTHER: Final = "Ask for the file once more; nothing in this one was changed."

_OTHERS: Final = (
    (b"SQLite format 3\0", "plain_sqlite", "This is a SQLite database that is not encrypted."),
    (b"PK\x03\x04", "other_format", "This is a ZIP archive; an evidence bundle is one."),
    (b"%PDF-", "other_format", "This is a PDF."),
    (b'{"tenant_id":', "other_format", "This is an export in the form of JSON lines."),
)


class Interrupted(Exception):
    """Somebody called `interrupt` while a statement ran."""


def salt_of(path: Path) -> bytes:
    """Return the salt that a snapshot begins with; raises `SnapshotProblem` for other files."""
    return first_page(path)[0][:SALT_BYTES]


def first_page(path: Path) -> tuple[bytes, int]:
    """Return the first page of what may be a snapshot, and the file's size in bytes."""
    try:
        return _first_page(path)
    except FileNotFoundError:
        sentence = f"{path.name} is not there."
        remedy = "Look whether it was moved or renamed."
        raise SnapshotProblem("missing", sentence, remedy, exit_code=2) from None
    except OSError as error:
        sentence = f"{path.name} cannot be read: {error.strerror}."
        remedy = "Ask whoever owns the file to let you read it."
        raise SnapshotProblem("unreadable", sentence, remedy, exit_code=2) from None


def _first_page(path: Path) -> tuple[bytes, int]:
    kind = path.stat()
    if stat.S_ISDIR(kind.st_mode):
        sentence = f"{path.name} is a folder."
        raise SnapshotProblem("folder", sentence, "Choose the .govsnap file in it.", exit_code=2)
    if not stat.S_ISREG(kind.st_mode):
        sentence = f"{path.name} is no file."
        raise SnapshotProblem("unreadable", sentence, "Choose a .govsnap file.", exit_code=2)
    with path.open("rb") as file:
        begins = file.read(PAGE_BYTES)
    if not begins:
        raise SnapshotProblem("empty", f"{path.name} is empty.", _ANOTHER)
    for magic, key, sentence in _OTHERS:
        if begins.startswith(magic):
            remedy = "A snapshot is a .govsnap file; govdesk verify checks the other kinds."
            raise SnapshotProblem(key, f"{path.name} is no snapshot. {sentence}", remedy)
    if kind.st_size % PAGE_BYTES or kind.st_size < 2 * PAGE_BYTES:
        sentence = f"{path.name} is not whole, or is no snapshot."
        raise SnapshotProblem("truncated", sentence, _ANOTHER)
    return begins, kind.st_size


def library() -> Any:
    """Return the module that reads SQLCipher files; raises `SnapshotProblem` without one."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        sentence = "This installation cannot read snapshots: SQLCipher is not there."
        remedy = "Install GovDesk anew, or open the file on another computer."
        raise SnapshotProblem("unsupported", sentence, remedy, exit_code=3) from None
    return dbapi2


def connect(path: Path, key: SnapshotKey) -> Any:
    """Open the file read-only, so that SQLite locks, recovers and journals nothing."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = library().connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    for setting in (
        # It would tell of every wrong passphrase on standard error.
        "cipher_log_level = NONE",
        "trusted_schema = OFF",
        "query_only = ON",
        "cell_size_check = ON",
        "temp_store = MEMORY",
        f"hard_heap_limit = {HEAP_BYTES}",
    ):
        connection.execute(f"PRAGMA {setting}").fetchall()
    connection.set_key(key.raw)
    return connection


class SnapshotFile:
    """One open snapshot, for one thread at a time. `key` opens it again without the passphrase.

    Raises `SnapshotProblem` for whatever is in the way.
    """

    def __init__(self, path: Path, secret: str | SnapshotKey):
        self.path = path
        page, size = first_page(path)
        salt = page[:SALT_BYTES]
        self.key = SnapshotKey.derive(secret, salt) if isinstance(secret, str) else secret
        if not self.key.fits(salt):
            sentence = f"{path.name} is another file than the one that was opened before."
            raise SnapshotProblem("altered", sentence, "Open it anew with its passphrase.")
        check_header(path.name, page, size, self.key)
        self._until = 0.0
        self._stopped = threading.Event()
        self._connection = self._opened(size // PAGE_BYTES)

    def _opened(self, pages: int) -> Any:
        with self.explained():
            connection = connect(self.path, self.key)
        try:
            connection.set_progress_handler(self._must_stop, _STEPS)
            self._introduce(connection, pages)
            with self.explained():
                connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}").fetchall()
            for name, places, function in FUNCTIONS:
                connection.create_function(name, places, function, deterministic=True)
            connection.set_authorizer(_Authorizer(library()))
        except BaseException:
            connection.close()
            raise
        return connection

    def _introduce(self, connection: Any, pages: int) -> None:
        """Compare the tables that the file has, before any of them is read."""
        found = self._fetched(connection, _SCHEMA_QUERY, ())
        if not _is_ours(found, pages):
            raise self.altered("its tables are not those of a snapshot")
        if self._fetched(connection, _CONFIG_QUERY, ()) != TEXT_CONFIG:
            raise self.altered("its search index has settings of its own")

    def altered(self, why: str) -> SnapshotProblem:
        """Return the problem of a file that GovDesk did not write so, to be raised."""
        return altered(self.path.name, why)

    def ask(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a SELECT; raises `Interrupted` after `interrupt`."""
        return self._fetched(self._connection, query, parameters)

    def _fetched(
        self, connection: Any, query: str, parameters: Sequence[object]
    ) -> list[tuple[Any, ...]]:
        self._stopped.clear()
        self._until = time.monotonic() + STATEMENT_SECONDS
        with self.explained():
            found: list[tuple[Any, ...]] = connection.execute(query, parameters).fetchall()
        return found

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what SQLite raises into `SnapshotProblem` or `Interrupted`."""
        try:
            yield
        except MemoryError:
            raise self._too_large() from None
        except (library().Error, library().Warning, OverflowError, UnicodeError) as error:
            if self._stopped.is_set():
                raise Interrupted from None
            raise self._problem(str(error)) from None

    def _problem(self, said: str) -> SnapshotProblem:
        if "disk I/O error" in said or "unable to open" in said:
            sentence = f"{self.path.name} cannot be read any more."
            remedy = "Look whether its disk or network share is still connected; then try again."
            return SnapshotProblem("unreadable", sentence, remedy, exit_code=3)
        if "interrupted" in said:
            sentence = f"Reading {self.path.name} took longer than {STATEMENT_SECONDS:.0f} seconds."
            remedy = "Make the filter or the period narrower."
            return SnapshotProblem("slow", sentence, remedy, exit_code=3)
        if "out of memory" in said or "too big" in said:
            return self._too_large()
        return self.altered("a part of it cannot be read")

    def _too_large(self) -> SnapshotProblem:
        sentence = f"{self.path.name} holds more than any event can, in one place."
        return SnapshotProblem("too_large", sentence, "Do not trust it; ask for another copy.")

    def interrupt(self) -> None:
        """End the statement that another thread waits for."""
        self._stopped.set()
        self._connection.interrupt()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _must_stop(self) -> bool:
        return self._stopped.is_set() or time.monotonic() > self._until


_SCHEMA_QUERY: Final = (
    "SELECT substr(type, 1, 40), substr(name, 1, 80), substr(tbl_name, 1, 80),"
    " substr(sql, 1, 2000), rootpage FROM sqlite_master LIMIT 100"
)
_CONFIG_QUERY: Final = "SELECT k, v FROM event_text_config LIMIT 10"


def _is_ours(found: Sequence[tuple[Any, ...]], pages: int) -> bool:
    """Whether the schema is the one that snapshots have, and each table has a page of its own."""
    roots = [root for *_, root in found if root != 0]
    return (
        len(found) == len(SCHEMA)
        and {tuple(row) for *row, _ in found} == SCHEMA
        and len(set(roots)) == len(roots) == len(SCHEMA) - 1
        and all(type(root) is int and 1 < root <= pages for root in roots)
    )


_TABLES: Final = frozenset(name for kind, name, _, _ in SCHEMA if kind == "table")
_ALLOWED: Final = frozenset(
    ("count", "length", "octet_length", "substr", "instr", "match")
) | frozenset(name for name, _, _ in FUNCTIONS)


class _Authorizer:
    """Lets SELECT read the snapshot's own tables with the functions that filters need."""

    def __init__(self, sqlite: Any):
        self._select, self._read = sqlite.SQLITE_SELECT, sqlite.SQLITE_READ
        self._function, self._pragma = sqlite.SQLITE_FUNCTION, sqlite.SQLITE_PRAGMA
        self._ok, self._deny = sqlite.SQLITE_OK, sqlite.SQLITE_DENY

    def __call__(
        self, action: int, first: str | None, second: str | None, place: str | None, by: str | None
    ) -> int:
        """Decide on one access; `by` is the trigger or view it is for, and there are none."""
        allowed = by is None and (
            action == self._select
            or (action == self._read and first in _TABLES)
            or (action == self._function and str(second).lower() in _ALLOWED)
            # The search index asks whether the file was changed meanwhile.
            or (action == self._pragma and first == "data_version" and second is None)
        )
        return int(self._ok if allowed else self._deny)


def fingerprint(path: Path) -> tuple[int, int, int]:
    """Return what tells that a file is still the one that was opened."""
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns
