"""Reads the files that `document` writes, and nothing else: one revision, one table, no guessing.

Strict on purpose. What another program wrote or appended, what is damaged, and what would have to
be unpacked to be read is refused; memory does not grow with the file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, Protocol

HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%GovDesk\n"
"""How a file begins; the third line tells whose it is when its end is missing."""

_END: Final = re.compile(rb"startxref\n(\d{1,15})\n%%EOF\n\Z")
_ENTRY: Final = re.compile(rb"(\d{10}) 00000 n \n")
_TOKEN: Final = re.compile(
    rb"[\0\t\n\f\r ]*(?:(<<)|(>>)|(\[)|(\])|/([!-$&'*-.0-;=?-Z\\^-z|~#]*)|<([0-9A-Fa-f\s]*)>|(\()"
    rb"|(\d{1,10}) 0 R(?![A-Za-z])|([+-]?\d{0,15}\.?\d{1,15})|(true|false|null))"
)
_LITERAL: Final = re.compile(rb"(?:[^\\()]|\\.)*?([()])", re.DOTALL)
_LONGEST: Final = 1 << 18
_DEEPEST: Final = 24
_CHUNK: Final = 1 << 16


class Damaged(ValueError):
    """The file is not what `document` writes; the message says where."""


class Ref(NamedTuple):
    """A reference to an object."""

    number: int


class Name(str):
    """A name."""

    __slots__ = ()


class Bytes(Protocol):
    """A file's bytes, wherever they are."""

    def __len__(self) -> int: ...
    def __getitem__(self, place: slice, /) -> bytes: ...
    def find(self, what: bytes, start: int = ..., /) -> int:
        """As of bytes."""


class Reader:
    """One revision: the bytes of `data` up to `size`."""

    def __init__(self, data: Bytes, size: int):
        self._data, self.size = data, size
        end = _END.search(data[max(0, size - 64) : size])
        if end is None:
            raise Damaged("it does not end as it should")
        self._count, self._table, self.trailer = self._begin(int(end[1]))
        if self.trailer.keys() - {"Size", "Root", "Info", "ID"}:
            raise Damaged("its last part says more than GovDesk writes there")
        self.catalog = self.dictionary(self.trailer.get("Root"))

    def _begin(self, at: int) -> tuple[int, int, dict[str, Any]]:
        head = re.match(rb"xref\n0 (\d{1,8})\n", self._data[at : at + 32])
        if head is None:
            raise Damaged("its table of objects is not where it should be")
        count, table = int(head[1]), at + head.end()
        end = table + 20 * count
        if self._data[end : end + 8] != b"trailer\n":
            raise Damaged("its table of objects has another length")
        return count, table, _dictionary(self._value(end + 8)[0])

    # ------------------------------------------------------------ objects

    def place(self, ref: object) -> int:
        """Where an object's value begins."""
        if not isinstance(ref, Ref) or not 0 < ref.number < self._count:
            raise Damaged("a reference leads nowhere")
        at = self._table + 20 * ref.number
        entry = _ENTRY.fullmatch(self._data[at : at + 20])
        where = int(entry[1]) if entry else self.size
        head = b"%d 0 obj\n" % ref.number
        if where + len(head) > self.size or self._data[where : where + len(head)] != head:
            raise Damaged(f"object {ref.number} is not where it should be")
        return where + len(head)

    def dictionary(self, ref: object) -> dict[str, Any]:
        """An object that is a dictionary, or one that stands where it is used."""
        if isinstance(ref, dict):
            return ref
        return _dictionary(self._value(self.place(ref))[0])

    def stream(self, ref: object, limit: int) -> Iterator[bytes]:
        """Inflate a stream; raises `Damaged` beyond `limit` bytes, however small it was packed."""
        about, at = self._value(self.place(ref))
        facts = _dictionary(about)
        length, start = facts.get("Length"), at + len(b"stream\n")
        if self._data[at:start] != b"stream\n" or not isinstance(length, int):
            raise Damaged("an attachment is no stream")
        end = start + length
        if end > self.size or self._data[end : end + 10] != b"\nendstream":
            raise Damaged("an attachment has another length than it says")
        if facts.get("Filter") != "FlateDecode" or "DecodeParms" in facts:
            raise Damaged("an attachment is packed in another way than GovDesk packs")
        yield from self._inflated(start, end, limit)

    def _inflated(self, start: int, end: int, limit: int) -> Iterator[bytes]:
        inflate, total = zlib.decompressobj(), 0
        try:
            while start < end or inflate.unconsumed_tail:
                more = inflate.unconsumed_tail or self._data[start : min(start + _CHUNK, end)]
                if not inflate.unconsumed_tail:
                    start += len(more)
                piece = inflate.decompress(more, _CHUNK)
                total += len(piece)
                if total > limit:
                    raise Damaged(f"an attachment holds more than {limit >> 20} MiB")
                yield piece
                if inflate.eof:
                    break
        except zlib.error as error:
            raise Damaged("an attachment cannot be unpacked") from error
        if not inflate.eof or inflate.unused_data or start < end:
            raise Damaged("an attachment cannot be unpacked to its end")

    # ------------------------------------------------------------ values

    def _value(self, at: int) -> tuple[Any, int]:
        text = self._data[at : min(at + _LONGEST, self.size)]
        value, end = _Values(text).read(0, 0)
        return value, at + end


class _Values:
    """Reads values of PDF's syntax (ISO 32000-1 §7.3) from a piece of a file."""

    def __init__(self, text: bytes):
        self._text = text

    def read(self, at: int, depth: int) -> tuple[Any, int]:
        """The value at a place, and where it ends."""
        found = _TOKEN.match(self._text, at)
        if found is None or depth > _DEEPEST:
            raise Damaged("it holds something that is no value")
        kind, end = found.lastindex or 0, found.end()
        if kind in (1, 3):
            return self._many(end, depth + 1, closing=kind + 1)
        if kind == 7:
            return self._literal(end)
        return _simple(kind, found[kind], end)

    def _many(self, at: int, depth: int, closing: int) -> tuple[Any, int]:
        values: list[Any] = []
        while True:
            found = _TOKEN.match(self._text, at)
            if found is not None and found.lastindex == closing:
                return (_paired(values) if closing == 2 else values), found.end()
            value, at = self.read(at, depth)
            values.append(value)

    def _literal(self, at: int) -> tuple[bytes, int]:
        depth, begin = 1, at
        while depth:
            found = _LITERAL.match(self._text, at)
            if found is None:
                raise Damaged("a text in it has no end")
            depth += 1 if found[1] == b"(" else -1
            at = found.end()
        return self._text[begin : at - 1], at


def _simple(kind: int, text: bytes, end: int) -> tuple[Any, int]:
    match kind:
        case 5:
            return Name(text.decode("latin-1")), end
        case 6:
            return b"<" + text + b">", end
        case 8:
            return Ref(int(text)), end
        case 9:
            return (float(text) if b"." in text else int(text)), end
        case 10:
            return {b"true": True, b"false": False, b"null": None}[text], end
    raise Damaged("something is closed that was not opened")


def _paired(values: list[Any]) -> dict[str, Any]:
    keys = values[::2]
    if len(values) % 2 or not all(isinstance(key, Name) for key in keys):
        raise Damaged("a dictionary in it is none")
    if len(set(keys)) != len(keys):
        raise Damaged("a dictionary in it says one thing twice")
    return dict(zip(map(str, keys), values[1::2], strict=True))


def _dictionary(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Damaged("something in it is no dictionary")
    return value
