"""Copies of checkpoints in a folder outside: whole, never changed, written again after a failure.

By them two workers that were led to different logs find out.
"""

from __future__ import annotations

import os
from copy import deepcopy
from pathlib import Path

import pytest

from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.services import checkpoint_files
from govdesk.services.checkpoint_files import CheckpointFileProblem
from tests.strictness import ExpectLog
from tests.worker.signing.desks import Bench, FakeDesk, FakeLog


@pytest.fixture
def acme() -> FakeLog:
    log = FakeLog()
    log.append(3)
    return log


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copies"


@pytest.fixture
def bench(acme: FakeLog, folder: Path, tmp_path: Path) -> Bench:
    return Bench(FakeDesk(acme=acme), tmp_path / "one", folder)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "acme").iterdir())


def test_each_checkpoint_is_a_file_of_its_note(bench: Bench, acme: FakeLog, folder: Path) -> None:
    for _ in range(3):
        acme.append()
        bench.look()
    assert names(folder) == ["4.checkpoint", "6.checkpoint", "8.checkpoint", "newest.checkpoint"]
    for stored in acme.stored:
        assert (folder / f"acme/{stored.tree.size}.checkpoint").read_text() == stored.note
    assert (folder / "acme/newest.checkpoint").read_text() == acme.stored[-1].note


def test_a_folder_that_is_away_keeps_nothing_from_being_signed_and_gets_the_newest_later(
    bench: Bench, acme: FakeLog, folder: Path, expected_log: ExpectLog
) -> None:
    folder.write_text("somebody put a file here")
    expected_log("copies of checkpoints wait")
    bench.look()
    acme.append()
    bench.look()
    assert len(acme.stored) == 2
    folder.unlink()
    bench.look()
    assert names(folder) == ["5.checkpoint", "newest.checkpoint"]


def test_a_copy_that_a_killed_worker_did_not_write_is_written_with_the_next(
    bench: Bench, acme: FakeLog, folder: Path
) -> None:
    bench.look()
    (folder / "acme/3.checkpoint").unlink()
    acme.append()
    bench.look()
    assert names(folder) == ["3.checkpoint", "5.checkpoint", "newest.checkpoint"]


def test_a_copy_once_written_stays_as_it_is(bench: Bench, acme: FakeLog, folder: Path) -> None:
    bench.look()
    found = SignedCheckpoint.parse((folder / "acme/3.checkpoint").read_text())
    os.utime(folder / "acme/3.checkpoint", (1, 1))
    checkpoint_files.write(folder, found)
    assert (folder / "acme/3.checkpoint").stat().st_mtime == 1
    other = FakeLog()
    other.append(3)
    second = Bench(FakeDesk(acme=other), bench.home, None)
    (bench.home / "checkpoint-key.signed/acme.json").unlink()
    second.look()
    path = checkpoint_files.write(folder, second.newest("acme"))
    assert path.name == f"3-{other.tree(3).root.hex()[:16]}.checkpoint"
    assert (folder / "acme/3.checkpoint").read_text() == found.note


def test_two_workers_that_were_led_to_different_logs_find_out(
    bench: Bench, acme: FakeLog, folder: Path, tmp_path: Path, expected_log: ExpectLog
) -> None:
    bench.look()
    fork = Bench(deepcopy(bench.desk), tmp_path / "two", folder)
    fork.home.mkdir()
    fork.key.write_bytes(bench.key.read_bytes())
    fork.key.chmod(0o600)
    other = fork.desk.logs["acme"]
    acme.append(10)
    other.append(20)
    bench.look()
    expected_log("acme is NOT signed: .* The folder has a signature over 14 events")
    fork.look()
    assert [one.tree.size for one in other.stored] == [3]
    assert [fault["known_from"] for fault in other.faults] == ["folder"]


OF_ANOTHER = f"govdesk/beta\n1\n{'A' * 43}=\n\n— x AAAAAAAA\n"


@pytest.mark.parametrize("text", ["", "x\n", OF_ANOTHER])
def test_a_copy_that_somebody_spoilt_is_said_and_not_used(
    bench: Bench, acme: FakeLog, folder: Path, text: str, expected_log: ExpectLog
) -> None:
    bench.look()
    (folder / "acme/newest.checkpoint").write_text(text)
    acme.append()
    expected_log("a copy of a checkpoint of acme is not used")
    bench.look()
    assert bench.newest("acme").tree.size == 5


def test_no_name_leads_out_of_the_folder(folder: Path) -> None:
    for path in ("..", "", "a/b", "a..b", ".a", "a\x00b", "/etc"):
        with pytest.raises(CheckpointFileProblem, match="name of a folder"):
            checkpoint_files.newest(folder, path)
    assert checkpoint_files.newest(folder, "acme.harbour-2") is None
