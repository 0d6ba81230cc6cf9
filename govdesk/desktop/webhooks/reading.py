"""What the page reads in one go."""

from __future__ import annotations

from dataclasses import dataclass

from govdesk.services import webhooks
from govdesk.services.link import Session
from govdesk.services.webhooks import Webhook, Worker


@dataclass(frozen=True, slots=True)
class Found:
    """The webhooks of a place, and the workers that were heard of."""

    webhooks: tuple[Webhook, ...] = ()
    workers: tuple[Worker, ...] = ()


def read(session: Session, system_id: str | None) -> Found:
    """Return the webhooks of a system, or of the whole organization, and the workers."""
    return Found(
        tuple(webhooks.list_webhooks(session, system_id)), tuple(webhooks.workers(session))
    )
