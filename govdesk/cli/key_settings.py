"""``govdesk keys scopes`` and ``govdesk keys policy``: what an organisation lays down for keys."""

from __future__ import annotations

from dataclasses import asdict, replace

import typer

from govdesk.cli import identity
from govdesk.cli.member_changes import carry_out, told
from govdesk.cli.output import Trouble, emit, table
from govdesk.services import key_settings

scopes = typer.Typer(help="What keys may be good for.", no_args_is_help=True)
policy = typer.Typer(help="How long keys last, and what becomes of unused ones.")

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
NAME = typer.Argument(..., help="A noun and a verb, such as participant:read.")


@scopes.command("list")
def list_scopes(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List the scopes, those in use first."""
    with identity.session(tenant) as session:
        items = [asdict(one) for one in key_settings.scopes(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("name", "description", "status")),
    )


@scopes.command()
def add(
    name: str = NAME,
    description: str = typer.Option("", "--description", help="What it lets a key do."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Add a scope."""
    with identity.session(tenant) as session:
        done = carry_out(session, lambda: key_settings.add_scope(session, name, description), "")
    told(done, f"The scope {name} is there.", as_json)


@scopes.command()
def describe(
    name: str = NAME,
    description: str = typer.Argument(..., help="What it lets a key do."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Say anew what a scope is for."""
    with identity.session(tenant) as session:
        found = key_settings.find_scope(session, name)
        done = carry_out(
            session, lambda: key_settings.describe_scope(session, found.id, description), ""
        )
    told(done, f"The scope {name} is described.", as_json)


@scopes.command()
def retire(name: str = NAME, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Take a scope out of use for new keys; keys that have it keep it."""
    with identity.session(tenant) as session:
        found = key_settings.find_scope(session, name)
        done = carry_out(session, lambda: key_settings.retire_scope(session, found.id), "")
    told(done, f"The scope {name} is retired.", as_json)


@scopes.command()
def restore(name: str = NAME, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Bring a retired scope back."""
    with identity.session(tenant) as session:
        found = key_settings.find_scope(session, name)
        done = carry_out(session, lambda: key_settings.restore_scope(session, found.id), "")
    told(done, f"The scope {name} is back.", as_json)


def _days(name: str, words: str) -> int | None:
    found: int | None = typer.Option(None, name, min=1, help=words)
    return found


@policy.command("show")
def show_policy(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Show the policy."""
    with identity.session(tenant) as session:
        found = key_settings.policy(session)
    emit(asdict(found), as_json=as_json, text=f"Keys are {found.words}.")


@policy.command("set")
def set_policy(
    warn: int | None = _days("--warn-days", "Unused so long: shown as stale."),
    suspend: int | None = _days("--suspend-days", "Unused so long: suspended."),
    revoke: int | None = _days("--revoke-days", "Unused so long: revoked."),
    longest: int | None = _days("--max-days", "A key lasts at most so long."),
    expiring: int | None = _days("--expiring-days", "So long before its end: shown as expiring."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Lay down another policy; what is not given stays."""
    given = {
        "warn_days": warn,
        "suspend_days": suspend,
        "revoke_days": revoke,
        "max_days": longest,
        "expiring_days": expiring,
    }
    chosen = {name: days for name, days in given.items() if days is not None}
    if not chosen:
        raise Trouble("Say what to change, such as --max-days 180.", 2)
    with identity.session(tenant) as session:
        shown = key_settings.policy(session)
        wanted = replace(shown, **chosen)
        done = carry_out(session, lambda: key_settings.set_policy(session, wanted, shown), "")
    told(done, f"Keys are {wanted.words}.", as_json)
