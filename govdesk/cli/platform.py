"""``govdesk platform``: staff accounts, and going into an organization with a reason."""

from __future__ import annotations

import os
from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, changed, emit, table
from govdesk.services import platform

app = typer.Typer(
    help="Staff of GovDesk: accounts, entering, leaving, who is inside.", no_args_is_help=True
)

ADMIN_URL = typer.Option(
    ...,
    "--admin-url",
    envvar="GOVDESK_ADMIN_URL",
    help="postgresql:// address of an administrator.",
)
JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")


@app.command("add-staff")
def add_staff(
    email: str,
    name: str = typer.Option(..., "--name", help="The person's name."),
    admin_url: str = ADMIN_URL,
    as_json: bool = JSON,
) -> None:
    """Give somebody of GovDesk an account and print the one-time set-up code."""
    code = platform.add_staff(admin_url, email, name)
    emit(
        {"tenant_path": platform.TENANT, "email": email, "setup_code": code},
        as_json=as_json,
        text=f"Set-up code of {email}, valid for 7 days, shown once:\n  {code}\n"
        f"There: GOVDESK_SETUP_CODE={code} govdesk mfa enrol",
    )


@app.command("list-tenants")
def list_tenants(as_json: bool = JSON) -> None:
    """List paths and names of the organizations; staff only, nothing else of them."""
    with identity.session(platform.TENANT) as session:
        items = [asdict(one) for one in platform.tenants(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("tenant_path", "name")),
    )


@app.command()
def enter(
    tenant: str = typer.Argument(..., help="Path of the organization."),
    reason: str = typer.Option(..., "--reason", help="Why; it stands in their log."),
    minutes: int = typer.Option(30, "--minutes", help="How long, 1 to 480."),
    as_json: bool = JSON,
) -> None:
    """Enter an organization; over an hour needs a decision there, then enter once more.

    The visit ends with the session it was made from: who revokes that one ends both.
    """
    entry: platform.Entry | None = None
    with identity.session(platform.TENANT, stays=lambda: bool(entry and entry.token)) as session:
        entry = identity.confirmed(
            session, lambda: platform.enter(session, tenant, reason, minutes)
        )
    waits = (
        f"{tenant} has to decide about more than {platform.ALONE_MINUTES} minutes: decision"
        f" {entry.decision}. Enter again once it is approved."
    )
    emit(
        asdict(entry),
        as_json=as_json,
        text=f"export GOVDESK_SESSION={entry.token}" if entry.token else waits,
    )


@app.command()
def leave(as_json: bool = JSON) -> None:
    """Leave the organization whose session is in GOVDESK_SESSION."""
    token = os.environ.get("GOVDESK_SESSION", "")
    if not token:
        raise Trouble("GOVDESK_SESSION is not set; there is nothing to leave.", 2)
    did = platform.leave(identity.database_url(), token)
    emit(
        changed(None, did, None),
        as_json=as_json,
        text="Left." if did else "This visit was over already.",
    )


@app.command()
def inside(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List who of GovDesk's staff is inside the organization one is signed in to."""
    with identity.session(tenant) as session:
        items = [asdict(one) for one in platform.inside(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("session_id", "email", "reason", "entered_at", "expires_at")),
    )
