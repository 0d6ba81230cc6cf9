"""``govdesk organization sites`` and ``teams``."""

from __future__ import annotations

from dataclasses import asdict, replace

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, emit, table
from govdesk.services import places
from govdesk.services.changes import Change

sites = typer.Typer(help="Where the organization works.", no_args_is_help=True)
teams = typer.Typer(help="Its teams.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
SITE = typer.Argument(..., help="Id or name; see govdesk organization sites list.")
TEAM = typer.Argument(..., help="Id or name; see govdesk organization teams list.")
_STATUS = typer.Option(None, "--status", help="active or closed.")


def _tell(done: Change, as_json: bool) -> None:
    words = "Saved." if done.changed else "Nothing was changed: it says so already."
    emit(asdict(done), as_json=as_json, text=words)


def _status(given: str | None, before: str) -> str:
    if given not in (None, "active", "closed"):
        raise Trouble("The status is active or closed.", 2)
    return given or before


@sites.command("list")
def list_sites(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List the sites, open ones first."""
    with identity.session(tenant) as session:
        items = [asdict(one) for one in places.sites(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("id", "name", "address", "country", "status")),
    )


@sites.command("add")
def add_site(
    name: str,
    address: str = typer.Option("", "--address"),
    country: str = typer.Option("", "--country", help="Name or code."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Add a site."""
    with identity.session(tenant) as session:
        _tell(places.add_site(session, name, address, country), as_json)


@sites.command("set")
def set_site(
    site: str = SITE,
    name: str | None = typer.Option(None, "--name"),
    address: str | None = typer.Option(None, "--address"),
    country: str | None = typer.Option(None, "--country", help="Name or code; empty to clear."),
    status: str | None = _STATUS,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Change a site, or close or reopen it; what is not given stays."""
    with identity.session(tenant) as session:
        before = places.find_site(session, site)
        after = replace(
            before,
            name=before.name if name is None else name,
            address=before.address if address is None else address,
            country=before.country if country is None else country,
            status=_status(status, before.status),
        )
        _tell(places.change_site(session, before, after), as_json)


@teams.command("list")
def list_teams(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List the teams, open ones first."""
    with identity.session(tenant) as session:
        items = [asdict(one) for one in places.teams(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("id", "name", "site_name", "status")),
    )


@teams.command("add")
def add_team(
    name: str,
    site: str = typer.Option("", "--site", help="Id or name of a site."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Add a team, at a site or at none."""
    with identity.session(tenant) as session:
        place = places.find_site(session, site).id if site else None
        _tell(places.add_team(session, name, place), as_json)


@teams.command("set")
def set_team(
    team: str = TEAM,
    name: str | None = typer.Option(None, "--name"),
    site: str | None = typer.Option(None, "--site", help="Id or name; empty for none."),
    status: str | None = _STATUS,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Change a team, or close or reopen it; what is not given stays."""
    with identity.session(tenant) as session:
        before = places.find_team(session, team)
        place = before.site_id
        if site is not None:
            place = places.find_site(session, site).id if site else None
        after = replace(
            before,
            name=before.name if name is None else name,
            site_id=place,
            status=_status(status, before.status),
        )
        _tell(places.change_team(session, before, after), as_json)
