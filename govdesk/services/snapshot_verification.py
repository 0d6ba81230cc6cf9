"""Verification of a snapshot: its evidence as a bundle's, and what only a database file has.

`govdesk.evidence.bundle_check` judges rows, chain, tree, order, names and filter. Judged beside it:
every byte of the file, and that its indexes hide nothing from a filter or a search.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from govdesk.database.snapshot_checking import CheckedFile, RawEvent
from govdesk.database.snapshot_format import NEVER_NULL, SnapshotKey, searchable
from govdesk.evidence import bundle_check
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.leaf import Row
from govdesk.evidence.notes import VerifierKey

Progress = Callable[[int, int], None]
_LENGTH: Final = len(Row._fields)
_SUMMARY: Final = Row._fields.index("summary")
_NOTHING: Final = (None, None, None)
_PROOFS: Final = ("first", "last", "order")


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def verify_snapshot(
    path: Path,
    secret: str | SnapshotKey,
    keys: Sequence[VerifierKey] = (),
    progress: Progress = silent,
) -> BundleReport:
    """Verify all of a snapshot: bytes, rows, chain, place in the signed tree, filter, indexes.

    Without a trusted key the verdict is *cannot judge* at best. `progress` hears how many of its
    events are done and may raise to cancel. Raises `SnapshotProblem` for a file that cannot be
    opened, which is no verdict on any event.
    """
    with closing(CheckedFile(path, secret)) as file, closing(file.inspection()) as inspection:
        reading = _Reading(file)
        claims = _claims(file)
        report = bundle_check.check(
            claims,
            reading.rows(),
            reading.left_out(),
            keys,
            notes=reading.notes,
            progress=progress,
        )
        reading.judge(report)
        for damage in inspection.damages():
            report.add(0, 0, "altered", f"the file itself: {damage}")
        report.settle(reading.notes)
        return report


def _claims(file: CheckedFile) -> bundle_check.Claims:
    """The documents in the file; one that cannot be read is told as a fault."""
    texts = file.claims.documents
    claims = bundle_check.Claims(file.claims.manifest, texts.get("checkpoint"))
    claims.tree = _document(texts, "tree", claims.trouble)
    claims.order = _document(texts, "order", claims.trouble)
    claims.erasures = texts.get("erasures", "").encode().splitlines()
    claims.proofs = {
        name: texts[f"proof_{name}"] for name in _PROOFS if f"proof_{name}" in texts
    }  # fmt: skip
    return claims


def _document(texts: Any, name: str, trouble: list[str]) -> dict[str, Any] | None:
    if name not in texts:
        return None
    try:
        found = json.loads(texts[name])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        trouble.append(f"the document {name} cannot be read")
        return None
    return found


class _Reading:
    """Reads the tables once, as evidence has them, and notes what is odd about them."""

    def __init__(self, file: CheckedFile):
        self._file = file
        self.notes: dict[int, str] = {}
        self._unsearchable: list[int] = []
        self._words = 0
        self._named = False

    def rows(self) -> Iterator[Row]:
        """Yield the events; one that cannot be read comes as a row that cannot be whole."""
        plain: set[tuple[type, ...]] = set()
        for raw in self._file.events():
            self._compare(raw)
            kinds = tuple(map(type, raw[:_LENGTH]))
            # Few combinations occur, and those that may are not looked at twice.
            if kinds in plain or _are_plain(kinds):
                plain.add(kinds)
                yield Row._make(raw[:_LENGTH])
                continue
            odd = len(raw) == 1
            self.notes[raw[0]] = "it cannot be read" if odd else "it holds what no event can"
            yield _placeholder(raw[0])

    def left_out(self) -> Iterator[bytes]:
        """Yield the lines of the events that the filter left out."""
        for seq, line in self._file.left_out():
            is_whole = isinstance(line, str) and _names(line, seq)
            yield str(line).encode() if is_whole else f'{{"seq":{seq}}}'.encode()

    def _compare(self, raw: RawEvent) -> None:
        """A word that the index does not hold would never be found."""
        summary, system, words = (raw[_SUMMARY], *raw[_LENGTH:]) if len(raw) > 1 else _NOTHING
        if words != (searchable(summary) if isinstance(summary, str) else None):
            self._unsearchable.append(raw[0])
        self._words += words is not None
        self._named = self._named or system is not None

    def judge(self, report: BundleReport) -> None:
        """Add what was noted to the report."""
        for seq in self._unsearchable:
            report.add(seq, seq, "altered", "the search index holds other words than the event")
        if self._file.words() != self._words:
            report.add(0, 0, "altered", "the search index holds events that are none")
        if self._named:
            report.not_judged.append("the names of systems: they are not part of the log")


def _names(line: str, seq: int) -> bool:
    """Whether a line is of the event at whose number it stands."""
    return f'\\"seq\\":{seq},' in line or line.startswith(f'{{"seq":{seq},')


def _are_plain(kinds: tuple[type, ...]) -> bool:
    """Whether the columns of an event can be of these types."""
    return (
        kinds[0] is int
        and len(kinds) == _LENGTH
        and all(
            kind is str or (kind is type(None) and name not in NEVER_NULL)
            for name, kind in zip(Row._fields[1:], kinds[1:], strict=True)
        )
    )


def _placeholder(seq: int) -> Row:
    none: dict[str, Any] = dict.fromkeys(Row._fields)
    return Row(**{**none, **dict.fromkeys(NEVER_NULL, ""), "salts": "{}", "seq": seq})
