"""``govdesk audit provenance`` and ``govdesk audit drill``."""

from __future__ import annotations

from pathlib import Path

import typer

from govdesk.cli import identity
from govdesk.cli.audit import JSON, TENANT
from govdesk.cli.output import Bar, Trouble, emit, stop
from govdesk.services import drill as drilling
from govdesk.services import drill_output
from govdesk.services.provenance import provenance as find_provenance
from govdesk.services.signing_identity import sealed_with


def provenance(
    file: Path = typer.Argument(..., help="A CSV, JSON, JSONL, PDF, bundle or snapshot."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Say which sealed export made a file, when, of what and by whom; by its digest."""
    if not file.is_file():
        raise Trouble(f"{file} does not exist.", 2)
    with identity.session(tenant) as session:
        found = find_provenance(session, file)
    emit(found.as_json(), as_json=as_json, text="\n".join(found.sentences))
    stop(0 if found.is_known else 3)


def drill(
    events: int = typer.Option(
        drilling.EVENTS, min=1, max=drilling.MOST, help="How many of the newest events are copied."
    ),
    output: Path | None = typer.Option(None, help="File to write the matrix to: .pdf or .csv."),
    force: bool = typer.Option(False, "--force", help="Replace an existing file."),
    sign_with: str = typer.Option(
        "", help="PDF: key and certificate, as for govdesk audit export."
    ),
    sign_password: str = typer.Option("", help="PDF: where the key's password is kept."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Tamper with a copy of the log in every way, on every column, and show what is found."""
    if output is not None and output.exists() and not force:
        raise Trouble(f"{output} exists already; --force replaces it.", 2)
    bar = Bar("tampering")
    with identity.session(tenant) as session:
        seal = None
        if output is not None and output.suffix == ".pdf":
            seal = sealed_with(session.tenant_path, sign_with, sign_password)
        matrix = drilling.drill(session, events, bar)
    bar.close()
    document = matrix.as_json()
    if output is not None:
        digest = drill_output.write(matrix, output, seal, force=force)
        document |= {"path": str(output), "sha256": digest}
    emit(document, as_json=as_json, text=drill_output.table(matrix))
    stop(1 if matrix.missed else 0)
