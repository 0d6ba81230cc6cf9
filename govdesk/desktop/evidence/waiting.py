"""What a second human has been asked for, and has not decided."""

from __future__ import annotations

from datetime import datetime

from govdesk.services import decisions
from govdesk.services.link import Session


def asked(session: Session, action: str, member: str) -> dict[str, datetime]:
    """Return until when each request for `action` can be decided, by `member` of its payload."""
    return {
        str(one.payload.get(member)): one.expires_at
        for one in decisions.all_of(session)
        if one.action == action and one.is_open
    }
