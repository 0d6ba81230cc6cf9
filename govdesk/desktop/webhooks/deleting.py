"""What ends with a webhook, said before it goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from govdesk.desktop.editing.deleting import DeleteDialog
from govdesk.desktop.webhooks.kinds import kind_title
from govdesk.desktop.webhooks.states import waiting
from govdesk.services.webhooks import Webhook


def what_ends(one: Webhook) -> str:
    """What is no longer sent, in one or two sentences."""
    count = one.health.pending
    stops = f"{kind_title(one.kind)} at {one.host}. It gets nothing more from now on."
    if not count:
        return f"{stops} No delivery is waiting."
    if count == 1:
        return f"{stops} 1 delivery that is waiting will not be sent."
    return f"{stops} {waiting(one.health)} deliveries that are waiting will not be sent."


def delete_dialog(one: Webhook, then: Callable[[], object], parent: QWidget) -> DeleteDialog:
    """Ask before a webhook goes; Delete webhook calls `then`."""
    secret = "Its secret goes with it and cannot be brought back. " if one.needs_secret else ""
    return DeleteDialog(
        "delete_webhook",
        f"Delete {one.description}",
        f"Delete the webhook “{one.description}”?",
        what_ends(one),
        f"{secret}What was sent stays in the delivery log and its history in the audit log. To"
        " stop it for a while, disable it instead.",
        "Delete webhook",
        then,
        parent,
    )
