"""``govdesk webhooks add`` and ``set``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeVar

import typer

from govdesk.cli import identity
from govdesk.cli.member_changes import told
from govdesk.cli.output import Trouble, emit, say
from govdesk.cli.webhooks_input import (
    ALERT,
    ALLOW,
    ASK,
    BLOCK,
    CA,
    DETAIL,
    EVENTS,
    FIELDS,
    FORMAT,
    HEADERS,
    JSON,
    REFS,
    TENANT,
    WHICH,
    authority,
    filled,
    names,
    pairs,
    read_secret,
)
from govdesk.database.errors import Refused
from govdesk.domain.webhooks import BY_NAME, KINDS, Kind
from govdesk.services import decisions, nodes, webhook_changes, webhooks
from govdesk.services.link import Session
from govdesk.services.webhook_changes import Added
from govdesk.services.webhook_drafts import Draft, draft_of

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("add")(add)
    app.command("set")(set_command)


def add(
    url: str = typer.Argument(..., help="https://…; syslog+tls://host:port for syslog."),
    secret: str = typer.Option(
        "",
        "--secret",
        metavar="auto|-",
        help="auto makes one and prints it, this once; - reads one from standard input.",
    ),
    events: list[str] = EVENTS,
    alert: bool = ALERT,
    block: bool = BLOCK,
    ca: str = CA,
    allow: list[str] = ALLOW,
    system: str = typer.Option(
        "", "--system", help="Path or id of a system: its events only; all if not given."
    ),
    kind: str = typer.Option("", "--kind", help=f"{', '.join(BY_NAME)}; told by the URL if not."),
    format: str = FORMAT,
    detail: str = DETAIL,
    description: str = typer.Option("", "--description", help="What people call it."),
    header: list[str] = HEADERS,
    ref: list[str] = REFS,
    field: list[str] = FIELDS,
    throttle: int | None = typer.Option(None, "--throttle", help="Deliveries a minute, at most."),
    ask: str = ASK,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Add a webhook; the secret of “--secret auto” is printed once and never again."""
    chosen = _kind(kind, url)
    given = _secret(secret, chosen)
    draft = Draft(
        None, chosen.name, description or _host(url), url, names(events), alert, block, format,
        detail, pairs("--header", header),
        chosen.defaults | pairs("--field", field) | authority(ca),
        pairs("--ref", ref), tuple(allow), throttle,
    )  # fmt: skip
    with identity.session(tenant) as session:
        if system:
            draft = replace(draft, system_id=nodes.find(session, system).id)
        added = _decided(
            session,
            lambda: webhook_changes.add(session, draft, given),
            lambda: webhook_changes.add_and_ask(session, draft, given, ask),
            ask,
        )
    _tell(added, chosen, was_given=given is not None, as_json=as_json)


def _kind(name: str, url: str) -> Kind:
    wanted = name or ("syslog" if url.startswith("syslog") else "webhook")
    if wanted not in BY_NAME:
        raise Trouble(f"kind: There is no kind {wanted}. Use one of {', '.join(BY_NAME)}.", 2)
    return next(kind for kind in KINDS if kind.name == wanted)


def _secret(option: str, kind: Kind) -> str | None:
    """The secret from standard input, or None for one that is made."""
    if option == "-":
        return read_secret()
    if option not in ("", "auto"):
        raise Trouble(
            "secret: A secret does not stand on the command line, where others see it. Use"
            " --secret auto, or --secret - and give it on standard input.",
            2,
        )
    if option == "auto" and not kind.is_signed:
        raise Trouble(
            f"secret: A {kind.name} endpoint has no secret of its own. Give its token as --ref"
            " token=env://NAME.",
            2,
        )
    return None


def _host(url: str) -> str:
    """What a webhook is called that nobody gave a name; never more of the URL, which may be odd."""
    rest = url.rpartition("://")[2]
    return rest.partition("/")[0].rpartition("@")[2].partition("?")[0][:200]


def _decided(session: Session, act: Callable[[], T], asking: Callable[[], T], ask: str) -> T:
    """Write, confirming if the server asks for it; where two decide, ask if there is a reason."""
    try:
        return filled(lambda: identity.confirmed(session, act))
    except Refused as refusal:
        if decisions.needed(refusal) is None:
            raise
        if not ask:
            raise Trouble(
                "allow: Two people decide here what a webhook may reach beside public addresses."
                " Nothing was changed. Give --ask REASON to ask for it.",
                4,
            ) from None
    return filled(lambda: identity.confirmed(session, asking))


def _tell(added: Added, kind: Kind, *, was_given: bool, as_json: bool) -> None:
    """The one place where a new webhook's secret is printed."""
    secret = None if was_given else added.secret
    document = asdict(added.change) | {"secret": secret}
    named = f"Added “{added.webhook.description}” ({added.webhook.id})."
    emit(document, as_json=as_json, text=secret or named)
    if secret is not None:
        say(f"{named} Give the receiver this secret now: nobody can see it again.")
    if added.change.decision:
        say(f"The decision {added.change.decision} about --allow waits for a second human.")
    if added.not_asked is not None:
        say(f"Its networks stay closed, and nobody was asked: {added.not_asked}")
    check = f", then govdesk webhooks check {added.webhook.id}" if kind.is_signed else ""
    say(f"Next: govdesk webhooks test {added.webhook.id}{check}.")


def set_command(
    which: str = WHICH,
    url: str | None = typer.Option(None, "--url", help="Another address."),
    description: str | None = typer.Option(None, "--description", help="Another name."),
    events: list[str] | None = typer.Option(
        None, "--events", metavar="A,B,C.*", help="All events from now on, with commas between."
    ),
    alert: bool | None = typer.Option(None, "--alert/--no-alert", help="The systems' alerts."),
    block: bool | None = typer.Option(None, "--block/--no-block", help="The systems' blocks."),
    format: str | None = typer.Option(None, "--format", help="govdesk or ocsf."),
    detail: str | None = typer.Option(None, "--detail", help="full or thin."),
    ca: str | None = typer.Option(None, "--ca", metavar="FILE", help="“none” takes it away."),
    allow: list[str] | None = typer.Option(
        None, "--allow", metavar="CIDR:PORT", help="All of them; may repeat; “none” closes all."
    ),
    header: list[str] = HEADERS,
    ref: list[str] = REFS,
    field: list[str] = FIELDS,
    throttle: int | None = typer.Option(None, "--throttle", help="A minute; 0 for no limit."),
    ask: str = ASK,
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Change a webhook; what is not named stays, and NAME= takes a header or field away."""
    plain = {"url": url, "description": description, "alerts": alert, "blocks": block,
             "format": format, "detail": detail}  # fmt: skip
    changes: dict[str, Any] = {name: value for name, value in plain.items() if value is not None}
    if events:
        changes["events"] = names(events)
    if allow:
        changes["allow"] = () if allow == ["none"] else tuple(allow)
    if throttle is not None:
        changes["throttle"] = throttle or None
    with identity.session(tenant) as session:
        draft = draft_of(webhooks.find(session, which))
        settings = pairs("--field", field) | _other_authority(ca)
        draft = replace(
            draft,
            **changes,
            headers=_merged(draft.headers, pairs("--header", header)),
            settings=_merged(draft.settings, settings),
            secret_refs=_merged(draft.secret_refs, pairs("--ref", ref)),
        )
        done = _decided(
            session,
            lambda: webhook_changes.save(session, draft),
            lambda: webhook_changes.save_and_ask(session, draft, ask),
            ask,
        )
    told(done, f"{draft.description} is saved.", as_json)


def _other_authority(path: str | None) -> dict[str, str]:
    if path is None:
        return {}
    return {"ca": ""} if path == "none" else authority(path)


def _merged(before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in {**before, **given}.items() if value}
