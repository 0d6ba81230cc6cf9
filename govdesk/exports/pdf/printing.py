"""Print rows of the timeline as one PDF, in one pass and with a page in memory at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence

from govdesk.exports.pdf.attachments import Evidence
from govdesk.exports.pdf.columns import MARGIN, TIMELINE
from govdesk.exports.pdf.cover import Cover
from govdesk.exports.pdf.document import PAGE_WIDTH, Bookmark, Document
from govdesk.exports.pdf.facts import Counted, Facts
from govdesk.exports.pdf.fonts import REGULAR, Fonts
from govdesk.exports.pdf.found_fonts import FontShelf
from govdesk.exports.pdf.metadata import Properties
from govdesk.exports.pdf.seal import Seal
from govdesk.exports.pdf.table import Table
from govdesk.exports.pdf.typefaces import Typeface

Row = Sequence[str | None]
"""The timeline's cells in order, and then the names of erased fields, separated by spaces."""

_FOOT_Y = MARGIN - 6
_FOOT_ROOM = PAGE_WIDTH - 2 * MARGIN - 120


def print_log(
    rows: Iterable[Row],
    facts: Facts,
    write: Callable[[bytes], None],
    *,
    shelf: FontShelf | None = None,
    evidence: Evidence | None = None,
    seal: Seal | None = None,
) -> Counted:
    """Print the rows and a cover through `write`, in the order of the file's bytes.

    `evidence` is attached; with a `seal` the file is signed as its last bytes are written.
    """
    attached = evidence or Evidence()
    document = Document(write, _properties(facts), attachments=attached.files, seal=seal)
    fonts = Fonts(document.fonts, shelf)
    foot = Typeface(fonts, REGULAR, 6.6)
    table = Table(document, fonts, _footer(foot, facts), frozenset(facts.redacted))
    first = last = None
    for row in rows:
        table.add(row[: len(TIMELINE)], row[len(TIMELINE)] or "")
        last = row[0]
        first = first or last
    table.close()
    counted = Counted(
        rows=table.rows,
        first_seq=int(first) if first else None,
        last_seq=int(last) if last else None,
        boxed=dict(fonts.boxed),
        right_to_left=fonts.right_to_left,
        joined=fonts.joined,
        attached=attached.sha256,
    )
    cover = Cover(document, fonts).write(facts, counted, attached, seal)
    marks = [Bookmark("Cover", cover, 800), *table.bookmarks]
    document.close(lambda page, pages: _numbered(foot, page, pages), marks)
    return counted


def _footer(face: Typeface, facts: Facts) -> str:
    parts = [
        f"Audit log of {facts.tenant_path}",
        f"events {facts.first:,} to {facts.last:,}",
        f"filter: {facts.filter or 'none'}",
        facts.generator,
        f"made {facts.made_at:%Y-%m-%d %H:%M:%S} UTC",
    ]
    line = face.lines(" · ".join(parts), _FOOT_ROOM)[0]
    return f"BT 0.33 g {face.select} 1 0 0 1 {MARGIN:g} {_FOOT_Y:g} Tm {line.operators} ET"


def _numbered(face: Typeface, page: int, pages: int) -> str:
    line = face.line(f"Page {page} of {pages}")
    x = PAGE_WIDTH - MARGIN - line.width
    return f"BT 0.33 g {face.select} 1 0 0 1 {x:.2f} {_FOOT_Y:g} Tm {line.operators} ET"


def _properties(facts: Facts) -> Properties:
    return Properties(
        title=f"Audit log of {facts.organization}",
        author=facts.made_by,
        subject=f"Events {facts.first} to {facts.last} of {facts.tenant_path}",
        creator=facts.generator,
        created=facts.made_at,
        identity=facts.export_id or str(uuid.uuid4()),
    )
