"""Snapshots damaged at random, and what nothing in one can make the reader do."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govdesk.database import snapshot_opening
from govdesk.database.snapshot_format import (
    APPLICATION_ID,
    SCHEMA,
    SnapshotKey,
    SnapshotProblem,
)
from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.evidence.notes import VerifierKey
from govdesk.services.children import run_in_child
from govdesk.services.snapshot_verification import verify_snapshot
from tests.snapshots import ATTACKED, PASSPHRASE, copy, digest, signer, used, vkey, whole
from tests.sqlcipher_pages import PAGE, Keys, decrypted, encrypted

__all__ = ["copy", "signer", "vkey", "whole"]
FLIPS = int(os.environ.get("GOVDESK_TEST_FLIPS", "250"))
"""How many single bits are turned; the thorough number is 1,000."""
MUTANTS = int(os.environ.get("GOVDESK_TEST_MUTANTS", "200"))
_REPEAT = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


def test_every_flipped_bit_is_found_or_refused(
    whole: bytes, tmp_path: Path, vkey: VerifierKey, capfd: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(11)
    key = SnapshotKey.derive(PASSPHRASE, whole[:16])
    path = tmp_path / "flipped.govsnap"
    for number in range(FLIPS):
        at = rng.randrange(len(whole)) if number > 40 else rng.randrange(PAGE)
        flipped = bytearray(whole)
        flipped[at] ^= 1 << rng.randrange(8)
        path.write_bytes(flipped)
        try:
            report = verify_snapshot(path, key, [vkey])
        except SnapshotProblem:
            continue
        assert report.ok is False, f"byte {at} of {len(whole)} was changed and not found"
    assert capfd.readouterr() == ("", "")


def attacked(send: Callable[[object], None], folder: str, key: SnapshotKey) -> list[str]:
    """Body of a child: use and verify each file; anything but a sentence is told."""
    told = []
    for path in sorted(Path(folder).iterdir()):
        before = digest(path)
        for work in (used, verify_snapshot):
            try:
                work(path, key)
            except SnapshotProblem:
                continue
            except Exception as error:  # noqa: BLE001 (told, and the test fails)
                told.append(f"{path.name}: {type(error).__name__}: {error}")
        if digest(path) != before:
            told.append(f"{path.name} was changed")
        send(path.name)
    return told


def test_mutants_with_good_codes_crash_nothing(whole: bytes, tmp_path: Path) -> None:
    """As somebody makes them who knows the passphrase: damaged pages, encrypted anew."""
    rng = random.Random(3)
    keys = Keys(PASSPHRASE, whole[:16])
    plain = decrypted(whole, keys)
    for number in range(MUTANTS):
        mutant = bytearray(plain)
        for _ in range(rng.choice((1, 2, 8, 64))):
            at = rng.randrange(100 if number % 5 == 0 else len(plain))
            mutant[max(at, 16)] = rng.choice((0, 255, rng.randrange(256), mutant[at] ^ 1))
        if number % 7 == 3:
            one, other = (rng.randrange(1, len(plain) // PAGE) * PAGE for _ in range(2))
            mutant[one : one + PAGE] = mutant[other : other + PAGE]
        (tmp_path / f"{number:04}.govsnap").write_bytes(encrypted(bytes(mutant), keys))
    last: list[object] = []
    key = SnapshotKey.derive(PASSPHRASE, whole[:16])
    told = run_in_child(attacked, str(tmp_path), key, on_message=last.append)
    assert told == []
    assert len(last) == MUTANTS


def test_no_header_crashes_the_library(whole: bytes, tmp_path: Path) -> None:
    """Another size of pages than its own ends SQLCipher with a fault of memory."""
    keys = Keys(PASSPHRASE, whole[:16])
    plain = decrypted(whole, keys)
    for at in range(16, 100):
        for value in {0, 1, 2, 3, 255} - {plain[at]}:
            page = bytearray(plain[:PAGE])
            page[at] = value
            path = tmp_path / f"{at}-{value}.govsnap"
            path.write_bytes(encrypted(bytes(page), keys) + whole[PAGE:])
    last: list[object] = []
    key = SnapshotKey.derive(PASSPHRASE, whole[:16])
    told = run_in_child(attacked, str(tmp_path), key, on_message=last.append)
    assert told == []


def test_statements_that_take_too_long_are_ended(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_opening, "_STEPS", 10)
    log = SnapshotLog.open(copy, PASSPHRASE)
    monkeypatch.setattr(snapshot_opening, "STATEMENT_SECONDS", -1.0)
    try:
        with pytest.raises(SnapshotProblem) as caught:
            log.page([{**ATTACKED[0], "not": True}])
    finally:
        log.close()
    assert caught.value.key == "slow"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT load_extension('x')", "SELECT hex(zeroblob(1000))", "SELECT randomblob(9)",
        "ATTACH ':memory:' AS more", "PRAGMA writable_schema = ON", "PRAGMA query_only = OFF",
        "DELETE FROM event", "INSERT INTO meta VALUES ('a', 'b')", "CREATE TEMP TABLE t (a)",
        "SELECT * FROM sqlite_master", "SELECT * FROM json_each('[1]')", _REPEAT, "VACUUM",
        "SELECT writefile('x', 'y')", "SELECT fts5(1)", "SELECT sqlcipher_export('main')",
        "PRAGMA rekey = 'x'", "PRAGMA cipher_integrity_check", "BEGIN IMMEDIATE", "REINDEX",
        "SELECT snippet(event_text, 0, '', '', '', 9) FROM event_text WHERE event_text MATCH 'abc'",
        "INSERT INTO event_text (event_text) VALUES ('integrity-check')",
    ],
)  # fmt: skip
def test_nothing_but_plain_reading_is_let_through(copy: Path, statement: str) -> None:
    log = SnapshotLog.open(copy, PASSPHRASE)
    try:
        with pytest.raises(SnapshotProblem):
            log._file.ask(statement)
    finally:
        log.close()


def test_it_is_sqlcipher_4_with_its_defaults(whole: bytes, tmp_path: Path) -> None:
    """Another implementation takes it apart, and a plain SQLite reads what is in it."""
    path = tmp_path / "plain.db"
    path.write_bytes(decrypted(whole, Keys(PASSPHRASE, whole[:16])))
    plain = sqlite3.connect(path)
    assert plain.execute("PRAGMA integrity_check(event)").fetchone() == ("ok",)
    (said,) = plain.execute("SELECT value FROM meta WHERE key = 'manifest'").fetchone()
    assert json.loads(said)["rows"] == plain.execute("SELECT count(*) FROM event").fetchone()[0]
    assert plain.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    found: set[Any] = set(plain.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))
    assert found == SCHEMA
    plain.close()
    with pytest.raises(ValueError, match="page 2"):
        decrypted(whole[:PAGE] + whole[2 * PAGE :], Keys(PASSPHRASE, whole[:16]))
