"""Gives a Designer form what Designer must not know: fonts, spaces and colours of the theme.

A label says by its dynamic property ``role`` what it is (title, section, secondary, help, message,
mono); a layout by its name's end how tight it is.
"""

from __future__ import annotations

from typing import Final, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QGridLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.widgets import announce

W = TypeVar("W", bound=QWidget)
_FONTS: Final = {"title": "title", "section": "section", "mono": "mono"}
_TONES: Final = {"secondary": "text_secondary", "help": "text_secondary", "message": "state_failed"}


class Dressing(QObject):
    """Dresses `root` now and whenever the theme changes."""

    def __init__(self, root: QWidget):
        super().__init__(root)
        self._root = root
        for label in root.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)
            if label.property("role") == "message" or not label.text():
                label.setVisible(False)
        for layout in root.findChildren(QLayout):
            _space(layout)
        if isinstance(root, QDialog):
            root.setMinimumWidth(theme.READING_WIDTH * 3 // 4)
            root.installEventFilter(self)
        self._colour()
        theme.signals.changed.connect(self._colour)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A dialog grows with what it has to say: Qt would press its fields flat instead."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            needed = self._root.heightForWidth(self._root.width())
            room = self._root.screen().availableSize().height()
            if self._root.height() < min(needed, room):
                self._root.resize(self._root.width(), min(needed, room))
        return False

    @Slot()
    def _colour(self) -> None:
        for kind in (QLabel, QLineEdit, QPlainTextEdit):
            for widget in self._root.findChildren(kind):
                role = str(widget.property("role") or "")
                if role in _FONTS:
                    widget.setFont(theme.font(_FONTS[role]))
                if isinstance(widget, QLabel):
                    paint(widget, str(widget.property("tone") or _TONES.get(role, "text")))


def paint(label: QLabel, tone: str) -> None:
    """Give a label a colour of the theme, and keep it when the theme changes."""
    label.setProperty("tone", tone)
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, theme.colour(tone))
    label.setPalette(palette)


def say(label: QLabel, text: str, tone: str = "") -> None:
    """Show a sentence, or nothing and no empty line either; a message is read aloud."""
    if tone:
        paint(label, tone)
    label.setText(text)
    label.setVisible(bool(text))
    if label.property("role") == "message":
        announce(label, text)


def reveal(widget: QWidget) -> None:
    """Scroll until `widget` is seen, once the form is laid out anew."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        area = above
        QTimer.singleShot(0, widget, lambda: area.ensureWidgetVisible(widget))


class Help:
    """The line below a field: its help, which an error replaces."""

    def __init__(self, form: QWidget, name: str):
        self._label = _child(form, QLabel, f"{name}_help")
        self._control = _child(form, QWidget, name)
        self._calm = self._label.text()

    def fault(self, sentence: str) -> None:
        """Replace the help by an error; an empty one brings the help back."""
        say(self._label, sentence or self._calm, "state_failed" if sentence else "text_secondary")
        self._control.setAccessibleDescription(sentence or self._calm)

    def hint(self, sentence: str) -> None:
        """Replace the help for good."""
        self._calm = sentence
        self.fault("")


def _child(form: QWidget, kind: type[W], name: str) -> W:
    found = form.findChild(kind, name)
    assert found is not None, name
    return found


def _space(layout: QLayout) -> None:
    name = layout.objectName()
    if name == "outer_page":
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.GAP)
        return
    layout.setContentsMargins(0, 0, 0, 0)
    if name in ("columns", "doors"):
        layout.setSpacing(theme.MARGIN if name == "columns" else theme.GAP)
    elif isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(theme.GAP)
        layout.setVerticalSpacing(theme.GAP)
        layout.setColumnStretch(0, 1)
        layout.setColumnStretch(1, 1)
        for at in range(layout.count()):
            cell = layout.itemAt(at)
            # A cell with a longer help must not move its neighbour's label.
            if isinstance(cell, QBoxLayout):
                cell.addStretch()
    else:
        layout.setSpacing(theme.GRID if name.endswith("_field") else theme.INSIDE)
