"""Doctor: is this server what the release installs, and can this machine sign in to it?"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from govdesk.database import catalogue
from govdesk.database.connection import connect, explained
from govdesk.database.errors import DatabaseProblem
from govdesk.database.migrate import check_server, migrations_folder

_CLOCKS = ("clock",)
SKEW_SECONDS = 15
"""TOTP steps are 30 s long; beyond half of that, codes begin to fail."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `ok` None means it could not be judged."""

    name: str
    ok: bool | None
    sentence: str
    remedy: str = ""


def examine(url: str) -> list[Check]:
    """Run the five checks with the application's login; an unreachable server raises."""
    with connect(url) as connection, explained():
        checks = []
        try:
            check_server(connection)
            version = connection.info.parameter_status("server_version")
            checks.append(Check("server", True, f"PostgreSQL {version}, fit for a sealed trail"))
        except DatabaseProblem as problem:
            checks.append(Check("server", False, problem.sentence, problem.remedy))
        expected = json.loads(
            (migrations_folder() / "fingerprint.json").read_text(encoding="utf-8")
        )
        found = catalogue.fingerprint(connection)
        checks.append(_schema(expected, found))
        checks.append(_roles(catalogue.role_settings(connection)))
        checks.append(_closed(catalogue.open_functions(connection)))
        checks.append(_clock(catalogue.clock_skew(connection, time.time())))
    return checks


def _schema(expected: dict[str, str], found: dict[str, str]) -> Check:
    differing = [name for name in found if found[name] != expected[name] and name not in _CLOCKS]
    if found["clock"] == expected["demo_clock"] and not differing:
        return Check("schema", True, "the release's, on the demo clock: never trust its times")
    if found["clock"] != expected["clock"]:
        differing.append("clock")
    if not differing:
        return Check("schema", True, "functions, policies, triggers and grants are the release's")
    return Check(
        "schema",
        False,
        f"not what this release installs: {', '.join(differing)}",
        "Run govdesk server migrate; if it differs again, somebody changed the database.",
    )


def _roles(settings: list[str]) -> Check:
    if not settings:
        return Check("roles", True, "no settings are attached to our logins")
    return Check(
        "roles",
        False,
        f"settings are attached to a login: {'; '.join(settings)}",
        "As administrator: ALTER ROLE … RESET ALL; then give the login a new password.",
    )


def _closed(functions: list[str]) -> Check:
    if not functions:
        return Check("closed doors", True, "siblings cannot be terminated or starved by functions")
    return Check(
        "closed doors",
        None,
        f"the console's login may call {', '.join(functions)}",
        "Only a superuser can close these; see SECURITY.md for what they allow.",
    )


def _clock(skew: float) -> Check:
    if abs(skew) <= SKEW_SECONDS:
        return Check("clock", True, f"this machine and the server differ by {abs(skew):.1f} s")
    return Check(
        "clock",
        False,
        f"this machine's clock is {abs(skew):.0f} s {'behind' if skew > 0 else 'ahead'}",
        "Set the clock; codes of the second factor depend on it.",
    )
