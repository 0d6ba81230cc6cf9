"""``govdesk nodes``: systems and the customers they serve."""

from __future__ import annotations

from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, emit, say, table
from govdesk.services import access, nodes

app = typer.Typer(help="Systems and customers.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
NODE = typer.Argument(..., help="Path or id; see govdesk nodes list.")


@app.command("list")
def list_command(
    below: str = typer.Option("", "--below", help="Only this node and what lies below it."),
    active: bool = typer.Option(False, "--active", help="Leave out what is retired."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List the systems and customers that you may see."""
    with identity.session(tenant) as session:
        items = [asdict(one) for one in nodes.listed(session, below=below, retired=not active)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("node_path", "kind", "name", "status")),
    )


@app.command()
def create(
    name: str,
    kind: str = typer.Option("system", "--kind", help="system or customer."),
    below: str = typer.Option("", "--below", help="Path of a node; the organization if not given."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Create a system or a customer; its path is made from the name."""
    if kind not in nodes.KINDS:
        raise Trouble("The kind is system or customer.", 2)
    with identity.session(tenant) as session:
        done, node = nodes.create(session, name, kind, below)
    emit(
        asdict(done) | {"node_path": node.node_path},
        as_json=as_json,
        text=f"{node.name} is {node.node_path}.",
    )


@app.command()
def rename(
    node: str = NODE,
    name: str = typer.Argument(..., help="The new name; the path stays."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Give a system or customer another name."""
    with identity.session(tenant) as session:
        found = nodes.find(session, node)
        done = nodes.rename(session, found, name)
    words = f"{found.node_path} is now called {name}." if done.changed else "It has this name."
    emit(asdict(done), as_json=as_json, text=words)


@app.command()
def retire(
    node: str = NODE,
    yes: bool = typer.Option(False, "--yes", help="Do it; without this, only say what would end."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Retire a system or customer, and everything below it; says first what ends with it."""
    with identity.session(tenant) as session:
        found = nodes.find(session, node)
        endings = access.blast_radius_of_node(session, found.node_path)
        if not yes:
            _say_endings(found, endings, as_json)
            return
        done = identity.confirmed(session, lambda: nodes.retire(session, found))
    ended = [asdict(one) for one in endings] if done.changed else []
    emit(
        asdict(done) | {"ends": ended},
        as_json=as_json,
        text=f"{found.name} is retired." if done.changed else f"{found.name} was retired already.",
    )


def _say_endings(found: nodes.Node, endings: list[access.Ending], as_json: bool) -> None:
    rows = [asdict(one) for one in endings]
    document = {"id": found.id, "changed": False, "seq": None, "decision": None, "ends": rows}
    words = table(rows, ("kind", "name", "detail")) if rows else "Nothing else ends with it."
    emit(document, as_json=as_json, text=f"If {found.name} retires, this ends:\n{words}")
    if any(one.kind == "grant" for one in endings):
        say("Roles rest, without anybody's decision, and hold again once it is restored.")
    say("Nothing was changed. Add --yes to retire it.")


@app.command()
def restore(node: str = NODE, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Bring a retired system or customer back: itself, not what was below it."""
    with identity.session(tenant) as session:
        found = nodes.find(session, node)
        done = nodes.restore(session, found)
    words = f"{found.name} is back." if done.changed else f"{found.name} is not retired."
    emit(asdict(done), as_json=as_json, text=words)
