"""A PDF/A-3b file written front to back: pages leave memory as they are finished.

ISO 32000-1 §7 and ISO 19005-3. Fonts are reportlab's, embedded as subsets when the last page is
done. A signature is made over all of it before the last bytes are written.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFIndirectObject, PDFString

from govdesk.exports.pdf import colour, signing
from govdesk.exports.pdf.attachments import Attachment
from govdesk.exports.pdf.metadata import Properties, pdf_date, plain
from govdesk.exports.pdf.reading import HEAD
from govdesk.exports.pdf.seal import Seal

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
class Box:
    """Where the signature shows itself on a page, in points, and its drawing."""

    x: float
    y: float
    width: float
    height: float
    content: str


class Document:
    """Writes objects as they come and keeps only where they are."""

    def __init__(
        self,
        write: Callable[[bytes], None],
        properties: Properties,
        *,
        attachments: Sequence[Attachment] = (),
        seal: Seal | None = None,
    ):
        self._write = write
        self._properties = properties
        self._buffer = bytearray(HEAD)
        self._flushed = 0
        self._offsets = array("Q", [0])
        self.fonts: Any = PDFDocument(compression=1, invariant=1)
        """The library's own document: it knows the embedded fonts and nothing else."""
        self._root, self._resources = self.reserve(), self.reserve()
        self._front = Node(self.reserve())
        self._nodes: list[Node] = []
        self._seal = seal
        self._held = False
        self._hole: signing.Placeholder | None = None
        if seal is not None:
            name = self.text(seal.signer.name)
            self._hole = signing.placeholder(seal, properties.created, name)
        self._field = self.reserve() if seal else 0
        self._box: tuple[int, bytes] | None = None
        self._files = [(one.name, self._attach(one)) for one in attachments]

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

    def _attach(self, file: Attachment) -> int:
        """Write a file and its specification; returns the number of that."""
        stream, spec = self.reserve(), self.reserve()
        self._offsets[stream] = self._flushed + len(self._buffer)
        made, content = pdf_date(file.modified), file.content
        kind = file.media_type.replace("/", "#2F").encode()
        self._buffer += (
            b"%d 0 obj\n<</Type/EmbeddedFile/Subtype/%b/Filter/FlateDecode/Length %d/Params"
            b"<</Size %d/CreationDate(%b)/ModDate(%b)/CheckSum<%b>>>>>stream\n"
            % (stream, kind, content.deflated_size, content.size, made, made, content.md5.encode())
        )
        for chunk in content.chunks:
            self._buffer += chunk
            if len(self._buffer) > _BLOCK:
                self._flush()
        self._buffer += b"\nendstream\nendobj\n"
        name = self.text(file.name)
        self.put(
            spec,
            b"<</Type/Filespec/F %b/UF %b/Desc %b/AFRelationship/%b/EF<</F %d 0 R/UF %d 0 R>>>>"
            % (name, name, self.text(file.description), file.relation.encode(), stream, stream),
        )
        return spec

    def _stream(self, number: int, content: bytes, *, compress: bool = True) -> None:
        data = zlib.compress(content, 6) if compress else content
        how = b"/Filter/FlateDecode" if compress else b""
        self.put(number, b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), how, data))

    def _flush(self) -> None:
        """Pass the buffer on, unless the signature is still to be put into it."""
        if self._held:
            return
        if self._hole is not None:
            self._hole.digest.update(self._buffer)
        self._write(bytes(self._buffer))
        self._flushed += len(self._buffer)
        self._buffer.clear()

    def text(self, value: str) -> bytes:
        """A text string of the document's own structure."""
        return bytes(PDFString(plain(value)).format(self.fonts))

    # ------------------------------------------------------------ pages

    def page(self, content: str) -> int:
        """Write a page at the end; `close` adds its number. Returns the page object's number."""
        if not self._nodes or len(self._nodes[-1].pages) == _PAGES_IN_A_NODE:
            self._nodes.append(Node(self.reserve()))
        return self._page(self._nodes[-1], content)

    def front_page(self, content: str, box: Box | None = None) -> int:
        """Write a page that stands before all others, with the signature's box on the first."""
        if box is None or not self._field:
            return self._page(self._front, content)
        page = self._page(self._front, content, b"/Annots[%d 0 R]" % self._field)
        self._show(box, page)
        return page

    def _show(self, box: Box, page: int) -> None:
        """Write the look of the signature's field; the field itself comes with the signature."""
        look = self.reserve()
        data = zlib.compress(box.content.encode("ascii"), 6)
        self.put(
            look,
            b"<</Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources %d 0 R"
            b"/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
            % (box.width, box.height, self._resources, len(data), data),
        )
        place = b"/Rect[%.2f %.2f %.2f %.2f]" % (
            box.x, box.y, box.x + box.width, box.y + box.height)  # fmt: skip
        self._box = (look, b"/P %d 0 R%b" % (page, place))

    def _page(self, node: Node, content: str, more: bytes = b"") -> int:
        page, body, foot = self.reserve(), self.reserve(), self.reserve()
        node.pages.append(page)
        self._stream(body, content.encode("ascii"))
        self.put(
            page,
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Resources %d 0 R"
            b"/Contents[%d 0 R %d 0 R]%b>>"
            % (node.number, PAGE_WIDTH, PAGE_HEIGHT, self._resources, body, foot, more),
        )
        return page

    @property
    def page_count(self) -> int:
        """How many pages are written."""
        return sum(len(node.pages) for node in (self._front, *self._nodes))

    # ------------------------------------------------------------ the end

    def close(self, numbered: Callable[[int, int], str], marks: list[Bookmark]) -> None:
        """Number the pages by ``numbered(page, pages)``, embed the fonts, sign and end the file."""
        self._number(numbered)
        self._tree()
        self._embed()
        entries = [
            b"/Pages %d 0 R/Outlines %d 0 R/PageMode/UseOutlines/Lang(en)"
            b"/ViewerPreferences<</DisplayDocTitle true>>" % (self._root, self._outline(marks)),
            self._archival(),
            self._associated(),
        ]
        catalog, info = self.reserve(), self.reserve()
        self.put(info, self._info())
        if self._seal is not None:
            entries.append(b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>" % self._field)
        self.put(catalog, b"<</Type/Catalog%b>>" % b"".join(entries))
        name = self._properties.identity.encode()
        identity = hashlib.md5(name, usedforsecurity=False)
        if self._seal is None:
            self._trailer(catalog, info, identity)
            self._flush()
        else:
            self._signed(self._seal, catalog, info, identity)

    def _archival(self) -> bytes:
        """The catalog's entries that make this PDF/A: metadata, and what the colours mean."""
        metadata, profile = self.reserve(), self.reserve()
        packet, icc = self._properties.xmp(), zlib.compress(colour.profile(), 9)
        self.put(
            metadata,
            b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%b\nendstream"
            % (len(packet), packet),
        )
        self.put(
            profile,
            b"<</N 3/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(icc), icc),
        )
        name = self.text(colour.NAME)
        return (
            b"/Metadata %d 0 R/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
            b"/OutputConditionIdentifier %b/Info %b/DestOutputProfile %d 0 R>>]"
            % (metadata, name, name, profile)
        )

    def _associated(self) -> bytes:
        if not self._files:
            return b""
        names = b"".join(b"%b %d 0 R" % (self.text(name), spec) for name, spec in self._files)
        specs = b" ".join(b"%d 0 R" % spec for _, spec in self._files)
        return b"/AF[%b]/Names<</EmbeddedFiles<</Names[%b]>>>>" % (specs, names)

    def _signed(self, seal: Seal, catalog: int, info: int, identity: Any) -> None:
        """Hold the rest back, sign everything, and pass it on."""
        assert self._hole is not None
        assert self._box is not None
        look, where = self._box
        value = self.reserve()
        self.put(
            self._field,
            b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/TU(Signature)/F 132%b/V %d 0 R"
            b"/AP<</N %d 0 R>>>>" % (where, value, look),
        )
        self._flush()
        self._held = True
        self.put(value, self._hole.body)
        at = self._buffer.index(self._hole.body)
        self._trailer(catalog, info, identity)
        signing.fill(self._buffer, at, self._flushed, self._hole, seal)
        self._write(bytes(self._buffer))

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

    def _info(self) -> bytes:
        made = pdf_date(self._properties.created)
        texts = (
            b"/%b %b" % (name.encode(), self.text(value))
            for name, value in self._properties.info().items()
        )
        return b"<<%b/CreationDate(%b)/ModDate(%b)>>" % (b"".join(texts), made, made)

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
