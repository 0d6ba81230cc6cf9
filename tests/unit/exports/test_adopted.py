"""A file that another library writes is under its name when it is whole, and not before."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from govdesk.exports import leftovers
from govdesk.exports.adopted import AdoptedFile
from govdesk.exports.files import FileProblem


@pytest.fixture(autouse=True)
def notes(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the notes of running exports stand during a test."""
    folder = tmp_path_factory.mktemp("notes")
    monkeypatch.setattr(leftovers, "folder", lambda: folder)
    return folder


def test_it_appears_when_it_is_whole(tmp_path: Path, notes: Path) -> None:
    file = AdoptedFile(tmp_path / "a.db")
    file.part.write_bytes(b"rows")
    assert not file.target.exists()
    assert file.digest() == file.sha256 == hashlib.sha256(b"rows").hexdigest()
    file.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
    assert list(notes.iterdir()) == []


def test_a_discarded_one_leaves_nothing(tmp_path: Path, notes: Path) -> None:
    file = AdoptedFile(tmp_path / "a.db")
    file.part.write_bytes(b"rows")
    file.discard()
    assert list(tmp_path.iterdir()) == list(notes.iterdir()) == []


def test_what_is_there_is_kept_without_force(tmp_path: Path) -> None:
    target = tmp_path / "a.db"
    target.write_bytes(b"mine")
    with pytest.raises(FileProblem, match="--force"):
        AdoptedFile(target)
    AdoptedFile(target, force=True).discard()
    assert target.read_bytes() == b"mine"


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="its folder is not there"):
        AdoptedFile(tmp_path / "no" / "a.db")
    with pytest.raises(FileProblem, match="is a folder"):
        AdoptedFile(tmp_path)
