"""``govdesk audit hold``: legal holds."""

from __future__ import annotations

from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.audit import JSON, TENANT, ZONE, zone_of
from govdesk.cli.output import emit, table
from govdesk.services import holds

app = typer.Typer(
    help="Legal holds: what they protect is neither erased nor pruned.", no_args_is_help=True
)
REASON = typer.Option(..., "--reason", help="Why; it stands in the log.")


@app.command("list")
def list_command(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List holds, those in force first."""
    with identity.session(tenant) as session:
        items = [asdict(hold) for hold in holds.list_holds(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("id", "status", "name", "query", "placed_at", "placed_by")),
    )


@app.command()
def place(
    name: str = typer.Argument(..., help="Name of the case, such as Case 7."),
    query: str = typer.Option(
        "", "--query", help="What is held, in the filter language; without it the whole log."
    ),
    reason: str = REASON,
    zone: str = ZONE,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Place a hold."""
    with identity.session(tenant) as session:
        done = identity.confirmed(
            session, lambda: holds.place(session, name, query, reason, zone_of(zone))
        )
    emit(asdict(done), as_json=as_json, text=f"The hold {name} stands: {done.id}.")


@app.command()
def lift(
    hold: str = typer.Argument(..., help="Its id, or its name; see govdesk audit hold list."),
    reason: str = REASON,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Lift a hold: what it protected may be erased and pruned again."""
    with identity.session(tenant) as session:
        found = holds.find(session, hold)
        done = identity.confirmed(session, lambda: holds.lift(session, found.id, reason))
    emit(asdict(done), as_json=as_json, text=f"The hold {found.name} was lifted.")
