"""The three lists of Team Members, each with its columns and what it says while it is empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtWidgets import QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.members import columns
from govdesk.desktop.members.list_tab import ListTab
from govdesk.jobs import Jobs


def people(zone: tzinfo, jobs: Jobs, keep: Preferences, parent: QWidget) -> ListTab:
    """Who is here."""
    made = ListTab(
        "people", "People", columns.people(zone), columns.person_said(zone), columns.person_words,
        columns.person_value, "Name, address or role", jobs, keep, parent,
    )  # fmt: skip
    made.when_empty("Nobody is here", "Invite somebody to work here.")
    return made


def invitations(
    zone: tzinfo,
    jobs: Jobs,
    keep: Preferences,
    invite: Callable[[], object] | None,
    parent: QWidget,
) -> ListTab:
    """Who is invited; `invite` begins an invitation, None where that may not be."""
    made = ListTab(
        "invitations", "Invitations", columns.invitations(zone), columns.invitation_said(zone),
        columns.invitation_words, columns.invitation_value, "Address, name or role", jobs, keep,
        parent,
    )  # fmt: skip
    made.when_empty(
        "No invitations",
        "Whoever you invite is listed here, with what became of the invitation.",
        "Invite User" if invite else "",
        invite,
    )
    return made


def roles(jobs: Jobs, keep: Preferences, parent: QWidget) -> ListTab:
    """What roles there are."""
    made = ListTab(
        "roles", "Roles", columns.roles(), columns.role_said, columns.role_words,
        columns.role_value, "Title or permission", jobs, keep, parent,
    )  # fmt: skip
    made.when_empty("No roles", "Roles say who may do what.")
    return made
