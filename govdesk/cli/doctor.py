"""``govdesk doctor``: five checks that matter."""

from __future__ import annotations

from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.output import emit, stop
from govdesk.services import doctor as service

_MARKS = {True: "ok  ", False: "FAIL", None: "?   "}


def doctor(as_json: bool = typer.Option(False, "--json", help="Print one JSON document.")) -> None:
    """Compare the server with this release: version, schema, roles, functions, clock."""
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
