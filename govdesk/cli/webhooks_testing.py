"""``govdesk webhooks test`` and ``check``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from govdesk.cli import identity
from govdesk.cli.output import emit, say, stop
from govdesk.cli.webhooks_input import JSON, TENANT, WHICH, as_options
from govdesk.services import webhook_testing, webhooks
from govdesk.services.webhook_testing import Conversation, Verdict


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("test")(try_command)
    app.command("check")(check)


def try_command(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Have a worker send one test event and show the whole conversation; exit code 1 if it failed.

    Waits up to 25 seconds; without a running worker it ends at once with exit code 3.
    """
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        found = webhook_testing.test(session, one.id, progress=say)
    emit(_document(found), as_json=as_json, text="\n".join(_told(found)))
    if not found.ok:
        stop(1)


def check(which: str = WHICH, tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Find out whether a receiver verifies: one test with the newest secret only, one forgery.

    Exit code 1 if it does not verify, 3 if that could not be judged.
    """
    with identity.session(tenant) as session:
        one = webhooks.find(session, which)
        found = webhook_testing.check_receiver(session, one.id, progress=say)
    text = as_options(f"{found.sentence} {found.remedy}".strip())
    emit(_verdict(found), as_json=as_json, text=text)
    if not found.verifies:
        stop(3 if found.verifies is None else 1)


def _document(found: Conversation) -> dict[str, Any]:
    return {"id": found.delivery_id} | asdict(found)


def _verdict(found: Verdict) -> dict[str, Any]:
    return {
        "verifies": found.verifies,
        "accepts_new": found.accepts_new,
        "rejects_forged": found.rejects_forged,
        "sentence": found.sentence,
        "remedy": found.remedy,
        "new": _document(found.new),
        "forged": None if found.forged is None else _document(found.forged),
    }


def _told(found: Conversation) -> list[str]:
    lines = [as_options(f"{found.sentence} {found.remedy}".strip())]
    for stage in found.stages:
        if stage.ms is not None:
            lines.append(f"  {stage.title}: {stage.ms:,.1f} ms  {stage.detail}".rstrip())
    if found.request:
        lines += ["", *(f"> {line}" for line in found.request)]
    if found.body:
        lines += [">", f"> {found.body}"]
    if found.response:
        lines += ["", *(f"< {line}" for line in found.response.splitlines()[:40])]
    return [*lines, "", "Not checked:", *(f"  {words}" for words in found.not_checked)]
