"""Where an organisation works: its sites, and the teams that may belong to one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TypeVar

from govdesk.database.connection import Connection, Session
from govdesk.domain.problem import Problem
from govdesk.services import registrations
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.nodes import checked_name

T = TypeVar("T")
P = TypeVar("P", "Site", "Team")
_SITE = "id::text, name, address, country, status"
_TEAM = "t.id::text, t.name, t.site_id::text, t.status, s.name"
_TEAMS = (
    f"SELECT {_TEAM} FROM govdesk.team t LEFT JOIN govdesk.site s"
    " ON s.tenant_id = t.tenant_id AND s.id = t.site_id"
)
_SITE_OF = f"SELECT {_SITE} FROM govdesk.site WHERE id = %s"
_TEAM_OF = f"{_TEAMS} WHERE t.id = %s"


@dataclass(frozen=True, slots=True)
class Site:
    """A place with an address; `country` is a code of two letters, `status` active or closed."""

    id: str
    name: str
    address: str = ""
    country: str | None = None
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Team:
    """People who work together, at a site or at none."""

    id: str
    name: str
    site_id: str | None = None
    status: str = "active"
    site_name: str | None = None


def sites(session: Session) -> list[Site]:
    """Return every site, open ones first."""
    with session.reading() as connection:
        found = connection.execute(
            f"SELECT {_SITE} FROM govdesk.site ORDER BY status, lower(name), id"
        ).fetchall()
    return [Site(*row) for row in found]


def teams(session: Session) -> list[Team]:
    """Return every team, open ones first."""
    with session.reading() as connection:
        found = connection.execute(f"{_TEAMS} ORDER BY t.status, lower(t.name), t.id").fetchall()
    return [Team(*row) for row in found]


def find_site(session: Session, which: str) -> Site:
    """Return the site with this id or name; raises `Problem` for none or several."""
    return _one([site for site in sites(session) if which in (site.id, site.name)], "site", which)


def find_team(session: Session, which: str) -> Team:
    """Return the team with this id or name; raises `Problem` for none or several."""
    return _one([team for team in teams(session) if which in (team.id, team.name)], "team", which)


def _one(found: list[T], noun: str, which: str) -> T:
    if len(found) == 1:
        return found[0]
    if found:
        raise Problem(
            f"{len(found)} {noun}s are called {which}.", "Name it by its id.", exit_code=2
        )
    raise Problem(
        f"There is no {noun} {which}.", f"See govdesk organization {noun}s list.", exit_code=2
    )


def add_site(session: Session, name: str, address: str = "", country: str | None = None) -> Change:
    """Add a site; `country` may be a name or a code."""
    row = (str(uuid.uuid4()), checked_name(name), address.strip(), _country(country))
    tenant = session.tenant_id
    with writing(session) as connection:
        connection.execute(
            "INSERT INTO govdesk.site (id, tenant_id, tenant_path, name, address, country)"
            " VALUES (%s, %s, %s::ltree, %s, %s, %s)",
            (row[0], tenant, session.tenant_path, *row[1:]),
        )
    return sealed(session, row[0])


def change_site(session: Session, before: Site, after: Site) -> Change:
    """Save a site; raises `ChangedMeanwhile` if it is not as `before` any more."""
    values = (checked_name(after.name), after.address.strip(), _country(after.country))
    if (*values, after.status) == (before.name, before.address, before.country, before.status):
        return Change(before.id, False)
    with writing(session) as connection:
        done = connection.execute(
            "UPDATE govdesk.site SET name = %s, address = %s, country = %s, status = %s"
            " WHERE id = %s AND (name, address, status) = (%s, %s, %s)"
            " AND country IS NOT DISTINCT FROM %s",
            (*values, after.status, before.id, before.name, before.address, before.status,
             before.country),
        )  # fmt: skip
        if done.rowcount == 0:
            raise _conflict(connection, _SITE_OF, before, after)
    return sealed(session, before.id)


def add_team(session: Session, name: str, site_id: str | None = None) -> Change:
    """Add a team, at a site or at none."""
    identity, kept = str(uuid.uuid4()), checked_name(name)
    tenant = session.tenant_id
    with writing(session) as connection:
        connection.execute(
            "INSERT INTO govdesk.team (id, tenant_id, tenant_path, name, site_id)"
            " VALUES (%s, %s, %s::ltree, %s, %s)",
            (identity, tenant, session.tenant_path, kept, site_id),
        )
    return sealed(session, identity)


def change_team(session: Session, before: Team, after: Team) -> Change:
    """Save a team; raises `ChangedMeanwhile` if it is not as `before` any more."""
    kept = checked_name(after.name)
    if (kept, after.site_id, after.status) == (before.name, before.site_id, before.status):
        return Change(before.id, False)
    with writing(session) as connection:
        done = connection.execute(
            "UPDATE govdesk.team SET name = %s, site_id = %s, status = %s"
            " WHERE id = %s AND (name, status) = (%s, %s) AND site_id IS NOT DISTINCT FROM %s",
            (kept, after.site_id, after.status, before.id, before.name, before.status,
             before.site_id),
        )  # fmt: skip
        if done.rowcount == 0:
            raise _conflict(connection, _TEAM_OF, before, after)
    return sealed(session, before.id)


def _conflict(connection: Connection, query: str, before: P, after: P) -> Problem:
    row = connection.execute(query, (before.id,)).fetchone()
    if row is None:
        return Problem("It is not there, or you may not see it.", exit_code=2)
    theirs = type(before)(*row)
    return ChangedMeanwhile(
        f"“{before.name}”", theirs=told(theirs), yours=told(after), fresh=theirs
    )


def told(place: Site | Team) -> str:
    """Say everything of a site or team in one line."""
    if isinstance(place, Site):
        country = registrations.country_name(place.country)
        parts = [f"“{place.name}”", place.address.replace("\n", ", "), country]
    else:
        parts = [f"“{place.name}”", f"at {place.site_name}" if place.site_name else ""]
    return ", ".join(
        part for part in [*parts, place.status if place.status != "active" else ""] if part
    )


def _country(word: str | None) -> str | None:
    checked = registrations.country(word or "")
    if checked.fault:
        raise Problem(checked.fault, exit_code=2)
    return checked.value
