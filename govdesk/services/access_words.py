"""A change of what somebody may do, in sentences: the console, the web and the commands say it.

Pure: takes `govdesk.services.access.Change` rows, returns lines of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from govdesk.domain.permissions import PERMISSIONS, Permission
from govdesk.services.access import Change

NOTHING: Final = "Nothing changes in what this person may do."
_BY_NAME: Final = {row.name: row for row in PERMISSIONS}
_READS: Final = frozenset(name for name in _BY_NAME if name.endswith(".read"))
_ALL: Final = frozenset(_BY_NAME)
_ORDER: Final = {"gained": 0, "lost": 1}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence about one node: "reads everything on Claims triage", and what lies there."""

    change: Literal["gained", "lost"]
    node_path: str
    node_name: str
    words: str
    counts: str

    @property
    def sentence(self) -> str:
        """Both as one text."""
        if not self.counts:
            return self.words
        return (
            f"{self.words} ({self.counts})" if ":" in self.words else f"{self.words}: {self.counts}"
        )


def lines(changes: Iterable[Change]) -> list[Line]:
    """Return what is gained, then what is lost, from the top of the tree down."""
    ordered = sorted(changes, key=_place)
    found: list[Line] = []
    for (_, path), rows in groupby(ordered, key=lambda row: _place(row)[:2]):
        found += _of_node(path, list(rows))
    return found


def as_text(changes: Iterable[Change]) -> str:
    """Return the lines as plain text, for a terminal."""
    found = lines(changes)
    if not found:
        return NOTHING
    parts = []
    for change, rows in groupby(found, key=lambda line: line.change):
        parts.append("Gains" if change == "gained" else "Loses")
        parts += [f"  {line.sentence}" for line in rows]
    return "\n".join(parts)


def _place(row: Change) -> tuple[int, str, str]:
    return _ORDER[row.change], row.node_path, row.permission


def _of_node(path: str, rows: Sequence[Change]) -> list[Line]:
    first, names = rows[0], {row.permission for row in rows}
    name = first.node_name or path
    counts = counted(_widest(rows))

    if names >= _ALL:
        return [Line(first.change, path, name, f"may do everything on {name}", counts)]
    found: list[Line] = []
    reads = names & _READS
    if reads:
        what = "everything" if reads == _READS else _listed(_nouns(reads))
        found.append(Line(first.change, path, name, f"reads {what} on {name}", counts))
    acts = names - reads
    if acts:
        words = f"may, on {name}: {_acts(acts)}"
        found.append(Line(first.change, path, name, words, "" if reads else counts))
    return found


def _acts(names: set[str]) -> str:
    """Sentences of one noun stand together; a permission of another release keeps its name."""
    known = sorted((_BY_NAME[n] for n in names if n in _BY_NAME), key=lambda p: (p.noun, p.name))
    parts = [_sentences(list(rows)) for _, rows in groupby(known, key=lambda p: p.noun)]
    return "; ".join([*parts, *sorted(names - _ALL)])


def _sentences(rows: Sequence[Permission]) -> str:
    return " and ".join(row.sentence for row in rows)


def _nouns(names: set[str]) -> list[str]:
    return sorted({_BY_NAME[name].noun for name in names}, key=str.casefold)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _widest(rows: Sequence[Change]) -> Change:
    return max(rows, key=lambda row: (row.events, row.members, row.systems))


def counted(row: Change) -> str:
    """Return how much lies there: "1 system, 12 members, 4,200 events"; nothing for nothing."""
    parts = [(row.systems, "system"), (row.members, "member")]
    found = [_count(count, noun) for count, noun in parts if count]
    if row.events:
        more = "+" if row.events_capped else ""
        plural = "" if row.events == 1 and not more else "s"
        found.append(f"{row.events:,}{more} event{plural}")
    return ", ".join(found)


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
