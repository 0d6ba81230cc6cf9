"""What can be done with a sealed file: a list of what is allowed, so that nothing else exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from govdesk.desktop.actions.action import Action, fact
from govdesk.desktop.actions.catalogue import ACTIONS, FRAME, GO, VIEW

SHARED: Final = frozenset(
    (
        "palette.open", "app.quit", "page.timeline", "snapshot.open", "help.reports",
        "timeline.go_to_date", "timeline.go_to_seq", "timeline.newest", "timeline.filter",
        "timeline.clear_filter", "timeline.save_filter", "timeline.copy", "timeline.select_all",
        "timeline.same_request", "timeline.same_actor", "timeline.same_entity", "timeline.exclude",
        "export.menu", "export.csv", "export.json", "export.event", "export.pdf",
        "view.refresh", "view.detail", "view.columns", "view.jobs", "view.theme", "view.compact",
    )
)  # fmt: skip
"""Actions of the console that read, or that concern this computer alone."""

_OWN: Final = (
    Action(
        "page.about_snapshot",
        "Go to About this snapshot",
        GO,
        "info",
        "Ctrl+3",
        words=("facts", "faults", "key", "fingerprint", "verification"),
    ),
    Action(
        "snapshot.verify",
        "Verify this snapshot again",
        VIEW,
        "shield-check",
        words=("seal", "check", "chain"),
    ),
    Action(
        "snapshot.trust",
        "Trust the key of this snapshot",
        VIEW,
        "key-round",
        when=fact("unknown key", "The key of this snapshot is trusted, or it has none."),
        words=("fingerprint",),
    ),
    Action("snapshot.lock", "Lock now", FRAME, "lock", "Ctrl+L"),
    Action(
        "snapshot.close",
        "Close this snapshot",
        FRAME,
        "x",
        "Ctrl+W",
    ),
)


def declared() -> Iterator[Action]:
    """Yield the actions of a snapshot's window, none of which writes to a log."""
    for row in ACTIONS:
        if row.id == "view.refresh":
            # It asks no server, and so needs none.
            yield replace(row, when=lambda context: True)
        elif row.id in SHARED:
            yield row
    yield from _OWN
