"""What exports that were killed left behind goes at the next start of any program of ours.

Each export that runs holds the lock of a small note, in a folder of this person, that names its
target. The lock ends with the process, however that ends: whoever gets it later tidies up.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

import platformdirs

_SUFFIX = ".running"
_BESIDE = (".{}.part", ".{}.part.json", ".{}.part-journal", ".{}.part-wal", ".{}.manifest.part")
"""What may stand beside a target while it is written."""


def folder() -> Path:
    """Return where the notes of running exports stand."""
    return platformdirs.user_state_path("govdesk", appauthor=False) / "exports"


class Running:
    """The note of an export that runs. Where the folder cannot be written there is none."""

    def __init__(self, target: Path):
        self._target = target.absolute()
        self._handle: int | None = None
        # Another file than the one that was killed at the same target would lose its part.
        self._path = folder() / f"{secrets.token_hex(8)}{_SUFFIX}"
        with suppress(OSError):
            self._begin()

    def _begin(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_suffix(".new")
        handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        _locked(handle)
        self._handle = handle
        self._write(whole=False)
        os.replace(fresh, self._path)

    def is_whole(self) -> None:
        """Say that only the renaming is left: if it is cut short now, it is done at the sweep."""
        if self._handle is not None:
            self._write(whole=True)

    def over(self) -> None:
        """Forget the export: it is finished, gone, or kept for a later one to go on."""
        if self._handle is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None

    def _write(self, *, whole: bool) -> None:
        data = json.dumps({"target": str(self._target), "whole": whole}).encode()
        assert self._handle is not None
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, data)
        os.ftruncate(self._handle, len(data))


def sweep() -> None:
    """Remove what killed exports left; those that run are left alone. Never raises."""
    with suppress(OSError):
        for note in folder().glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                _tidied(note)


def _tidied(note: Path) -> None:
    handle = os.open(note, os.O_RDWR)
    try:
        if not _locked(handle) or not note.exists():
            return
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(os.read(handle, 1 << 16))
            _tidy(Path(said["target"]), whole=said["whole"] is True)
        note.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _tidy(target: Path, *, whole: bool) -> None:
    part = target.with_name(f".{target.name}.part")
    if whole and part.exists():
        os.replace(part, target)
    for name in _BESIDE:
        target.with_name(name.format(target.name)).unlink(missing_ok=True)


def _locked(handle: int) -> bool:
    """Take the lock of an open file, without waiting."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
