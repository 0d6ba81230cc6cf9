"""``govdesk members roles``: the built-in roles, and those an organisation defines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.member_changes import carry_out, told
from govdesk.cli.output import Trouble, emit, table
from govdesk.domain.addresses import name_fault
from govdesk.services import roles
from govdesk.services.link import Session

app = typer.Typer(help="Roles: built in, and the organization's own.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
KEY = typer.Argument(..., help="Key of a role; see govdesk members roles list.")
ASK = typer.Option("", "--ask", help="Ask a second human with this reason, where one decides.")
MAY = typer.Option([], "--may", help="A permission such as audit.read; may repeat.")


@app.command("list")
def list_roles(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List the roles: built in first, by rank."""
    with identity.session(tenant) as session:
        found = [asdict(one) for one in roles.roles(session)]
    rows = [one | {"permissions": len(one["permissions"])} for one in found]
    emit(
        {"items": found, "next": None},
        as_json=as_json,
        text=table(rows, ("key", "title", "base", "builtin", "permissions", "people")),
    )


@app.command("show")
def show_role(key: str = KEY, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Show what a role may do, and who holds it."""
    with identity.session(tenant) as session:
        found = roles.find(session, key)
        holders = roles.holders(session, found.key)
    document = asdict(found) | {"holders": [asdict(one) for one in holders]}
    lines = [
        f"{found.title} (base {found.base}): {', '.join(found.permissions) or 'nothing'}",
        *(f"{one.name} on {one.node_name}" for one in holders),
    ]
    emit(document, as_json=as_json, text="\n".join(lines))


def _checked_title(title: str) -> None:
    if fault := name_fault(title, "A title"):
        raise Trouble(fault, 2)


@app.command()
def define(
    title: str = typer.Argument(..., help="What the role is called."),
    base: str = typer.Option("member", "--base", help="owner, admin, operator or member."),
    may: list[str] = MAY,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Define a role: a title, and a part of what its base may do."""
    _checked_title(title)
    with identity.session(tenant) as session:
        _check_permissions(session, base, may)
        done = carry_out(session, lambda: roles.define(session, title, base, may), "")
    told(done, f"The role {title} is defined; its key is {done.id}.", as_json)


def _check_permissions(session: Session, base: str, may: Sequence[str]) -> None:
    known = {right.name: right for right in roles.rights(session)}
    if base not in ("owner", "admin", "operator", "member"):
        raise Trouble("The base is owner, admin, operator or member.", 2)
    if not may:
        raise Trouble("Give at least one --may PERMISSION.", 2)
    if unknown := [name for name in may if name not in known]:
        raise Trouble(f"No permission is called {unknown[0]}.", 2)
    if above := [name for name in may if base not in known[name].bases]:
        raise Trouble(f"The base {base} does not have {above[0]}; choose a higher base.", 2)


@app.command("change")
def change_role(
    key: str = KEY,
    title: str = typer.Option("", "--title", help="Another title."),
    may: list[str] = MAY,
    ask: str = ASK,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Give a role of the organization another title or other permissions (all of them)."""
    if title:
        _checked_title(title)
    with identity.session(tenant) as session:
        found = roles.find(session, key)
        chosen = may or list(found.permissions)
        _check_permissions(session, found.base, chosen)
        called = title or found.title
        done = carry_out(
            session,
            lambda: roles.redefine(session, found, called, chosen),
            ask,
            lambda action: (action, roles.payload(found, called, chosen)),
        )
    told(done, f"The role {title or found.title} is changed.", as_json)


@app.command()
def delete(
    key: str = KEY, ask: str = ASK, tenant: str | None = TENANT, as_json: bool = JSON
) -> None:
    """Delete a role of the organization: whoever holds it loses what it gave."""
    with identity.session(tenant) as session:
        found = roles.find(session, key)
        done = carry_out(
            session,
            lambda: roles.delete(session, found),
            ask,
            lambda action: (action, roles.payload_of_deletion(found)),
        )
    told(done, f"The role {found.title} is deleted.", as_json)
