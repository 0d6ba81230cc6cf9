"""``govdesk audit erase|months|archive|prune``: what goes, and what is kept instead."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from uuid import UUID

import typer

from govdesk.cli import identity
from govdesk.cli.audit import JSON, TENANT, interruptible
from govdesk.cli.output import Bar, Trouble, emit, say, table
from govdesk.services import archiving, bundles, erasure

REASON = typer.Option("", "--reason", help="Why; it stands in the log.")
MONTH = typer.Argument(..., help="Such as 2026-05; see govdesk audit months.")


def erase(
    member: str = typer.Option("", "--member", help="Id or address of a removed member."),
    field: list[str] = typer.Option([], "--field", help="Such as 812:ip,actor; may repeat."),
    preview: bool = typer.Option(False, "--preview", help="Only count what would go."),
    reason: str = REASON,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Ask for the erasure of a person's data, or of single fields; a second person decides.

    Value and salt are destroyed; the leaf, and with it every proof, stays.
    """
    if bool(member) == bool(field):
        raise Trouble("Name either --member or at least one --field.", 2)
    with identity.session(tenant) as session:
        target = erasure.find(session, member) if member else erasure.read_fields(field)
        if preview:
            found = erasure.preview(session, target)
            emit(asdict(found), as_json=as_json, text=_counted(found))
            return
        _need(reason)
        made = identity.confirmed(session, lambda: erasure.request(session, target, reason))
    say(erasure.NOT_COVERED)
    _asked(made, as_json=as_json)


def months(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List the months of the log, and where each stands."""
    with identity.session(tenant) as session:
        items = [asdict(month) | {"month": month.name} for month in archiving.months(session)]
    emit(
        {"items": items, "next": None},
        as_json=as_json,
        text=table(items, ("month", "state", "first", "last", "rows", "held", "archived_at")),
    )


def archive(
    month: str = MONTH,
    output: Path = typer.Option(..., "--output", help="File of the bundle that keeps the month."),
    force: bool = typer.Option(False, "--force", help="Replace an existing file."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Write a bundle of everything in a month, and record that it keeps the month."""
    bar = Bar("archiving")
    with identity.session(tenant) as session:
        found = archiving.find(session, month)
        order = bundles.Order(output, first=found.first, last=found.last, force=force)
        with interruptible(order.cancel):
            made = bundles.create(session, order, bar)
        bar.close()
        done = archiving.archive(session, found.month, made.export)
    emit(
        asdict(done) | {"path": made.path, "sha256": made.sha256, "rows": made.rows},
        as_json=as_json,
        text=f"{month} is archived: {made.rows} events in {made.path}. Keep that file.",
    )


def prune(
    month: str = MONTH,
    reason: str = REASON,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Ask for the rows of an archived month to go; a second person decides."""
    _need(reason)
    with identity.session(tenant) as session:
        found = archiving.find(session, month)
        made = identity.confirmed(
            session, lambda: archiving.request_pruning(session, found.month, reason)
        )
    _asked(made, as_json=as_json)


def _need(reason: str) -> None:
    if len(reason.strip()) < 3:
        raise Trouble("Give a --reason of three characters or more; it stands in the log.", 2)


def _asked(made: UUID, *, as_json: bool) -> None:
    emit(
        {"id": str(made), "changed": False, "seq": None, "decision": str(made)},
        as_json=as_json,
        text=f"Asked for: {made}. Nothing goes until a second person approves it.",
    )


def _counted(found: erasure.Preview) -> str:
    lines = [f"{found.fields} fields of {found.rows} events would be erased."]
    if found.held:
        lines.append(f"{found.held} of these events are under a legal hold, which prevents it.")
    lines += [f"  {table:<24} {count}" for table, count in sorted(found.places.items())]
    return "\n".join([*lines, erasure.NOT_COVERED])
