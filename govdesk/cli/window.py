"""Opens the console; its room is imported only here, so that commands start without Qt."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from govdesk.cli.output import Bar, Trouble, say, stop
from govdesk.database.embedded import default_home
from govdesk.services import demo as service
from govdesk.services.demo_early import EarlyStart

SNAPSHOT: Final = ".govsnap"


def snapshots_in(arguments: Sequence[str]) -> list[Path]:
    """Return the sealed files that are all a command line names, as a double-click does."""
    files = [Path(argument) for argument in arguments]
    is_all = all(file.suffix.lower() == SNAPSHOT for file in files)
    return files if is_all and not any(one.startswith("-") for one in arguments) else []


def open_snapshots(files: Sequence[Path]) -> int:
    """Open sealed files in windows and return the exit code; needs no server and no profile.

    Raises `Trouble` where there is no display.
    """
    _need_display()
    _need_qt()
    from govdesk.desktop.run import run

    return run(demo_home=default_home() / "demo", files=files)


def open_console(
    profile: str = "",
    *,
    demo_home: Path | None = None,
    events: int = 2000,
    reset: bool = False,
    with_demo: bool = False,
) -> None:
    """Open the console; leaves with its exit code. Raises `Trouble` where there is no display."""
    _need_display()
    _need_qt()
    home = demo_home or default_home() / "demo"
    # The server needs time, the windows need the processor: together they take as long as one.
    early = EarlyStart(home, events, reset=reset) if with_demo else None
    from govdesk.desktop.run import run

    stop(run(profile, demo_home=home, events=events, reset=reset, early=early))


def write_screens(folder: Path, home: Path, events: int, *, reset: bool) -> None:
    """Write pictures of every view in both themes; needs no display."""
    _need_qt()
    from govdesk.desktop import screens

    bar = Bar("recording the past")
    running = service.start(home, events, reset=reset, progress=bar)
    bar.close()
    try:
        count = screens.write(folder, screens.tickets(running), say)
    finally:
        running.stop()
    say(f"{count} pictures in {folder}")


def _need_display() -> None:
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise Trouble(
            "There is no display here. govdesk demo --no-window serves without a window, and"
            " govdesk demo --screens DIR writes pictures of every view.",
            3,
        )


def _need_qt() -> None:
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise Trouble(
            f"The window's libraries are not complete: {error}. On Debian, run"
            " packaging/dev.py as root once, or install what it lists.",
            3,
        ) from None
