"""The order in which a line of mixed directions is drawn: UAX #9 for text that begins at the left.

Embeddings, overrides and isolates do not occur: they are printed as boxes. Rules that concern
them are left out, and a line is judged by itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container

_PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "（": "）", "［": "］", "「": "」"}
_CLOSING = {closing: opening for opening, closing in _PAIRS.items()}
_MIRRORED = _PAIRS | _CLOSING | {"<": ">", ">": "<", "«": "»", "»": "«", "‹": "›", "›": "‹"}
_STRONG_RIGHT = ("R", "EN", "AN")
_NUMBERS = ("EN", "AN")


def visual(text: str, boxed: Container[str]) -> str:
    """Return the characters of a line from left to right; `boxed` ones count as Latin letters."""
    types = ["L" if char in boxed else unicodedata.bidirectional(char) or "L" for char in text]
    marks = [kind == "NSM" for kind in types]
    _weak(types)
    _brackets(text, types)
    _neutral(types)
    levels = [1 if kind == "R" else 2 if kind in _NUMBERS else 0 for kind in types]
    for place in range(len(text) - 1, -1, -1):
        if not text[place].isspace():
            break
        levels[place] = 0
    return "".join(_drawn(_clusters(text, marks, levels)))


def _weak(types: list[str]) -> None:
    """Rules W1 to W7."""
    before, strong = "L", "L"
    for place, kind in enumerate(types):
        if kind == "NSM":
            kind = before
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "AL":
            kind = "AN"
        types[place] = before = kind
    types[:] = ["R" if kind == "AL" else kind for kind in types]
    for place in range(1, len(types) - 1):
        left, kind, right = types[place - 1 : place + 2]
        if left == right and (
            (kind == "ES" and left == "EN") or (kind == "CS" and left in _NUMBERS)
        ):
            types[place] = left
    _terminators(types)
    strong = "L"
    for place, kind in enumerate(types):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            types[place] = "L"
        elif kind in ("ES", "ET", "CS"):
            types[place] = "ON"


def _terminators(types: list[str]) -> None:
    """Rule W5: signs beside a number belong to it."""
    for order in (range(1, len(types)), range(len(types) - 2, -1, -1)):
        for place in order:
            beside = types[place - 1] if order.step > 0 else types[place + 1]
            if types[place] == "ET" and beside == "EN":
                types[place] = "EN"


def _brackets(text: str, types: list[str]) -> None:
    """Rule N0: both brackets of a pair take one direction."""
    opened: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for place, char in enumerate(text):
        if types[place] != "ON":
            continue
        if char in _PAIRS:
            opened.append((char, place))
        elif char in _CLOSING:
            while opened:
                opening, start = opened.pop()
                if opening == _CLOSING[char]:
                    pairs.append((start, place))
                    break
    for start, end in sorted(pairs):
        inside = {"R" if kind in _STRONG_RIGHT else kind for kind in types[start + 1 : end]}
        if "L" in inside:
            types[start] = types[end] = "L"
        elif "R" in inside:
            types[start] = types[end] = _before(types, start)


def _before(types: list[str], start: int) -> str:
    for kind in reversed(types[:start]):
        if kind == "L" or kind in _STRONG_RIGHT:
            return "L" if kind == "L" else "R"
    return "L"


def _neutral(types: list[str]) -> None:
    """Rules N1, N2: what has no direction takes its neighbours', or the line's if they differ."""
    place = 0
    while place < len(types):
        if types[place] == "L" or types[place] in _STRONG_RIGHT:
            place += 1
            continue
        end = place
        while end < len(types) and types[end] != "L" and types[end] not in _STRONG_RIGHT:
            end += 1
        inside = place > 0 and end < len(types)
        right = inside and types[place - 1] != "L" and types[end] != "L"
        types[place:end] = ["R" if right else "L"] * (end - place)
        place = end


def _clusters(text: str, marks: list[bool], levels: list[int]) -> list[tuple[str, int]]:
    """Letters with their marks, which stay behind them also in text that is turned (rule L3)."""
    clusters: list[tuple[str, int]] = []
    for char, mark, level in zip(text, marks, levels, strict=True):
        if mark and clusters:
            clusters[-1] = (clusters[-1][0] + char, clusters[-1][1])
        else:
            clusters.append((_MIRRORED.get(char, char) if level == 1 else char, level))
    return clusters


def _drawn(clusters: list[tuple[str, int]]) -> list[str]:
    """Rule L2."""
    for level in (2, 1):
        start = 0
        while start < len(clusters):
            end = start
            while end < len(clusters) and clusters[end][1] >= level:
                end += 1
            clusters[start:end] = clusters[start:end][::-1]
            start = max(end, start + 1)
    return [cluster for cluster, _ in clusters]
