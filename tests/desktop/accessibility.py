"""What keyboard, screen reader and enlarged text ask of every window, as sentences about faults.

``faults(window)`` judges a shown window; an empty list is what one wants. Judged are names, object
names, icon-only buttons, cut text and the Tab order. Contrast is judged with the theme.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

_SPOKEN: Final = (QLabel, QPushButton, QToolButton, QCheckBox, QRadioButton, QGroupBox)
_TAB = Qt.FocusPolicy.TabFocus.value


def faults(window: QWidget) -> list[str]:
    """Everything that is wrong with the window, each as a sentence that names the control."""
    return [*unnamed(window), *wordless(window), *cut(window), *astray(window)]


def controls(window: QWidget) -> list[QWidget]:
    """Controls of the window that can have the keyboard and are on the screen."""
    return [
        widget
        for widget in [window, *window.findChildren(QWidget)]
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and widget.window() is window
        and owner(widget) is widget
    ]


def tab_stops(window: QWidget) -> list[QWidget]:
    """Controls that the Tab key should reach."""
    return [
        widget
        for widget in controls(window)
        if widget.isEnabled() and widget.focusPolicy().value & _TAB
    ]


def owner(widget: QWidget) -> QWidget:
    """Return the control that a person knows: not the field inside a combo box or spin box."""
    while True:
        parent = widget.parentWidget()
        inner = widget.objectName().startswith("qt_") or (
            parent is not None and widget.focusProxy() is parent
        )
        if not inner or parent is None:
            return widget
        widget = parent


def spoken(widget: QWidget) -> str:
    """Return the name that a screen reader says: its own, its label's or its text."""
    interface = QAccessible.queryAccessibleInterface(widget)
    name = interface.text(QAccessible.Text.Name) if interface is not None else ""
    return name.strip()


# Names


def unnamed(window: QWidget) -> Iterator[str]:
    """Controls without a name for people, or for tests."""
    for widget in controls(window):
        if not spoken(widget):
            yield f"{_called(widget)} has no accessible name, buddy label or text"
        if not widget.objectName():
            yield f"{_called(widget)} has no object name"


def wordless(window: QWidget) -> Iterator[str]:
    """Buttons that are a picture without a word to hover or hear."""
    for button in window.findChildren(QAbstractButton):
        if not button.isVisible() or not _is_icon_only(button):
            continue
        if not button.toolTip():
            yield f"{_called(button)} shows an icon only and has no tooltip"
        if not spoken(button):
            yield f"{_called(button)} shows an icon only and has no accessible name"


def _is_icon_only(button: QAbstractButton) -> bool:
    if isinstance(button, QToolButton) and not button.icon().isNull():
        style = button.toolButtonStyle()
        return style == Qt.ToolButtonStyle.ToolButtonIconOnly or not button.text()
    return not button.icon().isNull() and not button.text()


# Text that is cut


def cut(window: QWidget) -> Iterator[str]:
    """Words that do not fit where they stand, and controls that stick out of what holds them."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        if isinstance(widget, QLineEdit | QAbstractSpinBox | QComboBox):
            yield from _flattened(widget)
        if not _words(widget):
            continue
        if not _elides(widget):
            yield from _squeezed(widget)
        yield from _sticking_out(widget)


def _words(widget: QWidget) -> str:
    if isinstance(widget, QAbstractButton) and _is_icon_only(widget):
        return ""
    if isinstance(widget, QGroupBox):
        return widget.title()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return str(widget.text()) if isinstance(widget, _SPOKEN) else ""  # type: ignore[union-attr]


def _elides(widget: QWidget) -> bool:
    """Labels that may shrink draw their own ellipsis, and owe a tooltip that says all."""
    shrinks = widget.minimumSizeHint().width() < widget.sizeHint().width()
    return type(widget) is not QLabel and shrinks and bool(widget.toolTip())


def _squeezed(widget: QWidget) -> Iterator[str]:
    needed, given = _needed(widget), widget.size()
    if needed.width() > given.width() + 1:
        yield (
            f"{_called(widget)} is cut: {_words(widget)!r} needs a width of {needed.width()}"
            f" and has {given.width()}"
        )
    if needed.height() > given.height() + 1:
        yield (
            f"{_called(widget)} is cut: {_words(widget)!r} needs a height of {needed.height()}"
            f" and has {given.height()}"
        )


def _needed(widget: QWidget) -> QSize:
    if widget.hasHeightForWidth():
        return QSize(0, max(widget.heightForWidth(widget.width()), 0))
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        inside = widget.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            widget,
        )
        words = widget.fontMetrics().horizontalAdvance(widget.currentText())
        return QSize(words + widget.width() - inside.width(), 0)
    return widget.minimumSizeHint() if isinstance(widget, QGroupBox) else widget.sizeHint()


def _flattened(field: QWidget) -> Iterator[str]:
    needed = field.minimumSizeHint().height()
    if owner(field) is field and field.height() < needed:
        yield f"{_called(field)} is cut: it needs a height of {needed} and has {field.height()}"


def _sticking_out(widget: QWidget) -> Iterator[str]:
    """What a scroll area hides can be scrolled to; what another parent hides is gone."""
    place = QRect(QPoint(0, 0), widget.size())
    child, parent = widget, widget.parentWidget()
    while parent is not None and child is not widget.window():
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            return
        place.translate(child.pos())
        if not parent.rect().contains(place):
            yield f"{_called(widget)} ({_words(widget)!r}) sticks out of {_called(parent)}"
            return
        child, parent = parent, parent.parentWidget()


# Tab


def astray(window: QWidget) -> Iterator[str]:
    """What is wrong with the way of the Tab key through the window, forwards and back."""
    stops = tab_stops(window)
    if not stops:
        return
    forwards = yield from _way(stops, Qt.Key.Key_Tab)
    backwards = yield from _way(stops, Qt.Key.Key_Backtab)
    if forwards and backwards and [forwards[0], *forwards[:0:-1]] != backwards:
        yield (
            "Shift+Tab does not go back the way that Tab came: "
            f"{_path(forwards)}; back: {_path(backwards)}"
        )


def _way(stops: list[QWidget], key: Qt.Key) -> Generator[str, None, list[QWidget]]:
    """Walk from the first stop until it comes round; returns the way if nothing was wrong."""
    word = "Tab" if key == Qt.Key.Key_Tab else "Shift+Tab"
    shift = Qt.KeyboardModifier.ShiftModifier
    modifier = Qt.KeyboardModifier.NoModifier if key == Qt.Key.Key_Tab else shift
    stops[0].setFocus(Qt.FocusReason.TabFocusReason)
    way = [stops[0]]
    for _ in range(2 * len(stops) + 2):
        at = QApplication.focusWidget()
        if at is None:
            yield f"{word} loses the keyboard after {_called(way[-1])}"
            return []
        QTest.keyClick(at, key, modifier)
        then = QApplication.focusWidget()
        if then is at and len(stops) > 1:
            yield f"{word} does not leave {_called(at)}"
            return []
        reached = owner(then) if then is not None else None
        if reached is None or reached in way:
            break
        way.append(reached)
    if reached is not way[0]:
        yield f"{word} does not come round: after {_path(way)} it is at {_called(reached)}"
        return []
    missed = [stop for stop in stops if stop not in way]
    for stop in missed:
        yield f"{word} never reaches {_called(stop)}"
    strangers = [widget for widget in way if widget not in stops]
    for widget in strangers:
        yield f"{word} reaches {_called(widget)}, which is not a stop"
    return [] if missed or strangers else way


def _path(way: list[QWidget]) -> str:
    return " → ".join(widget.objectName() or type(widget).__name__ for widget in way)


def _called(widget: QWidget | None) -> str:
    """Class, object name and, for want of one, text or parent."""
    if widget is None:
        return "nothing"
    kind = type(widget).__name__
    if widget.objectName():
        return f"{kind} {widget.objectName()!r}"
    words = _words(widget)
    if words:
        return f"{kind} saying {words!r}"
    parent = widget.parentWidget()
    return f"a {kind}" if parent is None else f"a {kind} in {_called(parent)}"
