"""Private networks that two people open: everything else is saved, and a second one is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from govdesk.desktop.approvals.asking import AskDialog
from govdesk.jobs import Jobs
from govdesk.services import webhook_changes
from govdesk.services.link import Link, Session
from govdesk.services.webhook_drafts import Draft


def sentence(draft: Draft) -> str:
    """What is asked for, and what is saved without asking."""
    networks = ", ".join(draft.allow) or "no private networks"
    return (
        f"Open {networks} to “{draft.description}”. Everything else is saved now, with these"
        " networks closed until somebody approves."
    )


class AskToOpen(AskDialog):
    """`then` gets what the service answered: `Added` for a new webhook, else a `Change`."""

    def __init__(
        self,
        jobs: Jobs,
        link: Link,
        draft: Draft,
        secret: str | None,
        then: Callable[[Any], object],
        parent: QWidget,
    ):
        super().__init__(jobs, link, webhook_changes.OPEN, {}, sentence(draft), then, parent)
        self._draft, self._secret = draft, secret

    def request(self, session: Session, reason: str) -> Any:
        """Save and ask."""
        if self._draft.before is None:
            return webhook_changes.add_and_ask(session, self._draft, self._secret, reason)
        return webhook_changes.save_and_ask(session, self._draft, reason)
