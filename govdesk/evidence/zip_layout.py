"""How the archive of a bundle is laid out, byte by byte: ZIP64, sizes after the data, no freedom.

References are to PKWARE's APPNOTE.TXT.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

CONTAINER: Final = "container.sha256"
"""The last member: the SHA-256 of all bytes before it."""
STORED: Final = 0
DEFLATED: Final = 8
_MOST: Final = 0xFFFFFFFF

When = tuple[int, int]
"""Time and date in the form of MS-DOS; all members bear the same."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says of a member."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def local_header(name: str, method: int, when: When) -> bytes:
    """4.3.7 with sizes in 64 bits, which follow the data."""
    head = struct.pack("<IHHHHH", 0x04034B50, 45, 8, method, *when)
    head += struct.pack("<IIIHH", 0, _MOST, _MOST, len(name), 20)
    return head + name.encode("ascii") + struct.pack("<HHQQ", 1, 16, 0, 0)


def header_size(name: str) -> int:
    """Return the bytes before a member's data."""
    return 30 + len(name) + 20


def descriptor(crc: int, packed: int, size: int) -> bytes:
    """4.3.9."""
    return struct.pack("<IIQQ", 0x08074B50, crc, packed, size)


def directory_entry(entry: Entry, when: When) -> bytes:
    """4.3.12: a plain file of Unix, mode 0644."""
    head = struct.pack("<IBBBBHH", 0x02014B50, 45, 3, 45, 0, 8, entry.method)
    head += struct.pack("<HHIII", *when, entry.crc, _MOST, _MOST)
    head += struct.pack("<HHHHHII", len(entry.name), 28, 0, 0, 0, 0o100644 << 16, _MOST)
    sizes = struct.pack("<HHQQQ", 1, 24, entry.size, entry.packed, entry.offset)
    return head + entry.name.encode("ascii") + sizes


def directory_end(count: int, size: int, start: int) -> bytes:
    """4.3.14 to 4.3.16."""
    end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, start)
    end += struct.pack("<IIQI", 0x07064B50, 0, start + size, 1)
    return end + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, _MOST, _MOST, 0)
