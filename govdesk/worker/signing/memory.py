"""What this worker has signed: a small private file for each log, beside the key.

It is written before a key is asked to sign. So whatever a database, a backup or another program
says later, nothing is signed that contradicts an earlier signature of this worker, or one that it
asked a key service for and never got.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from govdesk.evidence.checkpoints import Tree
from govdesk.vault import key_files
from govdesk.vault.key_files import KeyFileProblem

WHAT: Final = "What this worker remembers of its signatures"
_KIND: Final = "govdesk signed checkpoint"
_HEX: Final = 64


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest tree that was to be signed of a log, and its last leaf's hash; None: none yet.

    `fault` are the facts of a contradiction as it was first found; it lasts until the log is
    what was signed again, or a restore is declared.
    """

    tree: Tree | None = None
    leaf: bytes = b""
    fault: dict[str, Any] | None = None


class Memory:
    """The files of `folder`, one a log."""

    def __init__(self, folder: Path):
        self.folder = folder

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever signed from here."""
        try:
            return not any(self.folder.glob("*.json"))
        except OSError:
            return True

    @contextmanager
    def held(self, tenant_path: str) -> Iterator[Page | None]:
        """Hold the page of a log; None where another process on this machine holds it.

        The end of a process lets go, however it comes. Raises `KeyFileProblem`.
        """
        path = self.folder / f"{tenant_path}.json"
        handle = _opened(path.with_name(f".{path.name}.lock"))
        try:
            is_ours = _try_lock(handle)
            if is_ours:
                _sweep(path)
            yield Page(path) if is_ours else None
        finally:
            os.close(handle)


class Page:
    """What is remembered of one log."""

    def __init__(self, path: Path):
        self._path = path

    def read(self) -> Signed:
        """Return what was signed last; raises `KeyFileProblem` for a file that is damaged."""
        try:
            text = self._path.read_text(encoding="ascii")
        except FileNotFoundError:
            return Signed()
        except (OSError, UnicodeDecodeError):
            raise _damaged(self._path) from None
        try:
            return _signed(json.loads(text))
        except (ValueError, TypeError, KeyError):
            raise _damaged(self._path) from None

    def write(self, signed: Signed) -> None:
        """Replace it; when this returns, it is on the disk. Raises `KeyFileProblem`."""
        tree = signed.tree
        held = {
            "kind": _KIND,
            "size": None if tree is None else tree.size,
            "root": None if tree is None else tree.root.hex(),
            "leaf": signed.leaf.hex(),
            "fault": signed.fault,
        }
        key_files.replace(self._path, json.dumps(held) + "\n", WHAT)


def _signed(held: Any) -> Signed:
    if held["kind"] != _KIND or not isinstance(held["fault"], dict | None):
        raise ValueError
    if held["size"] is None:
        return Signed(None, b"", held["fault"])
    size, root, leaf = held["size"], bytes.fromhex(held["root"]), bytes.fromhex(held["leaf"])
    if not isinstance(size, int) or size < 1 or (len(root), len(leaf)) != (32, 32):
        raise ValueError
    return Signed(Tree(size, root), leaf, held["fault"])


def _damaged(path: Path) -> KeyFileProblem:
    return KeyFileProblem(
        f"{WHAT} is damaged: {path}. This log is not signed meanwhile.",
        "Put the file back from your backup, or move it away: then the worker goes on from the"
        " newest checkpoint in the database.",
    )


def _opened(lock: Path) -> int:
    try:
        lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise KeyFileProblem(
            f"{WHAT} cannot be written: {error.strerror}: {lock.parent}",
            "Check the folder, its owner and the free space.",
        ) from None


def _try_lock(handle: int) -> bool:
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


def _sweep(path: Path) -> None:
    """Remove what a process that was killed had written halfway; the caller holds the page."""
    for part in path.parent.glob(f".{path.name}.*.part"):
        with suppress(OSError):
            part.unlink()
