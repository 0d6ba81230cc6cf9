"""Ends that no Python code sees: the interpreter writes the stacks into a file on its way out."""

from __future__ import annotations

import faulthandler
import os
from contextlib import suppress
from pathlib import Path
from typing import IO


class SuddenEnd:
    """One file per process, ``running-PID.txt``; empty unless the process ended by a fault.

    `start` returns the report that an earlier process of this folder left, if one did.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._path = folder / f"running-{os.getpid()}.txt"
        self._file: IO[str] | None = None

    def start(self) -> Path | None:
        """Look for what was left behind, then watch this process.

        Raises OSError when the folder refuses.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = self._left_behind()
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        self._file = open(os.open(self._path, flags, 0o600), "w", encoding="utf-8")  # noqa: SIM115
        faulthandler.enable(self._file, all_threads=True)
        return found

    def stop(self) -> None:
        """This process ends as it should."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            with suppress(OSError):
                self._path.unlink()

    def _left_behind(self) -> Path | None:
        newest = None
        for path in sorted(self._folder.glob("running-*.txt"), key=lambda p: p.stat().st_mtime):
            if _is_alive(path.stem.removeprefix("running-")) and path != self._path:
                continue
            with suppress(OSError):
                if path.stat().st_size == 0:
                    path.unlink()
                else:
                    newest = path.replace(self._folder / f"ended-{path.stem[8:]}.txt")
        return newest


def _is_alive(process: str) -> bool:
    if os.name != "posix":
        # There an open file cannot be renamed, which is the answer to the same question.
        return False
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
