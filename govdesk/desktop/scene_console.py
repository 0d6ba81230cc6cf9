"""The console itself on a stage: somebody's main window, and what pictures do to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from govdesk.config.preferences import Preferences
from govdesk.config.profiles import Profile
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.scene import Stage
from govdesk.desktop.workplace import Workplace
from govdesk.jobs import Task
from govdesk.services import entrance, organization
from govdesk.services.link import Link
from govdesk.services.organization import Here

_PROFILE: Final = Profile("Pictures", "db.acme.example")

Begin = Callable[[Workplace], object]


def console(
    stage: Stage,
    *,
    role: str = "compliance_officer",
    begin: Begin = Workplace.begin,
    preferences: Mapping[str, Any] | None = None,
    is_lost: bool = False,
    page: str = "timeline",
) -> MainWindow:
    """Return the window of somebody who has just come in at `page`; `begin` runs once it is shown.

    With `is_lost` her server has gone away since. Raises KeyError for a role that nobody has.
    """
    link = stage.link(role)
    here = _here(stage, link)
    kept = Preferences(stage.folder / "preferences.json", policy=stage.folder / "policy.json")
    kept.set("start_page", page)
    for key, value in (preferences or {}).items():
        kept.set(key, value)
    entry = entrance.nobody(_PROFILE, here.email, here.tenant_path)
    used = stage.lost_link() if is_lost else link
    place = Workplace(entry, used, here, stage.jobs, kept)
    place.setParent(place.window)
    place.window.destroyed.connect(kept.close)
    QTimer.singleShot(0, place, lambda: begin(place))
    return place.window


def filtered(text: str) -> Begin:
    """Begin with a filter."""

    def begin(place: Workplace) -> None:
        place.begin()
        place.timeline.filter_bar.set_text(text, remember=True)

    return begin


def workplace(window: QWidget) -> Workplace:
    """Return the parts of a window that `console` made."""
    found = window.findChild(Workplace)
    assert found is not None
    return found


def is_at_rest(window: QWidget) -> bool:
    """No job runs, and an open detail has its event."""
    place = workplace(window)
    detail = place.timeline.detail
    waits = detail.isVisible() and detail.seq is None
    return not place.window.jobs.running and not waits


def _here(stage: Stage, link: Link) -> Here:
    """Ask the server who this is, as the console does before it opens the window."""

    def look(task: Task) -> Here:
        with borrowed(link, "interactive", task) as session:
            return organization.here(session)

    loop = QEventLoop()
    job = stage.jobs.start(look, owner=loop)
    job.finished.connect(loop.quit)
    loop.exec()
    if job.error is not None:
        raise job.error
    found: Here = job.result
    return found
