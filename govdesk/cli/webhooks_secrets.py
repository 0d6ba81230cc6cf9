"""``govdesk webhooks rotate-secret`` and ``signing-key``."""

from __future__ import annotations

from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.member_changes import told
from govdesk.cli.output import Trouble, emit, say, table
from govdesk.cli.webhooks_input import JSON, TENANT, WHICH, filled, read_secret
from govdesk.services import webhook_changes, webhooks
from govdesk.services.webhook_changes import (
    GRACE_DAYS,
    GRACE_HOURS,
    USUAL_GRACE_DAYS,
    USUAL_GRACE_HOURS,
)

_KEYS = ("kid", "status", "created_at", "ends_at", "public")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("rotate-secret")(rotate_secret)
    app.command("signing-key")(signing_key)


def rotate_secret(
    which: str = WHICH,
    secret: str = typer.Option(
        "auto", "--secret", metavar="auto|-", help="Make one, or read one from standard input."
    ),
    grace: int = typer.Option(
        USUAL_GRACE_HOURS,
        "--grace",
        min=0,
        max=GRACE_HOURS[-1],
        help="Hours in which the secret before signs along.",
    ),
    end_previous: bool = typer.Option(
        False, "--end-previous", help="Make none: end every earlier secret now."
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Put the next secret to use and print it, this once; the one before signs along a while."""
    if secret not in ("auto", "-"):
        raise Trouble("secret: Use --secret auto, or --secret - and standard input.", 2)
    given = read_secret() if secret == "-" and not end_previous else None
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        if end_previous:
            ended = identity.confirmed(
                session, lambda: webhook_changes.retire_previous_secret(session, one.id)
            )
            told(ended, f"The previous secret of {one.description} ended.", as_json)
            return
        signing = [v for v in webhooks.secrets(session, one.id) if v.status == "previous"]
        done = filled(
            lambda: identity.confirmed(
                session, lambda: webhook_changes.rotate_secret(session, one.id, given, grace)
            )
        )
    shown = done.secret if given is None else None
    words = f"{one.description} has secret {done.version}."
    document = asdict(done.change) | {"version": done.version, "secret": shown}
    emit(document, as_json=as_json, text=shown or words)
    if shown is not None:
        say(f"{words} Give the receiver this secret now: nobody can see it again.")
    if grace and done.version > 1:
        say(f"The one before signs along for {grace} hours.")
    elif done.version > 1:
        say("No earlier secret signs any more.")
    for version in signing if grace else ():
        until = f"{version.ends_at:%Y-%m-%d %H:%M} UTC"
        say(f"Secret {version.version} signs along as long as it was promised: {until}.")
    say(f"Next: govdesk webhooks check {one.id}.")


def signing_key(
    rotate: bool = typer.Option(False, "--rotate", help="Have the workers make another one."),
    grace: int = typer.Option(
        USUAL_GRACE_DAYS,
        "--grace",
        min=0,
        max=GRACE_DAYS[-1],
        help="Days in which the key before signs along and stays published.",
    ),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List the organization's public signing keys, as receivers check v1a with; or rotate."""
    with identity.session(tenant) as session:
        if rotate:
            done = identity.confirmed(
                session, lambda: webhook_changes.rotate_signing_key(session, grace)
            )
            told(done, "A worker makes another signing key within half a minute.", as_json)
            return
        items = [asdict(one) for one in webhooks.signing_keys(session)]
    none = "No key yet; a worker makes the first one with the first webhook."
    text = table(items, _KEYS) if items else none
    emit({"items": items, "next": None}, as_json=as_json, text=text)
