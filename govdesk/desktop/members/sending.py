"""Sends invitations one after the other and says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.services import connecting
from govdesk.services.invitations import Invitation, Invite
from govdesk.services.link import SessionEnded, Unreachable
from govdesk.services.members import Member

STOPS: Final = ("step_up_needed", "session_ended")
"""What concerns the session and not an address."""
CANCELLED: Final = Problem("Not sent: you cancelled.", "Invite again when you want.")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one address: an id, or the error."""

    invite: Invite
    id: str = ""
    error: Problem | None = None


def each(
    invites: Sequence[Invite],
    send: Callable[[Invite], str],
    is_cancelled: Callable[[], bool] = lambda: False,
) -> list[Sent]:
    """Send one after the other; what concerns the session and not the address ends it.

    So does a cancellation: what was sent until then stays sent, and is told.
    """
    sent: list[Sent] = []
    stopped: Problem | None = None
    for one in invites:
        if stopped is None and is_cancelled():
            stopped = CANCELLED
        if stopped is not None:
            sent.append(Sent(one, error=stopped))
            continue
        try:
            sent.append(Sent(one, send(one)))
        except Problem as problem:
            # What a cancellation cut short was not done, whatever the server calls it.
            error = CANCELLED if is_cancelled() else problem
            sent.append(Sent(one, error=error))
            if connecting.key_of(error) in STOPS or isinstance(error, SessionEnded | Unreachable):
                stopped = error
    return sent


def as_typed(invite: Invite, of: int) -> str:
    """The address as it stands in the field; one of many brings its name."""
    return invite.email if of == 1 else f"{invite.display_name} <{invite.email}>"


def key_of(one: Sent) -> str:
    """Which refusal it was; empty for none."""
    return connecting.key_of(one.error) if one.error is not None else ""


def short(text: str, most: int = 60) -> str:
    """What one can quote in a sentence."""
    return text if len(text) <= most else f"{text[:most]}…"


def known_addresses(
    people: Sequence[Member], open_invitations: Sequence[Invitation]
) -> dict[str, str]:
    """Addresses that belong to somebody already, each with a sentence."""
    now = datetime.now(UTC)
    invited = {
        one.email: "was invited already. Resend that invitation instead."
        for one in open_invitations
        if one.is_open and not one.is_over_at(now)
    }
    return invited | {one.email: f"is a member already: {one.name}." for one in people}
