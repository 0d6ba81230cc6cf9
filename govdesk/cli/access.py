"""``govdesk access``: why somebody may do something somewhere, and who can."""

from __future__ import annotations

from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, emit, table
from govdesk.domain.permissions import PERMISSIONS
from govdesk.services import access, access_answers
from govdesk.services.access import Explanation, Node, Person
from govdesk.services.link import Session

app = typer.Typer(help="Who may do what where, and why.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
PERMISSION = typer.Argument(..., help="A permission, such as member.manage.")
NODE = typer.Argument(..., help="Path or name of the organization, a system or a customer.")


@app.command()
def explain(
    member: str = typer.Argument(..., help="E-mail address or id of a member."),
    permission: str = PERMISSION,
    node: str = NODE,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Say why a member may do something on a node, or what is missing."""
    name = _permission(permission)
    with identity.session(tenant) as session:
        who, where = _member(session, member), _node(session, node)
        found = access.explain(session, who.id, name, where.path)
        menders = (
            access.who_can(session, access_answers.MENDER, where.path)
            if access_answers.is_mendable(found)
            else []
        )
    document = {
        "member_id": who.id,
        "email": who.email,
        "permission": name,
        "node_path": where.path,
        "allowed": found.allowed,
        "paths": [asdict(path) for path in found.paths],
        "missing": found.missing or None,
        "menders": [holder.email for holder in menders],
    }
    lines = _told(found, who, name, where)
    if access_answers.is_mendable(found):
        lines.append(access_answers.menders(menders))
    emit(document, as_json=as_json, text="\n".join(lines))


@app.command()
def who(
    permission: str = PERMISSION,
    node: str = NODE,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List everybody who holds a permission on a node, and through which grants."""
    name = _permission(permission)
    with identity.session(tenant) as session:
        where = _node(session, node)
        found = access.who_can(session, name, where.path)
    rows = [
        {"name": h.display_name, "email": h.email, "through": access_answers.through(h)}
        for h in found
    ]
    emit(
        {"items": [asdict(holder) for holder in found], "next": None},
        as_json=as_json,
        text=table(rows, ("name", "email", "through")) if rows else "Nobody may do that there.",
    )


def _told(found: Explanation, person: Person, permission: str, node: Node) -> list[str]:
    who = person.display_name or person.email
    lines = [access_answers.headline(found, who, permission, node.name)]
    lines += [f"  {access_answers.because(p, who, node.path, node.name)}" for p in found.paths]
    if not found.allowed:
        lines.append(f"  {access_answers.missing(found, who, node.name)}")
    return lines


def _permission(name: str) -> str:
    if name not in {row.name for row in PERMISSIONS}:
        names = ", ".join(row.name for row in PERMISSIONS)
        raise Trouble(f"There is no permission {name}. There are: {names}.", 2)
    return name


def _member(session: Session, wanted: str) -> Person:
    for person in access.people(session):
        if wanted.casefold() in (person.email.casefold(), str(person.id)):
            return person
    raise Trouble(f"No member is called {wanted}; see govdesk members list.", 2)


def _node(session: Session, wanted: str) -> Node:
    nodes = access.nodes(session)
    found = [n for n in nodes if n.path == wanted]
    found = found or [n for n in nodes if n.name.casefold() == wanted.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise Trouble(f"{len(found)} nodes are called {wanted}; give the path.", 2)
    raise Trouble(f"No node is called {wanted}; see govdesk nodes list.", 2)
