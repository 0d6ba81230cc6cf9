"""Checks the structure of a PDF/A-3b file as another program would: pikepdf, and no code of ours.

Each rule is a function of an opened file that yields what is wrong; its docstring names the clause
of ISO 19005-3. This is no certified validator: it looks at the structures that our files have.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf

from tests.pdfa_file import File, dictionaries
from tests.pdfa_fonts import (
    fonts_embedded,
    fonts_symbolic,
    fonts_widths,
    glyphs_named,
    glyphs_there,
)

_NS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
}
_OPERATORS = frozenset(
    ("q", "Q", "w", "re", "m", "l", "h", "f", "S", "B", "n", "BT", "ET", "Tf", "Tm", "Tj", "TJ",
     "g", "G", "rg", "RG")
)  # fmt: skip


# ---------------------------------------------------------------- the file


def header(file: File) -> Iterator[str]:
    """6.1.2: the header, then a comment of four bytes above 127."""
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", file.data):
        yield "the header or its comment"


def ending(file: File) -> Iterator[str]:
    """6.1.3: nothing after the last end-of-file marker but one line end; one revision here."""
    if not re.search(rb"%%EOF\r?\n?\Z", file.data) or file.data.count(b"%%EOF") != 1:
        yield "the end of the file"


def identifier(file: File) -> Iterator[str]:
    """6.1.3: an identifier of two strings."""
    found = file.pdf.trailer.get("/ID")
    if found is None or len(found) != 2 or not all(bytes(part) for part in found):
        yield "the file's identifier"


def not_encrypted(file: File) -> Iterator[str]:
    """6.1.3: no Encrypt."""
    if "/Encrypt" in file.pdf.trailer or file.pdf.is_encrypted:
        yield "it is encrypted"


def table(file: File) -> Iterator[str]:
    """6.1.4: one line end between xref and its subsection, entries of twenty bytes, no gaps."""
    at = int(re.findall(rb"startxref\s+(\d+)", file.data)[-1])
    found = re.match(rb"xref\r?\n0 (\d+)\r?\n((?:\d{10} \d{5} [nf][ \r][\r\n])+)", file.data[at:])
    if found is None or len(found[2]) != 20 * int(found[1]):
        yield "the cross-reference table"


def syntax(file: File) -> Iterator[str]:
    """6.1.7, 6.1.9: stream lengths, object framing; as qpdf sees them."""
    yield from file.pdf.check_pdf_syntax()
    framed = re.findall(rb"(?:^|\n)\d+ 0 obj\n", file.data)
    if len(framed) < len([o for o in file.pdf.objects if o is not None]) - 1:
        yield "an object that is not framed by line ends"


def filters(file: File) -> Iterator[str]:
    """6.1.7.2: no LZW, no Crypt, nothing kept outside the file."""
    for one in dictionaries(file):
        if isinstance(one, pikepdf.Stream):
            used = one.get("/Filter", [])
            for name in used if isinstance(used, pikepdf.Array) else [used] if used else []:
                if name not in ("/FlateDecode", "/ASCII85Decode", "/ASCIIHexDecode"):
                    yield f"the filter {name}"
            if "/F" in one or "/FFilter" in one:
                yield "a stream outside the file"


def limits(file: File) -> Iterator[str]:
    """6.1.13: lengths of names and strings, sizes of integers, how many objects."""
    if len(file.pdf.objects) > 8_388_607:
        yield "too many objects"
    for one in file.objects():
        if isinstance(one, pikepdf.String) and len(bytes(one)) > 32767:
            yield "a string that is too long"
        if isinstance(one, pikepdf.Name) and len(str(one)) > 128:
            yield "a name that is too long"
        if isinstance(one, int) and not -(2**31) <= one < 2**31:
            yield "an integer that is too large"


# ---------------------------------------------------------------- metadata and colour


def metadata(file: File) -> Iterator[str]:
    """6.6.2: a metadata stream that is not filtered, of well-formed XMP."""
    stream = file.pdf.Root.get("/Metadata")
    if stream is None or "/Filter" in stream:
        yield "no plain metadata stream"
        return
    if (stream.get("/Type"), stream.get("/Subtype")) != ("/Metadata", "/XML"):
        yield "the metadata's kind"
    ElementTree.fromstring(file.xmp)


def packet(file: File) -> Iterator[str]:
    """6.6.2.1: the packet's header has neither bytes nor encoding."""
    head = file.xmp.split(b"?>", 1)[0]
    if b"W5M0MpCehiHzreSzNTczkc9d" not in head or b"bytes=" in head or b"encoding=" in head:
        yield "the packet's header"


def conformance(file: File) -> Iterator[str]:
    """6.6.4: part 3, conformance B."""
    said = [_said(file, f"pdfaid:{name}") for name in ("part", "conformance")]
    if said != ["3", "B"]:
        yield f"it says it is PDF/A {said}"


def same_twice(file: File) -> Iterator[str]:
    """6.6.3: what Info and XMP both say is the same."""
    info = file.pdf.docinfo
    pairs = {
        "/Title": "dc:title", "/Author": "dc:creator", "/Subject": "dc:description",
        "/Creator": "xmp:CreatorTool", "/Producer": "pdf:Producer",
        "/CreationDate": "xmp:CreateDate", "/ModDate": "xmp:ModifyDate",
    }  # fmt: skip
    for key, name in pairs.items():
        said, also = str(info[key]), _said(file, name)
        if key.endswith("Date"):
            said, also = re.sub(r"\D", "", said)[:14], re.sub(r"\D", "", also)[:14]
        if said != also:
            yield f"{key} is {said} in Info and {also} in XMP"


def _said(file: File, name: str) -> str:
    root = ElementTree.fromstring(file.xmp)
    found = root.find(f".//{name}", _NS)
    inner = None if found is None else found.find(".//rdf:li", _NS)
    text = inner if inner is not None else found
    return "" if text is None else text.text or ""


def output_intent(file: File) -> Iterator[str]:
    """6.2.3: one intent of PDF/A with a profile for three colours."""
    intents = file.pdf.Root.get("/OutputIntents")
    if intents is None or len(intents) != 1:
        yield "the output intent"
        return
    [intent] = intents
    if intent.S != "/GTS_PDFA1" or not str(intent.OutputConditionIdentifier):
        yield "the output intent's kind"
    if int(intent.DestOutputProfile.N) != 3:
        yield "the number of the profile's colours"


def profile(file: File) -> Iterator[str]:
    """6.2.3: the profile is whole ICC: size, signature, class, space, and tags inside it."""
    icc = file.pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()
    size, version, kind, space = struct.unpack(">L4xL4s4s", icc[:20])
    if size != len(icc) or icc[36:40] != b"acsp" or not 0x02000000 <= version < 0x05000000:
        yield "the profile's header"
    if (kind, space) != (b"mntr", b"RGB ") or icc[20:24] != b"XYZ ":
        yield "the profile's kind"
    (count,) = struct.unpack(">L", icc[128:132])
    tags = {t[0]: t[1:] for t in struct.iter_unpack(">4sLL", icc[132 : 132 + 12 * count])}
    needed = {b"desc", b"cprt", b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"}
    if not tags.keys() >= needed:
        yield "the profile's tags"
    if any(at % 4 or at < 132 + 12 * count or at + n > size for at, n in tags.values()):
        yield "a tag outside the profile"


def colours(file: File) -> Iterator[str]:
    """6.2.4: RGB and grey only, and only operators that the standard knows (6.2.2)."""
    for _, instructions in file.contents():
        used = {str(operator) for _, operator in instructions}
        yield from (f"the operator {one}" for one in sorted(used - _OPERATORS))


def transparency(file: File) -> Iterator[str]:
    """6.2.10: none at all here: no graphics states, groups or masks."""
    for one in dictionaries(file):
        for key in ("/ExtGState", "/SMask", "/Group", "/ca", "/CA", "/BM"):
            if key in one:
                yield f"transparency: {key}"


# ---------------------------------------------------------------- what it can do and carries


def no_actions(file: File) -> Iterator[str]:
    """6.5.1, 6.4: no scripts, actions, forms of XML or appearances to be made later."""
    forbidden = ("/JS", "/JavaScript", "/AA", "/OpenAction", "/XFA", "/NeedAppearances", "/A",
                 "/Launch", "/RichMedia", "/OCProperties", "/Requirements")  # fmt: skip
    for one in dictionaries(file):
        yield from (f"it holds {key}" for key in forbidden if key in one)


def annotations(file: File) -> Iterator[str]:
    """6.3: an annotation is printed, not hidden, and has one normal appearance."""
    for page in file.pdf.pages:
        for one in page.get("/Annots", []):
            flags = int(one.get("/F", 0))
            if not flags & 4 or flags & (1 | 2 | 32 | 256):
                yield f"an annotation with the flags {flags}"
            if one.Subtype != "/Widget" or list(one.AP.keys()) != ["/N"]:
                yield "an annotation's kind or appearance"
            if not isinstance(one.AP.N, pikepdf.Stream):
                yield "an appearance that is no stream"


def files_specified(file: File) -> Iterator[str]:
    """6.8: a file has both names, a relationship, and a description; nothing is referenced."""
    for one in dictionaries(file):
        if one.get("/Type") == "/Filespec":
            relation = str(one.get("/AFRelationship", ""))
            if relation not in ("/Data", "/Supplement", "/Source", "/Alternative", "/Unspecified"):
                yield f"a file's relationship {relation}"
            if not {"/F", "/UF", "/EF", "/Desc"} <= set(one.keys()):
                yield "a file's specification"


def files_embedded(file: File) -> Iterator[str]:
    """6.8, ISO 32000-1 7.11.4: kind, date, size and checksum are there and right."""
    for one in dictionaries(file):
        if isinstance(one, pikepdf.Stream) and one.get("/Type") == "/EmbeddedFile":
            data, facts = one.read_bytes(), one.Params
            if "/" not in str(one.get("/Subtype", ""))[1:]:
                yield "a file without a kind"
            if int(facts.Size) != len(data):
                yield "a file's size"
            if bytes(facts.CheckSum) != hashlib.md5(data, usedforsecurity=False).digest():
                yield "a file's checksum"
            if not str(facts.get("/ModDate", "")).startswith("D:"):
                yield "a file's date"


def files_associated(file: File) -> Iterator[str]:
    """6.8: every file is associated with the document, and found by its name."""
    specs = {o.objgen for o in file.pdf.objects if _is_spec(o)}
    associated = {one.objgen for one in file.pdf.Root.get("/AF", [])}
    names = file.pdf.Root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    listed = {one.objgen for one in list(names)[1::2]}
    if not specs == associated == listed:
        yield "files that are not associated with the document"
    if [bytes(n) for n in list(names)[::2]] != sorted(bytes(n) for n in list(names)[::2]):
        yield "names out of order"


def _is_spec(one: Any) -> bool:
    return isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Filespec"


def pages(file: File) -> Iterator[str]:
    """6.1.13: a page is between 3 and 14,400 units wide and high."""
    for page in file.pdf.pages:
        box = [float(value) for value in page.MediaBox]
        if not all(3 <= side <= 14400 for side in (box[2] - box[0], box[3] - box[1])):
            yield "a page's size"


def signature(file: File) -> Iterator[str]:
    """6.4.3: a signature covers everything but itself, with its certificate and one signer."""
    for one in dictionaries(file):
        if one.get("/Type") != "/Sig":
            continue
        first, begin, end, rest = (int(value) for value in one.ByteRange)
        if first != 0 or end + rest != len(file.data):
            yield "a signature that does not cover the file"
        if file.data[begin : begin + 1] + file.data[end - 1 : end] != b"<>":
            yield "a signature that covers more or less than it should"
        if one.SubFilter != "/ETSI.CAdES.detached" or "/Cert" in one:
            yield "a signature of another kind than PAdES"


RULES: tuple[Callable[[File], Iterator[str]], ...] = (
    header, ending, identifier, not_encrypted, table, syntax, filters, limits, metadata, packet,
    conformance, same_twice, output_intent, profile, colours, transparency, fonts_embedded,
    fonts_symbolic, fonts_widths, glyphs_there, glyphs_named, no_actions, annotations,
    files_specified, files_embedded, files_associated, pages, signature,
)  # fmt: skip


def faults(path: Path) -> list[str]:
    """Everything that keeps a file from being PDF/A-3b, by rule; empty for a whole one."""
    file = File.read(path)
    return [f"{rule.__name__}: {said}" for rule in RULES for said in rule(file)]
