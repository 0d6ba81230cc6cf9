"""``govdesk demo``."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import typer

from govdesk.cli import window
from govdesk.cli.output import Bar, say
from govdesk.database.embedded import default_home
from govdesk.services import demo as service


def demo(
    data_dir: Path | None = typer.Option(None, help="Where the demo lives."),
    events: int = typer.Option(2000, min=0, help="Events in the first tenant's log."),
    reset: bool = typer.Option(False, "--reset", help="Begin anew."),
    no_window: bool = typer.Option(False, "--no-window", help="Print one line of JSON and serve."),
    screens: Path | None = typer.Option(None, help="Write pictures of every view, and leave."),
) -> None:
    """Embedded server, two organizations, people to sign in as; opens the console on them."""
    home = data_dir or default_home() / "demo"
    if screens is not None:
        window.write_screens(screens, home, events, reset=reset)
    elif no_window:
        serve(home, events, reset=reset)
    else:
        window.open_console(demo_home=home, events=events, reset=reset, with_demo=True)


def serve(home: Path, events: int, *, reset: bool) -> None:
    """Serve without a window until SIGINT or SIGTERM."""
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    say(f"demo in {home} …")
    bar = Bar("recording the past")
    running = service.start(home, events, reset=reset, progress=bar)
    bar.close()
    try:
        running.begin()
        print(json.dumps(running.facts), flush=True)
        ending.wait()
    finally:
        running.stop()
