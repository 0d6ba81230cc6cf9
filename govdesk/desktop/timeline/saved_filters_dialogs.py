"""Dialogs in which filters are given names, renamed, deleted and shared."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.timeline.saved_filters import SavedFilters

_LONGEST_NAME = 80
_TEXT = Qt.ItemDataRole.UserRole


class SaveFilter(QDialog):
    """Asks for the name under which a filter is kept."""

    def __init__(self, filters: SavedFilters, text: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._filters, self._text = filters, text
        self.setObjectName("save_filter")
        self.setWindowTitle("Save this filter")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name = QLineEdit()
        self._name.setObjectName("filter_name")
        self._name.setMaxLength(_LONGEST_NAME)
        self._help = _wrapped("")
        self._help.setObjectName("filter_name_help")
        label = QLabel("&Name")
        label.setBuddy(self._name)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        for which, name in (("Save", "filter_name_save"), ("Cancel", "filter_name_cancel")):
            button = self._buttons.button(QDialogButtonBox.StandardButton[which])
            button.setObjectName(name)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._name.textChanged.connect(self._judge)
        column = _column(self)
        column.setSpacing(theme.INSIDE)
        for widget in (label, self._name, self._help, _wrapped(text), self._buttons):
            column.addWidget(widget)
        self.setMinimumWidth(theme.GRID * 100)
        self._judge()

    def accept(self) -> None:
        """Keep the filter, unless it has no name."""
        name = self._name.text().strip()
        if name:
            self._filters.save(name, self._text)
            super().accept()

    @Slot()
    def _judge(self) -> None:
        name = self._name.text().strip()
        taken = name in self._filters.saved
        self._help.setText(
            "A filter of this name is saved already; it will be replaced."
            if taken
            else "A few words by which you find it again."
        )
        save = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        save.setText("Replace" if taken else "Save")
        save.setEnabled(bool(name))


class ManageFilters(QDialog):
    """Lists the saved filters; what is changed here is changed at once."""

    def __init__(self, filters: SavedFilters, parent: QWidget | None = None):
        super().__init__(parent)
        self._filters = filters
        self.setObjectName("manage_filters")
        self.setWindowTitle("Saved filters")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._list = QListWidget()
        self._list.setObjectName("saved_filters_list")
        self._list.setAccessibleName("Saved filters")
        self._help = _wrapped("")
        self._help.setObjectName("saved_filters_help")
        self._text = _wrapped("")
        self._text.setFont(theme.font("secondary"))
        self._rename = self._button("&Rename", "rename_filter", self._on_rename)
        self._delete = self._button("&Delete", "delete_filter", self._on_delete)
        self._share = self._button("&Copy as text", "share_filter", self._on_share)
        self._lay_out()
        self._fill()
        self._list.itemChanged.connect(self._on_renamed)
        self._list.currentItemChanged.connect(self._show_current)
        self._show_current()

    def _button(self, text: str, name: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        for button in (self._rename, self._delete, self._share):
            buttons.addWidget(button)
        buttons.addStretch()
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self._list, 1)
        row.addLayout(buttons)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        leave = close.button(QDialogButtonBox.StandardButton.Close)
        leave.setObjectName("saved_filters_close")
        leave.setAutoDefault(False)
        column = _column(self)
        column.setSpacing(theme.INSIDE)
        column.addLayout(row, 1)
        for widget in (self._text, self._help, close):
            column.addWidget(widget)
        self.resize(theme.GRID * 130, theme.GRID * 90)

    def _fill(self) -> None:
        for name, text in self._filters.saved.items():
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(_TEXT, (name, text))
            item.setToolTip(text)
            item.setSizeHint(QSize(0, theme.ROW_HEIGHT))
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    @Slot()
    def _show_current(self) -> None:
        item = self._list.currentItem()
        for button in (self._rename, self._delete, self._share):
            button.setEnabled(item is not None)
        self._text.setText(item.data(_TEXT)[1] if item is not None else "No filter is saved.")
        self._help.setText("")

    @Slot()
    def _on_rename(self) -> None:
        self._list.editItem(self._list.currentItem())

    @Slot(QListWidgetItem)
    def _on_renamed(self, item: QListWidgetItem) -> None:
        old, text = item.data(_TEXT)
        new = item.text().strip()
        if new == old:
            return
        if not new or new in self._filters.saved or len(new) > _LONGEST_NAME:
            self._help.setText(
                f"“{new}” is the name of another filter; the name stays as it was."
                if new in self._filters.saved
                else f"A name has 1 to {_LONGEST_NAME} characters; the name stays as it was."
            )
            item.setText(old)
            return
        self._filters.rename(old, new)
        self._help.setText("")
        item.setData(_TEXT, (new, text))

    @Slot()
    def _on_delete(self) -> None:
        item = self._list.currentItem()
        self._filters.delete(item.data(_TEXT)[0])
        self._list.takeItem(self._list.row(item))

    @Slot()
    def _on_share(self) -> None:
        QGuiApplication.clipboard().setText(self._list.currentItem().data(_TEXT)[1])
        self._help.setText("Copied. Paste it into a message, or into another filter bar.")


def _column(dialog: QDialog) -> QVBoxLayout:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
    column.setSpacing(theme.GAP)
    return column


def _wrapped(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
