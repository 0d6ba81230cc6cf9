"""Events whose rows are gone: accounted for by a later sealed event, or deleted.

A pruned range is known by the leaf hashes that tiles kept (`Stub`). What makes the absence a
lawful one is an ``audit.pruned`` event sealed later, which names the range, the root of its
leaves as a tree of their own, and the root of those whose rows were kept. Memory grows with the
ranges, not with the rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from govdesk.evidence.leaf import Row
from govdesk.evidence.merkle import node_hash
from govdesk.evidence.report import Report

PRUNED: Final = "audit.pruned"
"""The action of an event that accounts for rows that are gone."""

Range = tuple[int, int]

_ENTITY: Final = re.compile(r"([1-9][0-9]{0,18})-([1-9][0-9]{0,18}):([0-9a-f]{64})")
_ABSENT: Final = "rows are gone and no later audit.pruned accounts for them"
_OTHER: Final = "rows are gone and the audit.pruned that names them has another root"
_NOT_KEPT: Final = "the rows that are left of this pruned range are not those that were kept"


def entity_id(first: int, last: int, root: bytes) -> str:
    """Return how an ``audit.pruned`` event names what it pruned."""
    return f"{first}-{last}:{root.hex()}"


def parse_entity_id(text: str | None) -> tuple[int, int, str] | None:
    """Return first and last number and root in hex, or None if the text names no range."""
    found = _ENTITY.fullmatch(text or "")
    if found is None or int(found[1]) > int(found[2]):
        return None
    return int(found[1]), int(found[2]), found[3]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What an ``audit.pruned`` event with that number says; `kept` is None if it does not say."""

    seq: int
    place: Range
    root: str
    kept: str | None

    @classmethod
    def of(cls, row: Row) -> Sealed | None:
        """Read a whole event; None if it names no range."""
        named = parse_entity_id(row.entity_id) if row.entity_type == "audit_segment" else None
        return None if named is None else cls(row.seq, named[:2], named[2], _kept(row.diff))


def _kept(diff: str | None) -> str | None:
    try:
        said = json.loads(diff or "")["data"]["new"]["kept_root"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return said if isinstance(said, str) else None


@dataclass(slots=True)
class Span:
    """Some leaves of a range, from the `begin`-th up to the `end`-th of it, as full subtrees.

    `nodes` are level, number and hash of each. It can begin anywhere, so that parts read by
    different processes join to the range's tree.
    """

    begin: int
    end: int
    nodes: list[tuple[int, int, bytes]] = field(default_factory=list)

    def push(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        self._push(0, self.end, leaf)
        self.end += 1

    def join(self, later: Span) -> None:
        """Add leaves that begin where these end."""
        for node in later.nodes:
            self._push(*node)
        self.end = later.end

    def root(self) -> bytes:
        """Return the RFC 6962 root; only of a span that begins with the range's first leaf."""
        if not self.nodes:
            return sha256().digest()
        (*others, (_, _, root)) = self.nodes
        for _, _, left in reversed(others):
            root = node_hash(left, root)
        return root

    def _push(self, level: int, number: int, node: bytes) -> None:
        nodes = self.nodes
        while number & 1 and nodes and nodes[-1][:2] == (level, number - 1):
            node = node_hash(nodes.pop()[2], node)
            level, number = level + 1, number >> 1
        nodes.append((level, number, node))


@dataclass(slots=True)
class Prunings:
    """The ranges that are said to be pruned, and what was seen of them.

    `ranges` rise and do not overlap. `spans` are those not yet accounted for, and `kept` the leaves
    of their held rows; `loose` are such of a range whose beginning was read elsewhere. `sealed` are
    events whose range was not pending here. `gone` counts the events whose row was not there beside
    their stub, `pruned` those that are accounted for, `unsaid` ranges of which is not known what
    was kept: no event says so, or a part was read before it was pruned (`led`).
    """

    ranges: tuple[Range, ...] = ()
    spans: dict[Range, Span] = field(default_factory=dict)
    gone_in: dict[Range, int] = field(default_factory=dict)
    kept: dict[Range, Span] = field(default_factory=dict)
    loose: dict[Range, list[bytes]] = field(default_factory=dict)
    sealed: list[Sealed] = field(default_factory=list)
    refused: set[Range] = field(default_factory=set)
    lost: list[Range] = field(default_factory=list)
    led: set[Range] = field(default_factory=set)
    unsaid: int = 0
    gone: int = 0
    pruned: int = 0
    _at: int = 0

    def declare(self, ranges: Iterable[Range]) -> None:
        """Say which ranges are to be pruned; those already seen are kept."""
        self.ranges = tuple(sorted({*ranges, *self.spans}))
        self._at = 0

    def lacks(self, seq: int) -> Range | None:
        """Return the numbers up to `seq` whose leaf hashes are needed but were not seen.

        A range that was still whole when the verification stopped inside of it.
        """
        span = self._range_of(seq)
        if span is None or span[0] > seq or span in self.spans or seq == span[1]:
            return None
        return span[0], seq

    def lead_in(self, first: int, hashes: bytes) -> None:
        """Take the leaf hashes, 32 bytes each, that `lacks` asked for."""
        for at in range(0, len(hashes), 32):
            found = self._push(first + at // 32, hashes[at : at + 32])
            if found is not None:
                self.led.add(found)

    def note(self, seq: int, leaf: bytes) -> bool:
        """Take a stub; False if it lies in no range that is said to be pruned."""
        self.gone += 1
        found = self._push(seq, leaf)
        if found is None:
            return False
        self.gone_in[found] = self.gone_in.get(found, 0) + 1
        return True

    def held(self, seq: int, leaf: bytes) -> None:
        """The row of this stub is there after all."""
        self.gone -= 1
        found = self._range_of(seq)
        if found is not None and found in self.gone_in:
            self.gone_in[found] -= 1
            self._keep(found, leaf)

    def _keep(self, place: Range, leaf: bytes) -> None:
        if self.spans[place].begin:
            self.loose.setdefault(place, []).append(leaf)
        else:
            self.kept.setdefault(place, Span(0, 0)).push(leaf)

    def account(self, row: Row) -> None:
        """Settle what a whole ``audit.pruned`` event names."""
        sealed = Sealed.of(row)
        if sealed is not None:
            self._settle(sealed)

    def _settle(self, sealed: Sealed) -> None:
        place = first, last = sealed.place
        span = self.spans.get(place)
        if span is None or span.begin:
            self.sealed.append(sealed)
        elif (
            sealed.seq > last and span.end == last - first + 1 and span.root().hex() == sealed.root
        ):
            self._settled(sealed)
        else:
            self.refused.add(place)

    def _settled(self, sealed: Sealed) -> None:
        place = sealed.place
        del self.spans[place]
        self.pruned += self.gone_in.pop(place, 0)
        self.refused.discard(place)
        kept = self.kept.pop(place, Span(0, 0)).root().hex()
        if sealed.kept is None or place in self.led:
            self.unsaid += 1
        elif sealed.kept != kept:
            self.lost.append(place)

    def _push(self, seq: int, leaf: bytes) -> Range | None:
        found = self._range_of(seq)
        if found is None or seq < found[0]:
            return None
        offset = seq - found[0]
        span = self.spans.setdefault(found, Span(offset, offset))
        if span.end == offset:
            span.push(leaf)
        return found

    def _range_of(self, seq: int) -> Range | None:
        """Return the first range that ends at `seq` or later; numbers only rise."""
        while self._at < len(self.ranges) and self.ranges[self._at][1] < seq:
            self._at += 1
        return self.ranges[self._at] if self._at < len(self.ranges) else None

    def join(self, later: Prunings) -> None:
        """Add what was seen in the events after these."""
        for place, span in later.spans.items():
            known = self.spans.get(place)
            if known is None:
                self.spans[place] = span
            elif known.end == span.begin:
                known.join(span)
            for leaf in later.loose.get(place, ()):
                self._keep(place, leaf)
        self.kept |= later.kept
        for place, count in later.gone_in.items():
            self.gone_in[place] = self.gone_in.get(place, 0) + count
        self.gone, self.pruned = self.gone + later.gone, self.pruned + later.pruned
        self.refused, self.lost = self.refused | later.refused, self.lost + later.lost
        self.unsaid += later.unsaid
        for sealed in later.sealed:
            self._settle(sealed)

    def report(self, report: Report, *, to_end: bool) -> None:
        """Count what is accounted for and name the rest: deleted, or not judged before the end."""
        report.pruned = self.pruned
        if self.pruned:
            report.not_judged.append(
                f"what {self.pruned} pruned events said: of them only the hashes are left"
            )
        if self.unsaid:
            report.not_judged.append(
                f"whether every held row of {self.unsaid} pruned ranges is there: it is not known"
                " which were kept"
            )
        for first, last in self.lost:
            report.add(first, last, "deleted", _NOT_KEPT)
        pending = [place for place in self.spans if self.gone_in.get(place)]
        if pending and not to_end:
            report.undecided = True
            report.not_judged.append(
                f"whether {len(pending)} absent ranges were pruned: the events that would account"
                " for them need not be among these"
            )
        for first, last in pending if to_end else ():
            reason = _OTHER if (first, last) in self.refused else _ABSENT
            report.add(first, last, "deleted", f"{self.gone_in[first, last]} {reason}")
