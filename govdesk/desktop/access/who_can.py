"""Who can: everybody who may do something somewhere, and through which grants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import (
    QGuiApplication,
    QKeySequence,
    QShortcut,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QAbstractItemView, QDialogButtonBox, QTableView, QWidget

from govdesk.desktop import theme
from govdesk.desktop.access.question import Preselected, QuestionDialog
from govdesk.desktop.widgets import announce
from govdesk.jobs import Jobs
from govdesk.services import access, access_answers
from govdesk.services.access import Holder, Node
from govdesk.services.link import Link, Session

_ID: Final = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Answer:
    """Who can, and what was asked: the fields may have moved on since."""

    permission: str
    node: Node
    holders: tuple[Holder, ...]

    @property
    def sentence(self) -> str:
        """How many may do what where."""
        what = f"may {access_answers.does(self.permission)} on {self.node.name}"
        if not self.holders:
            return f"Nobody {what}."
        people = "person" if len(self.holders) == 1 else "people"
        return f"{len(self.holders):,} {people} {what}."


class WhoCanDialog(QuestionDialog):
    """`person_asked` carries the id of the member that was opened."""

    person_asked = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        chosen: Preselected | None = None,
        parent: QWidget | None = None,
    ):
        super().__init__(link, jobs, chosen or Preselected(), parent, "Who can …")
        self.setObjectName("who_can_dialog")
        self._holders: list[Holder] = []
        self._model = QStandardItemModel(0, 3, self)
        self._model.setHorizontalHeaderLabels(["Person", "E-mail address", "Through"])
        self.table = self._make_table()
        self._copy = self.buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self._copy.setObjectName("who_copy")
        self._copy.clicked.connect(self.copy)
        self._open = self.buttons.addButton("Open person", QDialogButtonBox.ButtonRole.ActionRole)
        self._open.setObjectName("who_open")
        self._open.clicked.connect(self._on_open)
        for button in (self._copy, self._open):
            button.setAutoDefault(False)
        self.body.addWidget(self.table, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy)
        self._lay_out(with_person=False)
        self._allow()
        self.permission.setFocus()
        self.begin()

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("who_table")
        table.setAccessibleName("People who can")
        table.setModel(self._model)
        table.setShowGrid(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(theme.ROW_HEIGHT)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        for column, width in enumerate((36 * theme.GRID, 46 * theme.GRID)):
            table.setColumnWidth(column, width)
        table.activated.connect(self._on_activated)
        table.selectionModel().selectionChanged.connect(self._allow)
        return table

    def _question(self) -> Callable[[Session], Answer] | None:
        node, permission = self.node.node, self.permission.permission
        if node is None or not permission:
            return None
        return lambda session: Answer(
            permission, node, tuple(access.who_can(session, permission, node.path))
        )

    def _answered(self, answer: Answer) -> None:
        self._holders = list(answer.holders)
        self._model.removeRows(0, self._model.rowCount())
        for holder in answer.holders:
            cells = (holder.display_name, holder.email, access_answers.through(holder))
            self._model.appendRow([_item(cell, holder) for cell in cells])
        self._say(answer.sentence, "text")
        announce(self, self.message.text())
        self._allow()

    @Slot()
    def _allow(self) -> None:
        self._copy.setEnabled(bool(self._holders))
        self._open.setEnabled(len(self._chosen_ids()) == 1)

    def _chosen_ids(self) -> list[UUID]:
        return [index.data(_ID) for index in self.table.selectionModel().selectedRows()]

    @Slot()
    def copy(self) -> None:
        """Copy the selected people, or all of them, as TSV with a line of titles."""
        chosen = set(self._chosen_ids())
        rows = [h for h in self._holders if not chosen or h.member_id in chosen]
        QGuiApplication.clipboard().setText(access_answers.as_tsv(rows))
        self._say(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'} copied.")
        announce(self, self.message.text())

    @Slot()
    def _on_open(self) -> None:
        for member in self._chosen_ids()[:1]:
            self.person_asked.emit(member)
            self.accept()

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.person_asked.emit(index.data(_ID))
        self.accept()


def _item(words: str, holder: Holder) -> QStandardItem:
    item = QStandardItem(words)
    item.setData(holder.member_id, _ID)
    item.setToolTip(words)
    return item
