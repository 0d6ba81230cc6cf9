"""Exports beside a window: in a process of their own, so that they never hold it up."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from govdesk.database.connection import Session, connect
from govdesk.exports.files import discard_part
from govdesk.services import audit
from govdesk.services.audit import Cancelled, Export, Exported, Progress
from govdesk.services.children import ChildCancelled, ChildLost, run_in_child
from govdesk.services.link import Link


def export(link: Link, order: Export, progress: Progress) -> Exported:
    """Write `order` as `audit.export` does; a PDF has a process of its own already.

    A child that was cancelled or lost leaves nothing under the final name.
    """
    if order.format == "pdf":
        with link.session("export") as session:
            return audit.export(session, order, progress, url=link.url)
    try:
        return run_in_child(
            _export,
            link.url,
            link.token,
            link.tenant_path,
            _facts(order),
            on_message=lambda done: progress(*done),
            cancel=order.cancel,
        )
    except ChildCancelled:
        discard_part(order.target)
        raise Cancelled from None
    except ChildLost:
        discard_part(order.target)
        raise


def _facts(order: Export) -> dict[str, Any]:
    """The order's fields; an event of this process means nothing in another."""
    return {f.name: getattr(order, f.name) for f in fields(order) if f.name != "cancel"}


def _export(
    send: Callable[[object], None],
    url: str,
    token: str,
    tenant_path: str,
    facts: dict[str, Any],
) -> Exported:
    session = Session(connect(url), token, tenant_path, f"export-{secrets.token_hex(8)}")
    try:
        return audit.export(session, Export(**facts), lambda done, total: send((done, total)))
    finally:
        session.close()
