"""``govdesk webhooks disable``, ``resume`` and ``remove``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

import typer

from govdesk.cli import identity
from govdesk.cli.member_changes import told
from govdesk.cli.output import Trouble, emit
from govdesk.cli.webhooks_input import JSON, TENANT, WHICH
from govdesk.services import redelivery, webhook_changes, webhooks


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("disable")(disable)
    app.command("resume")(resume)
    app.command("remove")(remove)


def disable(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Send nothing more to a webhook until it is resumed."""
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        done = identity.confirmed(session, lambda: webhook_changes.disable(session, one.id))
    told(done, f"{one.description} is disabled.", as_json)


def remove(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Delete a webhook for good, with its secrets; what was sent stays in the log."""
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        done = identity.confirmed(session, lambda: webhook_changes.remove(session, one.id))
    waiting = one.health.pending
    whose = "delivery was" if waiting == 1 else "deliveries were"
    lost = f" {waiting:,} waiting {whose} called off." if waiting else ""
    told(done, f"{one.description} is deleted.{lost}", as_json)


def resume(
    which: str = WHICH,
    missed: str = typer.Option(
        "", "--missed", metavar="send|skip", help="What becomes of what it missed meanwhile."
    ),
    rehearse: bool = typer.Option(
        False, "--rehearse", help="Only say how many deliveries that would be, and how long."
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Send to a webhook again; what it missed is sent as well, or skipped."""
    choices: dict[str, Literal["send", "skip"]] = {"send": "send", "skip": "skip"}
    if missed not in choices and not rehearse:
        raise Trouble("missed: Give --missed send or --missed skip.", 2)
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        if rehearse:
            found = redelivery.rehearse(session, one.id, "resume")
            emit({"id": one.id} | asdict(found), as_json=as_json, text=found.sentence)
            return
        done = identity.confirmed(
            session, lambda: webhook_changes.resume(session, one.id, choices[missed])
        )
    words = f"{one.description} is active{' again' if one.status != 'active' else ' already'}."
    if missed == "send":
        words += f" {done.rows:,} events of the log are looked at for it."
    emit(asdict(done.change) | {"rows": done.rows}, as_json=as_json, text=words)
