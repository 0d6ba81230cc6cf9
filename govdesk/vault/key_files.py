"""Files that hold keys: private, made once, changed by one process at a time."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from govdesk.config import private_file
from govdesk.vault.errors import VaultProblem


class KeyFileProblem(VaultProblem):
    """A key file that is missing, damaged, open to others or cannot be written."""


def read(path: Path, what: str) -> str:
    """Return the text of a key file; `what` names it in sentences, with its article.

    Raises `KeyFileProblem` when it is missing, unreadable, or may be read by others.
    """
    try:
        if private_file.is_open_to_others(path):
            raise KeyFileProblem(
                f"{what} can be read by others: {path}",
                "Make it private (chmod 600), and replace the key if others may have read it.",
            )
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyFileProblem(
            f"{what} is missing: {path}", "Put it back from your backup, or name another path."
        ) from None
    except UnicodeDecodeError:
        raise damaged(path, what) from None
    except OSError as error:
        raise KeyFileProblem(
            f"{what} cannot be read: {error.strerror}: {path}", "Check owner and mode of the file."
        ) from None


def create(path: Path, text: str, what: str) -> bool:
    """Write a new private file whole or not at all; False if there was one, which then stands."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        private_file.write(part, text)
        return _named(part, path)
    except OSError as error:
        raise _unwritable(path, what, error) from None
    finally:
        with suppress(OSError):
            part.unlink()


def replace(path: Path, text: str, what: str) -> None:
    """Replace a private file; when this returns, it is on the disk."""
    try:
        private_file.write(path, text)
        settle(path.parent)
    except OSError as error:
        raise _unwritable(path, what, error) from None


def damaged(path: Path, what: str) -> KeyFileProblem:
    """Return the problem of a file that is not what was written."""
    return KeyFileProblem(f"{what} is damaged: {path}", "Put it back from your backup.")


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system has a way to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Let one process at a time change `path`; others wait. Leaves an empty lock file beside it."""
    lock = path.with_name(f".{path.name}.lock")
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unwritable(path, what, error) from None
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _named(part: Path, path: Path) -> bool:
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    settle(path.parent)
    return True


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)


def _unwritable(path: Path, what: str, error: OSError) -> KeyFileProblem:
    return KeyFileProblem(
        f"{what} cannot be written: {error.strerror}: {path}",
        "Check the folder, its owner and the free space.",
    )
