"""Qt's own controls in the look of the theme: sizes, focus, the primary button."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCalendarWidget,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.theme.palette import palette_of
from govdesk.desktop.theme.style import Style
from govdesk.desktop.theme.tokens import (
    LIGHT,
)
from tests.desktop.driving import press, show

ROOT = Path(__file__).parents[2]


def _picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def _colours(image: QImage) -> set[str]:
    across, down = range(image.width()), range(image.height())
    return {image.pixelColor(x, y).name() for x in across for y in down}


def test_controls_are_32_high_and_grow_with_their_text(qapp: QApplication) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    button, field, box, number = QPushButton("Save"), QLineEdit(), QComboBox(), QSpinBox()
    box.addItem("production")
    for control in (button, field, box, number):
        column.addWidget(control)
    show(window)
    heights = {control.height() for control in (button, field, box, number)}
    large = qapp.font()
    large.setPointSizeF(3 * large.pointSizeF())

    button.setFont(large)

    assert heights == {theme.CONTROL_HEIGHT}
    assert button.sizeHint().height() >= button.fontMetrics().height()


def test_the_keyboards_focus_is_seen_on_every_kind_of_control(qapp: QApplication) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    tool = QToolButton()
    tool.setAutoRaise(True)
    tool.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    tool.setText("Columns")
    controls = [QPushButton("Save"), QLineEdit(), QComboBox(), QSpinBox(), tool]
    for control in controls:
        column.addWidget(control)
    show(window, 300, 300)
    controls[-1].setFocus()

    for control in controls:
        before = _picture(control)
        press(window, "Tab")
        assert control.hasFocus()
        seen = _colours(_picture(control)) - _colours(before)
        assert LIGHT.focus in seen, type(control).__name__


def test_the_primary_button_of_a_dialog_stays_primary_while_the_focus_moves(
    qapp: QApplication,
) -> None:
    dialog = QDialog()
    kinds = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(kinds.Save | kinds.Cancel, dialog)
    QVBoxLayout(dialog).addWidget(box)
    save, cancel = box.button(kinds.Save), box.button(kinds.Cancel)
    save.setDefault(True)
    show(dialog)

    cancel.setFocus(Qt.FocusReason.TabFocusReason)

    assert LIGHT.accent in _colours(_picture(save))
    assert cancel.property("primary") is None
    assert (
        save.mapToGlobal(save.rect().center()).x() > cancel.mapToGlobal(cancel.rect().center()).x()
    )


def test_a_dialog_without_a_default_has_no_primary_button(qapp: QApplication) -> None:
    dialog = QDialog()
    column = QVBoxLayout(dialog)
    buttons = [QPushButton("Copy"), QPushButton("Close")]
    for button in buttons:
        column.addWidget(button)
    show(dialog)

    assert buttons[0].isDefault()
    assert [button.property("primary") for button in buttons] == [None, None]


def test_weekends_in_a_calendar_are_as_legible_as_weekdays(qapp: QApplication) -> None:
    calendar = QCalendarWidget()
    show(calendar)

    assert "#ff0000" not in _colours(_picture(calendar))


def test_words_and_icon_of_a_primary_button_stand_out_from_it(qapp: QApplication) -> None:
    window = QWidget()
    button = QPushButton(theme.icon("plus"), "Invite User")
    button.setProperty("primary", True)
    column = QVBoxLayout(window)
    # The pointer lies in the corner, and would be over the button.
    column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
    column.addWidget(button)
    show(window)

    seen = _colours(_picture(button))

    assert {LIGHT.accent, LIGHT.on_accent} <= seen
    assert LIGHT.icon not in seen


def test_cells_are_drawn_without_python_and_headers_with_the_theme(qapp: QApplication) -> None:
    table = QTableView()
    show(table, 300, 200)

    assert isinstance(qapp.style(), Style)
    assert not isinstance(table.style(), Style)
    assert isinstance(table.horizontalHeader().style(), Style)


def test_a_disabled_palette_is_faded_and_an_enabled_one_is_not() -> None:
    palette = palette_of(LIGHT)
    text = QPalette.ColorRole.WindowText

    assert palette.color(QPalette.ColorGroup.Disabled, text) == QColor(LIGHT.text_disabled)
    assert palette.color(QPalette.ColorGroup.Active, text) == QColor(LIGHT.text)


def test_only_the_theme_names_colours_and_nothing_wears_a_style_sheet() -> None:
    named = re.compile(
        r'QColor\(\s*(?:"|\d)|"#[0-9a-fA-F]{6,8}"|setStyleSheet|GlobalColor\.(?!transparent)'
    )
    guilty = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in (ROOT / "govdesk/desktop").rglob("*.py")
        if "theme" not in path.parts and "forms" not in path.parts
        for found in named.finditer(path.read_text())
    ]

    assert guilty == []
