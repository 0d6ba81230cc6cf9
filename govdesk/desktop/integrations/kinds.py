"""How each kind of connection looks, and what stops without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Look:
    """An icon, and a sentence that says what stops."""

    icon: str
    stops: str


LOOKS: Final = {
    "database": Look(
        "database",
        "What is read from this database is no longer read.",
    ),
    "smtp": Look(
        "mail",
        "No more mail leaves through this server.",
    ),
    "splunk": Look(
        "text-search",
        "This Splunk gets no more events.",
    ),
    "syslog": Look(
        "scroll-text",
        "This syslog server gets no more events.",
    ),
    "ntfy": Look(
        "bell",
        "Nothing more is published on this topic.",
    ),
    "object-storage": Look(
        "hard-drive",
        "No more files are written to this bucket.",
    ),
    "tsa": Look(
        "stamp",
        "This authority is no longer asked for time stamps.",
    ),
    "http": Look(
        "globe",
        "Nothing more is sent to this service.",
    ),
}
_OTHER: Final = Look("plug", "Nothing uses this service through GovDesk.")


def look_of(kind: str) -> Look:
    """How a kind looks; a newer server may know kinds that this console does not."""
    return LOOKS.get(kind, _OTHER)
