"""What stands in the tree of events: everything, the groups, and their events."""

from __future__ import annotations

import re
from typing import Final

from govdesk.domain.events import EVENTS
from govdesk.domain.webhook_events import EVERYTHING, PATTERNS, Group

_PLACEHOLDER: Final = re.compile(r"\{[a-z_.]+\}")
_SENTENCES: Final = {event.name: event.template for event in EVENTS}

GROUPS: Final[tuple[Group, ...]] = tuple(one for one in PATTERNS if one.patterns != (EVERYTHING,))
NAMES: Final = tuple(name for group in GROUPS for name in group.patterns[1:])
KNOWN: Final = frozenset(name for group in PATTERNS for name in group.patterns)


def words(group: Group) -> str:
    """A group as a row says it: what it is about, its prefix, how many events it has."""
    pattern = group.patterns[0]
    if not group.count:
        return f"{group.title}: {pattern}"
    count = "1 event" if group.count == 1 else f"{group.count} events"
    return f"{group.title}: {pattern}, {count}"


def sentence(name: str) -> str:
    """What happens, in words, with dots in the place of names."""
    return _PLACEHOLDER.sub("…", _SENTENCES.get(name, ""))


def lies_in(name: str, pattern: str) -> bool:
    """Whether a prefix says already what a name says."""
    return name != pattern and pattern.endswith(".*") and name.startswith(pattern[:-1])
