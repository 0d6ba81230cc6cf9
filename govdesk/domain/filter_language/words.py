"""The words of a filter that is being written: where each stands, whether or not it can be read.

`parse` stops at the first error; a person who edits needs the words before and after it too. Of a
text that `parse` reads, the words are its terms, one for one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A term as far as it is written, at `text[start:end]`.

    `key` is None for a bare word or phrase; `value` is where what follows the colon begins.
    A quote that is not `closed` reaches to the end of the text.
    """

    start: int
    end: int
    negated: bool
    key: str | None
    value: int
    closed: bool = True


def words(text: str) -> list[Word]:
    """Return the words of `text` in order."""
    found: list[Word] = []
    at = _blank_end(text, 0)
    while at < len(text):
        found.append(_word(text, at))
        at = _blank_end(text, found[-1].end)
    return found


def unquoted(value: str) -> str:
    """Return what a value means so far: without its quotes and their backslashes."""
    if not value.startswith('"'):
        return value
    signs: list[str] = []
    at = 1
    while at < len(value) and value[at] != '"':
        at += value[at] == "\\"
        signs.append(value[at : at + 1])
        at += 1
    return "".join(signs)


def _word(text: str, start: int) -> Word:
    negated = text[start] == "-"
    first = start + negated
    stop = first
    while stop < len(text) and text[stop] != '"' and not text[stop].isspace():
        stop += 1
    colon = text.find(":", first, stop)
    key = text[first:colon] if colon >= 0 else None
    value = colon + 1 if colon >= 0 else first
    after, closed = _quote_end(text, value) if text[value : value + 1] == '"' else (value, True)
    return Word(start, _word_end(text, after), negated, key, value, closed)


def _blank_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _word_end(text: str, at: int) -> int:
    while at < len(text) and not text[at].isspace():
        at += 1
    return at


def _quote_end(text: str, start: int) -> tuple[int, bool]:
    at = start + 1
    while at < len(text) and text[at] != '"':
        at += 1 + (text[at] == "\\")
    return min(at + 1, len(text)), at < len(text)
