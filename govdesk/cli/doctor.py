"""``govdesk doctor``: five checks that matter, and whether a worker lives."""

from __future__ import annotations

import os
from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.output import emit, stop
from govdesk.services import checkpoint_doctor, worker_watch
from govdesk.services import doctor as service

_MARKS = {True: "ok  ", False: "FAIL", None: "?   "}


def doctor(
    worker: bool = typer.Option(
        False, "--worker", help="Only whether a worker lives, with the worker's login."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Compare the server with this release: version, schema, roles, functions, clock.

    With --worker it leaves with 1 when no worker was heard of for five minutes: for cron and
    monitoring, with GOVDESK_WORKER_URL. Where GOVDESK_CHECKPOINT_KEY names a key of AWS KMS, that
    key signs something on trial, too.
    """
    if worker:
        checks = [worker_watch.check(identity.worker_url()), *checkpoint_doctor.examine(os.environ)]
    else:
        checks = service.examine(identity.database_url())
    failed = any(check.ok is False for check in checks)
    lines = [
        f"{_MARKS[check.ok]} {check.name}: {check.sentence}"
        + (f"\n       {check.remedy}" if check.remedy else "")
        for check in checks
    ]
    emit(
        {"ok": not failed, "items": [asdict(check) for check in checks], "next": None},
        as_json=as_json,
        text="\n".join(lines),
    )
    stop(1 if failed else 0)
