"""How each kind of receiver looks, and which fields its form has besides those of its kind."""

from __future__ import annotations

from typing import Final

from govdesk.domain import webhooks

ICONS: Final = {
    "webhook": "webhook",
    "splunk": "text-search",
    "syslog": "scroll-text",
    "ntfy": "bell",
}


def kind_title(kind: str) -> str:
    """What a kind is called; one that this console does not know keeps its own name."""
    return next((one.title for one in webhooks.KINDS if one.name == kind), kind)


def icon_of(kind: str) -> str:
    """Its icon."""
    return ICONS.get(kind, "plug")
