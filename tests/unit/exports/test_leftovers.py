"""What a killed export leaves is gone after the next start; what runs or waits is left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from govdesk.exports import leftovers
from govdesk.exports.files import WholeFile

_EXPORT = """
import sys
from pathlib import Path
from govdesk.exports.files import WholeFile
file = WholeFile(Path(sys.argv[1]), {}, force=True)
file.write(b"a half")
file.note(rows=1)
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def _running(target: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _EXPORT, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"written\n"
    return process


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_parts_of_a_killed_export_go_at_the_next_start(tmp_path: Path) -> None:
    with _running(tmp_path / "log.jsonl") as process:
        process.send_signal(signal.SIGKILL)
    assert _names(tmp_path) == [".log.jsonl.part", ".log.jsonl.part.json"]
    leftovers.sweep()
    assert _names(tmp_path) == []
    assert not list(leftovers.folder().iterdir())


def test_an_export_that_runs_is_left_alone(tmp_path: Path) -> None:
    with _running(tmp_path / "log.jsonl") as process:
        leftovers.sweep()
        assert _names(tmp_path) == [".log.jsonl.part", ".log.jsonl.part.json"]
        process.kill()


def test_what_is_kept_for_later_stays(tmp_path: Path) -> None:
    file = WholeFile(tmp_path / "log.jsonl", {}, force=False)
    file.write(b"a half")
    file.note(rows=1)
    file.keep()
    leftovers.sweep()
    assert _names(tmp_path) == [".log.jsonl.part", ".log.jsonl.part.json"]


def test_a_finished_export_leaves_no_note(tmp_path: Path) -> None:
    file = WholeFile(tmp_path / "log.jsonl", {}, force=False)
    file.write(b"all")
    file.finish({"rows": 1})
    assert _names(tmp_path) == ["log.jsonl", "log.jsonl.manifest"]
    assert not list(leftovers.folder().iterdir())


def test_an_export_that_was_whole_but_for_its_name_is_finished(tmp_path: Path) -> None:
    """The manifest is there and the log holds its digest: only the renaming was cut off."""
    note = leftovers.Running(tmp_path / "log.jsonl")
    (tmp_path / ".log.jsonl.part").write_bytes(b"all")
    note.is_whole()
    assert note._handle is not None
    os.close(note._handle)
    leftovers.sweep()
    assert (tmp_path / "log.jsonl").read_bytes() == b"all"
    assert _names(tmp_path) == ["log.jsonl"]


def test_a_note_of_another_hand_harms_nothing(tmp_path: Path) -> None:
    leftovers.folder().mkdir(parents=True)
    for number, text in enumerate(("", "[]", '{"target": 7}', "\xff")):
        (leftovers.folder() / f"{number}.running").write_text(text)
    leftovers.sweep()
    assert not list(leftovers.folder().iterdir())


def test_a_folder_that_cannot_be_written_stops_no_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    file = WholeFile(tmp_path / "log.jsonl", {}, force=False)
    file.write(b"all")
    file.finish()
    leftovers.sweep()
    assert (tmp_path / "log.jsonl").exists()
