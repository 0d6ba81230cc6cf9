"""``govdesk webhooks``: endpoints, what they are told, how they fare, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import typer

from govdesk.cli import (
    identity,
    webhooks_changes,
    webhooks_ending,
    webhooks_log,
    webhooks_secrets,
    webhooks_testing,
)
from govdesk.cli.output import emit, say, table
from govdesk.domain.events import BY_NAME as EVENTS
from govdesk.domain.webhook_events import PATTERNS, Group
from govdesk.domain.webhooks import KINDS, Kind
from govdesk.services import nodes, webhooks
from govdesk.services.webhooks import Health, SecretVersion, Webhook

app = typer.Typer(help="Webhooks and SIEM: where events are sent.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
WHICH = typer.Argument(..., help="Id, description or URL; see govdesk webhooks list.")
_COLUMNS = ("description", "kind", "host", "state", "pending", "ok_24h", "failed_24h", "last")


def document(one: Webhook) -> dict[str, Any]:
    """Return columns, health and state of a webhook side by side, as a script reads them."""
    row: dict[str, Any] = asdict(one)
    row |= row.pop("health")
    row |= {"success_24h": one.health.success_24h}
    return row | {"state": one.state, "state_words": one.state_words}


@app.command("list")
def list_command(
    system: str = typer.Option("", "--system", help="Path or id of a system; all if not given."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List the webhooks that you see and how they fare, by place and description."""
    with identity.session(tenant) as session:
        place = nodes.find(session, system).id if system else None
        found = webhooks.list_webhooks(session, place)
        is_served = any(worker.is_alive for worker in webhooks.workers(session))
    items = [document(one) for one in found]
    shown = [row | {"host": one.host, "last": _last(one.health)}
             for one, row in zip(found, items, strict=True)]  # fmt: skip
    emit({"items": items, "next": None}, as_json=as_json, text=table(shown, _COLUMNS))
    if items and not is_served:
        say("No worker is running, so nothing is sent, and nothing lost. Start govdesk worker.")


def _last(health: Health) -> str:
    """The latest thing that happened, in a few words."""
    good, bad = health.last_success_at, health.last_failure_at
    if good is None and bad is None:
        return ""
    if bad is None or (good is not None and good >= bad):
        return f"{'sent' if health.last_outcome == 'sent' else 'delivered'} {_moment(good)}"
    return f"{health.last_outcome or 'failed'} {_moment(bad)}"


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


@app.command()
def show(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Show one webhook: its settings, its health, and the versions of its secret."""
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        versions = webhooks.secrets(session, one.id)
    shown = document(one) | {"secrets": [asdict(version) for version in versions]}
    emit(shown, as_json=as_json, text="\n".join(_portrait(one, versions)))


def _portrait(one: Webhook, versions: Sequence[SecretVersion]) -> list[str]:
    health, asked = one.health, [*one.events]
    asked += [name for name, flag in (("alerts", one.alerts), ("blocks", one.blocks)) if flag]
    rate = f", at most {one.throttle} a minute" if one.throttle else ""
    lines = [
        f"{one.description}  {one.state_title.lower()}: {one.state_words}",
        f"{one.kind} {one.url}",
        f"Events: {', '.join(asked)} of {one.system or 'the whole organization'}",
        f"Format: {one.format}, {one.detail}{rate}",
        f"Waiting deliveries: {health.pending:,}; events to be looked at: {health.behind:,}",
        f"Last 24 hours: {health.ok_24h:,} delivered, {health.failed_24h:,} failed",
    ]
    lines += [f"Header {name}: {value}" for name, value in one.headers.items()]
    lines += [f"{name}: {_short(value)}" for name, value in one.settings.items()]
    lines += [f"{name}: {value}" for name, value in one.secret_refs.items()]
    lines += [f"Allowed: {entry}" for entry in one.allow]
    return lines + [_secret(version) for version in versions if version.status != "retired"]


def _short(text: str) -> str:
    first, more, _ = text.partition("\n")
    return f"{first} …" if more else first


def _secret(one: SecretVersion) -> str:
    until = f", until {_moment(one.ends_at)}" if one.ends_at else ""
    return f"Secret {one.version}: {one.status}, made {_moment(one.created_at)}{until}"


@app.command()
def kinds(as_json: bool = JSON) -> None:
    """List the kinds of receivers and what is entered for each."""
    items = [
        {
            "kind": kind.name,
            "title": kind.title,
            "purpose": kind.purpose,
            "url": kind.url_example,
            "signed": kind.is_signed,
            "fields": [
                {
                    "name": one.name, "title": one.title, "help": one.help,
                    "given_by": "ref" if one.column == "ref" else "field",
                    "required": one.required, "default": one.default or None,
                    "choices": [value for value, _ in one.choices] or None,
                }
                for one in kind.fields
            ],
        }
        for kind in KINDS
    ]  # fmt: skip
    text = "\n".join(map(_kind, KINDS))
    emit({"items": items, "next": None}, as_json=as_json, text=text)


def _kind(kind: Kind) -> str:
    lines = [f"{kind.name}: {kind.title}. {kind.purpose}", f"  URL: {kind.url_example}"]
    for one in kind.fields:
        given = "--ref" if one.column == "ref" else "--field"
        need = "" if one.required else ", optional"
        values = ", ".join(value for value, _ in one.choices if value)
        choice = f" One of {values}." if values else ""
        lines.append(f"  {given} {one.name}{need}: {one.help}{choice}")
    return "\n".join(lines)


@app.command()
def events(as_json: bool = JSON) -> None:
    """List the events that a webhook can be told; audit.row is every row of the log."""
    items = [
        {"event": name, "severity": EVENTS[name].severity if name in EVENTS else None}
        for group in PATTERNS
        for name in group.patterns
    ]
    text = "\n".join(map(_group, PATTERNS))
    emit({"items": items, "next": None}, as_json=as_json, text=text)


def _group(group: Group) -> str:
    return f"{group.title}: {' '.join(group.patterns)}"


webhooks_changes.register(app)
webhooks_ending.register(app)
webhooks_secrets.register(app)
webhooks_testing.register(app)
webhooks_log.register(app)
