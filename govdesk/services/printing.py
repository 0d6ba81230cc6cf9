"""Printing the log: a child process reads and lays out, its parent's file takes the bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from govdesk.database.connection import Session, connect
from govdesk.database.copying import Piece, Selection, json_pieces
from govdesk.database.errors import SessionEnded
from govdesk.database.printable import printable_rows
from govdesk.database.tree import pruned
from govdesk.exports.pdf.facts import Counted, Facts
from govdesk.exports.pdf.seal import Seal
from govdesk.services.children import run_in_child

_SIGNING_SECONDS: Final = 3.0
"""How long a document waits for a checkpoint that covers its last event."""


class PrintingEnded(SessionEnded):
    """The session ended while a PDF was made; unlike the other formats it starts over."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = "The session ended while the PDF was made, and a PDF cannot be continued."
        self.remedy = "Sign in and export it again; nothing was kept."
        self.args = (f"{self.sentence} {self.remedy}",)


@dataclass(frozen=True, slots=True)
class Source:
    """What the printing process needs to read by itself."""

    url: str = field(repr=False)
    token: str = field(repr=False)
    tenant_path: str


def print_events(
    source: Source,
    selection: Selection,
    facts: Facts,
    take: Callable[[Piece], None],
    cancel: threading.Event,
    seal: Seal | None = None,
) -> Counted:
    """Print a selection in a child; `take` gets the file's bytes in order, here.

    The selection's canonical lines are attached, and with a `seal` the file is signed. Raises
    `PrintingEnded`, `ChildCancelled` within a second of `cancel`, or what `take` raises.
    """
    try:
        return run_in_child(_print, source, selection, facts, seal, on_message=take, cancel=cancel)
    except SessionEnded:
        raise PrintingEnded from None


def _print(
    send: Callable[[object], None],
    source: Source,
    selection: Selection,
    facts: Facts,
    seal: Seal | None,
) -> Counted:
    """Body of the child; only there is the PDF library loaded."""
    from govdesk.exports.pdf.printing import print_log
    from govdesk.services.printing_evidence import collect

    session = Session(connect(source.url), source.token, source.tenant_path)
    try:
        teller = _Teller(send, session, selection.first - 1)
        dense = not any(
            gap.first <= selection.last and gap.last >= selection.first for gap in pruned(session)
        )
        pieces = teller.read(json_pieces(session, selection))
        attached = collect(pieces, facts, dense=dense, under=partial(_under, session))
        rows = teller.watched(printable_rows(session, selection, teller.page))
        return print_log(rows, facts, teller.write, evidence=attached, seal=seal)
    finally:
        session.close()


def _under(session: Session, first: int, last: int) -> Mapping[str, object]:
    """The checkpoint that covers these events; what knows signatures takes a while to load."""
    from govdesk.services.evidence_making import covering

    return covering(session, first, last, _SIGNING_SECONDS)


class _Teller:
    """Sends bytes with how many rows came since the last ones and how far the reading is."""

    def __init__(self, send: Callable[[object], None], session: Session, through: int):
        self._send, self._session, self._through, self._rows = send, session, through, 0

    def watched(self, rows: Iterator[tuple[str | None, ...]]) -> Iterator[tuple[str | None, ...]]:
        """Count the rows on their way."""
        for row in rows:
            yield row
            self._rows += 1
            self._through = int(row[0] or 0)

    def read(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """Lines to be attached; reading them counts as use too, but not as progress."""
        for piece in pieces:
            self._session.touch()
            yield piece

    def page(self, through: int) -> None:
        """A page is read to its end, even if no row in it matched.

        Millions of rows take longer to print than a session may idle, so this counts as use.
        """
        self._session.touch()
        self._through = through
        self.write(b"")

    def write(self, data: bytes) -> None:
        """Send bytes on."""
        self._send(Piece(data, self._rows, self._through))
        self._rows = 0
