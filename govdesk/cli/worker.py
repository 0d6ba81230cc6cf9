"""``govdesk worker``."""

from __future__ import annotations

import logging
import os

import typer

from govdesk.cli import identity
from govdesk.cli.output import emit, stop
from govdesk.diagnostics.logs import set_up


def worker(
    once: bool = typer.Option(False, "--once", help="Do everything that is due, then leave."),
    host: str = typer.Option("", help="How this worker signs; this machine's name if not given."),
    as_json: bool = typer.Option(False, "--json", help="With --once: print one JSON document."),
) -> None:
    """Deliver to webhooks, sign checkpoints, send mail, expire what is over, look after vaults.

    As many as you like, side by side. Reads GOVDESK_WORKER_URL (or --profile), GOVDESK_SMTP_URL,
    GOVDESK_SMTP_FROM, GOVDESK_WEB_URL, GOVDESK_PEPPER_FILE, GOVDESK_WORKER_KEY_FILE,
    GOVDESK_CHECKPOINT_KEY, GOVDESK_CHECKPOINT_FOLDER, GOVDESK_CHECKPOINT_SECONDS, and what the head
    of this page names beside them. With --once no webhook is delivered to.
    """
    # Loaded only here: the console starts without it.
    from govdesk.worker import run
    from govdesk.worker.settings import settings

    set_up(logging.INFO)
    told = settings(identity.worker_url(), host, os.environ)
    if not once:
        run.forever(told)
        return
    troubles = run.once(told)
    emit(
        {"mails_not_sent": troubles},
        as_json=as_json,
        text=f"{troubles} mails could not be sent." if troubles else "Everything due is done.",
    )
    if troubles:
        stop(1)
