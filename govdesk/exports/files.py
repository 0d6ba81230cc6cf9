"""Whole files or none: written beside the target, hashed on the way, renamed when complete."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from govdesk.domain.problem import Problem
from govdesk.exports.leftovers import Running


class FileProblem(Problem):
    """A file cannot be written; the message says what and how to mend it. Exit code 2 or 3."""

    def __init__(self, sentence: str, exit_code: int = 2):
        super().__init__(sentence, exit_code=exit_code)


class WholeFile:
    """A file that appears under its name only when finished.

    Until then it is ``.NAME.part``, with ``.NAME.part.json`` saying what it holds so far, so that
    an export whose session ended can go on (`resume`). `discard` removes both; what a killed
    process left is removed at the next start (`leftovers.sweep`).
    """

    def __init__(self, target: Path, plan: dict[str, object], *, force: bool, resume: bool = False):
        self.target = target
        self.part, self.progress = part_paths(target)
        self._plan = plan
        self._digest = hashlib.sha256()
        self.done: dict[str, int] = {}
        if target.exists() and not force:
            raise FileProblem(f"{target} exists already; --force replaces it.")
        try:
            self._file: BinaryIO = self._resumed() if resume else self._fresh()
        except OSError as error:
            raise FileProblem(f"{target} cannot be written: {error.strerror}.") from error
        self._running = Running(target)

    def _fresh(self) -> BinaryIO:
        # A note of an export that was killed would speak of bytes that are no longer there.
        self.progress.unlink(missing_ok=True)
        return self.part.open("wb")

    def _resumed(self) -> BinaryIO:
        try:
            saved = json.loads(self.progress.read_text(encoding="utf-8"))
            file = self.part.open("r+b")
        except (OSError, ValueError):
            raise FileProblem(f"There is nothing to resume for {self.target}.") from None
        if saved.get("plan") != self._plan:
            file.close()
            raise FileProblem(
                f"The unfinished {self.target} was another export (other filter, range or format)."
            )
        self.done = dict(saved["done"])
        left = self.done["bytes"]
        while left and (block := file.read(min(left, 1 << 20))):
            self._digest.update(block)
            left -= len(block)
        if left:
            file.close()
            raise FileProblem(f"The unfinished {self.target} lost its end; export it anew.")
        file.truncate()
        return file

    def write(self, data: bytes) -> None:
        """Append bytes; a full disk is a `FileProblem` and leaves nothing under the final name."""
        self._digest.update(data)
        with no_room(self.target):
            self._file.write(data)

    def note(self, **done: int) -> None:
        """Remember how far the file is, for `resume`."""
        with no_room(self.target):
            self._file.flush()
            self.done = {**done, "bytes": self._file.tell()}
            self.progress.write_text(json.dumps({"plan": self._plan, "done": self.done}))

    def end(self) -> None:
        """Write what waits in memory: before it is said to be finished, there must be room."""
        with no_room(self.target):
            self._file.flush()

    @property
    def sha256(self) -> str:
        """Hex of the SHA-256 of everything written so far."""
        return self._digest.hexdigest()

    def finish(self, manifest: dict[str, object] | None = None) -> None:
        """Put the file in place; with a manifest, that one first, so no file stands without it."""
        try:
            self._sync()
            self._running.is_whole()
            if manifest is not None:
                write_small(manifest_path(self.target), manifest)
            os.replace(self.part, self.target)
        except OSError as error:
            raise FileProblem(f"{self.target} cannot be written: {error.strerror}.", 3) from error
        self.progress.unlink(missing_ok=True)
        self._running.over()
        _sync_folder(self.target.parent)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def keep(self) -> None:
        """Close and leave the part for a later `resume`."""
        closed(self._file)
        self._running.over()

    def discard(self) -> None:
        """Close and remove what was written."""
        closed(self._file)
        self.part.unlink(missing_ok=True)
        self.progress.unlink(missing_ok=True)
        self._running.over()


@contextmanager
def no_room(target: Path) -> Iterator[None]:
    """What the system refuses to write becomes a `FileProblem` about `target`."""
    try:
        yield
    except OSError as error:
        raise FileProblem(
            f"{target} cannot be written: {error.strerror}. Free some room and try again.", 3
        ) from error


def closed(file: IO[bytes]) -> None:
    """Close a file that is given up; what it still held in memory may find no room."""
    with suppress(OSError):
        file.close()


def part_paths(target: Path) -> tuple[Path, Path]:
    """Return where an unfinished file stands, and the note of what it holds so far."""
    return target.with_name(f".{target.name}.part"), target.with_name(f".{target.name}.part.json")


def has_part(target: Path) -> bool:
    """Whether an interrupted export left enough for `resume`."""
    return all(path.exists() for path in part_paths(target))


def discard_part(target: Path) -> None:
    """Remove what an interrupted export left for `resume`."""
    for path in part_paths(target):
        path.unlink(missing_ok=True)


def manifest_path(target: Path) -> Path:
    """Return the sidecar's path: ``FILE.manifest``."""
    return target.with_name(target.name + ".manifest")


def write_small(target: Path, document: dict[str, object]) -> None:
    """Write a JSON document whole."""
    part = target.with_name(f".{target.name}.part")
    try:
        with open(part, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
