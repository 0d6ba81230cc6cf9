"""This device's secret: whoever signed in from here before has an own allowance of guesses."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

import platformdirs

_BYTES = 32


def secret(folder: Path | None = None) -> bytes | None:
    """Return 32 bytes kept in a private file, made on first use; None if that cannot be done."""
    path = (folder or platformdirs.user_state_path("govdesk", appauthor=False)) / "device"
    with suppress(OSError):
        if path.exists():
            data = path.read_bytes()
            return data if len(data) == _BYTES else None
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = secrets.token_bytes(_BYTES)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(fresh)
        return fresh
    return None
