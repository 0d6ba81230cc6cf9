"""The settings page: every change holds and is saved at once; each field can be reset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy, QToolButton, QWidget

from govdesk.config.preferences import BY_KEY, NotAllowed
from govdesk.desktop import theme, zones
from govdesk.desktop.actions import Actions
from govdesk.desktop.entrance.dressing import Dressing, Help, say
from govdesk.desktop.forms.ui_settings import Ui_SettingsForm
from govdesk.desktop.settings.changes import LivePreferences
from govdesk.desktop.settings.shortcut_page import ShortcutPage
from govdesk.desktop.settings.zone_list import ZoneList, offset, understood, written

_SHOWN = ("theme", "compact_rows", "time_zone", "idle_lock_minutes")


class SettingsPage(QWidget):
    """Shows preferences and changes them; a change made elsewhere shows here too."""

    def __init__(self, live: LivePreferences, actions: Actions, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("settings_page")
        self._preferences = live.preferences
        self._form: Any = Ui_SettingsForm()
        self._form.setupUi(self)
        self.setObjectName("settings_page")
        self._dressing = Dressing(self)
        self._help = {key: Help(self, key) for key in _SHOWN}
        self._resets = {key: self._reset_button(key) for key in _SHOWN}
        self.shortcut_page = ShortcutPage(self._form, actions, self)
        self._lay_out()
        self._fill()
        for key in _SHOWN:
            self._show_value(key)
        self._connect()
        live.changed.connect(self._on_change)
        say(self._form.notices, "\n".join(self._preferences.notices), "state_attention")

    def show_shortcuts(self) -> None:
        """Turn to the list of shortcuts, ready to search in it."""
        self._form.tabs.setCurrentWidget(self._form.shortcuts_tab)
        self._form.shortcuts_find.setFocus()

    def show_general(self) -> None:
        """Turn to the preferences."""
        self._form.tabs.setCurrentWidget(self._form.general_tab)
        self._form.theme.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """The time in the chosen zone has moved on."""
        super().showEvent(event)
        self._help["time_zone"].hint(self._words("time_zone"))

    # Building

    def _lay_out(self) -> None:
        form = self._form
        form.page_column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.MARGIN)
        form.page_column.setSpacing(theme.INSIDE)
        form.outer_page.setContentsMargins(0, theme.GAP, theme.GAP, theme.GAP)
        form.outer_page.setSpacing(theme.MARGIN)
        form.outer_shortcuts.setContentsMargins(0, theme.GAP, 0, 0)
        form.outer_shortcuts.setSpacing(theme.GAP)
        form.general.setMaximumWidth(theme.READING_WIDTH)
        form.general_area.setMinimumHeight(0)
        form.general.setAutoFillBackground(False)
        form.general_area.viewport().setAutoFillBackground(False)
        form.tabs.tabBar().setObjectName("settings_tabs")
        form.tabs.tabBar().setAccessibleName("Settings")
        QWidget.setTabOrder(form.tabs.tabBar(), form.theme)

    def _fill(self) -> None:
        form, rows = self._form, BY_KEY
        for value, words in rows["theme"].choices:
            form.theme.addItem(words, value)
        self._zones = ZoneList(self)
        form.time_zone.setModel(self._zones)
        form.time_zone.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        completer = QCompleter(self._zones, form.time_zone)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionRole(Qt.ItemDataRole.EditRole)
        form.time_zone.setCompleter(completer)
        form.time_zone.lineEdit().setObjectName("time_zone_text")
        form.time_zone.lineEdit().setAccessibleName("Time zone")
        row = rows["idle_lock_minutes"]
        limit = self._preferences.limit("idle_lock_minutes")
        most = row.most if limit is None else limit
        form.idle_lock_minutes.setRange(row.least, most)
        form.idle_lock_minutes.setSuffix(f" {row.unit}")
        for key in _SHOWN:
            self._help[key].hint(rows[key].help)

    def _reset_button(self, key: str) -> QToolButton:
        button = self.findChild(QToolButton, f"{key}_reset")
        assert button is not None, key
        button.setIcon(theme.icon("undo-2"))
        button.setProperty("preference", key)
        policy = QSizePolicy(button.sizePolicy())
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        button.setIconSize(QSize(theme.ICON, theme.ICON))
        button.clicked.connect(self._on_reset)
        return button

    def _connect(self) -> None:
        form = self._form
        form.theme.activated.connect(self._on_theme)
        form.compact_rows.toggled.connect(self._on_compact)
        form.idle_lock_minutes.valueChanged.connect(self._on_minutes)
        form.time_zone.activated.connect(self._on_zone)
        form.time_zone.lineEdit().editingFinished.connect(self._on_zone)

    # From the person

    @Slot()
    def _on_theme(self) -> None:
        self._choose("theme", self._form.theme.currentData())

    @Slot(bool)
    def _on_compact(self, on: bool) -> None:
        self._choose("compact_rows", on)

    @Slot(int)
    def _on_minutes(self, minutes: int) -> None:
        self._choose("idle_lock_minutes", minutes)

    @Slot()
    def _on_zone(self) -> None:
        self._choose("time_zone", understood(self._form.time_zone.currentText()))

    @Slot()
    def _on_reset(self) -> None:
        key = str(self.sender().property("preference"))
        control = self.findChild(QWidget, key)
        if control is not None:
            # The button goes; the keyboard stays with the field.
            control.setFocus()
        self._preferences.reset(key)
        self._show_value(key)

    def _choose(self, key: str, value: Any) -> None:
        if value == self._preferences.get(key):
            self._show_value(key)
            return
        try:
            self._preferences.set(key, value)
        except NotAllowed as refused:
            self._help[key].fault(refused.sentence)
            return
        self._show_value(key)

    # To the person

    @Slot(str, object)
    def _on_change(self, key: str, value: object) -> None:
        if key in _SHOWN:
            self._show_value(key)

    def _show_value(self, key: str) -> None:
        value = self._preferences.get(key)
        self._help[key].hint(self._words(key))
        self._resets[key].setVisible(self._preferences.layer(key) == "person")
        form = self._form
        if key == "theme":
            form.theme.setCurrentIndex(form.theme.findData(value))
        elif key == "compact_rows":
            form.compact_rows.setChecked(value)
        elif key == "idle_lock_minutes":
            form.idle_lock_minutes.setValue(value)
        elif form.time_zone.currentText() != written(value):
            row = form.time_zone.findData(value)
            form.time_zone.setCurrentIndex(row)
            form.time_zone.setEditText(written(value))

    def _words(self, key: str) -> str:
        help = BY_KEY[key].help
        if key == "time_zone":
            value = self._preferences.get(key)
            now = datetime.now(zones.zone_of(value))
            return f"It is {now:%H:%M} there ({offset(value)}). {help}"
        limit = self._preferences.limit(key)
        if limit is not None:
            return f"{help} Your organization's policy allows at most {limit} minutes."
        if self._preferences.layer(key) == "site":
            return f"{help} Your organization's policy chose this."
        return help
