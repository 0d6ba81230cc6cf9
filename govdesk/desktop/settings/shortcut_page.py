"""The list of shortcuts: find an action, press its new keys, see who has them already."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QWidget

from govdesk.desktop import theme
from govdesk.desktop.actions import Actions
from govdesk.desktop.entrance.dressing import Help
from govdesk.desktop.forms.ui_settings import Ui_SettingsForm
from govdesk.desktop.settings.shortcut_table import ID_ROLE, ShortcutTable

_PROMPT: Final = "Press the keys it shall have."


class ShortcutPage(QObject):
    """Joins the form's second tab to the keys of the window's actions."""

    def __init__(self, form: Ui_SettingsForm, actions: Actions, page: QWidget):
        super().__init__(page)
        self._form: Any = form
        self._actions, self._shortcuts = actions, actions.shortcuts
        self._model = ShortcutTable(actions, self)
        self._help = Help(page, "shortcut_keys")
        self._wanted = QKeySequence()
        self._is_stale = False
        self._dress()
        self._connect()
        self._choose_first()

    def _dress(self) -> None:
        table = self._form.shortcuts_table
        table.setModel(self._model)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(theme.ROW_HEIGHT)
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 32), (2, 48)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, width * theme.GRID)
        table.setMinimumHeight(4 * theme.ROW_HEIGHT)
        table.installEventFilter(self)
        for name in ("shortcut_reset", "shortcuts_reset_all"):
            button = getattr(self._form, name)
            button.setIcon(theme.icon("undo-2"))
            button.setIconSize(QSize(theme.ICON, theme.ICON))
        keys = self._form.shortcut_keys
        keys.setClearButtonEnabled(False)
        keys.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        keys.installEventFilter(self)
        self._form.shortcut_take.hide()

    def _connect(self) -> None:
        form = self._form
        form.shortcuts_find.textChanged.connect(self._model.find)
        form.shortcuts_table.selectionModel().currentRowChanged.connect(self._on_row)
        form.shortcut_keys.keySequenceChanged.connect(self._on_keys)
        form.shortcut_take.clicked.connect(self._on_take)
        form.shortcut_none.clicked.connect(self._on_none)
        form.shortcut_reset.clicked.connect(self._on_reset)
        form.shortcuts_reset_all.clicked.connect(self._shortcuts.reset_all)
        self._model.modelReset.connect(self._choose_first)
        self._actions.changed.connect(self._on_shortcuts)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shift+Tab leaves the field, which would otherwise take it for new keys.

        The table is read anew when it comes into view, if anything changed meanwhile.
        """
        if event.type() == QEvent.Type.Show and self._is_stale:
            self._refresh()
        if watched is not self._form.shortcut_keys:
            return False
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        leaves = event.key() == Qt.Key.Key_Backtab
        if leaves:
            self._form.shortcuts_table.setFocus(Qt.FocusReason.BacktabFocusReason)
        return leaves

    @property
    def action(self) -> str:
        """Id of the chosen action; empty when none is."""
        index = self._form.shortcuts_table.currentIndex()
        return str(index.data(ID_ROLE) or "") if index.isValid() else ""

    @Slot()
    def _choose_first(self) -> None:
        """There is always an action to change, unless none is found."""
        self._form.shortcuts_table.selectRow(0)
        self._on_chosen()

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, current: QModelIndex, previous: QModelIndex) -> None:
        self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        action = self.action
        form = self._form
        for name in ("shortcut_keys", "shortcut_none", "shortcut_reset", "shortcut_keys_label"):
            getattr(form, name).setEnabled(bool(action))
        form.shortcuts_reset_all.setEnabled(self._model.has_own)
        form.shortcut_take.hide()
        if not action:
            self._write(QKeySequence())
            self._help.hint("No action is called like this.")
            return
        keys = self._shortcuts.keys(action)
        self._write(keys)
        form.shortcut_none.setEnabled(not keys.isEmpty())
        form.shortcut_reset.setEnabled(self._shortcuts.is_own(action))
        title = self._model.title(action)
        form.shortcut_keys_label.setText(f"&Keys of “{title}”".replace("&&", "&"))
        self._help.hint(_PROMPT)

    @Slot(QKeySequence)
    def _on_keys(self, keys: QKeySequence) -> None:
        action = self.action
        if not action or keys.isEmpty() or keys == self._shortcuts.keys(action):
            return
        self._try(action, keys)

    def _try(self, action: str, keys: QKeySequence) -> None:
        try:
            self._shortcuts.choose(action, keys)
        except ValueError as refused:
            self._wanted = keys
            self._write(keys)
            holder = self._shortcuts.holder(keys, besides=action)
            self._form.shortcut_take.setVisible(holder is not None)
            self._help.fault(str(refused))

    @Slot()
    def _on_take(self) -> None:
        self._form.shortcut_keys.setFocus()
        self._shortcuts.choose(self.action, self._wanted, take=True)

    @Slot()
    def _on_none(self) -> None:
        self._form.shortcut_keys.setFocus()
        self._shortcuts.choose(self.action, QKeySequence())

    @Slot()
    def _on_reset(self) -> None:
        self._form.shortcut_keys.setFocus()
        action = self.action
        self._try(action, self._model.default_keys(action))

    @Slot()
    def _on_shortcuts(self) -> None:
        # Every selection anywhere is a change of context; unseen, it would cost for nothing.
        self._is_stale = True
        if self._form.shortcuts_table.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        self._is_stale = False
        self._model.refresh()
        self._on_chosen()

    def _write(self, keys: QKeySequence) -> None:
        edit = self._form.shortcut_keys
        blocked = edit.blockSignals(True)
        edit.setKeySequence(keys)
        edit.blockSignals(blocked)
