"""``govdesk attention``: what Home says needs somebody."""

from __future__ import annotations

from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.output import emit, table
from govdesk.services import attention as service


def attention(
    tenant: str | None = typer.Option(
        None, "--tenant", help="Path of the organization, if you have several."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """List what needs somebody: invitations, decisions, staff inside, second factors."""
    with identity.session(tenant) as session:
        rows = [asdict(need) for need in service.needs(session)]
    text = table(rows, ("kind", "sentence", "at")) if rows else "Nothing needs you."
    emit({"items": rows, "next": None}, as_json=as_json, text=text)
