"""The actions of one window: a QAction for each, enabled by the context, run by whoever binds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.actions.action import Action, Context
from govdesk.desktop.actions.catalogue import ACTIONS
from govdesk.desktop.actions.shortcuts import Shortcuts

SEPARATOR = ""
"""In a list of ids: a line between groups."""


class Actions(QObject):
    """Feeds menus, context menus, keys, the palette and the page of shortcuts from one list.

    `changed` follows a change of context, keys or bindings; `ran` carries the id of what ran.
    """

    changed = Signal()
    ran = Signal(str)

    def __init__(
        self, window: QWidget, preferences: Preferences, declared: Iterable[Action] = ACTIONS
    ):
        super().__init__(window)
        self._window = window
        self._rows: dict[str, Action] = {}
        self._made: dict[str, QAction] = {}
        self._context = Context()
        self.shortcuts = Shortcuts(preferences, self)
        self.add(declared)
        self.shortcuts.changed.connect(self._on_shortcuts)

    # Declaring

    def add(self, declared: Iterable[Action]) -> None:
        """Declare more actions; raises ValueError for an id that is taken."""
        rows = list(declared)
        for row in rows:
            if row.id in self._rows:
                raise ValueError(f"Two actions are called {row.id}.")
            self._rows[row.id] = row
            self._made[row.id] = self._make(row)
        self.shortcuts.add(rows)
        self._refresh()

    def bind(self, action: str, run: Callable[[], object]) -> None:
        """Say what an action runs, and so let it appear; raises KeyError for an unknown id."""
        self._rows[action] = replace(self._rows[action], run=run)
        made = self._made[action]
        made.setVisible(True)
        self._dress(action, made)
        self.changed.emit()

    def has(self, action: str) -> bool:
        """Whether this window knows such an action at all."""
        return action in self._rows

    def unbound(self) -> list[str]:
        """Ids that nobody has bound yet."""
        return [row.id for row in self._rows.values() if row.run is None]

    def rows(self) -> Iterator[Action]:
        """Bound actions in the declared order."""
        return (row for row in self._rows.values() if row.run is not None)

    # Context

    @property
    def context(self) -> Context:
        """What the window is about now."""
        return self._context

    def update(self, **changes: Any) -> None:
        """Change members of the context; conditions are asked again if it differs."""
        context = replace(self._context, **changes)
        if context != self._context:
            self._context = context
            self._refresh()

    def set_fact(self, word: str, holds: bool) -> None:
        """Let one fact hold or not."""
        facts = self._context.facts
        self.update(facts=facts | {word} if holds else facts - {word})

    def title(self, action: str) -> str:
        """Its declared title."""
        return self._rows[action].title

    def reason(self, action: str) -> str:
        """Why it cannot run now; empty when it can."""
        return self._rows[action].reason(self._context)

    # Using

    def qaction(self, action: str) -> QAction:
        """The QAction, to put on a button or a tool bar."""
        return self._made[action]

    def run(self, action: str) -> bool:
        """Run it, if it can now; False if not."""
        row = self._rows[action]
        if row.run is None or row.reason(self._context):
            return False
        self.ran.emit(action)
        row.run()
        return True

    def fill(self, menu: QMenu, ids: Sequence[str]) -> None:
        """Put actions into a menu; an empty id is a line between groups."""
        menu.setToolTipsVisible(True)
        for action in ids:
            if action == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._made[action])

    def menu(self, title: str, ids: Sequence[str], parent: QWidget) -> QMenu:
        """Return a menu, for a button or as a context menu; it belongs to `parent`."""
        made = QMenu(title, parent)
        made.setObjectName(f"menu_{title.casefold().replace(' ', '_')}")
        made.setAccessibleName(title)
        self.fill(made, ids)
        return made

    def fill_bar(self, bar: QMenuBar) -> None:
        """One menu for each section, in the declared order; a section without actions is absent."""
        for section in dict.fromkeys(row.section for row in self._rows.values()):
            ids = [row.id for row in self.rows() if row.section == section]
            if ids:
                bar.addMenu(self.menu(section, ids, bar))

    # Inside

    def _make(self, row: Action) -> QAction:
        made = QAction(row.title.replace("&", "&&"), self._window)
        made.setObjectName(f"action_{row.id}")
        made.setData(row.id)
        if row.icon:
            made.setIcon(theme.icon(row.icon))
        made.setCheckable(row.is_on is not None)
        made.setVisible(row.run is not None)
        made.triggered.connect(self._on_triggered)
        self._window.addAction(made)
        return made

    def _refresh(self) -> None:
        for action, made in self._made.items():
            self._dress(action, made)
        self.changed.emit()

    def _dress(self, action: str, made: QAction) -> None:
        row = self._rows[action]
        reason = row.reason(self._context)
        made.setEnabled(not reason and row.run is not None)
        if row.is_on is not None:
            made.setChecked(row.is_on(self._context))
        made.setShortcut(self.shortcuts.keys(action))
        keys = self.shortcuts.text(action)
        title = f"{row.title} ({keys})" if keys else row.title
        made.setToolTip(f"{title}\n{reason}" if reason else title)
        made.setStatusTip(reason)

    @Slot()
    def _on_triggered(self) -> None:
        sender = self.sender()
        if not isinstance(sender, QAction):
            return
        action = str(sender.data())
        self.run(action)
        # A click has flipped the check mark, which is the context's to decide.
        self._dress(action, sender)

    @Slot()
    def _on_shortcuts(self) -> None:
        self._refresh()
