"""``govdesk snapshots``: seal a snapshot, and read one without a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from govdesk.cli import identity
from govdesk.cli.audit import QUERY, TENANT, ZONE, filter_of, interruptible
from govdesk.cli.output import Bar, Trouble, emit, say, table
from govdesk.database.copying import REDACTABLE
from govdesk.database.snapshot_reading import EVENT, SnapshotLog
from govdesk.domain import passphrases
from govdesk.domain.filter_language.period import utc_text
from govdesk.services import snapshots

app = typer.Typer(
    help="Sealed snapshots: a part of the log in one encrypted file, read without a server.",
    no_args_is_help=True,
)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
FILE = typer.Argument(..., help="A .govsnap file.")
_UNSIGNED_SECONDS = 3.0
"""Who does not insist on a signature does not wait long for one."""
_COLUMNS = ("seq", "at", "severity", "action", "actor", "summary")
_SHOWN = (
    "organization", "tenant_path", "sealed_on", "made_by", "filter", "first", "last", "rows",
    "left_out", "redacted", "checkpoint_size", "generator", "export_id",
)  # fmt: skip


@app.command()
def create(
    output: Path = typer.Option(..., "--output", help="File to write, for example june.govsnap."),
    query: str = QUERY,
    zone: str = ZONE,
    first: int = typer.Option(1, "--from", min=1, help="First event."),
    last: int | None = typer.Option(None, "--to", min=1, help="Last event."),
    redact: list[str] = typer.Option([], "--redact", help="Leave a field out; may repeat."),
    system: str = typer.Option("", "--system", help="Path or id of one system."),
    generate: bool = typer.Option(False, "--generate", help="Make a passphrase and print it."),
    force: bool = typer.Option(False, "--force", help="Replace an existing file."),
    unsigned: bool = typer.Option(
        False, "--unsigned", help="Write it even if no worker signs a checkpoint for it."
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Seal events into a snapshot; the passphrase comes from GOVDESK_SNAPSHOT_PASSPHRASE."""
    if any(name not in REDACTABLE for name in redact):
        raise Trouble(f"--redact takes {', '.join(REDACTABLE)}.", 2)
    passphrase = snapshots.generate_passphrase() if generate else _new_passphrase()
    order = snapshots.Order(
        target=output,
        passphrase=passphrase,
        filter=filter_of(query, zone),
        first=first,
        last=last,
        redact=frozenset(redact),
        system=system,
        force=force,
        unsigned=unsigned,
        seconds=_UNSIGNED_SECONDS if unsigned else snapshots.WAIT_SECONDS,
    )
    bar = Bar("sealing")
    try:
        with identity.session(tenant) as session, interruptible(order.cancel):
            made = snapshots.create(session, order, bar)
    finally:
        bar.close()
    document = asdict(made) | ({"passphrase": passphrase} if generate else {})
    emit(document, as_json=as_json, text=_told(made, passphrase if generate else ""))


def _new_passphrase() -> str:
    passphrase = identity.snapshot_passphrase()
    if said := snapshots.passphrase_problem(passphrase):
        raise Trouble(f"{said} {passphrases.RULE}", 2)
    return passphrase


def _told(made: snapshots.Made, passphrase: str) -> str:
    lines = [f"{made.rows:,} events in {made.path}"]
    if made.left_out:
        lines.append(f"{made.left_out:,} others of {made.first}–{made.last} as their leaves.")
    if made.checkpoint is None:
        lines.append("No worker signed it: nobody can tell it from a forgery.")
    if passphrase:
        lines.append(f"Passphrase (kept nowhere else): {passphrase}")
    return "\n".join(lines)


@contextmanager
def _opened(file: Path) -> Iterator[SnapshotLog]:
    """The file, opened with the passphrase that is given or asked for."""
    snapshots.look(file)
    log = snapshots.open_snapshot(file, identity.snapshot_passphrase())
    try:
        yield log
    finally:
        log.close()


@app.command()
def show(file: Path = FILE, as_json: bool = JSON) -> None:
    """Show what a snapshot says of itself; govdesk verify says whether it is so."""
    with _opened(file) as log:
        facts = dict(log.facts)
        newest, first_at, last_at, _ = log.extent()
    document = {name: facts[name] for name in _SHOWN} | {
        "newest": newest,
        "first_at": first_at,
        "last_at": last_at,
        "verified": None,
    }
    text = "\n".join(f"{name:<16} {_cell(value)}" for name, value in document.items())
    emit(document, as_json=as_json, text=f"{text}\nNot verified: govdesk verify {file.name}")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "" if value is None else str(value)


@app.command("list")
def list_command(
    file: Path = FILE,
    query: str = QUERY,
    zone: str = ZONE,
    limit: int = typer.Option(50, min=1, max=1000),
    before: int | None = typer.Option(None, help="Below this event; the cursor of a page before."),
    as_json: bool = JSON,
) -> None:
    """List events of a snapshot, newest first, as audit list does of the server's log."""
    wanted = filter_of(query, zone)
    with _opened(file) as log:
        _print(log, wanted.to_terms() if wanted else [], limit, before, as_json=as_json)


@app.command()
def search(
    file: Path = FILE,
    words: str = typer.Argument(..., help="What summaries contain: three characters or more."),
    limit: int = typer.Option(50, min=1, max=1000),
    before: int | None = typer.Option(None, help="Below this event; the cursor of a page before."),
    as_json: bool = JSON,
) -> None:
    """List events of a snapshot whose summary contains all of some words."""
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words.split())
    wanted = filter_of(" ".join(f'"{word}"' for word in quoted), "UTC")
    with _opened(file) as log:
        _print(log, wanted.to_terms() if wanted else [], limit, before, as_json=as_json)


def _print(
    log: SnapshotLog,
    terms: list[dict[str, object]],
    limit: int,
    before: int | None,
    *,
    as_json: bool,
) -> None:
    found = log.page(terms, before=before, limit=limit + 1)
    items = [_item(row) for row in found[:limit]]
    cursor = items[-1]["seq"] if len(found) > limit else None
    emit({"items": items, "next": cursor}, as_json=as_json, text=table(items, _COLUMNS))
    if cursor and not as_json:
        say(f"More: --before {cursor}")


def _item(row: tuple[Any, ...]) -> dict[str, Any]:
    item = dict(zip(EVENT, row, strict=True))
    for name in ("at", "occurred_at"):
        if isinstance(item[name], datetime):
            item[name] = utc_text(item[name])
    return item
