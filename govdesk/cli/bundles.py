"""``govdesk bundles``: evidence that anyone can check without GovDesk."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from govdesk.cli import identity
from govdesk.cli.audit import JSON, QUERY, TENANT, ZONE, filter_of, interruptible
from govdesk.cli.output import Bar, Trouble, emit, say
from govdesk.database.copying import REDACTABLE
from govdesk.services import bundles

app = typer.Typer(help="Evidence bundles.", no_args_is_help=True)


@app.command()
def create(
    output: Path = typer.Option(..., "--output", help="File to write, such as evidence.zip."),
    query: str = QUERY,
    zone: str = ZONE,
    first: int = typer.Option(1, "--from", min=1, help="First event."),
    last: int | None = typer.Option(None, "--to", min=1, help="Last event."),
    system: str = typer.Option("", "--system", help="Path or id of one system."),
    redact: list[str] = typer.Option([], "--redact", help="Leave a field out; may repeat."),
    unsigned: bool = typer.Option(
        False, "--unsigned", help="Write it even if no worker signs a checkpoint."
    ),
    wait: float = typer.Option(
        bundles.WAIT_SECONDS, "--wait", min=0, help="Seconds to wait for that checkpoint."
    ),
    preview: bool = typer.Option(False, "--preview", help="Only say what it would reveal."),
    force: bool = typer.Option(False, "--force", help="Replace an existing file."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Write a bundle: events, proofs, checkpoint, and a verifier that needs only Python."""
    unknown = [name for name in redact if name not in REDACTABLE]
    if unknown:
        raise Trouble(f"--redact takes {', '.join(REDACTABLE)}.", 2)
    order = bundles.Order(
        target=output,
        filter=filter_of(query, zone),
        first=first,
        last=last,
        redact=frozenset(redact),
        system=system,
        force=force,
        unsigned=unsigned,
        seconds=wait,
    )
    with identity.session(tenant) as session:
        foreseen = bundles.preview(session, order)
        if preview:
            emit(asdict(foreseen), as_json=as_json, text=_said(foreseen))
            return
        say(_said(foreseen))
        bar = Bar("bundling")
        try:
            with interruptible(order.cancel):
                done = bundles.create(session, order, bar)
        finally:
            bar.close()
    emit(asdict(done), as_json=as_json, text=f"{done.rows} events in {done.path}")


def _said(foreseen: bundles.Preview) -> str:
    lines = [f"Events {foreseen.first:,} to {foreseen.last:,}, about {foreseen.bytes:,} bytes."]
    return "\n".join([*lines, *foreseen.reveals, foreseen.completeness])
