"""Pictures of the frame of every window: band, jobs, palette, settings, banners, questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.scene import Scene
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.domain.problem import Problem
from govdesk.jobs import Task
from govdesk.services.audit import Exported

Act = Callable[[QWidget], object]
_LIMITED: Final = 10
_SIZE: Final = 1_268_412
_OF: Final = 412_933


def scenes() -> list[Scene]:
    """What stands around every page."""
    return [
        _scene("jobs", _show_jobs),
        _scene("jobs", _start_jobs, "work", _has_started),
        _scene("person-menu", _person_menu),
        _scene("palette", _palette("")),
        _scene("palette", _palette("export"), "query"),
        _scene("palette", _palette("clear"), "disabled"),
        _scene("palette", _palette("3,201"), "number"),
        _scene("palette", _palette("severity:high"), "filter"),
        _scene("palette", _palette("qqqq"), "nothing"),
        Scene("settings", _limited, "", _run("settings.open"), is_at_rest),
        Scene("settings", _limited, "shortcuts", _shortcuts, is_at_rest),
        Scene("fault", _fault),
        _scene("leave", _leave, "", _has_question),
        _scene("offline", _lose),
        _scene("session-ended", _end),
        _scene("trouble", _trouble),
    ]


def _scene(
    name: str, act: Act, state: str = "", settled: Callable[[QWidget], bool] = is_at_rest
) -> Scene:
    return Scene(name, console, state, act, settled)


def _run(action: str) -> Act:
    return lambda window: workplace(window).actions.run(action)


def _main(window: QWidget) -> MainWindow:
    assert isinstance(window, MainWindow)
    return window


# Work


def _show_jobs(window: QWidget) -> None:
    _main(window).show_jobs()


def _start_jobs(window: QWidget) -> None:
    """One is done, one has failed, one runs, one waits for it."""
    main = _main(window)
    file = main.link, workplace(window)

    def write(task: Task) -> Exported:
        path = _scratch / "acme-audit-filtered.csv"
        path.write_bytes(bytes(_SIZE))
        return Exported(str(path), 3_412, "", 1, 3_412, 3_412)

    def fail(task: Task) -> None:
        raise Problem("The disk is full.", "Free some space, then export again.")

    def run(task: Task) -> None:
        task.progress(160_512, _OF, "41,200 a second, 6 s left")
        task.cancel.wait()

    for title, work in (
        ("Export acme-audit-filtered.csv", write),
        ("Export acme-audit.pdf", fail),
        ("Export acme-audit.json", run),
        ("Export acme-event-4000.json", run),
    ):
        main.jobs.start(
            work, owner=main, lane="export", title=title, visible=True, on_error=_unheard
        )
    main.show_jobs()
