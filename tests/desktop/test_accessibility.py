"""Claims: each rule of the walk names what breaks it; every view of the console keeps them all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import screens
from govdesk.desktop.scene import Scene, Stage
from tests.desktop.accessibility import cut, faults, unnamed, wordless
from tests.desktop.driving import keep, show

SCENES = [pytest.param(scene, id=scene.file_name) for scene in screens.scenes()]


def page(*widgets: QWidget) -> QWidget:
    window = QWidget(objectName="page")
    box = QVBoxLayout(window)
    for widget in widgets:
        box.addWidget(widget)
    return window


def field(name: str) -> QLineEdit:
    return QLineEdit(objectName=name, accessibleName=name)


def sound() -> QWidget:
    """A page as it should be: labels, a form, a combo box, a spin box, a table, a text, an icon."""
    window = QWidget(objectName="page")
    form = QFormLayout(window)
    form.addRow("Name", QLineEdit(objectName="name"))
    choice = QComboBox(objectName="choice", accessibleName="Choice", editable=True)
    choice.addItems(["one", "another"])
    form.addRow(choice)
    form.addRow("Count", QSpinBox(objectName="count"))
    form.addRow(
        QTableWidget(3, 3, objectName="rows", accessibleName="Rows", tabKeyNavigation=False)
    )
    form.addRow(QPlainTextEdit(objectName="why", accessibleName="Why", tabChangesFocus=True))
    words = QLabel("Many words that go on and on until they need a second line. " * 3)
    words.setWordWrap(True)
    form.addRow(words)
    form.addRow(icon_button(toolTip="Refresh", accessibleName="Refresh"))
    form.addRow(QPushButton("Save", objectName="save"))
    return window


def icon_button(**said: str) -> QToolButton:
    picture = QPixmap(16, 16)
    picture.fill(Qt.GlobalColor.red)
    return QToolButton(
        objectName="refresh", icon=picture, focusPolicy=Qt.FocusPolicy.StrongFocus, **said
    )


class Holding(QLineEdit):
    """Keeps the Tab key for itself."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            return True
        return super().event(event)


class Skipping(QObject):
    """Sends Tab past the field behind the one it watches."""

    def __init__(self, parent: QWidget, target: QWidget):
        super().__init__(parent)
        self.target = target

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_tab = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab
        if is_tab and event.type() == QEvent.Type.KeyPress:
            self.target.setFocus()
        return is_tab


def skipping() -> QWidget:
    first, second, third = field("first"), field("second"), field("third")
    window = page(first, second, third)
    first.installEventFilter(Skipping(window, third))
    return window


def narrow(*widgets: QWidget) -> QWidget:
    window = QWidget(objectName="page")
    box = QHBoxLayout(window)
    for widget in widgets:
        widget.setFixedWidth(40)
        box.addWidget(widget)
    return window


def low_text() -> QWidget:
    words = QLabel("Many words that go on and on until they need a second line.", objectName="why")
    words.setWordWrap(True)
    words.setFixedSize(120, 20)
    return page(words)


def flat_field() -> QWidget:
    code = field("code")
    code.setFixedHeight(9)
    return page(code)


def outside() -> QWidget:
    window = QWidget(objectName="page")
    window.resize(200, 100)
    button = QPushButton("Save", window, objectName="save")
    button.move(180, 20)
    return window


def one_choice() -> QWidget:
    choice = QComboBox(objectName="choice", accessibleName="Choice")
    choice.addItem("a very long name of something")
    return narrow(choice)


PLANTED: list[tuple[Callable[[], QWidget], str]] = [
    (lambda: page(QLineEdit(objectName="bare")), "'bare' has no accessible name"),
    (lambda: page(QPushButton("Save")), "QPushButton saying 'Save' has no object name"),
    (
        lambda: page(icon_button(accessibleName="Refresh")),
        "'refresh' shows an icon only and has no",
    ),
    (lambda: page(icon_button()), "'refresh' shows an icon only and has no accessible name"),
    (
        lambda: page(Holding(objectName="holding", accessibleName="Holding"), field("other")),
        "Tab does not leave Holding 'holding'",
    ),
    (
        lambda: page(field("a"), QPlainTextEdit(objectName="why", accessibleName="Why")),
        "Tab does not leave QPlainTextEdit 'why'",
    ),
    (
        lambda: page(field("a"), QTableWidget(9, 9, objectName="rows", accessibleName="Rows")),
        "Tab does not leave QTableWidget 'rows'",
    ),
    (skipping, "Tab never reaches QLineEdit 'second'"),
    (lambda: narrow(QLabel("cut in the middle")), "'cut in the middle' needs a width of"),
    (lambda: narrow(QPushButton("Save changes", objectName="save")), "QPushButton 'save' is cut"),
    (one_choice, "QComboBox 'choice' is cut"),
    (low_text, "QLabel 'why' is cut: 'Many words"),
    (flat_field, "QLineEdit 'code' is cut: it needs a height of"),
    (outside, "QPushButton 'save' ('Save') sticks out of QWidget 'page'"),
]


@pytest.mark.parametrize(("build", "sentence"), PLANTED, ids=[p[1] for p in PLANTED])
def test_a_planted_fault_is_named(build: Callable[[], QWidget], sentence: str) -> None:
    found = faults(show(build()))
    assert any(sentence in fault for fault in found), found


def test_a_sound_page_has_no_fault() -> None:
    assert faults(show(sound())) == []


def staged(scene: Scene, stage: Stage) -> tuple[QWidget, QWidget]:
    """Show a scene as its picture does: its window, and the one that has the keyboard then."""
    window = keep(scene.build(stage))
    screens.show(window, scene, stage)
    return window, QApplication.activeModalWidget() or window


def takes_tab(scene: Scene) -> bool:
    """Whether Tab chooses from an open list, which Esc leaves."""
    return scene.name == "palette" or scene.state.startswith("completion")


@pytest.mark.parametrize("scene", SCENES)
def test_every_view_is_named_walkable_and_uncut_also_when_enlarged_to_200_percent(
    scene: Scene, stage: Stage
) -> None:
    whole, window = staged(scene, stage)
    if takes_tab(scene):
        assert [*unnamed(window), *wordless(window), *cut(window)] == []
    else:
        assert faults(window) == []
    window.resize(*screens.NARROW)
    screens.settle(whole, scene, stage)
    assert window.width() <= screens.NARROW[0]
    assert window.height() <= screens.NARROW[1]
    assert list(cut(window)) == []
