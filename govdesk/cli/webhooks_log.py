"""``govdesk webhooks log``, ``explain``, ``redeliver`` and ``kit``."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, emit, say, table
from govdesk.cli.webhooks_input import JSON, TENANT, WHICH, as_options
from govdesk.services import deliveries, nodes, redelivery, webhook_reasons, webhooks
from govdesk.services.deliveries import Attempt, Filter, Place
from govdesk.services.link import Session
from govdesk.services.redelivery import What

_COLUMNS = ("at", "webhook", "event", "seq", "number", "outcome", "status", "total_ms",
            "delivery_id")  # fmt: skip
_AGO: Final = re.compile(r"(\d{1,4})([mhd])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
DELIVERY = typer.Argument(..., help="Id of a delivery; see govdesk webhooks log.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("log")(log)
    app.command("explain")(explain)
    app.command("redeliver")(redeliver)
    app.command("kit")(kit)


def moment(option: str, text: str) -> datetime | None:
    """Read a time, or how long ago: 2026-05-01, 2026-05-01T12:00Z, 90m, 12h, 7d; UTC if bare."""
    if not text:
        return None
    if found := _AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Trouble(
            f"{option}: {text!r} is no time. Write 2026-05-01T12:00Z, or 90m, 12h or 7d ago.", 2
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def log(
    webhook: str = typer.Option("", "--webhook", help="Id, description or URL of one webhook."),
    system: str = typer.Option("", "--system", help="Webhooks of a system, by path or id."),
    outcome: str = typer.Option("any", "--outcome", help="ok, failed, waiting, any, or one."),
    event: str = typer.Option("", "--event", help="A name, or a prefix such as member.*"),
    seq: int | None = typer.Option(None, "--seq", min=1, help="Of one row of the audit log."),
    request: str = typer.Option("", "--request", help="Of what one request caused."),
    text: str = typer.Option("", "--text", help="In error, event, address or worker."),
    since: str = typer.Option("", "--since", help="2026-05-01T12:00Z, or 90m, 12h, 7d ago."),
    until: str = typer.Option("", "--until", help="As --since, exclusive."),
    delivery: str = typer.Option("", "--delivery", help="Every try of one delivery, whole."),
    limit: int = typer.Option(50, "--limit", min=1, max=1000),
    before: str = typer.Option("", "--before", help="The cursor of a page before."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List tries of deliveries, the newest first; they are kept 90 days."""
    start = Place.read(before) if before else None
    times = moment("since", since), moment("until", until)
    with identity.session(tenant) as session:
        if delivery:
            _whole(session, delivery, as_json)
            return
        which = webhooks.find_ever(session, webhook) if webhook else None
        place = nodes.find(session, system).id if system else None
        chosen = Filter(which, place, outcome, event, seq, *times, request, text)
        page = deliveries.page(session, chosen, start, limit)
    items = [_listed(one) for one in page.rows]
    cursor = None if page.next is None else str(page.next)
    emit({"items": items, "next": cursor}, as_json=as_json, text=table(items, _COLUMNS))
    if cursor and not as_json:
        say(f"More: --before {cursor}")


def _listed(one: Attempt) -> dict[str, Any]:
    row = asdict(one)
    del row["response"], row["request"]
    return row


def _whole(session: Session, delivery_id: str, as_json: bool) -> None:
    found = deliveries.find(session, delivery_id)
    tries = deliveries.attempts_of(session, delivery_id)
    document = asdict(found) | {"tries": [asdict(one) for one in tries]}
    head = f"{found.event} for {found.webhook}: {found.status}, {found.message_id}"
    emit(document, as_json=as_json, text="\n".join([head, *map(_try, tries)]))


def _try(one: Attempt) -> str:
    said = as_options(" ".join(filter(None, (one.error, one.remedy))))
    status = f" {one.status}" if one.status else ""
    later = f" Next try {one.next_at:%Y-%m-%d %H:%M:%S} UTC." if one.next_at else ""
    return f"{one.number}. {one.at:%Y-%m-%d %H:%M:%S} UTC {one.outcome}{status} {said}{later}"


def explain(
    which: str = WHICH,
    seq: int = typer.Argument(..., help="Number of an event in the audit log."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Say why an event was not sent to a webhook, or what became of it."""
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        found = webhook_reasons.why_not_sent(session, one.id, seq)
    document = asdict(found) | {"delivery_id": found.delivery_id}
    emit(document, as_json=as_json, text=as_options(f"{found.sentence} {found.remedy}".strip()))


def redeliver(
    which: str = WHICH,
    delivery: str = typer.Option("", "--delivery", help="One delivery, by its id."),
    failed_since: str = typer.Option(
        "", "--failed-since", help="All that failed since: 2026-05-01T12:00Z, or 90m, 12h, 7d."
    ),
    missed: bool = typer.Option(False, "--missed", help="What was never sent at all."),
    since: str = typer.Option("", "--since", help="With --missed: not what is older."),
    rehearse: bool = typer.Option(False, "--rehearse", help="Only say how many and how long."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Send again what failed or was never sent; --rehearse says before how many and how long."""
    what, at = _chosen(delivery, failed_since, missed, since)
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        if rehearse:
            found = redelivery.rehearse(session, one.id, what, at)
            emit({"id": one.id} | asdict(found), as_json=as_json, text=found.sentence)
            return
        done = identity.confirmed(
            session,
            lambda: redelivery.redeliver(
                session, one.id, what, delivery_id=delivery or None, since=at
            ),
        )
    nothing = "It is on its way already." if delivery else "There is nothing to send again."
    words = f"{done.deliveries:,} on the way again." if done.deliveries else nothing
    document = asdict(done.change) | {"deliveries": done.deliveries}
    emit(document, as_json=as_json, text=words)
    if done.deliveries and one.status != "active":
        say(f"“{one.description}” is disabled: they wait until govdesk webhooks resume {one.id}.")


def _chosen(
    delivery: str, failed_since: str, missed: bool, since: str
) -> tuple[What, datetime | None]:
    if (bool(delivery), bool(failed_since), missed).count(True) != 1:
        raise Trouble("Give one of --delivery ID, --failed-since TIME and --missed.", 2)
    if since and not missed:
        raise Trouble("since: It belongs to --missed only.", 2)
    if delivery:
        return "one", None
    if failed_since:
        return "failed", moment("failed-since", failed_since)
    return "missed", moment("since", since)


def kit(
    delivery: str = DELIVERY,
    output: Path = typer.Option(..., "--output", help="File to write, a .zip."),
    force: bool = typer.Option(False, "--force", help="Replace an existing file."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Write a delivery, its headers, the public keys and a short verifier for offline checking."""
    # Loaded only here: no other command writes what is sent.
    from govdesk.services import webhook_kit

    with identity.session(tenant) as session:
        path = webhook_kit.kit(session, delivery, output, overwrite=force)
    emit({"id": delivery, "path": str(path)}, as_json=as_json, text=f"Written to {path}.")
