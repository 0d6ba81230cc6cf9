"""Small files that only their owner may read, replaced as a whole."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Replace `path` at once or not at all; mode 0600, its folder 0700 if it is made here.

    Raises OSError when disk or folder refuse; the old file is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def is_open_to_others(path: Path) -> bool:
    """Whether group or others may read the file; never true where modes mean nothing."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)
