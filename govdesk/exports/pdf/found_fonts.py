"""Fonts of this machine for scripts that the bundled ones lack; only their cmap tables are read.

Formats: OpenType 1.9, "Font file", "cmap" (formats 4, 12), https://learn.microsoft.com/typography.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_NEEDED = frozenset({b"cmap", b"glyf", b"loca", b"hmtx", b"head", b"hhea", b"maxp", b"post"})
_LAST_RESORT = ("unifont", "lastresort", "fallback")
_SPECIAL = ("bold", "italic", "oblique", "black", "light", "thin", "condensed", "medium", "mono")
_LARGEST_FILE = 64 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A font file, or one font of a collection, and the ranges of code points that it has."""

    path: str
    index: int
    starts: array[int]
    ends: array[int]

    def has(self, code: int) -> bool:
        """Whether the cmap names the code point."""
        place = bisect_right(self.starts, code) - 1
        return place >= 0 and code <= self.ends[place]


class FontShelf:
    """The machine's TrueType fonts, best ones first; nothing is read before it is asked for."""

    def __init__(self, paths: list[str] | None = None):
        self._paths = paths
        self._fonts: list[Found] | None = None

    def having(self, code: int) -> Iterator[Found]:
        """Yield the fonts that have a code point."""
        if self._fonts is None:
            paths = machine_fonts() if self._paths is None else self._paths
            self._fonts = [font for path in paths for font in read(path)]
        yield from (font for font in self._fonts if font.has(code))


def machine_fonts() -> list[str]:
    """Paths of the TrueType files of this machine, sorted by how well they suit running text."""
    found = {*_listed(), *_in_folders()}
    return sorted(found, key=_rank)


def _rank(path: str) -> tuple[bool, int, bool, str]:
    name = os.path.basename(path).lower()
    return (
        any(word in name for word in _LAST_RESORT),
        sum(word in name for word in _SPECIAL),
        "serif" in name,
        path,
    )


def _listed() -> list[str]:
    """What fontconfig knows, where there is one."""
    try:
        answer = subprocess.run(
            ["fc-list", "--format", "%{file}\n"], capture_output=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    lines = os.fsdecode(answer.stdout).splitlines()
    return [line for line in lines if line.lower().endswith((".ttf", ".ttc"))]


def _in_folders() -> Iterator[str]:
    for folder in _folders():
        for where, _, names in os.walk(folder):
            for name in names:
                if name.lower().endswith((".ttf", ".ttc")):
                    yield os.path.join(where, name)


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home))
        windows = os.environ.get("WINDIR", r"C:\Windows")
        return [Path(windows) / "Fonts", Path(local) / "Microsoft" / "Windows" / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    shared = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return [*shared, home / ".local" / "share" / "fonts", home / ".fonts"]


def read(path: str) -> list[Found]:
    """Read which code points a file's fonts have; a file that cannot be read has none."""
    try:
        if os.path.getsize(path) > _LARGEST_FILE:
            return []
        with open(path, "rb") as file:
            return [
                font for i, at in enumerate(_fonts_at(file)) if (font := _one(file, path, i, at))
            ]
    except (OSError, struct.error, ValueError):
        return []


def _fonts_at(file: BinaryIO) -> list[int]:
    head = file.read(12)
    if head[:4] != b"ttcf":
        return [0]
    (count,) = struct.unpack(">L", head[8:12])
    return list(struct.unpack(f">{min(count, 64)}L", file.read(4 * min(count, 64))))


def _one(file: BinaryIO, path: str, index: int, at: int) -> Found | None:
    file.seek(at)
    kind, count = struct.unpack(">4sH6x", file.read(12))
    if kind not in (b"\0\1\0\0", b"true"):
        return None
    tables = {t[0]: t[2:] for t in struct.iter_unpack(">4sLLL", file.read(16 * count))}
    if not tables.keys() >= _NEEDED:
        return None
    offset, length = tables[b"cmap"]
    file.seek(offset)
    starts, ends = _ranges(file.read(length))
    return Found(path, index, starts, ends) if starts else None


def _ranges(cmap: bytes) -> tuple[array[int], array[int]]:
    """The ranges of the subtable that serves Unicode best."""
    (count,) = struct.unpack_from(">2xH", cmap)
    listed = struct.iter_unpack(">HHL", cmap[4 : 4 + 8 * count])
    unicode = [(enc, at) for kind, enc, at in listed if (kind, enc) in ((3, 1), (3, 10))]
    for _, at in sorted(unicode, reverse=True):
        (form,) = struct.unpack_from(">H", cmap, at)
        if form == 12:
            return _groups(cmap, at)
        if form == 4:
            return _segments(cmap, at)
    return array("L"), array("L")


def _groups(cmap: bytes, at: int) -> tuple[array[int], array[int]]:
    (count,) = struct.unpack_from(">L", cmap, at + 12)
    groups = sorted(struct.iter_unpack(">LLL", cmap[at + 16 : at + 16 + 12 * count]))
    return array("L", [g[0] for g in groups]), array("L", [g[1] for g in groups])


def _segments(cmap: bytes, at: int) -> tuple[array[int], array[int]]:
    (double,) = struct.unpack_from(">H", cmap, at + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", cmap, at + 14)
    starts = struct.unpack_from(f">{count}H", cmap, at + 16 + double)
    pairs = sorted((s, e) for s, e in zip(starts, ends, strict=True) if s <= e and s != 0xFFFF)
    return array("L", [s for s, _ in pairs]), array("L", [e for _, e in pairs])
