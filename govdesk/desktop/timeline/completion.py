"""Completion of a filter while it is written: when it opens, which keys it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence

from govdesk.desktop.timeline.completion_popup import CompletionPopup
from govdesk.desktop.timeline.filter_bar_field import FilterField
from govdesk.domain.filter_language.completing import Context, Suggestion, suggest

_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}
_ACCEPTS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Completion(QObject):
    """Suggestions under a `FilterField`; opens while one types and with Ctrl+Space.

    Nothing is selected at first, so Enter applies what is written. Down and Up select, Enter and
    Tab accept, Tab the first one where none is selected, Esc closes.
    """

    accepted = Signal()
    announced = Signal(str)

    def __init__(self, field: FilterField, context: Callable[[], Context]):
        super().__init__(field)
        self._field = field
        self._context = context
        self._is_quiet = False
        self.popup = CompletionPopup(field)
        self.popup.chosen.connect(self._on_chosen)
        field.destroyed.connect(self.popup.deleteLater)
        field.textEdited.connect(self._on_edited)
        field.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        """Whether suggestions are shown."""
        return self.popup.isVisible()

    def open(self) -> None:
        """Show what may stand at the cursor, if there is anything."""
        found = suggest(self._field.text(), self._field.point, self._context())
        if not found:
            self.close()
            return
        self.popup.show_under(self._field, found)
        self.announced.emit(f"{len(found)} suggestions")

    @Slot()
    def close(self) -> None:
        """Show nothing."""
        self.popup.hide()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Offer nothing while the text is changed by something other than typing."""
        self._is_quiet = True
        try:
            yield
        finally:
            self._is_quiet = False

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        if self._is_quiet:
            return
        point = self._field.point
        before = text[point - 1 : point]
        if not before or before.isspace():
            self.close()
            return
        found = suggest(text, point, self._context())
        if not found or _says_it(found, text):
            self.close()
        else:
            self.popup.show_under(self._field, found)

    def _accept(self, chosen: Suggestion) -> None:
        text = self._field.text()
        is_open = chosen.kind == "key"
        follows = text[chosen.end : chosen.end + 1]
        blank = "" if is_open or follows.isspace() else " "
        with self.quiet():
            self._field.replace_points(chosen.start, chosen.end, chosen.replacement + blank)
        if is_open:
            self.open()
        else:
            self.close()
            self.accepted.emit()

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        self._accept(self.popup.suggestion(index.row()))

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that move in the list while it is open, before anybody else does."""
        kind = event.type()
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.ShortcutOverride:
            if self.is_open and self._takes(event):
                event.accept()
                return True
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return self._on_key(event)
        elif kind in (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.Resize):
            self.close()
        return False

    def _takes(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        return key in _MOVES or key in _ACCEPTS or key == Qt.Key.Key_Escape

    def _on_key(self, event: QKeyEvent) -> bool:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        opens = key == Qt.Key.Key_Space and modifiers == Qt.KeyboardModifier.ControlModifier
        down = key == Qt.Key.Key_Down and modifiers == Qt.KeyboardModifier.NoModifier
        if opens or (down and not self.is_open):
            self.open()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self._unsaid(self._field.undo)
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._unsaid(self._field.redo)
        else:
            return self.is_open and self._on_list_key(key)
        return True

    def _unsaid(self, change: Callable[[], None]) -> None:
        with self.quiet():
            change()
        self.close()

    def _on_list_key(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in _MOVES:
            self.popup.step(_MOVES[key])
            self.announced.emit(self.popup.spoken())
        else:
            return key in _ACCEPTS and self._on_accept(key)
        return True

    def _on_accept(self, key: Qt.Key) -> bool:
        row = self.popup.current_row
        if row < 0 and key != Qt.Key.Key_Tab:
            self.close()
            return False
        self._accept(self.popup.suggestion(max(row, 0)))
        return True


def _says_it(found: list[Suggestion], text: str) -> bool:
    """Tell whether the only suggestion is written already."""
    only = found[0]
    return len(found) == 1 and text[only.start : only.end] == only.replacement
