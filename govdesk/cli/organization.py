"""``govdesk organization``: name, legal identity with its history, compliance contact."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

import typer

from govdesk.cli import identity, places
from govdesk.cli.output import Trouble, emit, table
from govdesk.database.connection import Session
from govdesk.database.errors import Refused
from govdesk.services import decisions, mail_state, metadata, organization
from govdesk.services.changes import Change

app = typer.Typer(help="The organization and its legal identity.", no_args_is_help=True)
contact = typer.Typer(help="The compliance contact.", no_args_is_help=True)
app.add_typer(contact, name="contact")
app.add_typer(places.sites, name="sites")
app.add_typer(places.teams, name="teams")

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
REASON = typer.Option(
    "", "--reason", help="Why; with it a decision is asked for where one is needed."
)


@app.command()
def show(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Show the name, the version in force, those that are coming, and the compliance contact."""
    with identity.session(tenant) as session:
        profile, found = organization.profile(session), metadata.read(session)
    current = found.in_force
    coming = [one for one in found.versions if found.standing(one) == "coming"]
    document = asdict(profile) | {
        "metadata": _document(found, current) if current else None,
        "coming": [_document(found, one) for one in coming],
        "contacts": [_contact(one) for one in found.contacts],
        "decisions": [
            {"id": str(one.id), "summary": one.summary, "expires_at": one.expires_at}
            for one in found.waiting
        ],
    }
    emit(document, as_json=as_json, text="\n".join(_told(profile, found)))


def _contact(one: metadata.Contact) -> dict[str, Any]:
    return asdict(one) | {"mail": mail_state.document(one.mail)}


def _document(found: metadata.Metadata, one: metadata.Version) -> dict[str, Any]:
    return asdict(one) | {"standing": found.standing(one)}


def _told(profile: organization.Profile, found: metadata.Metadata) -> list[str]:
    lines = [f"{profile.name} ({profile.tenant_path}, {profile.environment})"]
    current = found.in_force
    if current is None:
        lines.append("No legal entity is recorded yet.")
    else:
        shown = metadata.difference(None, current)
        lines += [f"{title}: {entry['new']}" for title, entry in shown.items()]
    for one in found.versions:
        if found.standing(one) == "coming":
            lines.append(f"From {one.effective_from:%Y-%m-%d}: {one.legal_entity}")
    lines += [f"Compliance contact: {c.display_name} <{c.email}>, {c.status}"
              for c in found.contacts]  # fmt: skip
    lines += [f"Waits for a decision: {one.summary} ({one.id})" for one in found.waiting]
    return lines


@app.command("set")
def set_command(
    name: str | None = typer.Option(None, "--name", help="What the organization is called."),
    environment: str | None = typer.Option(
        None, "--environment", help="What its data are for: dev, staging or production."
    ),
    legal_entity: str | None = typer.Option(None, "--legal-entity", help="Its registered name."),
    country: str | None = typer.Option(None, "--country", help="Name or code; empty to clear."),
    abn: str | None = typer.Option(None, "--abn", help="Australian Business Number."),
    lei: str | None = typer.Option(None, "--lei", help="Legal Entity Identifier."),
    vat: str | None = typer.Option(None, "--vat", help="VAT number of the European Union."),
    effective: str = typer.Option("", "--effective", help="Day from which it holds, 2026-12-01."),
    reason: str = REASON,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Change name, environment or legal identity; of that a new version is written.

    What is not given stays. Where two people decide about the legal entity, they decide about its
    name, country and registration numbers alike.
    """
    given = {"legal_entity": legal_entity, "country": country, "abn": abn, "lei": lei, "vat": vat}
    given = {field: value for field, value in given.items() if value is not None}
    if [name is not None, environment is not None, bool(given)].count(True) != 1:
        raise Trouble("Give one of --name, --environment, or fields of the legal identity.", 2)
    since = _day(effective)
    with identity.session(tenant) as session:
        if name is not None:
            before = organization.profile(session).name
            done = organization.rename(session, name, before)
        elif environment is not None:
            done = organization.set_environment(session, environment)
        else:
            done = _save(session, {k: v or "" for k, v in given.items()}, since, reason)
    emit(asdict(done), as_json=as_json, text=_said(done))


def _save(session: Session, given: dict[str, str], since: datetime | None, reason: str) -> Change:
    found = metadata.read(session)
    known = asdict(found.draft) | given
    draft, faults = metadata.checked(**{field: value or "" for field, value in known.items()})
    if faults:
        field, fault = next(iter(faults.items()))
        raise Trouble(f"--{field.replace('_', '-')}: {fault}", 2)
    try:
        return metadata.save(session, draft, based_on=found.newest, effective_from=since)
    except Refused as refusal:
        return _ask(session, refusal, draft, since, reason)


def _ask(
    session: Session,
    refusal: Refused,
    draft: metadata.Draft,
    since: datetime | None,
    reason: str,
) -> Change:
    """Where a second human decides, ask; without a reason say that one is needed."""
    if decisions.needed(refusal) is None:
        raise refusal
    if not reason.strip():
        raise Trouble(
            f"{refusal.sentence} {metadata.WHY} Add --reason to ask for a decision.",
            refusal.exit_code,
        ) from None
    wanted = metadata.payload(draft, since)
    decision = identity.confirmed(
        session, lambda: decisions.request(session, metadata.ACTION, wanted, reason)
    )
    return Change(None, False, None, str(decision))


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise Trouble("--effective takes a day, such as 2026-12-01.", 2) from None


def _said(done: Change) -> str:
    if done.decision is not None:
        return f"Nothing is changed yet: a second human decides. Decision {done.decision}."
    return "Saved." if done.changed else "Nothing was changed: it says so already."


@app.command()
def history(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List the versions of the legal identity, newest first."""
    with identity.session(tenant) as session:
        found = metadata.read(session)
    items = [_document(found, one) for one in found.versions]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("version", "effective_from", "standing", "legal_entity", "created_by")),
    )


@app.command()
def restore(
    version: int,
    reason: str = REASON,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Write what an earlier version said as a new one, in force at once."""
    with identity.session(tenant) as session:
        try:
            done = metadata.restore(session, version)
        except Refused as refusal:
            old = next(one for one in metadata.versions(session) if one.version == version)
            done = _ask(session, refusal, old.draft, None, reason)
    emit(asdict(done), as_json=as_json, text=_said(done))


# The compliance contact


@contact.command()
def propose(
    email: str,
    name: str = typer.Option(..., "--name", help="Who it is."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Propose a compliance contact; a code is mailed to the address, good for a day."""
    with identity.session(tenant) as session:
        done = metadata.propose_contact(session, email, name)
    emit(asdict(done), as_json=as_json, text=f"A code goes to {email}. Confirm with it.")


@contact.command()
def confirm(code: str, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Confirm the compliance contact with the code of the mail."""
    with identity.session(tenant) as session:
        done = metadata.confirm_contact(session, code)
    emit(asdict(done), as_json=as_json, text="Confirmed.")
