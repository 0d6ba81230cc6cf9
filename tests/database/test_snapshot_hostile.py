"""A snapshot is a stranger's file: a sentence each, no crash, and not a byte of it changed."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from govdesk.database.snapshot_format import (
    APPLICATION_ID,
    SnapshotKey,
    SnapshotProblem,
)
from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.checkpoints import origin
from govdesk.evidence.notes import KeyPair, VerifierKey
from govdesk.evidence.sealed_about import UNSEALED
from govdesk.services.snapshot_verification import verify_snapshot
from tests import snapshots
from tests.snapshots import PASSPHRASE, change, copy, digest, signer, used, vkey, whole
from tests.sqlcipher_pages import PAGE
from tests.unit.evidence import logs

__all__ = ["copy", "signer", "vkey", "whole"]


def refusal(path: Path, secret: str | SnapshotKey = PASSPHRASE) -> SnapshotProblem:
    """Why a file cannot be used; it is the same byte for byte afterwards."""
    before = digest(path) if path.is_file() else ""
    with pytest.raises(SnapshotProblem) as caught:
        used(path, secret)
    assert (digest(path) if path.is_file() else "") == before
    problem = caught.value
    assert problem.sentence.endswith(".")
    assert problem.remedy.endswith(".")
    assert PASSPHRASE not in str(problem)
    assert problem.exit_code in (1, 2, 3)
    return problem


def test_a_good_one_is_used_and_verified_without_a_change(
    copy: Path, vkey: VerifierKey, capfd: pytest.CaptureFixture[str]
) -> None:
    before = digest(copy), sorted(copy.parent.iterdir())
    used(copy)
    report = verify_snapshot(copy, PASSPHRASE, [vkey])
    assert (report.ok, report.complete, report.faults) == (True, True, [])
    assert report.checkpoint is not None
    assert report.checkpoint.signed_by == vkey.text
    assert (digest(copy), sorted(copy.parent.iterdir())) == before
    assert capfd.readouterr() == ("", "")


def test_without_a_key_nothing_passes(copy: Path) -> None:
    report = verify_snapshot(copy, PASSPHRASE)
    assert report.ok is None
    assert report.faults == []
    assert any("who signed" in text for text in report.not_judged)


def test_the_wrong_key_is_a_fault(copy: Path) -> None:
    other = KeyPair.generate().vkey(origin(logs.TENANT_PATH))
    report = verify_snapshot(copy, PASSPHRASE, [other])
    assert report.ok is False
    assert [fault.kind for fault in report.faults] == ["signature"]


# ---------------------------------------------------------------- names


def names_of(report: BundleReport) -> list[str]:
    """What a report says of names and time: faults, then what it does not judge."""
    said = [fault.detail for fault in report.faults] + report.not_judged
    return [one for one in said if "organization" in one]


@pytest.mark.parametrize(
    "change_of_name",
    [
        "replace(value, 'Meridian Bank', 'Globex Bank')",
        "replace(value, '\"ada\"', '\"eve\"')",
        'replace(value, \'"about": {\', \'"about": {"country": "Utopia", \')',
        "json_set(value, '$.generated_at', '2026-06-29T10:00:00.000000Z')",
    ],
)
def test_another_name_maker_or_time_than_was_sealed_is_a_fault(
    copy: Path, vkey: VerifierKey, change_of_name: str
) -> None:
    """As somebody changes them who knows the passphrase; the log's own events stay as they are."""
    assert names_of(verify_snapshot(copy, PASSPHRASE, [vkey])) == []
    change(copy, f"UPDATE meta SET value = {change_of_name} WHERE key = 'manifest'")
    report = verify_snapshot(copy, PASSPHRASE, [vkey])
    assert report.ok is False
    assert [fault.kind for fault in report.faults] == ["manifest"]
    assert names_of(report) == ["organization, maker or time are not what the order sealed"]


def test_the_sealed_names_cannot_be_taken_out_of_the_order(copy: Path, vkey: VerifierKey) -> None:
    change(
        copy,
        "UPDATE meta SET value = json_remove(value, '$.diff.data.new.about') WHERE key = 'order'",
    )
    report = verify_snapshot(copy, PASSPHRASE, [vkey])
    assert report.ok is False
    assert [fault.detail for fault in report.faults] == ["order.json is not the order of this file"]


def test_an_older_one_is_whole_and_its_names_are_not_judged(
    tmp_path: Path, signer: KeyPair, vkey: VerifierKey
) -> None:
    path = snapshots.sealed(
        tmp_path / "old.govsnap",
        logs.log(3),
        signer,
        seals_names=False,
        said={"organization": "Globex"},
    )
    report = verify_snapshot(path, PASSPHRASE, [vkey])
    assert (report.ok, report.faults) == (True, [])
    assert names_of(report) == [UNSEALED]


# ---------------------------------------------------------------- other files


def test_what_is_no_snapshot_gets_a_sentence(
    tmp_path: Path, whole: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    plain = sqlite3.connect(tmp_path / "plain.db")
    plain.execute("CREATE TABLE t (a)")
    plain.close()
    found = {}
    for name, content in {
        "empty": b"",
        "one byte": b"x",
        "text": b"hello\n" * 4096,
        "junk": random.Random(1).randbytes(20 * PAGE),
        "zeros": bytes(20 * PAGE),
        "zip": b"PK\x03\x04" + bytes(2 * PAGE - 4),
        "pdf": b"%PDF-1.7" + bytes(2 * PAGE - 8),
        "jsonl": b'{"tenant_id":' + bytes(2 * PAGE - 13),
        "plain": (tmp_path / "plain.db").read_bytes(),
        "cut in a page": whole[: 5 * PAGE + 17],
        "cut at a page": whole[: 5 * PAGE],
        "one page": whole[:PAGE],
        "longer": whole + bytes(PAGE),
        "pages exchanged": whole[: 3 * PAGE] + whole[4 * PAGE : 5 * PAGE]
        + whole[3 * PAGE : 4 * PAGE] + whole[5 * PAGE :],
    }.items():  # fmt: skip
        path = tmp_path / name
        path.write_bytes(content)
        found[name] = refusal(path).key
    found["not there"] = refusal(tmp_path / "nowhere").key
    found["folder"] = refusal(tmp_path).key
    os.mkfifo(tmp_path / "pipe")
    found["pipe"] = refusal(tmp_path / "pipe").key
    assert found == {
        "empty": "empty", "one byte": "truncated", "text": "wrong_passphrase",
        "junk": "wrong_passphrase", "zeros": "wrong_passphrase", "zip": "other_format",
        "pdf": "other_format", "jsonl": "other_format", "plain": "plain_sqlite",
        "cut in a page": "truncated", "cut at a page": "altered", "one page": "truncated",
        "longer": "altered", "pages exchanged": "altered", "not there": "missing",
        "folder": "folder", "pipe": "unreadable",
    }  # fmt: skip
    assert capfd.readouterr() == ("", "")


def test_a_file_that_may_not_be_read_gets_a_sentence(copy: Path) -> None:
    copy.chmod(0)
    copy.parent.chmod(0o755)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from govdesk.database.snapshot_opening import salt_of\n"
        "os.geteuid() or os.seteuid(65534)\n"
        "try: salt_of(Path(sys.argv[1]))\n"
        "except Exception as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(copy)], capture_output=True, text=True, check=True
    )
    assert "cannot be read: Permission denied." in done.stdout


@pytest.mark.parametrize(
    "passphrase",
    ["Wrong one", PASSPHRASE + " ", PASSPHRASE.upper(), "'; DROP TABLE event; --", "x'00'",
     f"x'{'00' * 48}'", 'a"b', "é" * 5000],
)  # fmt: skip
def test_another_passphrase_does_not_open_it(
    copy: Path, passphrase: str, capfd: pytest.CaptureFixture[str]
) -> None:
    problem = refusal(copy, passphrase)
    assert problem.key == "wrong_passphrase"
    assert passphrase not in str(problem)
    assert passphrase not in repr(problem.__dict__)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("passphrase", ["", "a\0b", "\ud800"])
def test_what_is_no_passphrase_is_said(copy: Path, passphrase: str) -> None:
    assert refusal(copy, passphrase).key == "passphrase"


@pytest.mark.parametrize(
    "passphrase", ['it\'s "quoted" -- ;', "e\u0301 é \U0001f511", f"x'{'ab' * 48}'", " spaces "]
)
def test_any_passphrase_opens_what_it_closed(tmp_path: Path, passphrase: str) -> None:
    rows = snapshots.of_rows(logs.rows(logs.log(3)))
    path = snapshots.write(tmp_path / "odd.govsnap", rows, passphrase=passphrase)
    log = SnapshotLog.open(path, passphrase)
    assert len(log.page(())) == 3
    assert repr(log.key) == "SnapshotKey()"
    log.close()


# ---------------------------------------------------------------- changed with the passphrase

_REPEAT = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
_FTS = "CREATE VIRTUAL TABLE event_text USING fts5(summary, columnsize=0, {})"
_NEW_TEXT = "UPDATE sqlite_master SET sql = {} WHERE name = {}"
SCHEMAS: dict[str, tuple[str, ...]] = {
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON meta BEGIN SELECT 1; END",),
    "a view": ("CREATE VIEW v AS SELECT 1",),
    "a view without an end": ("DROP TABLE left_out", f"CREATE VIEW left_out AS {_REPEAT}"),
    "one more table": ("CREATE TABLE more (a)",),
    "one more index": ("CREATE INDEX more ON event (action)",),
    "an index on a function": (
        "DROP INDEX event_facts",
        "CREATE INDEX event_facts ON event (lower(action))",
    ),
    "no index": ("DROP INDEX event_facts",),
    "no table": ("DROP TABLE left_out",),
    "another tokenizer": ("DROP TABLE event_text", _FTS.format("tokenize='porter'")),
    "text from elsewhere": ("DROP TABLE event_text", _FTS.format("content='meta'")),
    "an r-tree": ("CREATE VIRTUAL TABLE r USING rtree(id, a, b)",),
    "a generated column": (
        "DROP TABLE left_out",
        "CREATE TABLE left_out (seq INTEGER PRIMARY KEY, line TEXT AS (hex(zeroblob(1e8))))",
    ),
    "a check": (
        "DROP TABLE left_out",
        "CREATE TABLE left_out (seq INTEGER PRIMARY KEY, line TEXT NOT NULL CHECK (line > ''))",
    ),
    "statistics": ("ANALYZE",),
    "a table that is said to be another": (
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master"
        " WHERE name = 'meta') WHERE name = 'left_out'",
    ),
    "a table beyond the file": (
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'left_out'",
    ),
    "a schema that is no SQL": (
        "PRAGMA writable_schema = ON",
        _NEW_TEXT.format("'nonsense'", "'left_out'"),
    ),
    "a schema of a hundred thousand things": (
        "PRAGMA writable_schema = ON",
        "INSERT INTO sqlite_master WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 100000) SELECT 'view', 'v' || i, 'v' || i, 0, 'CREATE VIEW v' || i"
        " || ' AS SELECT 1' FROM n",
    ),
    "a function for ranks": ("INSERT INTO event_text (event_text, rank) VALUES ('rank', 'f(1)')",),
    "another page size of its index": (
        "INSERT INTO event_text (event_text, rank) VALUES ('pgsz', 64000)",
    ),
    "settings that are no settings": ("UPDATE event_text_config SET v = zeroblob(1000000)",),
    "write-ahead": ("PRAGMA journal_mode = WAL",),
    "another version": ("PRAGMA user_version = 0",),
}


@pytest.mark.parametrize("attack", SCHEMAS, ids=str)
def test_a_schema_that_is_not_ours_is_refused(copy: Path, attack: str) -> None:
    change(copy, *SCHEMAS[attack])
    assert refusal(copy).key == "altered"


def test_a_newer_snapshot_says_so(copy: Path) -> None:
    change(copy, "PRAGMA user_version = 2")
    problem = refusal(copy)
    assert problem.key == "newer"
    assert "newer GovDesk" in problem.sentence


def test_another_programs_encrypted_database_says_so(tmp_path: Path) -> None:
    path = change(
        tmp_path / "other.db", "CREATE TABLE t (a)", "INSERT INTO t VALUES (zeroblob(9999))"
    )
    assert refusal(path).key == "foreign"
    change(path, f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 1")
    assert refusal(path).key == "altered"


_SAID = "UPDATE meta SET value = {} WHERE key = 'manifest'"
_DEEP = "replace(hex(zeroblob({})), '00', '[')"
META = {
    "no manifest": "DELETE FROM meta WHERE key = 'manifest'",
    "no JSON": "UPDATE meta SET value = 'x' WHERE key = 'manifest'",
    "a list": "UPDATE meta SET value = '[]' WHERE key = 'manifest'",
    "depth": _SAID.format(_DEEP.format(200000)),
    "size": "UPDATE meta SET value = hex(zeroblob(20000000)) WHERE key = 'manifest'",
    "a number": "UPDATE meta SET value = json_set(value, '$.rows', -1) WHERE key = 'manifest'",
    "a fraction": "UPDATE meta SET value = json_set(value, '$.rows', 1.5) WHERE key = 'manifest'",
    "too large": "UPDATE meta SET value = replace(value, '\"rows\": ', '\"rows\": 9e999')",
    "a name": "UPDATE meta SET value = json_set(value, '$.about.organization', json('{}'))"
    " WHERE key = 'manifest'",
    "no order": "UPDATE meta SET value = json_remove(value, '$.order') WHERE key = 'manifest'",
    "a key": "INSERT INTO meta VALUES ('more', 'x')",
    "a blob": "UPDATE meta SET value = x'00ff' WHERE key = 'manifest'",
    "no Unicode": "UPDATE meta SET value = CAST(x'ff' AS TEXT) WHERE key = 'manifest'",
    "digits": "UPDATE meta SET value = json_set(value, '$.rows', '1') WHERE key = 'manifest'",
}


@pytest.mark.parametrize("attack", META, ids=str)
def test_a_manifest_that_is_none_is_refused(copy: Path, attack: str) -> None:
    change(copy, META[attack])
    assert refusal(copy).key == "altered"


VALUES = {
    "a blob": "UPDATE event SET actor = x'00' WHERE seq = (SELECT max(seq) FROM event)",
    "a number": "UPDATE event SET seq = -5 WHERE seq = (SELECT max(seq) FROM event)",
    "huge": "UPDATE event SET summary = hex(zeroblob(10000000))"
    " WHERE seq = (SELECT max(seq) FROM event)",
    "no Unicode": "UPDATE event SET actor = CAST(x'c328' AS TEXT)",
    "no time": "UPDATE event SET at = 'yesterday'",
    "no such time": "UPDATE event SET at = '2026-02-31T00:00:00.000000Z'",
    "no leaf": "UPDATE event SET leaf = '{}'",
    "a deep leaf": "UPDATE event SET leaf = replace(hex(zeroblob(100000)), '00', '[')",
    "no salts": "UPDATE event SET salts = '[]'",
    "odd salts": "UPDATE event SET salts = '{\"actor\": {}}'",
    "no diff": "UPDATE event SET diff = '['",
    "a diff of depth": "UPDATE event SET diff = replace(hex(zeroblob(100000)), '00', '[')",
}  # fmt: skip


@pytest.mark.parametrize("attack", VALUES, ids=str)
def test_values_that_no_event_has_are_refused_and_found(
    copy: Path, attack: str, vkey: VerifierKey
) -> None:
    change(copy, VALUES[attack])
    if attack != "a number":
        assert refusal(copy).key in ("altered", "too_large")
    report = verify_snapshot(copy, PASSPHRASE, [vkey])
    assert report.ok is False
    assert any(fault.kind in ("altered", "inserted") for fault in report.faults)


EVIDENCE = {
    "a row is gone": "DELETE FROM event WHERE seq = (SELECT min(seq) FROM event)",
    "a left-out row is gone": "DELETE FROM left_out WHERE seq = (SELECT min(seq) FROM left_out)",
    "the last is gone": "DELETE FROM left_out WHERE seq = (SELECT max(seq) FROM left_out)",
    "a value": "UPDATE event SET severity = 'high' WHERE severity = 'info'",
    "a committed value": "UPDATE event SET actor = 'user:eve@meridian.example'",
    "a left-out line": "UPDATE left_out SET line = replace(line, 'user:', 'key:')",
    "a left-out line at another number": "UPDATE left_out SET seq = seq + 100",
    "a system's id": "UPDATE event SET system_id = '00000000-0000-4000-9000-000000000009'",
    "the range": _SAID.format("json_set(value, '$.order.last', 20)"),
    "the filter": "UPDATE meta SET value = json_set(value, '$.order.terms', json('[]'),"
    " '$.order.filter', NULL) WHERE key = 'manifest'",
    "no order": "DELETE FROM meta WHERE key = 'order'",
    "no tree": "DELETE FROM meta WHERE key = 'tree'",
    "no checkpoint": "DELETE FROM meta WHERE key = 'checkpoint'",
    "the count": "UPDATE meta SET value = json_set(value, '$.rows', 1) WHERE key = 'manifest'",
    "what a search finds": "UPDATE event_text SET summary = 'nothing to see'",
    "what a search does not find": "DELETE FROM event_text",
    "words of no event": "INSERT INTO event_text (rowid, summary) VALUES (999, 'x')",
    "the index of words alone": "UPDATE event_text_content SET c0 = 'other words'",
}  # fmt: skip


@pytest.mark.parametrize("attack", EVIDENCE, ids=str)
def test_evidence_that_was_changed_is_found(copy: Path, attack: str, vkey: VerifierKey) -> None:
    change(copy, EVIDENCE[attack])
    report = verify_snapshot(copy, PASSPHRASE, [vkey])
    assert report.ok is not True
    assert report.faults or attack in ("no order",)


def test_a_row_that_an_index_hides_from_filters_is_found(copy: Path, vkey: VerifierKey) -> None:
    """Taken out of the schema, an index is not kept up; put back, it shows what was before."""
    with_index = dbapi2.connect(str(copy), isolation_level=None)
    with_index.set_key(PASSPHRASE)
    row = with_index.execute("SELECT * FROM sqlite_master WHERE name = 'event_facts'").fetchone()
    with_index.close()
    off = ("PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE name = 'event_facts'")
    change(copy, *off)
    change(copy, "UPDATE event SET seq = seq + 500 WHERE seq = (SELECT max(seq) FROM event)")
    values = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in row)
    change(copy, off[0], f"INSERT INTO sqlite_master VALUES ({values})")
    report = verify_snapshot(copy, PASSPHRASE, [vkey])
    assert any("index event_facts" in fault.detail for fault in report.faults)
