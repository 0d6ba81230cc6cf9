"""What the palette finds: entries, and how well each answers what was typed."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

PREFIX, WORD_START, CONTAINS, SUBSEQUENCE = range(4)
MOST: Final = 60
"""Entries shown; whoever looks for more types another letter."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette. `reason` says why it cannot be chosen now; empty when it can.

    Entries without an `id` are not remembered as recent.
    """

    title: str
    section: str = ""
    run: Callable[[], object] = field(default=lambda: None, compare=False, repr=False)
    shortcut: str = ""
    reason: str = ""
    icon: str = ""
    id: str = ""
    words: tuple[str, ...] = ()


Score = tuple[int, bool, int, int, int]
"""Tier, whether it cannot run now, place of the match, length, own place: smaller is better."""
Provider = Callable[[str], Iterable[Entry]]
"""Entries for what was typed, best first, such as “Go to event 12,345”. Must answer at once."""


class Index:
    """Entries made ready for matching; matching itself is pure and always gives the same order."""

    def __init__(self, entries: Iterable[Entry]):
        self._entries = list(entries)
        self._blocked = [bool(entry.reason) for entry in self._entries]
        self._titles = [_plain(entry.title) for entry in self._entries]
        self._texts = [
            f" {' '.join((title, *map(_plain, (entry.section, *entry.words))))}"
            for title, entry in zip(self._titles, self._entries, strict=True)
        ]

    def find(self, query: str, recent: Sequence[str] = (), most: int = MOST) -> list[Entry]:
        """Return the best entries: prefix, then word start, contains, letters in order.

        Without a query: the recent ones first, then all in their own order.
        """
        words = _plain(query).split()
        if not words:
            return self._unasked(recent, most)
        scores: list[Score] = []
        taken: set[int] = set()
        for tier, places in self._tiers(words):
            fresh = [place for place in places if place not in taken]
            taken.update(fresh)
            scores += self._scored(tier, fresh, words)
            # Whatever a lower tier holds stands below these.
            if len(scores) >= most:
                break
        else:
            scores += self._loose("".join(words), taken)
        return [self._entries[score[-1]] for score in heapq.nsmallest(most, scores)]

    def _unasked(self, recent: Sequence[str], most: int) -> list[Entry]:
        ranks = {id: rank for rank, id in enumerate(recent)}
        first = [entry for entry in self._entries if entry.id in ranks]
        first.sort(key=lambda entry: ranks[entry.id])
        rest = [entry for entry in self._entries if entry.id not in ranks]
        return (first + rest)[:most]

    def _tiers(self, words: list[str]) -> Iterator[tuple[int, list[int]]]:
        whole = " ".join(words)
        yield PREFIX, [n for n, title in enumerate(self._titles) if title.startswith(whole)]
        yield WORD_START, self._holding([f" {word}" for word in words])
        yield CONTAINS, self._holding(words)

    def _holding(self, parts: list[str]) -> list[int]:
        """Places of the texts that hold every part."""
        texts = self._texts
        places = [n for n, text in enumerate(texts) if parts[0] in text]
        for part in parts[1:]:
            places = [n for n in places if part in texts[n]]
        return places

    def _scored(self, tier: int, places: list[int], words: list[str]) -> list[Score]:
        texts, blocked, titles, first = self._texts, self._blocked, self._titles, words[0]
        return [(tier, blocked[n], texts[n].find(first), len(titles[n]), n) for n in places]

    def _loose(self, letters: str, taken: set[int]) -> list[Score]:
        """Letters in this order with others between them; the closer, the better."""
        match = _in_order(letters).match
        return [
            (SUBSEQUENCE, self._blocked[n], found.end(1) - found.start(1), len(title), n)
            for n, title in enumerate(self._titles)
            if (found := match(title)) and n not in taken
        ]


def _in_order(letters: str) -> re.Pattern[str]:
    """A pattern that never looks back: each letter is the first of its kind after the last."""
    steps = [f"[^{re.escape(letter)}]*{re.escape(letter)}" for letter in letters[1:]]
    first = re.escape(letters[0])
    return re.compile(f"[^{first}]*({first}{''.join(steps)})", re.DOTALL)


def _plain(text: str) -> str:
    return text.casefold()
