"""The demo's webhooks: one that arrives, one whose receiver is busy, one that is switched off.

All three are real: the demo's worker sends, and its receivers answer over TLS on this machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from govdesk.database.connection import Session
from govdesk.database.errors import DatabaseProblem
from govdesk.services import demo_receiver, nodes, webhook_changes, webhooks
from govdesk.services.demo_receiver import DOWN, EVENTS, Receiver
from govdesk.services.webhook_drafts import Draft

STORE: Final = "Event store of the security team"
PAGER: Final = "Pager of those on call"
TRIAL: Final = "Trial of a log service, ended in spring"
_SYSTEM: Final = "acme.claims"
_CLAIMS: Final = ("api_key.*", "integration.*")


def connect(owner: Session, home: Path) -> None:
    """Add each webhook that is not there, and disable the one that is not used any more.

    A demo whose people already ask each other before private networks are opened gets none.
    """
    known = {one.description for one in webhooks.list_webhooks(owner)}
    for draft in _drafts(owner, demo_receiver.prepare(home)):
        if draft.description not in known:
            _add(owner, draft)


def _add(owner: Session, draft: Draft) -> None:
    try:
        added = webhook_changes.add(owner, draft)
    except DatabaseProblem as problem:
        if problem.key != "decision_needed":
            raise
        return
    if draft.description == TRIAL:
        webhook_changes.disable(owner, added.webhook.id)


def _drafts(owner: Session, receiver: Receiver) -> list[Draft]:
    claims = nodes.find(owner, _SYSTEM).id
    return [
        _draft(receiver, EVENTS, STORE, ("audit.row",)),
        _draft(
            receiver, DOWN, PAGER, ("api_key.*", "integration.*"), system_id=claims, alerts=True
        ),
        _draft(receiver, EVENTS, TRIAL, ("member.*",)),
    ]


def _draft(
    receiver: Receiver, path: str, description: str, events: tuple[str, ...], **more: object
) -> Draft:
    return Draft(
        description=description,
        url=receiver.url(path),
        events=events,
        settings={"ca": receiver.authority},
        allow=(f"127.0.0.0/8:{receiver.port}",),
        **more,  # type: ignore[arg-type]
    )
