"""Runs pytest: everything on the embedded PostgreSQL, then three layers again on Debian's 15."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import debian
from places import BIN, ROOT, VENV, say

OTHER = "GOVDESK_TEST_POSTGRES"
"""In the environment of pytest: where another PostgreSQL is; `tests/databases.py` reads it."""
FIFTEEN = Path("/usr/lib/postgresql/15/bin")
PACKAGE = "postgresql-15"
AGAIN = ("tests/database", "tests/hostile", "tests/worker")
"""Layers that run on both: those whose claims are about the database's own work."""
_NOTHING_CHOSEN = 5
"""pytest's exit code when no test was left to run."""


def run(folder: str, arguments: Sequence[str]) -> int:
    """Run the tests of `folder`, or those that `arguments` name, on both servers.

    The answer is the first exit code that is not 0. Once ``GOVDESK_TEST_POSTGRES`` is set, that
    server alone is asked.
    """
    named = [a for a in arguments if (ROOT / a.partition("::")[0]).exists() and "tests" in a]
    options = [a for a in arguments if a not in named]
    first = pytest(named or [folder], options)
    if os.environ.get(OTHER) or first not in (0, 1):
        return first
    places = again(named or [folder])
    if not places:
        return first
    if not (FIFTEEN / "initdb").exists():
        return max(first, skip(places))
    say(f"once more on PostgreSQL 15 of Debian: {' '.join(places)}")
    second = pytest(places, options, {OTHER: str(FIFTEEN)})
    second = 0 if second == _NOTHING_CHOSEN else second
    say(f"on the embedded PostgreSQL: {verdict(first)}; on Debian's 15: {verdict(second)}")
    return first or second


def pytest(
    places: Sequence[str], options: Sequence[str], more: dict[str, str] | None = None
) -> int:
    """Run pytest with a process per core and one more, each with a server of its own; exit code.

    A third of their time the tests wait: for a disk, a lock, a process that starts.
    """
    processes = str(min((os.cpu_count() or 1) + 1, 8))
    command = [str(BIN / "python"), "-m", "pytest", "-n", processes, "--dist", "worksteal"]
    process = subprocess.Popen([*command, *places, *options], cwd=ROOT, env=surroundings(more))
    with passed_on(process):
        return process.wait()


def surroundings(more: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of pytest: ours, and `more`.

    Where Python is told to leave no bytecode beside the sources, it is kept in the environment's
    folder: else each of some hundred processes would compile every module and test anew.
    """
    kept = os.environ | (more or {})
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))
    return kept


@contextmanager
def passed_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """A signal that ends us ends the tests; on a terminal Ctrl+C reaches them by itself."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(n, pass_on if n == signal.SIGTERM else signal.SIG_IGN) for n in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def again(places: Sequence[str]) -> list[str]:
    """Those of `places` that run on 15 too."""
    layers = [layer for layer in AGAIN if (ROOT / layer).exists()]
    found: list[str] = []
    for place in (Path(place) for place in places):
        if any(place.as_posix().startswith(layer) for layer in layers):
            found.append(place.as_posix())
        else:
            found += [layer for layer in layers if Path(layer).is_relative_to(place)]
    return found


def skip(places: Sequence[str]) -> int:
    """Say that 15 is not here; in CI that is a failure where the distribution has it."""
    offered = debian.offered([PACKAGE])
    say("=" * 79)
    say(f"SKIPPED: {' '.join(places)} did not run on PostgreSQL 15, which is not installed.")
    if not offered:
        say(f"This distribution has no package {PACKAGE}; on Debian 12 they would run.")
    else:
        say(f"This command installs it:\n  sudo {debian.words([PACKAGE])}")
    say("=" * 79)
    return 1 if offered and os.environ.get("CI") == "true" else 0


def verdict(code: int) -> str:
    """Say an exit code of pytest in a word."""
    return "passed" if code == 0 else f"failed (exit code {code})"
