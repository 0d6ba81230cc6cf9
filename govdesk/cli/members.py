"""``govdesk members``: people, their roles, invitations, and the roles there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import typer

from govdesk.cli import identity, roles
from govdesk.cli.member_changes import carry_out, told
from govdesk.cli.output import Trouble, emit, table
from govdesk.domain.addresses import LONGEST_MESSAGE, name_fault
from govdesk.services import access, access_words, decisions, invitations, mail_state, members
from govdesk.services.changes import Change
from govdesk.services.invitations import DAYS, MOST_DAYS, Invitation, Invite
from govdesk.services.link import Session
from govdesk.services.members import Grant, Member

app = typer.Typer(help="People of the organization.", no_args_is_help=True)
invited = typer.Typer(help="Who is invited.", no_args_is_help=True)
app.add_typer(invited, name="invitations")
app.add_typer(roles.app, name="roles")

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
WHO = typer.Argument(..., help="E-mail address or id of a member.")
NODE = typer.Option("", "--node", help="Path of the node; the organization if not given.")
ASK = typer.Option("", "--ask", help="Ask a second human with this reason, where one decides.")
PREVIEW = typer.Option(False, "--preview", help="Only say what would change.")
WHICH = typer.Argument(..., help="Id of an invitation, or its address.")


def _listed(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "email": member.email,
        "display_name": member.display_name,
        "title": member.title,
        "status": member.status,
        "mfa_at": member.mfa_at,
        "seen_at": member.seen_at,
        "created_at": member.created_at,
        "grants": [asdict(grant) for grant in member.grants],
    }


# People


@app.command("list")
def list_command(
    query: str = typer.Option("", "--find", help="Part of a name, address or role."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List the people, by name."""
    with identity.session(tenant) as session:
        found = members.team(session).members
    words = query.casefold().split()
    chosen = [one for one in found if all(word in _words(one) for word in words)]
    rows = [
        _listed(one) | {"roles": "; ".join(grant.words for grant in one.grants)} for one in chosen
    ]
    emit(
        {"items": [_listed(one) for one in chosen], "next": None},
        as_json=as_json,
        text=table(rows, ("email", "display_name", "roles", "mfa_at", "seen_at", "status")),
    )


def _words(member: Member) -> str:
    held = " ".join(grant.words for grant in member.grants)
    return f"{member.display_name} {member.email} {held}".casefold()


@app.command()
def show(who: str = WHO, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Show one member with roles, what may be granted, and decisions that wait."""
    with identity.session(tenant) as session:
        found = members.portrait(session, members.find(session, who).id)
    document = _listed(found.member) | {
        "offers": {path: [asdict(one) for one in offers] for path, offers in found.offers.items()},
        "may_remove": found.leave.allowed,
        "why_not": found.leave.why or None,
        "waiting": [asdict(one) for one in found.waiting],
    }
    rows = [asdict(grant) for grant in found.member.grants]
    text = "\n".join(
        (
            f"{found.member.name} <{found.member.email}>, {found.member.status}",
            table(rows, ("role_key", "role_title", "node_path", "node_name")),
            *(f"A decision waits: {one.summary}" for one in found.waiting),
        )
    )
    emit(document, as_json=as_json, text=text)


@app.command()
def invite(
    email: str = typer.Argument(..., help="Address of the person."),
    role: str = typer.Option("member", "--role", help="Key of the role."),
    node: str = NODE,
    name: str = typer.Option("", "--name", help="What the person is called."),
    message: str = typer.Option("", "--message", help="Stands in the mail."),
    days: int = typer.Option(DAYS, "--days", min=1, max=MOST_DAYS, help="Until it expires."),
    preview: bool = PREVIEW,
    ask: str = ASK,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Invite somebody; the worker mails the link."""
    address = invitations.checked(email)
    if name.strip() and (fault := name_fault(name)):
        raise Trouble(fault, 2)
    if len(message) > LONGEST_MESSAGE:
        raise Trouble(f"A message has at most {LONGEST_MESSAGE:,} characters.", 2)
    with identity.session(tenant) as session:
        path = node or session.tenant_path
        if preview:
            _preview(session, None, [access.Grant(path, role)], as_json)
            return
        what = Invite(address, name or address.partition("@")[0], role, path, message, days)
        done = carry_out(
            session,
            lambda: invitations.invite(session, what),
            ask,
            lambda action: (action, what.as_decision()),
        )
    told(done, f"{address} is invited until {days} days from now.", as_json)


@app.command("role")
def role_command(
    who: str = WHO,
    role: str = typer.Argument(..., help="Key of the role to give; - takes the role away."),
    node: str = NODE,
    preview: bool = PREVIEW,
    ask: str = ASK,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Give a role on a node, in the place of the one held there, or take it away."""
    with identity.session(tenant) as session:
        member = members.find(session, who)
        path = node or session.tenant_path
        key = None if role == "-" else role
        if preview:
            _preview(session, member, member.grants_after(path, key), as_json)
            return
        held = next((grant for grant in member.grants if grant.node_path == path), None)
        done = carry_out(
            session,
            lambda: _give(session, member, held, path, key),
            ask,
            lambda action: _payload(action, member, held, path, key),
        )
    told(done, f"{member.name}: {role if key else 'no role'} on {path}.", as_json)


def _give(
    session: Session, member: Member, held: Grant | None, path: str, key: str | None
) -> Change:
    if held is None:
        if key is None:
            return Change(member.id, False)
        return members.add_grant(session, member, path, key)
    if key is None:
        return members.remove_grant(session, member, held)
    return members.set_role(session, member, held, key)


def _payload(
    action: str, member: Member, held: Grant | None, path: str, key: str | None
) -> tuple[str, Mapping[str, object]]:
    if action == "owner.promote" or held is None:
        return action, {"member_id": member.id, "node_path": path, "role_key": key}
    return action, {"grant_id": held.id, "role_key": key}


def _preview(
    session: Session, member: Member | None, after: Sequence[access.Grant], as_json: bool
) -> None:
    rows = access.blast_radius(session, UUID(member.id) if member else None, after)
    emit(
        {"items": [asdict(row) for row in rows], "next": None},
        as_json=as_json,
        text=access_words.as_text(rows),
    )


def _status(who: str, status: str, done: str, ask: str, tenant: str | None, as_json: bool) -> None:
    with identity.session(tenant) as session:
        member = members.find(session, who)
        change = carry_out(
            session,
            lambda: members.set_status(session, member, status),
            ask,
            lambda action: (action, {"member_id": member.id}),
        )
    told(change, f"{member.name} is {done}.", as_json)


@app.command()
def suspend(who: str = WHO, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Sign somebody out everywhere until the account is reactivated; the roles stay."""
    _status(who, "suspended", "suspended", "", tenant, as_json)


@app.command()
def reactivate(who: str = WHO, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Let a suspended member sign in again."""
    _status(who, "active", "active again", "", tenant, as_json)


@app.command()
def remove(
    who: str = WHO,
    preview: bool = PREVIEW,
    ask: str = ASK,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Remove a member: every role, session and waiting invitation ends."""
    if preview:
        with identity.session(tenant) as session:
            _preview(session, members.find(session, who), [], as_json)
        return
    _status(who, "removed", "no longer a member", ask, tenant, as_json)


@app.command()
def recover(
    who: str = WHO,
    reason: str = typer.Option(..., "--reason", help="Why; the second human decides by it."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Ask to let somebody back in who lost password and codes; a link is mailed once decided.

    For a lost phone alone see govdesk mfa reset --member.
    """
    with identity.session(tenant) as session:
        member = members.find(session, who)
        asked = identity.confirmed(
            session,
            lambda: decisions.request(session, "account.recover", {"member_id": member.id}, reason),
        )
    told(Change(None, False, None, str(asked)), "", as_json)


# Invitations


def _invitation(one: Invitation) -> dict[str, Any]:
    return asdict(one) | {"mail": mail_state.document(one.mail)}


@invited.command("list")
def list_invitations(
    waiting: bool = typer.Option(False, "--waiting", help="Only those that can be accepted."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List invitations, the newest first, with what became of the mail."""
    with identity.session(tenant) as session:
        found = [one for one in invitations.invitations(session) if one.is_open or not waiting]
    rows = [asdict(one) | {"mail": one.mail.words if one.is_open else ""} for one in found]
    emit(
        {"items": [_invitation(one) for one in found], "next": None},
        as_json=as_json,
        text=table(rows, ("id", "email", "role_key", "node_path", "status", "mail", "expires_at")),
    )


@invited.command()
def resend(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Mail a new link; earlier ones are dead."""
    with identity.session(tenant) as session:
        one = invitations.find(session, which)
        done = carry_out(session, lambda: invitations.resend(session, one.id), "")
    told(done, f"A new link is on its way to {one.email}.", as_json)


@invited.command("link")
def link_command(
    which: str = WHICH,
    web_url: str = typer.Option(
        "", "--web-url", envvar="GOVDESK_WEB_URL", help="Where govdesk web answers."
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Print a further link; whoever has it can join, and that it was taken stands in the log."""
    base = invitations.checked_web_url(web_url)
    with identity.session(tenant) as session:
        one = invitations.find(session, which)
        made = identity.confirmed(session, lambda: invitations.link(session, one.id, base))
    document = {"id": made.id, "changed": True, "seq": made.seq, "decision": None}
    emit(document | {"link": made.link}, as_json=as_json, text=made.link)


@invited.command()
def revoke(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """End an invitation: its links are dead."""
    with identity.session(tenant) as session:
        one = invitations.find(session, which)
        done = carry_out(session, lambda: invitations.revoke(session, one.id), "")
    told(done, f"The invitation of {one.email} is revoked.", as_json)
