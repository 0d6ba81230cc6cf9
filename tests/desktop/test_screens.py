"""Claims: every scene is drawn in both themes and at rest; one that never rests is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import screens
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.scene import Scene, Stage, play
from govdesk.desktop.scene_console import workplace
from govdesk.desktop.widgets import JobRow
from govdesk.domain.problem import Problem
from tests.desktop import logs
from tests.people import Cast


def answering(stage: Stage) -> QWidget:
    """A window whose words come from a job."""
    window = QWidget()
    words = QLabel("Waiting", window)
    QVBoxLayout(window).addWidget(words)
    stage.jobs.start(lambda task: "Answered", owner=window, on_result=words.setText)
    return window


def dialog(stage: Stage) -> QWidget:
    window = QDialog()
    QVBoxLayout(window).addWidget(QPushButton("Continue", window))
    return window


def with_menu(stage: Stage) -> QWidget:
    window = QWidget()
    menu = QMenu(window)
    menu.setObjectName("menu")
    menu.addAction("Export as CSV")
    return window


def open_menu(window: QWidget) -> None:
    menu = window.findChild(QMenu, "menu")
    assert isinstance(menu, QMenu)
    menu.popup(window.mapToGlobal(window.rect().center()))


def test_a_window_is_drawn_in_both_themes_at_the_size_of_the_readme(
    qapp: QApplication, tmp_path: Path
) -> None:
    written = screens.render(tmp_path, [Scene("answer", answering, "later")], qapp)
    assert written == [tmp_path / theme / "answer-later.png" for theme in ("light", "dark")]
    light, dark = (QImage(str(path)) for path in written)
    assert (light.width(), light.height()) == screens.WINDOW
    assert light.pixelColor(2, 2).lightness() > 128 > dark.pixelColor(2, 2).lightness()


def test_a_picture_waits_for_the_jobs(qapp: QApplication, tmp_path: Path) -> None:
    seen = []

    def note(window: QWidget) -> None:
        label = window.findChild(QLabel)
        assert isinstance(label, QLabel)
        seen.append(label.text())

    screens.render(tmp_path, [Scene("answer", answering, act=note)], qapp)
    assert seen == ["Answered"]


def test_a_dialog_has_the_size_it_asks_for(qapp: QApplication, tmp_path: Path) -> None:
    written = screens.render(tmp_path, [Scene("dialog", dialog)], qapp)
    assert QImage(str(written[0])).width() < 400


def test_an_open_menu_is_in_the_picture(qapp: QApplication, tmp_path: Path) -> None:
    plain = Scene("menu", with_menu)
    opened = Scene("menu", with_menu, "open", open_menu)
    without, _, with_it, _ = (
        QImage(str(path)) for path in screens.render(tmp_path, [plain, opened], qapp)
    )
    assert without != with_it


def test_a_scene_that_never_rests_is_named(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "_PATIENCE_SECONDS", 0.1)
    restless = Scene("answer", answering, "restless", settled=lambda window: False)
    with pytest.raises(Problem, match="answer-restless does not come to rest"):
        screens.render(tmp_path, [restless], qapp)


def shown(file_name: str, stage: Stage) -> QWidget:
    """The window of a scene, at rest."""
    scene = next(scene for scene in screens.scenes() if scene.file_name == file_name)
    window = scene.build(stage)
    screens.show(window, scene, stage)
    return window


def banner_says(words: str) -> Callable[[MainWindow], bool]:
    return lambda window: window.banner.isVisible() and words in window.banner.sentence


def jobs_are(*states: str) -> Callable[[MainWindow], bool]:
    def check(window: MainWindow) -> bool:
        rows = window.jobs_panel.findChildren(JobRow)
        return window.jobs_panel.isVisible() and {row.state for row in rows} == set(states)

    return check


STATES: dict[str, Callable[[MainWindow], bool]] = {
    "timeline": lambda window: workplace(window).seals.words.startswith("verified to"),
    "timeline-empty": lambda window: workplace(window).timeline.empty.state == "empty",
    "timeline-error": lambda window: workplace(window).timeline.empty.state == "error",
    "timeline-loading": lambda window: workplace(window).timeline.empty.shows_placeholders,
    "timeline-placeholders": lambda window: workplace(window).timeline.table.shows_placeholders,
    "timeline-sydney": lambda window: workplace(window).timeline.detail.seq is not None,
    "timeline-broken": banner_says("The log does not verify"),
    "timeline-completion": lambda window: workplace(window).timeline.filter_bar.completion.is_open,
    "jobs-work": jobs_are("done", "failed", "running", "waiting"),
    "palette-query": lambda window: bool(workplace(window).palette.found),
    "leave": lambda window: window.findChild(QMessageBox, "leave_question") is not None,
    "session-ended": banner_says("Your session has ended"),
}


@pytest.mark.parametrize("name", STATES)
def test_a_scene_shows_what_it_is_called_after(name: str, stage: Stage, module_cast: Cast) -> None:
    if module_cast.last_seq() < logs.EVENTS:
        logs.fill(module_cast)
    window = shown(name, stage)
    try:
        assert isinstance(window, MainWindow)
        assert STATES[name](window)
    finally:
        screens.close(window)


def test_a_popup_is_opened_anew_where_the_window_is_narrow(qapp: QApplication) -> None:
    with play(Path(), ()) as stage:
        scene = Scene("menu", with_menu, "open", open_menu)
        window = scene.build(stage)
        screens.show(window, scene, stage)
        screens._make_narrow(window, scene, stage)
        menu = window.findChild(QMenu, "menu")
        assert isinstance(menu, QMenu)
        assert menu.isVisible()
        assert menu.pos() == window.mapToGlobal(window.rect().center())
        screens.close(window)


def test_file_names_are_unique() -> None:
    names = [scene.file_name for scene in screens.scenes()]
    assert sorted(set(names)) == sorted(names)
