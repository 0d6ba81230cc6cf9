"""The colour space that the document's red, green and blue are meant in: sRGB as an ICC profile.

IEC 61966-2-1 gives primaries and curve, ICC.1:2001-04 (version 2) the form; made here, so that no
profile of somebody else's is handed on.
"""

from __future__ import annotations

import struct
from functools import cache
from itertools import accumulate
from typing import Final

NAME: Final = "sRGB IEC61966-2.1"
_D50: Final = (0.9642, 1.0, 0.8249)
_PRIMARIES: Final = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
"""Adapted to D50 by the Bradford transform, as ICC's own sRGB2014 has them."""

_CURVE_POINTS: Final = 1024
_HEADER: Final = 128


@cache
def profile() -> bytes:
    """Return the profile: a display's, three primaries and one curve."""
    curve = _curve()
    tags = {
        b"desc": _description(),
        b"cprt": b"text\0\0\0\0No copyright; use freely.\0",
        b"wtpt": _xyz(_D50),
        **{name: _xyz(value) for name, value in _PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body = _placed(tags)
    return _header(_HEADER + len(table) + len(body)) + table + body


def _placed(tags: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """The tag table and the tags; equal ones are written once."""
    unique = list(dict.fromkeys(tags.values()))
    begin = _HEADER + 4 + 12 * len(tags)
    padded = [one + bytes(-len(one) % 4) for one in unique]
    offsets = dict(zip(unique, accumulate(map(len, padded), initial=begin), strict=False))
    rows = [struct.pack(">4sLL", name, offsets[tag], len(tag)) for name, tag in tags.items()]
    return struct.pack(">L", len(tags)) + b"".join(rows), b"".join(padded)


def _header(size: int) -> bytes:
    made = (2026, 1, 1, 0, 0, 0)
    return struct.pack(
        ">L4sL4s4s4s6H4s4sL4s4sQL3l4s44x",
        size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ", *made, b"acsp",
        b"\0\0\0\0", 0, b"\0\0\0\0", b"\0\0\0\0", 0, 0, *map(_fixed, _D50), b"\0\0\0\0",
    )  # fmt: skip


def _fixed(value: float) -> int:
    """A number as s15Fixed16."""
    return round(value * 65536)


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3l", *map(_fixed, value))


def _curve() -> bytes:
    values = (_linear(place / (_CURVE_POINTS - 1)) for place in range(_CURVE_POINTS))
    points = [round(value * 65535) for value in values]
    return b"curv\0\0\0\0" + struct.pack(f">L{_CURVE_POINTS}H", _CURVE_POINTS, *points)


def _linear(value: float) -> float:
    result: float = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    return result


def _description() -> bytes:
    """A textDescriptionType: ASCII, and neither Unicode nor ScriptCode."""
    text = NAME.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">L", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
