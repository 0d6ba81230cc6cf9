"""Exports that stand still in mid-file, or meet a full disk, in the process that writes them.

``Slowly`` replaces only what the child runs; process, pipe, pages, file and server are real.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govdesk.database import copying
from govdesk.exports.files import WholeFile
from govdesk.services import audit, beside
from govdesk.services.audit import Exported
from tests.desktop.driving import wait_for

_GATE = "GOVDESK_TEST_GATE"
PAGE = 300
_make = beside._make


class Slowly:
    """From now on an export stops after its second page until `go`."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path):
        self._folder = folder
        folder.mkdir()
        patch.setenv(_GATE, str(folder))
        patch.setattr(beside, "_make", export)

    def stands(self) -> None:
        """Wait until the file is half written."""
        wait_for((self._folder / "stands").exists, what="the export to be in mid-file")

    def go(self) -> None:
        """Let this export and all later ones run through."""
        (self._folder / "go").touch()


def full_disk(patch: pytest.MonkeyPatch) -> None:
    """From now on the disk is full at an export's second page."""
    patch.setattr(beside, "_make", export_to_full_disk)


def export(send: Callable[[object], None], *order: Any) -> Exported:
    """Body of the child: small pages, and a halt after the second."""
    copying.PAGE = PAGE
    take, gate = audit._Writer._take, Path(os.environ[_GATE])

    def halting(writer: Any, piece: copying.Piece) -> None:
        take(writer, piece)
        if piece.through >= 2 * PAGE and not (gate / "go").exists():
            (gate / "stands").touch()
            _wait_for(gate / "go")

    audit._Writer._take = halting  # type: ignore[method-assign]
    made: Exported = _make(send, *order)
    return made


def export_to_full_disk(send: Callable[[object], None], *order: Any) -> Exported:
    """Body of the child: its file takes one page."""
    copying.PAGE = PAGE
    take = audit._Writer._take

    def narrow(writer: Any, piece: copying.Piece) -> None:
        if piece.through > PAGE:
            writer.file._file = _Full(writer.file)
        take(writer, piece)

    audit._Writer._take = narrow  # type: ignore[method-assign]
    made: Exported = _make(send, *order)
    return made


class _Full:
    """A file on a disk without room."""

    def __init__(self, file: WholeFile):
        self._file: Any = file._file

    def write(self, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _wait_for(path: Path) -> None:
    patience = threading.Event()
    while not path.exists():
        patience.wait(0.005)
