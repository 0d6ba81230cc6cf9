"""Somebody else changed the same thing meanwhile: both versions, by whom and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from govdesk.database.connection import Session
from govdesk.services.changes import Conflict


class ChangedMeanwhile(Conflict):
    """What was shown is no longer so; nothing was changed.

    `theirs` and `yours` are words for both versions, `by` and `at` say who changed it when (None
    where the log does not show it to this reader). `fresh` is the thing as it is now; writing
    yours over theirs compares with it. None when it is gone.
    """

    def __init__(
        self,
        what: str,
        *,
        theirs: str,
        yours: str,
        fresh: Any = None,
        by: str | None = None,
        at: datetime | None = None,
    ):
        who = f" by {by}" if by else ""
        super().__init__(f"{what} was changed meanwhile{who}: it is now {theirs}.", theirs)
        self.what, self.theirs, self.yours = what, theirs, yours
        self.fresh, self.by, self.at = fresh, by, at


def last_change(
    session: Session, entity_id: str, actions: Sequence[str], path: str = ""
) -> tuple[str | None, datetime | None]:
    """Return who changed an entity last and when; with `path` only what was done on that node."""
    tenant = session.tenant_id
    with session.reading() as connection:
        found = connection.execute(
            "SELECT l.actor, l.at, l.summary FROM govdesk.audit_log l"
            " WHERE l.tenant_id = %s AND l.entity_id = %s AND l.action = ANY (%s)"
            " ORDER BY l.seq DESC LIMIT 50",
            (tenant, entity_id, list(actions)),
        ).fetchall()
    on_node = re.compile(rf"\bon {re.escape(path)}(?![\w.])")
    for actor, at, summary in found:
        if not path or on_node.search(summary or ""):
            return (actor or "").removeprefix("user:") or None, at
    return None, None
