"""Which events a webhook gets: ticked in groups, or written as names and prefixes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.integrations.fields import SettingField
from govdesk.desktop.webhooks import event_groups
from govdesk.desktop.webhooks.events_tree import EventsTree
from govdesk.desktop.widgets import Words, announce
from govdesk.domain import webhook_events
from govdesk.domain.webhook_events import EVERYTHING

_PATTERN: Final = Qt.ItemDataRole.UserRole
_HELP: Final = (
    "Tick what it gets, or write a name or a prefix such as member.* or x.claims.* and press Enter."
)
_NONE: Final = "Choose at least one event, or route alerts or blocks."


class EventsPicker(QWidget):
    """`edited` follows every change by the person, `refused` a name that is none."""

    edited = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._chosen: list[str] = []
        self._is_filling = False
        self.line = QLineEdit(self)
        self.line.setObjectName("webhook_events")
        self.line.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.line.setPlaceholderText("Find or write, such as member.*")
        self.line.setClearButtonEnabled(False)
        self.add = button("Add", "webhook_events_add", self.take, self)
        self.tree = EventsTree(self)
        self.instead = button("", "webhook_events_suggested", self._use_suggested, self)
        self.instead.hide()
        self._suggested = ""
        self.summary = Words("", "secondary", parent=self, wraps=True)
        self.summary.setObjectName("webhook_events_chosen")
        self._items: dict[str, QTreeWidgetItem] = {}
        self._lay_out()
        self._fill()
        self.line.textEdited.connect(self._on_written)
        self.tree.itemChanged.connect(self._on_ticked)
        self.set_patterns(())

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.INSIDE)
        top.addWidget(self.line, 1)
        top.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addLayout(top)

    @property
    def below(self) -> tuple[QWidget, ...]:
        """What stands below the line once what is wrong with it was said."""
        return self.instead, self.tree, self.summary

    def _fill(self) -> None:
        self._add_item(None, EVERYTHING, f"Every event of the log: {EVERYTHING}")
        for group in event_groups.GROUPS:
            top = self._add_item(None, group.patterns[0], event_groups.words(group))
            for name in group.patterns[1:]:
                item = self._add_item(top, name, name)
                item.setToolTip(0, event_groups.sentence(name) or name)

    def _add_item(self, above: QTreeWidgetItem | None, pattern: str, words: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([words])
        item.setData(0, _PATTERN, pattern)
        item.setToolTip(0, words)
        item.setSizeHint(0, QSize(0, theme.ROW_COMPACT))
        item.setCheckState(0, Qt.CheckState.Unchecked)
        if above is None:
            self.tree.addTopLevelItem(item)
        else:
            above.addChild(item)
        self._items[pattern] = item
        return item

    # What is chosen

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names and prefixes, in the order in which they were chosen."""
        return tuple(self._chosen)

    def set_patterns(self, patterns: Iterable[str]) -> None:
        """Choose these and no others; the person did not do it."""
        self._chosen = list(dict.fromkeys(patterns))
        self.line.clear()
        self._suggest("")
        self._find("")
        self._show()

    @property
    def written(self) -> str:
        """What stands in the line and is not chosen."""
        return self.line.text().strip()

    def write(self, text: str) -> None:
        """Put back what stood in the line; the person does not do it now."""
        self.line.setText(text)
        self._find(text)

    @Slot()
    def take(self) -> bool:
        """Choose what is written; False, and `refused`, if that is no event."""
        text = self.written
        if not text:
            return True
        if fault := webhook_events.check(text):
            only = self._only_one_shown()
            if only is None:
                self._suggest(webhook_events.suggest(text) or "")
                self.refused.emit(fault)
                return False
            text = only
        self._choose(text)
        self.line.clear()
        self._find("")
        return True

    def _choose(self, pattern: str) -> None:
        self._suggest("")
        if pattern not in self._chosen:
            self._chosen.append(pattern)
        self._show()
        announce(self, f"{pattern} is chosen.")
        self.edited.emit()

    @Slot()
    def _use_suggested(self) -> None:
        pattern = self._suggested
        self.line.clear()
        self._find("")
        self._choose(pattern)
        self.line.setFocus()

    def _suggest(self, pattern: str) -> None:
        had_keyboard = self.instead.hasFocus()
        self._suggested = pattern
        words = f"Use {pattern}" if pattern else ""
        self.instead.setText(words)
        self.instead.setAccessibleName(words)
        self.instead.setVisible(bool(pattern))
        if had_keyboard and not pattern:
            self.line.setFocus()

    # Drawing it

    def _show(self) -> None:
        self._is_filling = True
        try:
            self._show_own()
            for pattern, item in self._items.items():
                above = item.parent()
                covered = above is not None and above.data(0, _PATTERN) in self._chosen
                is_on = covered or pattern in self._chosen
                item.setCheckState(0, Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
                item.setDisabled(covered)
        finally:
            self._is_filling = False
        count = len(self._chosen)
        said = ", ".join(self._chosen)
        self.summary.setText(f"{count} chosen: {said}" if count else "Nothing is chosen yet.")

    def _show_own(self) -> None:
        """What is in no group stands below the groups, so that it can be taken away again."""
        known = event_groups.KNOWN
        for pattern in [one for one in self._items if one not in known]:
            item = self._items.pop(pattern)
            self.tree.takeTopLevelItem(self.tree.indexOfTopLevelItem(item))
        for pattern in self._chosen:
            if pattern not in known:
                self._add_item(None, pattern, pattern)

    @Slot(QTreeWidgetItem, int)
    def _on_ticked(self, item: QTreeWidgetItem, column: int) -> None:
        if self._is_filling:
            return
        pattern = str(item.data(0, _PATTERN))
        if item.checkState(0) is Qt.CheckState.Checked:
            self._chosen.append(pattern)
            self._chosen = [one for one in self._chosen if not event_groups.lies_in(one, pattern)]
        else:
            self._chosen = [one for one in self._chosen if one != pattern]
        self._show()
        self.edited.emit()

    # Finding

    @Slot(str)
    def _on_written(self, text: str) -> None:
        self._suggest("")
        self._find(text)
        self.edited.emit()

    def _find(self, text: str) -> None:
        """Show what has the text in its name; a group stays for the sake of its events."""
        wanted = text.strip().lower().rstrip("*")
        for place in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(place)
            if top is None:
                continue
            below = [one for row in range(top.childCount()) if (one := top.child(row)) is not None]
            fitting = [one for one in below if wanted in one.text(0).lower()]
            fits = wanted in top.text(0).lower()
            for one in below:
                one.setHidden(not fits and one not in fitting)
            top.setHidden(not fits and not fitting)
            top.setExpanded(bool(wanted) and bool(fitting))

    def _only_one_shown(self) -> str | None:
        """The one event that fits what is written, if it is the only one."""
        wanted = self.written.lower()
        fitting = [name for name in event_groups.NAMES if wanted in name]
        return fitting[0] if len(fitting) == 1 else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the line chooses; Esc empties it before it closes anything."""
        is_here = self.line.hasFocus()
        if is_here and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif is_here and event.key() == Qt.Key.Key_Escape and self.line.text():
            self.line.clear()
            self._suggest("")
            self._find("")
        elif is_here and event.key() == Qt.Key.Key_Down:
            self.tree.setFocus()
        else:
            super().keyPressEvent(event)


class EventsField(SettingField):
    """The picker with its label; a name that is no event is said below it, with the nearest one."""

    def __init__(self, parent: QWidget | None = None):
        self.picker = EventsPicker()
        super().__init__(
            "Events", self.picker, _HELP, required=True, check=lambda text: "", parent=parent
        )
        self.control = self.picker.line
        self.control.setAccessibleName("Events: find or write")
        self._line.setObjectName("webhook_events_help")
        self._label.setBuddy(self.picker.line)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        place = column.count() - 1
        for part in self.picker.below:
            column.insertWidget(place, part)
            place += 1
        column.setAlignment(self.picker.instead, Qt.AlignmentFlag.AlignLeft)
        self.set_help(_HELP)
        self.routes_anything = False
        self.picker.edited.connect(self._on_edited)
        self.picker.refused.connect(self._on_refused)

    @property
    def text(self) -> str:
        """What is chosen, on one line."""
        return " ".join(self.picker.patterns)

    def set_text(self, text: str) -> None:
        """Choose what stands on the line."""
        self.picker.set_patterns(text.split())
        self.clear_error()

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names and prefixes that are chosen."""
        return self.picker.patterns

    def fault(self) -> str:
        """What is wrong; a name that is still in the line is taken if it is one."""
        written = self.picker.written
        if "." in written:
            if fault := webhook_events.check(written):
                self.picker._suggest(webhook_events.suggest(written) or "")
                return fault
            self.picker.take()
        return "" if self.picker.patterns or self.routes_anything else _NONE
