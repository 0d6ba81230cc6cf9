"""As much DER (X.690) as a time-stamp query and its answer need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
TIME: Final = 0x18
SEQUENCE: Final = 0x30
CONTEXT_0: Final = 0xA0


def element(tag: int, *parts: bytes) -> bytes:
    """One element around its content."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(number: int) -> bytes:
    """A number that is not negative."""
    return element(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


@dataclass(frozen=True, slots=True)
class Element:
    """What was read."""

    tag: int
    content: bytes

    def inside(self) -> list[Element]:
        """The elements it consists of; raises `ValueError`."""
        return list(elements(self.content))

    @property
    def number(self) -> int:
        """The value of an INTEGER."""
        if self.tag != INTEGER or not self.content:
            raise ValueError("not a number")
        return int.from_bytes(self.content, "big", signed=True)


def elements(data: bytes) -> Iterator[Element]:
    """Read one after another to the end; raises `ValueError` for what is cut or not definite."""
    at = 0
    while at < len(data):
        tag, start, size = _head(data, at)
        at = start + size
        if at > len(data):
            raise ValueError("cut off")
        yield Element(tag, data[start:at])


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    if at + 2 > len(data):
        raise ValueError("cut off")
    tag, first = data[at], data[at + 1]
    if first < 0x80:
        return tag, at + 2, first
    count = first & 0x7F
    if not 0 < count <= 4 or at + 2 + count > len(data):
        raise ValueError("not a definite length")
    return tag, at + 2 + count, int.from_bytes(data[at + 2 : at + 2 + count], "big")
