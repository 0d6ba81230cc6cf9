"""``govdesk audit``: list, export and verify the log on the server."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from govdesk.cli import identity
from govdesk.cli.output import Bar, Trouble, emit, say, stop, table
from govdesk.cli.verify import exit_code, told
from govdesk.database.copying import REDACTABLE
from govdesk.database.errors import SessionEnded
from govdesk.domain.filter_language import Filter, parse
from govdesk.services import audit
from govdesk.services.printing import PrintingEnded

app = typer.Typer(help="The audit log.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
QUERY = typer.Option("", "--query", help="Filter, for example: action:member.* at:2026-05")
ZONE = typer.Option("UTC", "--time-zone", help="Zone of times in the filter.")


def zone_of(zone: str) -> ZoneInfo:
    """Return the zone of this name; there may be none."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Trouble(f"There is no time zone {zone}.", 2) from None


def filter_of(query: str, zone: str) -> Filter | None:
    return parse(query, zone=zone_of(zone)) if query.strip() else None


@app.command("list")
def list_command(
    query: str = QUERY,
    zone: str = ZONE,
    limit: int = typer.Option(50, min=1, max=1000),
    before: int | None = typer.Option(None, help="Below this event; the cursor of a page before."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List events, newest first."""
    chosen = filter_of(query, zone)
    with identity.session(tenant) as session:
        page = audit.list_events(session, chosen, before=before, limit=limit)
    emit(
        asdict(page),
        as_json=as_json,
        text=table(page.items, ("seq", "at", "severity", "action", "actor", "summary")),
    )
    if page.next and not as_json:
        say(f"More: --before {page.next}")


@app.command()
def verify(
    processes: int = typer.Option(1, min=1, max=64, help="How many processes share the work."),
    since_checkpoint: bool = typer.Option(
        False, "--since-checkpoint", help="Read only what came since the last verification here."
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Verify every event on the server: columns, commitments, chain and tree.

    The log must also hold the newest checkpoint that a key known here signed, and continue what
    this computer saw before. --since-checkpoint reads only the events after the newest tree that
    was verified on this computer, and proves that the log still continues that one; where nothing
    was verified here yet, or the log is another one, everything is read.
    """
    bar = Bar("verifying")
    with identity.session(tenant) as session:
        report = audit.verify(
            session,
            identity.database_url(),
            processes=processes,
            progress=bar,
            witness=identity.witness(session),
            since_checkpoint=since_checkpoint,
        )
    bar.close()
    emit(report.as_json(), as_json=as_json, text=told(report))
    stop(exit_code(report))


@app.command()
def export(
    output: Path = typer.Option(..., "--output", help="File to write."),
    format: str = typer.Option("jsonl", "--format", help="csv, json, jsonl or pdf."),
    query: str = QUERY,
    zone: str = ZONE,
    first: int = typer.Option(1, "--from", min=1, help="First event."),
    last: int | None = typer.Option(None, "--to", min=1, help="Last event."),
    redact: list[str] = typer.Option([], "--redact", help="Leave a field out; may repeat."),
    force: bool = typer.Option(False, "--force", help="Replace an existing file."),
    resume: bool = typer.Option(False, "--resume", help="Go on after a session's end."),
    sign_with: str = typer.Option(
        "", help="PDF: key and certificate, as a path or a reference such as vault://sign/pdf#p12."
    ),
    sign_password: str = typer.Option(
        "", help="PDF: where the key's password is kept, such as env://SIGNING_PASSWORD."
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Write events to a file; jsonl is the exact form and comes with a manifest.

    A pdf is PDF/A-3b with the exact form attached, and signed: with --sign-with by your own
    certificate, else by one made for this installation (integrity, not identity).
    """
    if format not in ("csv", "json", "jsonl", "pdf"):
        raise Trouble("The format is csv, json, jsonl or pdf.", 2)
    unknown = [name for name in redact if name not in REDACTABLE]
    if unknown or (redact and format == "csv"):
        raise Trouble(f"--redact takes {', '.join(REDACTABLE)}, in json, jsonl and pdf.", 2)
    if (sign_with or sign_password) and format != "pdf":
        raise Trouble("--sign-with and --sign-password are for --format pdf.", 2)
    order = audit.Export(
        target=output,
        format=format,  # type: ignore[arg-type]
        filter=filter_of(query, zone),
        first=first,
        last=last,
        redact=frozenset(redact),
        force=force,
        resume=resume,
        sign_with=sign_with,
        sign_password=sign_password,
    )
    bar = Bar("exporting")
    try:
        with identity.session(tenant) as session, interruptible(order.cancel):
            done = audit.export(session, order, bar, url=identity.database_url())
    except PrintingEnded as ended:
        raise Trouble(str(ended), ended.exit_code) from None
    except SessionEnded:
        raise Trouble(
            "The session ended midway. What was written is kept beside the target; sign in and"
            " run the same command with --resume.",
            3,
        ) from None
    finally:
        bar.close()
    emit(asdict(done), as_json=as_json, text=f"{done.rows} events in {done.path}")


@contextmanager
def interruptible(cancel: threading.Event) -> Iterator[None]:
    """Ctrl+C and SIGTERM cancel at the next page instead of tearing the file."""
    before = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda *_: cancel.set())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
