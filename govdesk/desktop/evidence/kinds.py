"""The two files that one hands over, and what is said of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of evidence file. `name` is part of object names; `noun` is its word."""

    name: str
    title: str
    noun: str
    purpose: str
    suffix: str
    files: str
    has_passphrase: bool = False


BUNDLE: Final = Kind(
    "bundle",
    "Export Bundle",
    "bundle",
    "One file that anyone can read and check without GovDesk: the events, the signed checkpoint"
    " they stand under, and a verifier.",
    ".zip",
    "Evidence bundle (*.zip)",
)
SNAPSHOT: Final = Kind(
    "snapshot",
    "Create snapshot",
    "snapshot",
    "One encrypted file that opens in GovDesk as a read-only timeline, without a server and"
    " without a network.",
    ".govsnap",
    "GovDesk snapshot (*.govsnap)",
    has_passphrase=True,
)
KINDS: Final = {kind.name: kind for kind in (BUNDLE, SNAPSHOT)}

REDACTIONS: Final = {
    "actor": "Who acted",
    "on_behalf_of": "For whom",
    "ip": "Addresses",
    "session_id": "Sessions",
    "summary": "Summaries",
    "diff": "Values before and after",
    "reason": "Reasons",
}
"""Committed fields that may be left out of every event, in the words of the timeline."""


def size_words(size: int) -> str:
    """Return a size in decimal units, roughly."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
