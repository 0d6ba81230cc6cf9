"""A file that another library writes: beside its target, hashed at the end, renamed when whole."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from govdesk.exports.files import FileProblem, part_paths
from govdesk.exports.leftovers import Running

_BLOCK = 1 << 20


class AdoptedFile:
    """A file that appears under its name only when finished; until then it is at `part`.

    What a killed process left of it is removed at the next start (`leftovers.sweep`).
    Raises `FileProblem` where the target is there already (unless `force`) or its folder is none.
    """

    def __init__(self, target: Path, *, force: bool = False):
        self.target = target
        self.part, _ = part_paths(target)
        if target.is_dir():
            raise FileProblem(f"{target} is a folder; name a file in it.")
        if target.exists() and not force:
            raise FileProblem(f"{target} exists already; --force replaces it.")
        if not target.absolute().parent.is_dir():
            raise FileProblem(f"{target} cannot be written: its folder is not there.")
        self.sha256 = ""
        self._running = Running(target)

    def digest(self) -> str:
        """Read what was written once and return the hex of its SHA-256."""
        digest = hashlib.sha256()
        try:
            with self.part.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
        except OSError as error:
            raise FileProblem(f"{self.target} cannot be read: {error.strerror}.", 3) from error
        self.sha256 = digest.hexdigest()
        return self.sha256

    def finish(self) -> None:
        """Put the file in place; its writer has brought it to the disk."""
        self._running.is_whole()
        try:
            os.replace(self.part, self.target)
        except OSError as error:
            raise FileProblem(f"{self.target} cannot be written: {error.strerror}.", 3) from error
        self._running.over()
        _sync_folder(self.target.absolute().parent)

    def discard(self) -> None:
        """Remove what was written."""
        self.part.unlink(missing_ok=True)
        self._running.over()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # There a folder cannot be opened; the rename is in the file system's log.
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
