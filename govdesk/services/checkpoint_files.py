"""Checkpoints as files in a folder outside the database: ``<tenant path>/<size>.checkpoint``.

Each file appears whole or not at all, and is never changed; ``newest.checkpoint`` is the one that
is replaced. What was written midway by a process that was killed is swept away by the next.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.evidence.checkpoints import BadCheckpoint, SignedCheckpoint

SUFFIX: Final = ".checkpoint"
NEWEST: Final = "newest" + SUFFIX
_STALE_SECONDS: Final = 60.0
_LARGEST: Final = 100_000
_PATH: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*")


class CheckpointFileProblem(Problem):
    """A folder or file of checkpoints cannot be read or written."""


def write(folder: Path, checkpoint: SignedCheckpoint) -> Path:
    """Write a checkpoint under its size; one that is there already stays as it is.

    Where another tree of that size was signed, as after a restore, its name is
    ``<size>-<root>.checkpoint`` with the first 16 digits of the root. Raises
    `CheckpointFileProblem`.
    """
    size, root = checkpoint.tree.size, checkpoint.tree.root.hex()[:16]
    target = _of(folder, checkpoint.tenant_path) / f"{size}{SUFFIX}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if _is_another(target, checkpoint):
            target = target.with_name(f"{size}-{root}{SUFFIX}")
        if not target.exists():
            _sweep(target.parent)
            _replace(target, checkpoint.note)
    except OSError as error:
        raise _unwritable(target, error) from None
    return target


def write_newest(folder: Path, checkpoint: SignedCheckpoint) -> None:
    """Make this the newest of its log; raises `CheckpointFileProblem`."""
    target = _of(folder, checkpoint.tenant_path) / NEWEST
    try:
        _replace(target, checkpoint.note)
    except OSError as error:
        raise _unwritable(target, error) from None


def newest(folder: Path, tenant_path: str) -> SignedCheckpoint | None:
    """Return the newest copy of a log's checkpoints, read and not yet believed; None if none.

    Raises `CheckpointFileProblem` if it cannot be read or is none of this log.
    """
    target = _of(folder, tenant_path) / NEWEST
    try:
        found = SignedCheckpoint.parse(_read(target))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, BadCheckpoint) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise CheckpointFileProblem(
            f"The copy {target} cannot be read: {why}.", "Look who changed it, or move it away."
        ) from None
    if found.tenant_path != tenant_path:
        raise CheckpointFileProblem(
            f"The copy {target} is about {found.origin}.", "Look who put it there; move it away."
        )
    return found


def _of(folder: Path, tenant_path: str) -> Path:
    if not _PATH.fullmatch(tenant_path):
        raise CheckpointFileProblem(f"{tenant_path!r} cannot be the name of a folder.")
    return folder / tenant_path


def _read(target: Path) -> bytes:
    with target.open("rb") as file:
        return file.read(_LARGEST)


def _is_another(target: Path, checkpoint: SignedCheckpoint) -> bool:
    """Whether a file is there that is about another tree; two workers may sign the same one."""
    try:
        return SignedCheckpoint.parse(_read(target)).tree != checkpoint.tree
    except FileNotFoundError:
        return False
    except BadCheckpoint:
        return True


def _replace(target: Path, note: str) -> None:
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _sweep(folder: Path) -> None:
    before = time.time() - _STALE_SECONDS
    for part in folder.glob(".*.part"):
        with suppress(OSError):
            if part.stat().st_mtime < before:
                part.unlink()


def _unwritable(target: Path, error: OSError) -> CheckpointFileProblem:
    return CheckpointFileProblem(
        f"{target} cannot be written: {error.strerror}.",
        "Check the folder, its owner and the free space.",
    )
