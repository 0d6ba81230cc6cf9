"""What the documents of a bundle say about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from govdesk.evidence.evidence_file import Evidence, unprovable

SHOWN: Final = 200
"""Events that the index shows; the rest stands in the files beside it."""

FIELD_WORDS: Final = {
    "actor": "who acted",
    "on_behalf_of": "for whom",
    "ip": "from which address",
    "session_id": "in which session",
}


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """Known when the last row was written; `shown` are the first events as the timeline's cells."""

    evidence: Evidence
    organization: str
    legal_entity: str
    country: str
    contact: str
    made_by: str
    as_of: str
    key: str
    shown: Sequence[Sequence[str]]
    faults: Sequence[tuple[int, str, str]]

    @property
    def reveals(self) -> list[str]:
        """What a reader of this bundle learns, in sentences."""
        ordered, counts = self.evidence.ordered, self.evidence.counts
        return reveals(
            ordered.opened, counts.rows, counts.left_out, counts.opened, counts.hidden
        ) + [f"{name} is redacted in every event." for name in sorted(ordered.redact)]

    @property
    def completeness(self) -> str:
        """Whether a reader can prove that nothing was dropped, in a sentence."""
        ordered = self.evidence.ordered
        why = unprovable(ordered.terms, ordered.redact)
        if not ordered.whole:
            why.insert(0, "whoever made this sees a part of the organization")
        return completeness(ordered.terms != (), why)


def reveals(
    opened_fields: frozenset[str], rows: int, left_out: int, opened: int, hidden: int = 0
) -> list[str]:
    """Say what a bundle with these counts shows."""
    said = [f"{_events(rows)} in full."]
    if left_out:
        names = "no texts" if opened and opened_fields else "no names, no texts"
        others = _events(left_out, "other ")
        said.append(f"Of {others} only time, action, severity and ids; {names}.")
    if opened and opened_fields:
        words = " and ".join(FIELD_WORDS[name] for name in sorted(opened_fields))
        others = _events(opened, "other ")
        said.append(f"It shows {words} in {others}, because the filter asks for it.")
    if hidden:
        they = "it was" if hidden == 1 else "they were"
        said.append(f"Of {_events(hidden)} only a hash: {they} pruned, or may not be read.")
    return said


def _events(count: int, which: str = "") -> str:
    return f"1 {which}event" if count == 1 else f"{count:,} {which}events"


def completeness(is_filtered: bool, why: Sequence[str]) -> str:
    """Say whether a reader can prove that nothing was dropped."""
    if why:
        return f"That no match was left out cannot be proved from this file: {'; '.join(why)}."
    if is_filtered:
        return (
            "Complete, and provably so: whoever checks it runs the filter again over every event."
        )
    return "Complete, and provably so: every event of the range is in it."
