"""The first page: what this document is, who made it, of what, and what it does not prove."""

from __future__ import annotations

from collections.abc import Iterator

from govdesk.exports.pdf import signing
from govdesk.exports.pdf.attachments import EVENTS, MANIFEST, Evidence
from govdesk.exports.pdf.characters import code_point
from govdesk.exports.pdf.columns import MARGIN
from govdesk.exports.pdf.document import PAGE_HEIGHT, PAGE_WIDTH, Box, Document
from govdesk.exports.pdf.facts import Counted, Facts
from govdesk.exports.pdf.fonts import BOLD, MONO, REGULAR, Fonts
from govdesk.exports.pdf.seal import Seal
from govdesk.exports.pdf.typefaces import Line, Typeface

_LABEL_X, _VALUE_X = MARGIN + 24, MARGIN + 150
_ROOM = PAGE_WIDTH - MARGIN - 24 - _VALUE_X
_BOTTOM = MARGIN + 30
_KINDS_NAMED = 24

_BOX_WIDTH, _BOX_HEIGHT = 262.0, 50.0

_WHAT_IT_IS = (
    "The pages are a rendering of events for reading and filing. They are derived: a printed hash"
    " proves nothing by itself. The evidence is the JSONL export of the same events, {where}, which"
    " “govdesk verify” checks offline, and the log itself, which “govdesk audit verify” checks on"
    " the server. An empty cell means that the event has no such value. Times are UTC."
)


def _evidence(attached: Evidence) -> str:
    if attached.reason:
        return attached.reason
    under = (
        f" The latter carries the log's signed checkpoint of {_number(attached.covered)} events,"
        " which covers them."
        if attached.covered
        else ""
    )
    return (
        f"Attached: {EVENTS} with {_number(attached.rows)}"
        f" {'event' if attached.rows == 1 else 'events'}, SHA-256 {attached.sha256}, and"
        f" {MANIFEST}.{under} “govdesk verify” on this file checks both and the signature."
    )


def _sealed(facts: Facts) -> str:
    if facts.source:
        return f"Not sealed in a log: {facts.source}"
    return f"The event audit.exported of export {facts.export_id}, which holds this file's SHA-256."


def _signature(seal: Seal | None) -> str:
    if seal is None:
        return "None."
    signer = seal.signer
    return (
        f"By {signer.name}, over the whole file (PAdES B-B). Certificate SHA-256:"
        f" {signer.grouped}. {signer.meaning}"
    )


def _number(value: int) -> str:
    return f"{value:,}"


def _range(facts: Facts, counted: Counted) -> str:
    asked = f"Events {_number(facts.first)} to {_number(facts.last)} were asked for"
    if counted.first_seq is None:
        return f"{asked}; none matches."
    return (
        f"{asked}; the first one printed is {_number(counted.first_seq)}, the last"
        f" {_number(counted.last_seq or 0)}."
    )


def _chain(facts: Facts) -> str:
    if not facts.head_seq:
        return "The log was empty."
    state = facts.verified or "The chain was not verified in this export."
    return f"The newest event was {_number(facts.head_seq)} when this export began. {state}"


def _characters(counted: Counted) -> Iterator[str]:
    if counted.boxed:
        total, kinds = sum(counted.boxed.values()), len(counted.boxed)
        most = sorted(counted.boxed.items(), key=lambda item: (-item[1], item[0]))[:_KINDS_NAMED]
        named = ", ".join(f"{code_point(char)} × {_number(times)}" for char, times in most)
        more = f", and {kinds - len(most)} more" if kinds > len(most) else ""
        yield (
            f"{_number(total)} {'character' if total == 1 else 'characters'} of {_number(kinds)}"
            f" {'kind' if kinds == 1 else 'kinds'} have no glyph here, or are invisible or"
            f" reorder text; each is printed as its code point in a box: {named}{more}."
        )
    else:
        yield "Every character is printed as itself."
    if counted.right_to_left:
        yield (
            f"{_number(counted.right_to_left)} characters belong to scripts written from right to"
            " left; they run that way within lines that begin at the left."
        )
    if counted.joined:
        yield (
            f"{_number(counted.joined)} characters belong to scripts whose letters join or stack;"
            " they are printed one by one."
        )


def entries(
    facts: Facts, counted: Counted, attached: Evidence, seal: Seal | None
) -> Iterator[tuple[str, str]]:
    """The cover's labels and values, in order."""
    yield "Organization", f"{facts.organization} ({facts.tenant_path})"
    yield "Legal entity", facts.legal_entity or "Not recorded."
    yield "Made by", facts.made_by
    yield "Made at", f"{facts.made_at:%Y-%m-%dT%H:%M:%S.%fZ}, with {facts.generator}"
    yield "Filter", facts.filter or "None: every event."
    yield "Range", _range(facts, counted)
    yield "Events printed", _number(counted.rows)
    if not facts.whole:
        yield "Scope", "The account that made this sees a part of the organization only."
    yield "Chain", _chain(facts)
    if facts.head_hash:
        yield "Hash of the newest", facts.head_hash
    yield "Left out", ", ".join(facts.redacted) if facts.redacted else "Nothing was redacted."
    yield "Characters", " ".join(_characters(counted))
    yield "Sealed as", _sealed(facts)
    yield "Evidence", _evidence(attached)
    yield "Signature", _signature(seal)
    where = "attached to this document" if attached.files else "a file of its own"
    yield "What this is", _WHAT_IT_IS.format(where=where)


def _shortened(text: str) -> str:
    """A name that is too long for the box, cut where it surely fits; the cover has it whole."""
    return f"{text[:36]}…"


class Cover:
    """Lays the cover out; what does not fit on one page goes on on the next."""

    def __init__(self, document: Document, fonts: Fonts):
        self._document = document
        self._label = Typeface(fonts, BOLD, 9)
        self._value = Typeface(fonts, REGULAR, 9)
        self._mono = Typeface(fonts, MONO, 8)
        self._title = Typeface(fonts, BOLD, 26)
        self._name = Typeface(fonts, REGULAR, 14)
        self._out: list[str] = []
        self._pages: list[int] = []
        self._y = 0.0
        self._box: Box | None = None

    def write(
        self, facts: Facts, counted: Counted, attached: Evidence, seal: Seal | None = None
    ) -> int:
        """Write the cover and return the number of its first page's object."""
        if seal is not None:
            self._box = self._seal_box(signing.words(seal, facts.made_at))
        self._head(facts)
        for label, value in entries(facts, counted, attached, seal):
            face = self._mono if label == "Hash of the newest" else self._value
            self._entry(label, face, value)
        self._turn()
        return self._pages[0]

    def _head(self, facts: Facts) -> None:
        self._y = PAGE_HEIGHT - MARGIN - 44
        self._out.append(f"0.10 0.20 0.33 rg {MARGIN:g} {self._y - 30:.2f} 5 74 re f")
        self._show(self._title, _LABEL_X, self._title.line("Audit log"), "0.10 0.20 0.33 rg")
        self._y -= 24
        taken = _BOX_WIDTH + 12 if self._box else 0
        name = self._name.lines(facts.organization, PAGE_WIDTH - 2 * MARGIN - 48 - taken)
        self._show(self._name, _LABEL_X, name[0], "0.25 g")
        self._y -= 40

    def _seal_box(self, lines: tuple[str, str, str]) -> Box:
        """The signature's own look: a frame at the top right, never wider than that."""
        parts = [
            f"0.97 g 0 0 {_BOX_WIDTH:g} {_BOX_HEIGHT:g} re f",
            f"0.8 w 0.10 0.20 0.33 RG 0.5 0.5 {_BOX_WIDTH - 1:g} {_BOX_HEIGHT - 1:g} re S",
        ]
        faces = (self._label, self._value, self._mono)
        for place, (face, text) in enumerate(zip(faces, lines, strict=True)):
            fits = face.lines(text, _BOX_WIDTH - 20)
            line = fits[0] if len(fits) == 1 else face.lines(_shortened(text), _BOX_WIDTH - 20)[0]
            y = _BOX_HEIGHT - 15 - 14 * place
            parts.append(f"BT 0.10 g {face.select} 1 0 0 1 10 {y:g} Tm {line.operators} ET")
        x = PAGE_WIDTH - MARGIN - 24 - _BOX_WIDTH
        return Box(x, PAGE_HEIGHT - MARGIN - 58, _BOX_WIDTH, _BOX_HEIGHT, "\n".join(parts))

    def _entry(self, label: str, face: Typeface, value: str) -> None:
        lines = face.lines(value, _ROOM)
        for place, line in enumerate(lines):
            if self._y < _BOTTOM:
                self._turn()
                self._y = PAGE_HEIGHT - MARGIN - 24
            if place == 0:
                self._show(self._label, _LABEL_X, self._label.line(label), "0.25 g")
            self._show(face, _VALUE_X, line, "0.10 g")
            self._y -= 13.5
        self._out.append(
            f"0.35 w 0.85 G {_LABEL_X:g} {self._y + 8.2:.2f} m"
            f" {PAGE_WIDTH - MARGIN - 24:.2f} {self._y + 8.2:.2f} l S"
        )
        self._y -= 5.5

    def _show(self, face: Typeface, x: float, line: Line, ink: str) -> None:
        self._out.append(
            f"BT {ink} {face.select} 1 0 0 1 {x:g} {self._y:.2f} Tm {line.operators} ET"
        )
        for start, width in line.frames:
            self._out.append(
                f"0.4 w 0.45 G {x + start + 0.4:.2f} {self._y - 0.24 * face.size:.2f}"
                f" {width - 0.8:.2f} {face.size:.2f} re S"
            )

    def _turn(self) -> None:
        self._pages.append(self._document.front_page("\n".join(self._out), self._box))
        self._out, self._box = [], None
