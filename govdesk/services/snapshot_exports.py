"""Files made from a sealed file, without a server: the same forms, read from other rows.

They are derived, as every export is; no log records them, for there is none here to write to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from govdesk import __version__
from govdesk.database.copying import PAGE, TIMELINE
from govdesk.database.snapshot_format import SnapshotKey
from govdesk.database.snapshot_reading import SnapshotLog
from govdesk.evidence.leaf import COMMITTED, Row
from govdesk.exports.files import WholeFile, discard_part
from govdesk.exports.pdf.facts import Facts
from govdesk.services import snapshot_facts
from govdesk.services.audit import Cancelled, Export, Exported, Progress
from govdesk.services.children import ChildCancelled, ChildLost, run_in_child
from govdesk.services.proof import instant
from govdesk.services.snapshot_facts import SnapshotFacts
from govdesk.services.snapshot_link import SnapshotLink
from govdesk.services.timeline import Event, Terms

FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run if a cell began with it (OWASP ASVS 5.0 §1.2.10)."""

_CAN_BE_ABSENT: Final = tuple(name for name in TIMELINE if name in COMMITTED)


def export(link: SnapshotLink, order: Export, progress: Progress) -> Exported:
    """Write `order` in a process of its own; nothing stands under the name until it is whole.

    Raises `Cancelled`, and `Problem` where the file cannot be read or the target not written.
    """
    link.check_same()
    try:
        return run_in_child(
            _export,
            str(link.path),
            link.key,
            {f.name: getattr(order, f.name) for f in fields(order) if f.name != "cancel"},
            on_message=lambda done: progress(*done),
            cancel=order.cancel,
        )
    except ChildCancelled:
        discard_part(order.target)
        raise Cancelled from None
    except ChildLost:
        discard_part(order.target)
        raise


def _export(
    send: Callable[[object], None], path: str, key: SnapshotKey, facts: dict[str, Any]
) -> Exported:
    """Body of the child."""
    log = SnapshotLog.open(Path(path), key)
    try:
        order = Export(**facts)
        return write(log, order, lambda done, total: send((done, total)), Path(path).name)
    finally:
        log.close()


def write(log: SnapshotLog, order: Export, progress: Progress, source: str) -> Exported:
    """Write an order here; `source` is the snapshot's own name."""
    facts = snapshot_facts.read(log.facts)
    newest, *_ = log.extent()
    last = newest if order.last is None else min(order.last, newest)
    terms = order.filter.to_terms() if order.filter else []
    rows = _Rows(log, terms, order.first, last, progress)
    file = WholeFile(order.target, {"snapshot": source}, force=order.force)
    try:
        if order.format == "csv":
            file.write((",".join(TIMELINE) + "\n").encode())
            for event in rows.events():
                file.write(_csv_line(event))
        elif order.format == "pdf":
            _print(rows, facts, order, last, file, source)
        else:
            _json(rows, file)
        file.finish(None)
    except BaseException:
        file.discard()
        raise
    return Exported(str(order.target), rows.count, file.sha256, rows.first_seq, rows.last_seq, None)


@dataclass(slots=True)
class _Rows:
    """The rows of an order, oldest first, counted on their way."""

    log: SnapshotLog
    terms: Terms
    first: int
    last: int
    progress: Progress
    count: int = 0
    first_seq: int | None = None
    last_seq: int | None = None

    def events(self) -> Iterator[Event]:
        """Yield them as the timeline shows them."""
        low = self.first
        while low <= self.last:
            page = self._from(low)
            yield from page
            self._noted(page)
            # A full page may end before its range of numbers does.
            low = page[-1].seq + 1 if len(page) == PAGE else low + PAGE
            self.progress(min(low, self.last + 1) - self.first, self.last - self.first + 1)

    def whole(self) -> Iterator[tuple[Row, str | None]]:
        """Yield them with everything, and the name of their system."""
        for low in range(self.first, self.last + 1, PAGE):
            high = min(low + PAGE - 1, self.last)
            page = self._from(low)
            systems = {event.seq: event.system for event in page}
            for row in self.log.rows(self.terms, first=low, last=high):
                yield row, systems.get(int(row.seq or 0))
            self._noted(page)
            self.progress(high - self.first + 1, self.last - self.first + 1)

    def _from(self, low: int) -> list[Event]:
        high = min(low + PAGE - 1, self.last)
        found = self.log.page(self.terms, before=high + 1, after=low - 1, limit=PAGE)
        return [Event(*row) for row in reversed(found)]

    def _noted(self, page: list[Event]) -> None:
        if page:
            self.first_seq = self.first_seq or page[0].seq
            self.last_seq = page[-1].seq
            self.count += len(page)


def _json(rows: _Rows, file: WholeFile) -> None:
    """The exact objects of JSON lines, as the members of one array."""
    file.write(b"[\n")
    before = b" "
    for row, _ in rows.whole():
        file.write(before + rows.log.json_line(row).rstrip(b"\n") + b"\n")
        before = b","
    file.write(b"]\n")


def _csv_line(event: Event) -> bytes:
    """One record of RFC 4180 with LF; no value is nothing, an empty one two quotes."""
    cells = (_cell(name, getattr(event, name)) for name in TIMELINE)
    return (",".join(map(_quoted, cells)) + "\n").encode()


def _cell(name: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return instant(value)
    text = str(value)
    return f"'{text}" if name not in ("seq", "at") and text.startswith(FORMULAS) else text


def _quoted(text: str | None) -> str:
    if text is None:
        return ""
    if text and not any(mark in text for mark in ',"\n\r') and text != "\\.":
        return text
    return '"' + text.replace('"', '""') + '"'


def _print(
    rows: _Rows, facts: SnapshotFacts, order: Export, last: int, file: WholeFile, source: str
) -> None:
    from govdesk.exports.pdf.printing import print_log  # loaded only where a PDF is made

    printed = Facts(
        tenant_path=facts.tenant_path,
        organization=facts.organization,
        made_by=f"whoever opened {source}, which {facts.made_by or 'somebody'} made",
        made_at=datetime.now(UTC),
        generator=f"GovDesk {__version__}",
        export_id="",
        first=order.first,
        last=last,
        filter=" ".join(part for part in (facts.filter, str(order.filter or "")) if part),
        redacted=facts.redacted,
        head_seq=last,
        verified=order.verified,
        whole=False,
        source=f"it was made offline from the snapshot {source}.",
    )
    print_log((_cells(row, system) for row, system in rows.whole()), printed, file.write)


def _cells(row: Row, system: str | None) -> tuple[str | None, ...]:
    """The timeline's cells in order, and then the names of those whose values are not here."""
    here = json.loads(row.salts or "{}")
    absent = " ".join(name for name in _CAN_BE_ABSENT if name not in here)
    values = {"seq": str(row.seq), "system": system}
    return (*(values.get(name, getattr(row, name, None)) for name in TIMELINE), absent)
