"""Pictures of every view, dialog and state, in both themes and at 200 %.

``FOLDER/light/timeline.png``, ``FOLDER/dark/…``: 1280 × 800. ``FOLDER/light@2x/…``: the same on a
screen of twice the density, 2560 × 1600, where a picture that was drawn for one density shows.
``…@2x/timeline-narrow.png``: 960 × 540 device-independent pixels, which is what the commonest
screen, 1920 × 1080, leaves a person who enlarges everything to 200 %: there text would be cut.

Each density is a process of its own, for Qt takes the scale only when it starts. No display is
needed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QObject,
    QPoint,
    QSize,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QCursor, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from shiboken6 import isValid

from govdesk.desktop import scenes as frame
from govdesk.desktop import theme
from govdesk.desktop.access import scenes as access
from govdesk.desktop.approvals import scenes as approvals
from govdesk.desktop.deliveries import scenes as deliveries
from govdesk.desktop.entrance import scenes as entrance
from govdesk.desktop.evidence import scenes as evidence
from govdesk.desktop.guide import scenes as guide
from govdesk.desktop.home import scenes as home
from govdesk.desktop.integrations import scenes as integrations
from govdesk.desktop.keys import scenes as keys
from govdesk.desktop.members import scenes as members
from govdesk.desktop.organization import scenes as organization
from govdesk.desktop.run import application
from govdesk.desktop.scene import Scene, Stage, Ticket, play
from govdesk.desktop.sessions import scenes as sessions
from govdesk.desktop.snapshot import scenes as snapshot
from govdesk.desktop.staff import scenes as staff
from govdesk.desktop.systems import scenes as systems
from govdesk.desktop.timeline import scenes as timeline
from govdesk.desktop.webhooks import scenes as webhooks
from govdesk.desktop.widgets import covered
from govdesk.desktop.witness import scenes as witness
from govdesk.domain.problem import Problem
from govdesk.services import accounts
from govdesk.services.demo import Demo

WINDOW: Final = (1280, 800)
NARROW: Final = (960, 540)
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_PATIENCE_SECONDS: Final = 30.0

Say = Callable[[str], None]


def scenes() -> list[Scene]:
    """Every scene of the console, in the order of the README's pictures."""
    packages = (
        entrance,
        home,
        timeline,
        members,
        organization,
        systems,
        keys,
        guide,
        integrations,
        deliveries,
        webhooks,
        evidence,
        witness,
        frame,
        approvals,
        access,
        sessions,
        staff,
        snapshot,
    )
    return [scene for package in packages for scene in package.scenes()]


def tickets(demo: Demo) -> tuple[Ticket, ...]:
    """Sign the people of the demo's first organisation in."""
    path, url = str(demo.facts["tenant_path"]), str(demo.facts["app_url"])
    people = [who for who in demo.facts["accounts"] if who["tenant_path"] == path]
    return tuple(_ticket(url, path, who) for who in people)


def _ticket(url: str, path: str, who: Mapping[str, str]) -> Ticket:
    code = accounts.totp(who["totp_secret"])
    started = accounts.start(url, path, who["email"], who["password"], code, None)
    return Ticket(who["role"], url, started.token, path, who["email"], started.expires_at)


def write(folder: Path, tickets: Sequence[Ticket], say: Say, names: Sequence[str] = ()) -> int:
    """Render the scenes (only views in `names` if given); returns how many pictures there are.

    Raises `Problem` for a scene that does not come to rest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    what = (folder.resolve(), tuple(tickets), tuple(names))
    return sum(_apart(scale, what, say) for scale in (1, 2))


What = tuple[Path, tuple[Ticket, ...], tuple[str, ...]]


def _apart(scale: int, what: What, say: Say) -> int:
    """Render in a process of its own, which may have children: verification is one of them."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_render_at, args=(theirs, scale, what))
    child.start()
    theirs.close()
    try:
        while isinstance(said := ours.recv(), str):
            say(said)
    except EOFError:
        raise Problem("The process that draws the pictures ended unexpectedly.") from None
    finally:
        ours.close()
        child.join()
    if isinstance(said, Problem):
        raise said
    return int(said)


def _render_at(pipe: Connection, scale: int, what: What) -> None:
    """In the child: an application at one scale, without a display."""
    folder, tickets, names = what
    with tempfile.TemporaryDirectory(prefix="govdesk-screens-") as home:
        os.environ |= {
            "QT_QPA_PLATFORM": f"offscreen:configfile={_screen(Path(home), scale)}",
            "QT_SCALE_FACTOR": str(scale),
            "XDG_CONFIG_HOME": home,
            "XDG_STATE_HOME": home,
            "XDG_DATA_HOME": home,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        qInstallMessageHandler(_hear)
        app = application()
        wanted = [scene for scene in scenes() if not names or scene.name in names]
        try:
            pipe.send(len(render(folder, wanted, app, tickets, pipe.send)))
        except Problem as problem:
            pipe.send(problem)


def _screen(folder: Path, scale: int) -> Path:
    """Describe a screen that the window fills; into Qt's own, 800 × 800, menus would shift."""
    width, height = (scale * side for side in WINDOW)
    one = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height}
    path = folder / "screen.json"
    path.write_text(json.dumps({"screens": [one | {"logicalDpi": 96, "dpr": 1.0}]}))
    return path


def _hear(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    """Pass on what Qt says, save what the offscreen platform says about itself."""
    if message and not message.startswith("This plugin does not support"):
        print(message, file=sys.stderr, flush=True)


def render(
    folder: Path,
    scenes: Sequence[Scene],
    app: QApplication,
    tickets: tuple[Ticket, ...] = (),
    say: Say = lambda text: None,
) -> list[Path]:
    """Write the pictures of `scenes` in both themes, at the application's own scale."""
    # A blinking cursor would make a picture of chance.
    app.setCursorFlashTime(0)
    # Nothing is under the pointer.
    QCursor.setPos(QGuiApplication.primaryScreen().geometry().bottomRight())
    written: list[Path] = []
    for scene in scenes:
        with (
            tempfile.TemporaryDirectory(prefix="govdesk-scene-") as own,
            play(Path(own), tickets) as stage,
        ):
            written += _pictures(folder, scene, stage, app)
        say(scene.file_name)
    theme.apply(app, "light")
    return written


def _pictures(folder: Path, scene: Scene, stage: Stage, app: QApplication) -> list[Path]:
    """Build once and switch the theme live, as a person would."""
    theme.apply(app, THEMES[0])
    window = scene.build(stage)
    suffix = "" if window.devicePixelRatio() == 1 else "@2x"
    written = []
    try:
        show(window, scene, stage)
        for name in THEMES:
            theme.apply(app, name)
            written.append(_saved(window, folder / f"{name}{suffix}" / f"{scene.file_name}.png"))
        if suffix:
            theme.apply(app, THEMES[0])
            _make_narrow(window, scene, stage)
            place = folder / f"{THEMES[0]}{suffix}" / f"{scene.file_name}-narrow.png"
            written.append(_saved(window, place))
    finally:
        close(window)
    return written


def show(window: QWidget, scene: Scene, stage: Stage) -> None:
    """Put a scene's window on the screen, let it act, and wait until it has settled."""
    if scene.size is not None:
        window.resize(*scene.size)
    elif isinstance(window, QDialog):
        window.adjustSize()
    else:
        window.resize(*WINDOW)
    window.show()
    window.activateWindow()
    settle(window, scene, stage)
    scene.act(window)
    settle(window, scene, stage)


def _make_narrow(window: QWidget, scene: Scene, stage: Stage) -> None:
    """Menus and popups close when their window changes, and are opened anew."""
    popups = [other for other in _over(window) if not isinstance(other, QDialog)]
    for popup in popups:
        popup.close()
    window.resize(window.size().boundedTo(QSize(*NARROW)))
    settle(window, scene, stage)
    if popups:
        scene.act(window)
        settle(window, scene, stage)


def settle(window: QWidget, scene: Scene, stage: Stage) -> None:
    """Run the event loop until the scene is at rest; raises `Problem` if it never is."""
    is_settled = scene.settled or (lambda _: not stage.jobs.running)
    until = time.monotonic() + _PATIENCE_SECONDS
    _turn()
    while not is_settled(window):
        if time.monotonic() > until:
            raise Problem(f"The picture of {scene.file_name} does not come to rest.")
        _turn()
    _turn()


def _turn(milliseconds: int = 20) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def close(window: QWidget) -> None:
    """Delete a scene's window and every window it opened."""
    for other in QApplication.topLevelWidgets():
        if other is not window and isValid(other) and other.isVisible():
            other.close()
    window.hide()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _saved(window: QWidget, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not picture(window).save(str(path)):
        raise Problem(
            f"The picture cannot be written: {path}", "Free space or choose another folder."
        )
    return path


def picture(window: QWidget) -> QPixmap:
    """Return the window with the dialogs, menus and popups that stand over it, without secrets."""
    _turn()
    whole = _grabbed(window)
    painter = QPainter(whole)
    for other in _over(window):
        place = other.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0))
        painter.drawPixmap(place, _grabbed(other))
        if not isinstance(other, QMenu):
            painter.setPen(theme.colour("line"))
            painter.drawRect(other.rect().translated(place).adjusted(-1, -1, 0, 0))
    painter.end()
    return whole


def _grabbed(window: QWidget) -> QPixmap:
    with covered(window):
        return window.grab()


def _over(window: QWidget) -> list[QWidget]:
    """Dialogs, menus and popups of a window that are open."""
    return [
        other
        for other in QApplication.topLevelWidgets()
        if other is not window and other.isVisible() and _belongs(other, window)
    ]


def _belongs(other: QWidget, window: QWidget) -> bool:
    parent: QObject | None = other
    while parent is not None and parent is not window:
        parent = parent.parent()
    return parent is window
