"""Pictures of the audit timeline in each of its states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QScrollArea, QWidget

from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import Begin, console, filtered, is_at_rest, workplace
from govdesk.desktop.timeline.page import TimelinePage
from govdesk.desktop.timeline.saved_filters import SavedFilters
from govdesk.desktop.workplace import Workplace
from govdesk.jobs import Task
from govdesk.services.seals import SealFault, SealState

Act = Callable[[QWidget], object]
_WARNINGS: Final = "severity:notice.. -action:member.role_changed actor:user:*"
_CHANGES: Final = "action:member.role_changed"
_INVALID: Final = "severity:urgent action:member.*"
_BROKEN_AT: Final = 8
_ABOVE: Final = 48
"""Pixels above the part that is scrolled to: its title."""


def _page(window: QWidget) -> TimelinePage:
    return workplace(window).timeline


def _scene(
    state: str,
    act: Act = lambda window: None,
    *,
    begin: Begin = Workplace.begin,
    settled: Callable[[QWidget], bool] = is_at_rest,
    is_lost: bool = False,
    **preferences: object,
) -> Scene:
    def build(stage: Stage) -> QWidget:
        return console(stage, begin=begin, preferences=preferences, is_lost=is_lost)

    return Scene("timeline", build, state, act, settled)


# The detail


def _open_detail(window: QWidget, row: int = 0) -> None:
    page = _page(window)
    page.table.go_to(row)
    page.toggle_detail()


def _open_at(part: str) -> Act:
    """Open the detail and scroll to the part of that name."""

    def act(window: QWidget) -> None:
        detail = _page(window).detail
        area = detail.findChild(QScrollArea, "detail_scroll")
        lower = detail.findChild(QWidget, part)
        assert area is not None
        assert lower is not None

        def scroll() -> None:
            area.verticalScrollBar().setValue(lower.y() - _ABOVE)

        # The layout is made once the event is there.
        detail.shown.connect(lambda seq: QTimer.singleShot(0, detail, scroll))
        _open_detail(window)

    return act


# What is typed


def _type_invalid(window: QWidget) -> None:
    field = _page(window).filter_bar.field
    field.setFocus()
    field.setText(_INVALID)
    field.returnPressed.emit()


def _complete(window: QWidget) -> None:
    field = _page(window).filter_bar.field
    field.setFocus()
    field.selectAll()
    field.insert("sev")
    _page(window).filter_bar.completion.open()


def _complete_value(window: QWidget) -> None:
    field = _page(window).filter_bar.field
    field.setFocus()
    field.selectAll()
    field.insert("actor:")
    _page(window).filter_bar.completion.open()


# Waiting, and what went wrong


def _wait_in_line(place: Workplace, then: Callable[[], object]) -> None:
    """The server takes its time: nothing that the page asks is answered. `then` the page asks."""

    def wait(task: Task) -> None:
        task.cancel.wait()

    def on_change() -> None:
        if job.state == "running":
            then()

    job = place.window.jobs.start(wait, owner=place)
    job.changed.connect(on_change)


def _begin_waiting(place: Workplace) -> None:
    _wait_in_line(place, lambda: place.timeline.apply(None))


def _is_loading(window: QWidget) -> bool:
    return _page(window).empty.shows_placeholders


def _scroll_into_the_unread(window: QWidget) -> None:
    page = _page(window)
    _wait_in_line(workplace(window), lambda: page.table.go_to(page.count * 2 // 3))


def _has_placeholders(window: QWidget) -> bool:
    """Before it acts every row is there, as in a short log afterwards too; that is rest."""
    page = _page(window)
    is_there = page.model.is_settled and page.table.current_row() > 0
    return is_at_rest(window) or is_there or page.table.shows_placeholders


def _begin_without_seals(place: Workplace) -> None:
    place.timeline.apply(None)
    place.timeline.table.setFocus()


def _break(window: QWidget) -> None:
    """Nobody alters the demo's log for a picture; only what is known of it is made up."""
    place = workplace(window)
    newest = place.timeline.count
    at = newest - _BROKEN_AT
    place.seals.pretend(
        SealState.of(
            [SealFault(at, at, "altered", "its summary does not match its commitment")],
            verified_to=newest,
            newest=newest,
            verified_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
        )
    )


def _break_and_open(window: QWidget) -> None:
    _break(window)
    _open_detail(window, _BROKEN_AT)


def _says_error(window: QWidget) -> bool:
    return _page(window).empty.state == "error"


# Dialogs and menus


def _run(action: str) -> Act:
    return lambda window: workplace(window).actions.run(action)


def _go_wrong(window: QWidget) -> None:
    """A number that is none."""
    _run("timeline.go_to_seq")(window)
    dialog = window.findChild(QDialog, "go_to_number")
    assert dialog is not None
    for field in dialog.findChildren(QLineEdit, "go_to_field"):
        field.setText("twelve")
    for go in dialog.findChildren(QPushButton, "go_to_go"):
        go.click()


def _row_menu(window: QWidget) -> None:
    table = _page(window).table
    table.go_to(6)
    index = table.model().index(6, 3)
    place = table.visualRect(index).center()
    viewport = table.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)


def _column_menu(window: QWidget) -> None:
    titles = _page(window).table.horizontalHeader()
    titles.customContextMenuRequested.emit(QPoint(titles.width() // 2, titles.height()))


def _saved_menu(window: QWidget) -> None:
    button = window.findChild(QPushButton, "saved_filters")
    assert button is not None
    button.showMenu()


def _keep_filters(place: Workplace) -> None:
    """Somebody has worked here before."""
    filtered(_WARNINGS)(place)
    texts = {"Role changes": _CHANGES, "What was blocked": "action:system.block"}
    kept = SavedFilters(place.window.preferences)
    for name, text in texts.items():
        kept.save(name, text)
        kept.remember(text)


def _select_some(window: QWidget) -> None:
    table = _page(window).table
    table.go_to(2)
    for row in range(2, 6):
        table.selectionModel().select(
            table.model().index(row, 0),
            table.selectionModel().SelectionFlag.Select | table.selectionModel().SelectionFlag.Rows,
        )
    table.setFocus(Qt.FocusReason.TabFocusReason)


def scenes() -> list[Scene]:
    """The page as it is, filtered, with its detail, waiting, failing, with every menu."""
    high = filtered("severity:high")
    return [
        _scene(""),
        _scene("filter", begin=filtered(_WARNINGS)),
        _scene("selection", _select_some),
        _scene("detail", _open_detail, begin=filtered(_CHANGES)),
        _scene("detail-changes", _open_at("diff_view"), begin=filtered(_CHANGES)),
        _scene("detail-proof", _open_at("proof"), begin=filtered(_CHANGES)),
        _scene("detail-high", _open_detail, begin=high),
        _scene("empty", begin=filtered("actor:user:nobody@example.com severity:high")),
        _scene("invalid", _type_invalid),
        _scene("loading", begin=_begin_waiting, settled=_is_loading),
        _scene("placeholders", _scroll_into_the_unread, settled=_has_placeholders),
        _scene("not-verified", begin=_begin_without_seals),
        _scene("broken", _break),
        _scene("broken-detail", _break_and_open),
        _scene("error", settled=_says_error, is_lost=True),
        _scene("go-to-date", _run("timeline.go_to_date")),
        _scene("go-to-number", _go_wrong),
        _scene("export", _run("export.menu"), begin=high),
        _scene("columns", _column_menu),
        _scene("row-menu", _row_menu),
        _scene("completion", _complete),
        _scene("completion-value", _complete_value),
        _scene("saved", _saved_menu, begin=_keep_filters),
        _scene("save-filter", _run("timeline.save_filter"), begin=high),
        _scene("compact", compact_rows=True),
        _scene("sydney", partial(_open_detail, row=4), time_zone="Australia/Sydney"),
        Scene("timeline", partial(console, role="member"), "member", settled=is_at_rest),
    ]
