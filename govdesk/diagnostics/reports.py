"""Fault reports: what went wrong as text, without secrets, in private files. Nothing is sent."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import traceback
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from govdesk.diagnostics.logs import RedactingFormatter, redact

KEPT: Final = 20
"""Newest reports that stay in the folder."""
_RECENT: Final = 200
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_LONGEST_LINE: Final = 2_000
_DEEPEST: Final = 40


class RecentRecords(logging.Handler):
    """Keeps the newest records of the log in memory, already without secrets."""

    def __init__(self, most: int = _RECENT):
        super().__init__(logging.DEBUG)
        self._lines: deque[str] = deque(maxlen=most)
        self.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record's finished text."""
        try:
            self._lines.append(self.format(record)[:_LONGEST_LINE])
        except Exception:  # noqa: BLE001 (a log call must never raise; this is logging's own way)
            self.handleError(record)

    @property
    def lines(self) -> list[str]:
        """Texts, oldest first."""
        return list(self._lines)


@dataclass(frozen=True, slots=True)
class Report:
    """What happened, as a person may read and pass it on. `group` is the same for the same bug."""

    group: str
    title: str
    text: str
    at: datetime


def group_of(error: BaseException) -> str:
    """Return 12 hex digits that name the places a fault came through, not its values."""
    digest = hashlib.sha256(f"{type(error).__module__}.{type(error).__qualname__}".encode())
    for frame, line in list(traceback.walk_tb(error.__traceback__))[-_DEEPEST:]:
        digest.update(f"\n{frame.f_code.co_filename}:{frame.f_code.co_name}:{line}".encode())
    return digest.hexdigest()[:12]


def scrub(text: str) -> str:
    """Redact secrets, mail addresses and the home folder's name."""
    text = _MAIL.sub("[address]", redact(text))
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def make(
    error: BaseException,
    *,
    thread: str,
    environment: Mapping[str, str],
    records: Sequence[str] = (),
    now: datetime | None = None,
) -> Report:
    """Put a fault into words; the text is scrubbed as a whole."""
    at = now or datetime.now(UTC)
    group = group_of(error)
    title = _one_line(scrub("".join(traceback.format_exception_only(error))))
    parts = [
        "GovDesk fault report",
        f"Time: {at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z\nThread: {thread}\nGroup: {group}",
        "".join(traceback.format_exception(error)).rstrip(),
        "Environment\n" + "\n".join(f"{name}: {value}" for name, value in environment.items()),
        "Newest log records\n" + ("\n".join(records) if records else "none"),
    ]
    return Report(group, title, scrub("\n\n".join(parts)) + "\n", at)


def save(folder: Path, report: Report) -> Path:
    """Write a report that only its owner may read, and forget all but the newest 20.

    Raises OSError when the folder refuses.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"report-{report.at.astimezone(UTC):%Y%m%dT%H%M%S%f}Z-{report.group}.txt"
    path = folder / name
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with open(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
        file.write(report.text)
    for old in saved(folder)[KEPT:]:
        with suppress(OSError):
            old.unlink()
    return path


def saved(folder: Path) -> list[Path]:
    """Reports in the folder, the newest first."""
    return sorted(folder.glob("report-*.txt"), reverse=True)


def _one_line(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else "unknown"
    return first if len(first) <= 200 else f"{first[:200]}…"
