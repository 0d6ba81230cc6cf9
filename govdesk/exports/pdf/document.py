"""A PDF file written front to back: pages leave memory as they are finished (ISO 32000-1 §7).

Fonts are reportlab's, embedded as subsets when the last page is done.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFIndirectObject, PDFString

PAGE_WIDTH, PAGE_HEIGHT = 841.89, 595.28
"""A4 landscape in points."""

_BLOCK = 64 * 1024
_PAGES_IN_A_NODE = 256


@dataclass(slots=True)
class Node:
    """A branch of the page tree: its object's number and those of its pages."""

    number: int
    pages: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A title that leads to a height on a page; `inner` ones lie below it."""

    title: str
    page: int
    y: float
    inner: list[Bookmark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Properties:
    """What a reader shows as the document's properties."""

    title: str
    author: str
    subject: str
    creator: str
    created: datetime
    identity: str


class Document:
    """Writes objects as they come and keeps only where they are."""

    def __init__(self, write: Callable[[bytes], None]):
        self._write = write
        self._buffer = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        self._flushed = 0
        self._offsets = array("Q", [0])
        self.fonts: Any = PDFDocument(compression=1, invariant=1)
        """The library's own document: it knows the embedded fonts and nothing else."""
        self._root, self._resources = self.reserve(), self.reserve()
        self._front = Node(self.reserve())
        self._nodes: list[Node] = []

    # ------------------------------------------------------------ objects

    def reserve(self) -> int:
        """Return the number of an object that `put` will write later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def put(self, number: int, body: bytes) -> None:
        """Write an object."""
        self._offsets[number] = self._flushed + len(self._buffer)
        self._buffer += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        if len(self._buffer) > _BLOCK:
            self._flush()

    def _stream(self, number: int, content: bytes, *, compress: bool = True) -> None:
        data = zlib.compress(content, 6) if compress else content
        how = b"/Filter/FlateDecode" if compress else b""
        self.put(number, b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), how, data))

    def _flush(self) -> None:
        self._write(bytes(self._buffer))
        self._flushed += len(self._buffer)
        self._buffer.clear()

    def text(self, value: str) -> bytes:
        """A text string of the document's own structure."""
        plain = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return bytes(PDFString(plain).format(self.fonts))

    # ------------------------------------------------------------ pages

    def page(self, content: str) -> int:
        """Write a page at the end; `close` adds its number. Returns the page object's number."""
        if not self._nodes or len(self._nodes[-1].pages) == _PAGES_IN_A_NODE:
            self._nodes.append(Node(self.reserve()))
        return self._page(self._nodes[-1], content)

    def front_page(self, content: str) -> int:
        """Write a page that stands before all others."""
        return self._page(self._front, content)

    def _page(self, node: Node, content: str) -> int:
        page, body, foot = self.reserve(), self.reserve(), self.reserve()
        node.pages.append(page)
        self._stream(body, content.encode("ascii"))
        self.put(
            page,
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Resources %d 0 R"
            b"/Contents[%d 0 R %d 0 R]>>"
            % (node.number, PAGE_WIDTH, PAGE_HEIGHT, self._resources, body, foot),
        )
        return page

    @property
    def page_count(self) -> int:
        """How many pages are written."""
        return sum(len(node.pages) for node in (self._front, *self._nodes))

    # ------------------------------------------------------------ the end

    def close(
        self, numbered: Callable[[int, int], str], marks: list[Bookmark], facts: Properties
    ) -> None:
        """Number the pages by ``numbered(page, pages)``, embed the fonts and end the file."""
        self._number(numbered)
        self._tree()
        self._embed()
        outline = self._outline(marks)
        catalog, info = self.reserve(), self.reserve()
        self.put(
            catalog,
            b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R/PageMode/UseOutlines/Lang(en)"
            b"/ViewerPreferences<</DisplayDocTitle true>>>>" % (self._root, outline),
        )
        self.put(info, self._info(facts))
        self._trailer(catalog, info, hashlib.md5(facts.identity.encode(), usedforsecurity=False))
        self._flush()

    def _number(self, numbered: Callable[[int, int], str]) -> None:
        total, place = self.page_count, 0
        for node in (self._front, *self._nodes):
            for page in node.pages:
                place += 1
                self._stream(page + 2, numbered(place, total).encode("ascii"), compress=False)

    def _tree(self) -> None:
        nodes = [node for node in (self._front, *self._nodes) if node.pages]
        for node in nodes:
            kids = b" ".join(b"%d 0 R" % page for page in node.pages)
            self.put(
                node.number,
                b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>"
                % (self._root, len(node.pages), kids),
            )
        kids = b" ".join(b"%d 0 R" % node.number for node in nodes)
        self.put(self._root, b"<</Type/Pages/Count %d/Kids[%b]>>" % (self.page_count, kids))

    def _embed(self) -> None:
        """Let reportlab make the subsets, renumber its objects, and name them as resources."""
        library = self.fonts
        for font in library.delayedFonts:
            font.addObjects(library)
        numbers = library.idToObjectNumberAndVersion
        done = 0
        while done < library.objectcounter:
            done += 1
            numbers[library.numberToId[done]] = (self.reserve(), 0)
        for place in range(1, done + 1):
            name = library.numberToId[place]
            if name.startswith("toUnicodeCMap:"):
                library.idToObject[name].content = _paired(library.idToObject[name].content)
            whole = PDFIndirectObject(name, library.idToObject[name]).format(library)
            body = whole.split(b"obj\n", 1)[1].rsplit(b"\nendobj", 1)[0]
            self.put(numbers[name][0], body)
        basic = numbers["BasicFonts"][0]
        self.put(self._resources, b"<</ProcSet[/PDF/Text]/Font %d 0 R>>" % basic)

    def _outline(self, marks: list[Bookmark]) -> int:
        root = self.reserve()
        first, last = self._entries(marks, root)
        self.put(
            root,
            b"<</Type/Outlines/Count %d/First %d 0 R/Last %d 0 R>>" % (len(marks), first, last),
        )
        return root

    def _entries(self, marks: list[Bookmark], parent: int) -> tuple[int, int]:
        numbers = [self.reserve() for _ in marks]
        for place, (mark, number) in enumerate(zip(marks, numbers, strict=True)):
            links = b"/Title %b/Parent %d 0 R/Dest[%d 0 R/XYZ 0 %.1f null]" % (
                self.text(mark.title), parent, mark.page, mark.y)  # fmt: skip
            if place:
                links += b"/Prev %d 0 R" % numbers[place - 1]
            if place + 1 < len(marks):
                links += b"/Next %d 0 R" % numbers[place + 1]
            if mark.inner:
                inner = self._entries(mark.inner, number)
                links += b"/Count %d/First %d 0 R/Last %d 0 R" % (-len(mark.inner), *inner)
            self.put(number, b"<<%b>>" % links)
        return numbers[0], numbers[-1]

    def _info(self, facts: Properties) -> bytes:
        made = facts.created.strftime("D:%Y%m%d%H%M%S+00'00'").encode()
        return b"<</Title %b/Author %b/Subject %b/Creator %b/Producer %b/CreationDate(%b)>>" % (
            *map(self.text, (facts.title, facts.author, facts.subject, facts.creator)),
            self.text("ReportLab"),
            made,
        )

    def _trailer(self, catalog: int, info: int, identity: Any) -> None:
        at = self._flushed + len(self._buffer)
        self._buffer += b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets)
        for offset in self._offsets[1:]:
            self._buffer += b"%010d 00000 n \n" % offset
        digest = identity.hexdigest().encode()
        self._buffer += (
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (len(self._offsets), catalog, info, digest, digest, at)
        )


def _paired(cmap: str) -> str:
    """Write what lies beyond U+FFFF as UTF-16, which reportlab does not (ISO 32000-1 §9.10.3)."""

    def pair(found: re.Match[str]) -> str:
        return f"> <{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"

    return re.sub("> <([0-9A-F]{5,6})>", pair, cmap)
