"""What the questions about access choose from: a person, a permission, a place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from govdesk.desktop import theme
from govdesk.domain.permissions import PERMISSIONS
from govdesk.services.access import Node, Person

_DATA: Final = Qt.ItemDataRole.UserRole
_INDENT: Final = "    "


class PersonField(QLineEdit):
    """A name or an address, completed from the members. `changed` carries an id, or None."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("access_person")
        self.setPlaceholderText("Name or e-mail address")
        self.setMinimumHeight(theme.CONTROL_HEIGHT)
        self._by_words: dict[str, Person] = {}
        self._offers = QStringListModel(self)
        completer = QCompleter(self._offers, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        popup = completer.popup()
        if popup is not None:
            popup.setObjectName("access_person_offers")
            popup.setAccessibleName("People")
        self.setCompleter(completer)
        self.textChanged.connect(self._on_text)

    def offer(self, people: Sequence[Person]) -> None:
        """Offer these people."""
        self._by_words = {}
        for person in people:
            self._by_words[_words(person).casefold()] = person
            self._by_words.setdefault(person.email.casefold(), person)
        self._offers.setStringList([_words(person) for person in people])

    @property
    def person(self) -> Person | None:
        """Who is meant."""
        return self._by_words.get(self.text().strip().casefold())

    def choose(self, member: UUID | None) -> None:
        """Name a person, if she is offered."""
        for person in self._by_words.values():
            if person.id == member:
                self.setText(_words(person))
                self.setCursorPosition(0)
                return

    @Slot()
    def _on_text(self) -> None:
        person = self.person
        self.changed.emit(person.id if person else None)


def _words(person: Person) -> str:
    name = person.display_name
    state = "" if person.status == "active" else f" ({person.status})"
    return f"{name} · {person.email}{state}" if name else f"{person.email}{state}"


class PermissionBox(QComboBox):
    """Permissions by what they are about; each is a sentence, its name follows."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("access_permission")
        self.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(20)
        model = QStandardItemModel(self)
        for noun, rows in groupby(sorted(PERMISSIONS, key=lambda p: p.noun.casefold()), _noun):
            title = QStandardItem(noun[:1].upper() + noun[1:])
            title.setFlags(Qt.ItemFlag.NoItemFlags)
            title.setFont(theme.font("strong"))
            model.appendRow(title)
            for row in rows:
                item = QStandardItem(f"{_INDENT}{row.sentence} ({row.name})")
                item.setData(row.name, _DATA)
                model.appendRow(item)
        self.setModel(model)
        self.choose("audit.read")

    @property
    def permission(self) -> str:
        """The name of the permission that is chosen."""
        return str(self.currentData(_DATA) or "")

    def choose(self, permission: str) -> None:
        """Choose a permission, if there is one of that name."""
        place = self.findData(permission, _DATA)
        if place >= 0:
            self.setCurrentIndex(place)


def _noun(permission: object) -> str:
    return str(getattr(permission, "noun", ""))


class NodeBox(QComboBox):
    """The organization, its systems, their customers, each below what it belongs to."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("access_node")
        self.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(20)
        self._nodes: dict[str, Node] = {}

    def offer(self, nodes: Sequence[Node]) -> None:
        """Offer these, from the top."""
        self._nodes = {node.path: node for node in nodes}
        top = min((node.path.count(".") for node in nodes), default=0)
        self.clear()
        for node in nodes:
            depth = node.path.count(".") - top
            state = "" if node.status == "active" else f" ({node.status})"
            self.addItem(f"{_INDENT * depth}{node.name}{state}", node.path)
            self.setItemData(self.count() - 1, node.path, Qt.ItemDataRole.ToolTipRole)

    @property
    def node(self) -> Node | None:
        """The node that is chosen."""
        return self._nodes.get(str(self.currentData() or ""))

    def choose(self, path: str) -> None:
        """Choose a node, if it is offered."""
        place = self.findData(path)
        if place >= 0:
            self.setCurrentIndex(place)
