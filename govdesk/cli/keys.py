"""``govdesk keys``: API keys of the systems, their scopes, the policy, and the peppers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import typer

from govdesk.cli import identity, key_settings, pepper_commands
from govdesk.cli.member_changes import carry_out, told
from govdesk.cli.output import Trouble, changed, emit, say, table
from govdesk.domain.api_keys import ENVIRONMENTS, Environment
from govdesk.services import api_keys, key_changes, nodes, peppers
from govdesk.services.api_keys import STATUSES, Key
from govdesk.services.key_changes import GRACE_DAYS, NewKey, Revealed
from govdesk.services.key_settings import INTAKE_SCOPE, LONGEST_LIFE
from govdesk.services.link import Session
from govdesk.vault.peppers import PepperFile, PepperRing

app = typer.Typer(help="API keys of the systems.", no_args_is_help=True)
app.add_typer(key_settings.scopes, name="scopes")
app.add_typer(key_settings.policy, name="policy")
app.command("rotate-pepper")(pepper_commands.rotate_pepper)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
WHICH = typer.Argument(..., help="Id or prefix of a key; see govdesk keys list.")
DAYS = typer.Option(90, "--days", min=1, max=LONGEST_LIFE, help="Until it expires.")
REASON = typer.Option("", "--reason", help="Why; stands in the log.")
STATUS = typer.Option([], "--status", help=f"Only these ({', '.join(STATUSES)}); may repeat.")
_COLUMNS = ("prefix", "system", "owner_label", "status", "expires_at", "last_used_at")
_USE_DAYS = 30


def _listed(key: Key) -> dict[str, Any]:
    return asdict(key)


@app.command("list")
def list_command(
    system: str = typer.Option("", "--system", help="Path or id of a system; all if not given."),
    status: list[str] = STATUS,
    by_staff: bool = typer.Option(
        False, "--by-staff", help="Only those that GovDesk's staff made during a visit."
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List keys by system, the newest first; the keys themselves nobody sees again."""
    if unknown := [one for one in status if one not in STATUSES]:
        raise Trouble(f"No key is {unknown[0]}; a status is {', '.join(STATUSES)}.", 2)
    with identity.session(tenant) as session:
        place = nodes.find(session, system).id if system else None
        found = api_keys.list_keys(session, place)
    items = [
        _listed(key)
        for key in found
        if (key.status in status or not status) and (key.is_by_staff or not by_staff)
    ]
    emit({"items": items, "next": None}, as_json=as_json, text=table(items, _COLUMNS))


@app.command()
def show(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Show one key: what it is good for, how long, and how often it was used lately."""
    with identity.session(tenant) as session:
        key = api_keys.find(session, which)
        counted = api_keys.uses(session, key.id, _USE_DAYS)
    used = [{"day": day.isoformat(), "uses": number} for day, number in counted]
    emit(_listed(key) | {"uses": used}, as_json=as_json, text=_portrait(key, used))


def _portrait(key: Key, used: Sequence[dict[str, Any]]) -> str:
    lines = [
        f"{key.prefix}  {key.status}",
        f"{key.owner_label}, for {key.system} ({key.environment})",
        f"Scopes: {', '.join(key.scopes)}",
        f"Created {_day(key.created_at)} by {key.created_by}, expires {_day(key.expires_at)}",
        f"Last used: {_day(key.last_used_at) or 'never'}"
        f"; in the last {_USE_DAYS} days {sum(day['uses'] for day in used):,} times",
    ]
    if key.is_by_staff and key.status != "rotated" and key.is_live:
        lines.append("Staff made it and have seen it: rotate it, and only you know the new one.")
    if key.status == "rotated":
        until = f"until {_day(key.ends_at)}" if key.ends_at else "until its successor is used"
        lines.append(f"It has a successor, and works {until}.")
    return "\n".join(lines)


def _day(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


@app.command()
def generate(
    system: str = typer.Argument(..., help="Path or id of the system the key is for."),
    environment: str = typer.Option("dev", "--environment", help="dev, staging or prod."),
    label: str = typer.Option(..., "--label", help="Who answers for the key."),
    scope: list[str] = typer.Option(
        [INTAKE_SCOPE], "--scope", help="What the key is good for; may repeat."
    ),
    days: int = DAYS,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Make a key for a system and print it, this once."""
    wanted = _environment(environment)
    with identity.session(tenant) as session:
        place = nodes.find(session, system)
        if place.kind != "system":
            raise Trouble(f"{place.name} is no system; a key belongs to one.", 2)
        order = NewKey(place.id, wanted, label, tuple(dict.fromkeys(scope)), _after(days))
        ring = _ring(session)
        made = identity.confirmed(session, lambda: key_changes.generate(session, order, ring))
    _reveal(made, as_json)


def _environment(name: str) -> Environment:
    for known in ENVIRONMENTS:
        if name == known:
            return known
    raise Trouble(f"An environment is {', '.join(ENVIRONMENTS)}.", 2)


def _after(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _ring(session: Session) -> PepperRing | None:
    """The peppers, where they are at hand; elsewhere the worker adds the pepper in seconds."""
    path = peppers.path_of(os.environ)
    if peppers.VARIABLE not in os.environ or not path.exists():
        return None
    return peppers.usable(session, PepperFile(path).ring())


def _reveal(made: Revealed, as_json: bool, **more: object) -> None:
    """The one place where a raw key is printed."""
    document = (
        changed(made.change.id, True, made.change.seq)
        | {
            "key": made.raw,
            "prefix": made.key.prefix,
            "expires_at": made.key.expires_at,
        }
        | more
    )
    emit(document, as_json=as_json, text=made.raw)
    say("Keep it now: it is shown this once, and nobody can see it again.")
    if made.left_out:
        say(f"It lacks what is retired meanwhile: {', '.join(made.left_out)}.")


@app.command()
def rotate(
    which: str = WHICH,
    grace: int = typer.Option(
        1, "--grace", min=0, max=max(GRACE_DAYS), help="Days the old key works beside the new one."
    ),
    days: int = DAYS,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Make a successor and print it, this once; the old key ends after the new one's first use.

    Scopes that are retired are left out. A successor that is revoked before anybody used it calls
    the rotation off: the old key is active again.
    """
    with identity.session(tenant) as session:
        key = api_keys.find(session, which)
        ring = _ring(session)
        made = identity.confirmed(
            session, lambda: key_changes.rotate(session, key.id, grace, _after(days), ring)
        )
    _reveal(made, as_json, left_out=made.left_out)


@app.command()
def revoke(
    which: str = WHICH,
    reason: str = REASON,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """End a key for good, at once."""
    with identity.session(tenant) as session:
        key = api_keys.find(session, which)
        back = api_keys.called_off_by(key, api_keys.list_keys(session, key.system_id))
        done = carry_out(session, lambda: key_changes.revoke(session, key.id, reason), "")
    again = f" {back.prefix}, which it was to replace, is active again." if back else ""
    told(done, f"{key.prefix} is revoked.{again}", as_json)


@app.command()
def reactivate(
    which: str = WHICH,
    reason: str = REASON,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Let a suspended key work again."""
    with identity.session(tenant) as session:
        key = api_keys.find(session, which)
        done = carry_out(session, lambda: key_changes.reactivate(session, key.id, reason), "")
    told(done, f"{key.prefix} works again.", as_json)


@app.command()
def label(
    which: str = WHICH,
    text: str = typer.Argument(..., help="Who answers for the key."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Say anew who answers for a key."""
    with identity.session(tenant) as session:
        key = api_keys.find(session, which)
        done = carry_out(
            session, lambda: key_changes.relabel(session, key.id, text, key.owner_label), ""
        )
    told(done, f"{key.prefix}: {text}", as_json)
