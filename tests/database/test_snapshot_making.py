"""Snapshots as they are made of a real log, by the service and against a worker that signs."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from govdesk.database.connection import Session
from govdesk.database.migrate import claim_setup
from govdesk.domain.filter_language import parse
from govdesk.domain.problem import Problem
from govdesk.exports.files import FileProblem
from govdesk.services import audit, snapshot_facts, snapshots
from govdesk.services.audit import Cancelled
from govdesk.services.checkpoints import NotSigned
from govdesk.services.snapshots import Order, SnapshotLog
from tests.database.conftest import ACME, BEA, CARLA, MEI, OLGA, OTIS, Cast
from tests.database.test_filters import everything, fill
from tests.snapshots import PASSPHRASE
from tests.worker.signing.workers import Signing

UTC = ZoneInfo("UTC")


@pytest.fixture
def filled(module_cast: Cast) -> Cast:
    """The shared cast with three hundred rows of every sort."""
    if module_cast.one("SELECT count(*) FROM govdesk.audit_log WHERE action = 'x.ab'") == 0:
        fill(module_cast)
    return module_cast


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the worker keeps its key."""
    return tmp_path_factory.mktemp("worker")


@contextmanager
def signing(cast: Cast, home: Path) -> Iterator[Signing]:
    """A worker that looks until it is told to stop."""
    worker, done = Signing(cast, home), threading.Event()

    def work() -> None:
        while not done.wait(0.05):
            worker.look()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield worker
    finally:
        done.set()
        thread.join()


def made(cast: Cast, home: Path, session: Session, order: Order) -> tuple[Any, Signing]:
    with signing(cast, home) as worker:
        return snapshots.create(session, order), worker


def rows_of(log: SnapshotLog) -> list[dict[str, Any]]:
    return [json.loads(log.json_line(row)) for row in log.rows()]


def without_name(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "system"}


def test_a_whole_log_is_sealed_read_and_verified(filled: Cast, home: Path, tmp_path: Path) -> None:
    session, target = filled.sign_in(OLGA), tmp_path / "all.govsnap"
    done, worker = made(filled, home, session, Order(target, PASSPHRASE))
    before = [without_name(row) for row in everything(session) if row["seq"] <= done.last]
    log = snapshots.open_snapshot(target, PASSPHRASE)
    found = rows_of(log)
    names = {row[0]: row[9] for row in log.page((), limit=1000)}
    facts = log.facts
    log.close()
    assert found == before
    assert names == {row["seq"]: row["system"] for row in everything(session)
                     if row["seq"] <= done.last}  # fmt: skip
    assert (done.rows, done.first, done.last, done.left_out) == (len(found), 1, len(found), 0)
    assert facts["organization"] == "Acme Ltd"
    assert facts["tenant_path"] == "acme"
    assert facts["made_by"] == OLGA.email
    assert facts["checkpoint_size"] == done.checkpoint
    report = snapshots.verify_snapshot(target, PASSPHRASE, [worker.vkey()])
    assert (report.ok, report.complete, report.faults) == (True, True, [])
    assert [path.name for path in tmp_path.iterdir()] == ["all.govsnap"]
    at = filled.one(
        "SELECT to_char(min(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        " FROM govdesk.audit_log WHERE action = 'audit.snapshot_created' AND entity_id = %s",
        done.export,
    )
    assert facts["created_at"] == at, "it was made when the log says"
    assert snapshot_facts.read(facts).names_sealed
    assert not any("organization" in clause for clause in report.not_judged)


@pytest.mark.parametrize(
    ("query", "redact", "complete"),
    [
        ("action:system.* severity:warning..", (), True),
        ("actor:user:anna@* -ip:10.0.0.0/8", (), True),
        ("system:Claims* -is:denied", ("reason",), True),
        ("session:10000000*", (), True),
        ("istanbul", (), None),
        ("actor:user:*", ("actor",), None),
        ("at:2080-03", (), True),
    ],
)
def test_a_filtered_one_holds_the_matches_and_shows_that_they_are_all(
    filled: Cast, home: Path, tmp_path: Path, query: str, redact: tuple[str, ...], complete: Any
) -> None:
    session, target = filled.sign_in(OLGA), tmp_path / "some.govsnap"
    wanted = parse(query, zone=UTC)
    order = Order(target, PASSPHRASE, wanted, redact=frozenset(redact))
    done, worker = made(filled, home, session, order)
    listed = audit.list_events(session, wanted, limit=1000).items
    expected = [item["seq"] for item in reversed(listed) if item["seq"] <= done.last]
    log = snapshots.open_snapshot(target, PASSPHRASE)
    found = rows_of(log)
    log.close()
    assert [row["seq"] for row in found] == expected
    assert all(name not in row and name not in row["salts"] for row in found for name in redact)
    report = snapshots.verify_snapshot(target, PASSPHRASE, [worker.vkey()])
    assert (report.ok, report.complete, report.faults) == (True, complete, [])
    assert report.left_out == done.left_out == done.last - done.first + 1 - done.rows


def test_left_out_rows_show_nothing_but_what_the_filter_reads(
    filled: Cast, home: Path, tmp_path: Path
) -> None:
    from tests.sqlcipher_pages import Keys, decrypted

    session, target = filled.sign_in(OLGA), tmp_path / "some.govsnap"
    wanted = parse("actor:user:anna@* action:system.event", zone=UTC)
    made(filled, home, session, Order(target, PASSPHRASE, wanted))
    data = target.read_bytes()
    plain = decrypted(data, Keys(PASSPHRASE, data[:16]))
    rows = everything(session)
    shown = {str(row["summary"]) for row in rows if row["action"] == "system.event"
             and str(row["actor"]).startswith("user:anna@")}  # fmt: skip
    hidden = {str(row["summary"]) for row in rows} - shown
    assert shown
    assert all(text.encode() in plain or '"' in text or "\\" in text for text in shown)
    found = [text for text in hidden if re.search(re.escape(text.encode()) + rb"(?![0-9])", plain)]
    assert found == []
    assert b"10.0.3.4" not in plain or any(
        row["ip"] == "10.0.3.4" for row in rows if str(row["summary"]) in shown
    )


def test_a_part_of_the_organization_is_said_to_be_one(
    filled: Cast, home: Path, tmp_path: Path
) -> None:
    with filled.admin.transaction():
        claim_setup(filled.admin, ACME)
        filled.admin.execute(
            "UPDATE govdesk.member_grant SET node_path = 'acme.claims' WHERE member_id ="
            " (SELECT id FROM govdesk.member WHERE email = %s)",
            (CARLA.email,),
        )
    session, target = filled.sign_in(CARLA), tmp_path / "part.govsnap"
    done, worker = made(filled, home, session, Order(target, PASSPHRASE))
    report = snapshots.verify_snapshot(target, PASSPHRASE, [worker.vkey()])
    assert (report.ok, report.complete, report.faults) == (True, None, [])
    assert 0 < done.rows == done.last - report.hidden


def test_both_ends_are_sealed_with_digest_rows_and_order(
    filled: Cast, home: Path, tmp_path: Path
) -> None:
    import hashlib

    session, target = filled.sign_in(OLGA), tmp_path / "one.govsnap"
    before = filled.last_seq()
    done, _ = made(filled, home, session, Order(target, PASSPHRASE, last=before))
    sealed = [row for row in filled.rows(before) if row["action"] == "audit.snapshot_created"]
    stages = [row["diff"]["data"]["new"] for row in sealed]
    assert [stage["stage"] for stage in stages] == ["started", "finished"]
    assert stages[1]["sha256"] == done.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    assert stages[1]["rows"] == before
    assert PASSPHRASE not in json.dumps(stages)


def test_without_a_worker_there_is_none_unless_it_is_said(filled: Cast, tmp_path: Path) -> None:
    session, target = filled.sign_in(OLGA), tmp_path / "one.govsnap"
    with pytest.raises(NotSigned):
        snapshots.create(session, Order(target, PASSPHRASE, seconds=0.2))
    assert list(tmp_path.iterdir()) == []
    done = snapshots.create(session, Order(target, PASSPHRASE, seconds=0.2, unsigned=True))
    assert done.checkpoint is None
    report = snapshots.verify_snapshot(target, PASSPHRASE)
    assert report.ok is None
    assert report.faults == []


@pytest.mark.parametrize(
    "passphrase", ["short", "aaaaaaaaaaaaaa", "Acme Ltd Acme!", "acme-password-1", "x'" + "0f" * 9]
)
def test_a_passphrase_that_protects_nothing_is_refused(
    filled: Cast, tmp_path: Path, passphrase: str
) -> None:
    session = filled.sign_in(OLGA)
    with pytest.raises(Problem) as caught:
        snapshots.create(session, Order(tmp_path / "one.govsnap", passphrase))
    assert caught.value.exit_code == 2
    assert passphrase not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_who_may_not_make_evidence_makes_none(filled: Cast, tmp_path: Path) -> None:
    for person in (MEI, OTIS):
        with pytest.raises(Problem):
            snapshots.create(filled.sign_in(person), Order(tmp_path / "x.govsnap", PASSPHRASE))
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_kept_and_a_cancelled_one_leaves_nothing(
    filled: Cast, tmp_path: Path
) -> None:
    session, target = filled.sign_in(OLGA), tmp_path / "one.govsnap"
    target.write_text("mine")
    with pytest.raises(FileProblem):
        snapshots.create(session, Order(target, PASSPHRASE))
    order = Order(target, PASSPHRASE, force=True)
    order.cancel.set()
    with pytest.raises(Cancelled):
        snapshots.create(session, order)
    assert (target.read_text(), len(list(tmp_path.iterdir()))) == ("mine", 1)


def test_a_snapshot_of_another_organization_says_whose_it_is(
    filled: Cast, home: Path, tmp_path: Path
) -> None:
    session, target = filled.sign_in(BEA), tmp_path / "beta.govsnap"
    _, worker = made(filled, home, session, Order(target, PASSPHRASE))
    log = snapshots.open_snapshot(target, PASSPHRASE)
    assert (log.facts["tenant_path"], log.facts["organization"]) == ("beta", "Beta Pty Ltd")
    log.close()
    assert snapshots.verify_snapshot(target, PASSPHRASE, [worker.vkey("beta")]).ok is True
    other = snapshots.verify_snapshot(target, PASSPHRASE, [worker.vkey("acme")])
    assert other.ok is None


def test_the_passphrase_and_what_it_protects_are_nowhere_else(
    filled: Cast, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file that the process wrote, also those that were removed again, is looked through."""
    import tempfile

    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR", "TEMP"):
        monkeypatch.setenv(name, str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    seen: dict[str, bytes] = {}

    def progress(done: int, total: int) -> None:
        for path in tmp_path.rglob("*"):
            if path.is_file():
                seen[path.name] = path.read_bytes()

    session, target = filled.sign_in(OLGA), tmp_path / "one.govsnap"
    with signing(filled, home):
        snapshots.create(session, Order(target, PASSPHRASE), progress)
    progress(1, 1)
    assert set(seen) == {"one.govsnap", ".one.govsnap.part"}
    for data in seen.values():
        assert PASSPHRASE.encode() not in data
        assert b"SQLite format" not in data
        assert b"anna opened" not in data
        assert b"acme" not in data
    assert repr(Order(target, PASSPHRASE)).count(PASSPHRASE) == 0
