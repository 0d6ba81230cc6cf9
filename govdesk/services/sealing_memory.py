"""What a verification leaves behind for the next one: one private file per profile and tenant."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from govdesk.config import private_file
from govdesk.evidence.report import Fault
from govdesk.evidence.standing import Standing, faults_as_json, faults_from_json
from govdesk.evidence.state import BadState

MOST_MARKS: Final = 64
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a tenant's log.

    `scope` are the paths below which it was read. `marks` are numbers of verified rows, rising,
    each with its leaf hash: a rewritten log differs from one of them on. `alarms` are the faults
    of a log that is not the one verified before; they stay until the memory is forgotten, as the
    log by itself no longer shows them. `at` is an instant in UTC.
    """

    tenant_id: str
    tenant_path: str
    scope: tuple[str, ...]
    standing: Standing | None = None
    marks: tuple[tuple[int, str], ...] = ()
    alarms: tuple[Fault, ...] = field(default=())
    at: str = ""

    def as_json(self) -> dict[str, object]:
        """Return a JSON object; `from_json` reads it."""
        return {
            "v": 1,
            "tenant_id": self.tenant_id,
            "tenant_path": self.tenant_path,
            "scope": list(self.scope),
            "standing": None if self.standing is None else self.standing.as_json(),
            "marks": [list(mark) for mark in self.marks],
            "alarms": faults_as_json(list(self.alarms)),
            "at": self.at,
        }

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Memory:
        """Read what `as_json` returned; raises `BadState` for anything else."""
        try:
            if saved["v"] != 1:
                raise ValueError("another version")
            standing = saved["standing"]
            return cls(
                str(saved["tenant_id"]),
                str(saved["tenant_path"]),
                tuple(str(path) for path in saved["scope"]),
                None if standing is None else Standing.from_json(standing),
                tuple((int(seq), _hash(mark)) for seq, mark in saved["marks"]),
                tuple(faults_from_json(saved["alarms"])),
                str(saved["at"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadState("The memory of a verification cannot be read.") from error


def thinned(marks: tuple[tuple[int, str], ...]) -> tuple[tuple[int, str], ...]:
    """Drop every second mark, but not of the last four, while there are too many."""
    while len(marks) > MOST_MARKS:
        marks = (*marks[:-4:2], *marks[-4:])
    return marks


def _hash(text: object) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError("not a hash")
    return text


class MemoryFile:
    """Keeps the memory of one profile and tenant in `folder`."""

    def __init__(self, folder: Path, profile: str, tenant_path: str):
        self._profile, self._tenant_path = profile, tenant_path
        digest = hashlib.sha256(f"{profile}\0{tenant_path}".encode()).hexdigest()
        plain = re.sub(r"[^a-z0-9]+", "-", f"{profile} {tenant_path}".lower()).strip("-")
        self.path = folder / f"{plain[:60]}-{digest[:12]}.json"

    def load(self) -> Memory | None:
        """Return what was saved; None if there is nothing, or nothing that can be read."""
        try:
            saved = json.loads(self.path.read_text(encoding="utf-8"))
            memory = Memory.from_json(saved["memory"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            # The log itself is judged from its start; only what it no longer shows is lost.
            _log.info("the memory of the verification cannot be read; starting from event 1")
            return None
        if (saved.get("profile"), memory.tenant_path) != (self._profile, self._tenant_path):
            return None
        return memory

    def save(self, memory: Memory) -> None:
        """Replace the file as a whole; a disk that refuses costs only the head start."""
        text = json.dumps({"profile": self._profile, "memory": memory.as_json()})
        try:
            private_file.write(self.path, text)
        except OSError as error:
            _log.info("the memory of the verification was not saved: %s", error.strerror)

    def forget(self) -> None:
        """Remove the file."""
        with suppress(FileNotFoundError):
            self.path.unlink()
