"""Three lists in one: what waits for me, what I asked for, what is decided; a title above each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from govdesk.desktop.approvals.drawing import ROW_ROLE, DecisionDelegate
from govdesk.services import decision_words
from govdesk.services.decisions import Decision

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class Row:
    """A title, a sentence about an empty list, or a decision as it is drawn."""

    kind: str
    words: str
    below: str = ""
    meaning: str = ""
    state: str = ""
    decision: Decision | None = None

    @property
    def sentence(self) -> str:
        """The row as a screen reader says it."""
        return ". ".join(part for part in (self.words, self.state, self.below) if part)


def grouped(found: Sequence[Decision], now: datetime) -> list[Row]:
    """Return the lists one below the other, each with its title."""
    waiting = [d for d in found if d.waits_for_me and d.expires_at > now]
    mine = [d for d in found if d.is_mine and d.is_open and d not in waiting]
    others = [d for d in found if d.is_open and d not in waiting and d not in mine]
    over = [d for d in found if not d.is_open]
    rows = _part("Waiting for me", waiting, "Nothing waits for you.", now)
    rows += _part("Requested by me", mine, "You have asked for nothing that is undecided.", now)
    if others:
        rows += _part("Waiting for somebody else", others, "", now)
    return rows + _part("Decided", over, "Nothing has been decided yet.", now)


def _part(title: str, found: Sequence[Decision], empty: str, now: datetime) -> list[Row]:
    count = f" ({len(found)})" if found else ""
    rows = [_row(decision, now) for decision in found]
    return [Row("title", f"{title}{count}"), *(rows or [Row("nothing", empty)])]


def _row(decision: Decision, now: datetime) -> Row:
    meaning, word = decision_words.state(decision, now)
    parts = [decision_words.person(decision.requester)]
    if decision.decided_at is not None:
        parts.append(f"decided {decision_words.ago(decision.decided_at, now)}")
    else:
        parts.append(decision_words.ago(decision.created_at, now))
    left = decision_words.countdown(decision, now)
    if left and left != "expired":
        parts.append(left)
    return Row("decision", decision.summary, " · ".join(parts), meaning, word, decision)


class DecisionRows(QAbstractListModel):
    """The rows; titles cannot be chosen."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.rows: list[Row] = []

    def show(self, rows: list[Row]) -> None:
        """Other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many lines, titles included."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words; for a screen reader the whole sentence."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.sentence
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.sentence if row.decision else None
        return row if role == ROW_ROLE else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Only decisions can be chosen."""
        if self.rows[index.row()].decision is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def place_of(self, decision: UUID | None) -> int:
        """Row of a decision, or -1."""
        places = (i for i, r in enumerate(self.rows) if r.decision and r.decision.id == decision)
        return next(places, -1)


class DecisionList(QListView):
    """`chosen` carries the id that the keyboard is on, or None."""

    chosen = Signal(object)
    opened = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("approvals_list")
        self.setAccessibleName("Decisions")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setItemDelegate(DecisionDelegate(self))
        self._rows = DecisionRows(self)
        self.setModel(self._rows)
        self._found: list[Decision] = []
        self._is_filling = False
        self.selectionModel().currentChanged.connect(self._on_current)
        self.activated.connect(self._on_activated)

    @property
    def current(self) -> UUID | None:
        """The decision that the keyboard is on."""
        row = self.currentIndex().data(ROW_ROLE)
        return row.decision.id if isinstance(row, Row) and row.decision else None

    def decisions(self) -> list[Decision]:
        """Everything that is shown."""
        return list(self._found)

    def show_decisions(self, found: Sequence[Decision]) -> None:
        """Show others; the one that was chosen stays so, wherever it is now."""
        self._found = list(found)
        self.retell()
        if self.current is None:
            first = next((i for i, r in enumerate(self._rows.rows) if r.decision), -1)
            if first >= 0:
                self.setCurrentIndex(self._rows.index(first, 0))

    def retell(self) -> None:
        """Tell the time anew."""
        before, top = self.current, self.verticalScrollBar().value()
        self._is_filling = True
        self._rows.show(grouped(self._found, datetime.now(UTC)))
        is_here = self.choose(before)
        self._is_filling = False
        if before is not None and not is_here:
            self.chosen.emit(None)
        self.verticalScrollBar().setValue(top)

    def choose(self, decision: UUID | None) -> bool:
        """Go to a decision; False if it is not here."""
        place = self._rows.place_of(decision)
        if place >= 0:
            self.setCurrentIndex(self._rows.index(place, 0))
        return place >= 0

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        if not self._is_filling:
            self.chosen.emit(self.current)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit()
