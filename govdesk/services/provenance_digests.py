"""The digests under which the log may know a file: its own, and those of what it was or holds.

A spreadsheet that saves a table again changes bytes and not what they say: line ends, a byte order
mark, the sign between cells, needless quotes. Those are taken back, one after the other.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govdesk.database.copying import TIMELINE
from govdesk.exports.pdf.attachments import EVENTS
from govdesk.exports.pdf.opening import Foreign, opened
from govdesk.exports.pdf.reading import Damaged

AS_IT_IS: Final = "the file as it is"
_BOM: Final = b"\xef\xbb\xbf"
_CHUNK: Final = 1 << 20
_MOST_MEMBERS: Final = 64
_LARGEST_MEMBER: Final = 4 << 30
_HEAD: Final = 4096
_LONGEST_CELL: Final = 1 << 24
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Digest:
    """A SHA-256 in hex, and of what it is, in words."""

    of: str
    sha256: str


def digests(path: Path, watch: Watch) -> Iterator[Digest]:
    """Yield the digests to ask for, the likeliest first; raises OSError for an unreadable file.

    `watch` hears how many bytes of how many are read for the first, and may raise to stop it.
    """
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    yield Digest(AS_IT_IS, _sha256(_watched(_blocks(path), path.stat().st_size, watch)))
    if head.startswith(b"PK"):
        yield from _members(path)
    elif head.startswith(b"%PDF-"):
        yield from _attached(path)
    else:
        yield from _saved_again(path, head)


def _blocks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while block := file.read(_CHUNK):
            yield block


def _watched(blocks: Iterable[bytes], total: int, watch: Watch) -> Iterator[bytes]:
    done = 0
    for block in blocks:
        done += len(block)
        watch(done, total)
        yield block


def _sha256(blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


# ---------------------------------------------------------------- files that hold files


def _members(path: Path) -> Iterator[Digest]:
    """The tables and events inside a bundle; whatever is no archive holds none."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist()[:_MOST_MEMBERS]:
                wanted = member.filename.endswith((".jsonl", ".csv", ".pdf"))
                if wanted and member.file_size <= _LARGEST_MEMBER:
                    name = member.filename.rsplit("/", 1)[-1]
                    yield Digest(f"{name} inside it", _sha256(_unpacked(archive, member)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    left = _LARGEST_MEMBER
    with archive.open(member) as file:
        while left > 0 and (block := file.read(_CHUNK)):
            left -= len(block)
            yield block


def _attached(path: Path) -> Iterator[Digest]:
    try:
        with opened(path, lambda done, total: None) as document:
            if document.signature is not None and EVENTS in document.attached:
                pieces = document.read(EVENTS)
                yield Digest(f"{EVENTS} attached to it", _sha256(pieces))
    except (Foreign, Damaged):
        return


# ---------------------------------------------------------------- tables that were saved again


def _saved_again(path: Path, head: bytes) -> Iterator[Digest]:
    has_mark, has_returns = head.startswith(_BOM), b"\r" in head
    if has_mark:
        yield Digest("the file without its byte order mark", _sha256(_unmarked(path)))
    if has_returns:
        yield Digest("the file with GovDesk's line ends", _sha256(_unreturned(_blocks(path))))
    if has_mark and has_returns:
        words = "the file without its byte order mark and with GovDesk's line ends"
        yield Digest(words, _sha256(_unreturned(_unmarked(path))))
    sign = _sign_between_cells(head)
    if sign:
        words = "the table's cells, written as GovDesk writes them"
        found = _attempt(lambda: _sha256(_rewritten(path, sign)))
        if found:
            yield Digest(words, found)


def _unmarked(path: Path) -> Iterator[bytes]:
    blocks = _blocks(path)
    yield next(blocks, b"").removeprefix(_BOM)
    yield from blocks


def _unreturned(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """CR LF, and CR alone, become LF."""
    held = b""
    for block in blocks:
        text = held + block
        held = b"\r" if text.endswith(b"\r") else b""
        yield text.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    yield b"\n" if held else b""


def _sign_between_cells(head: bytes) -> str:
    """The sign between the column titles of an exported table; empty for another file."""
    first = head.removeprefix(_BOM).splitlines()[:1]
    line = first[0].decode(errors="replace").replace('"', "") if first else ""
    return next((sign for sign in ",;\t" if line.split(sign) == list(TIMELINE)), "")


def _rewritten(path: Path, sign: str) -> Iterator[bytes]:
    """The table as PostgreSQL writes CSV: quotes only where they must be."""
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file, delimiter=sign, strict=True):
                yield (",".join(map(_cell, row)) + "\n").encode()
    finally:
        csv.field_size_limit(limit)


def _cell(value: str) -> str:
    if any(sign in value for sign in ',"\n\r'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _attempt(digest: Callable[[], str]) -> str:
    """A digest, or nothing of a file that is no table after all."""
    try:
        return digest()
    except (csv.Error, UnicodeError, io.UnsupportedOperation):
        return ""
