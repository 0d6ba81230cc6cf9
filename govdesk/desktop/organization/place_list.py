"""Sites or teams as a table with its side panel."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import Section, button
from govdesk.desktop.organization.place_panel import Place, PlacePanel
from govdesk.desktop.tables import WindowedTable
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.tables.held import HeldModel, prepare
from govdesk.desktop.widgets import Words
from govdesk.jobs import Jobs
from govdesk.services import registrations

_STATES = {"active": ("circle-check", "state_ok"), "closed": ("minus", "state_neutral")}
_BESIDE_FROM = 180 * theme.GRID
_ROWS_SHOWN = 6
_STATE = Column(
    "status",
    "State",
    lambda p: "open" if p.status == "active" else "closed",
    10,
    icon=lambda p: _STATES[p.status],
)
SITE_COLUMNS = (
    Column("name", "Name", lambda s: s.name, 24),
    Column("address", "Address", lambda s: ", ".join(s.address.split("\n")), 30, stretch=True),
    Column("country", "Country", lambda s: registrations.country_name(s.country), 18),
    _STATE,
)
TEAM_COLUMNS = (
    Column("name", "Name", lambda t: t.name, 30, stretch=True),
    Column("site_name", "Site", lambda t: t.site_name or "", 24),
    _STATE,
)


class PlaceList(Section):
    """A table, Add, and the panel that opens beside it, or below where there is no room.

    `changed` carries what was done, in words.
    """

    changed = Signal(str)

    def __init__(
        self,
        kind: str,
        title: str,
        purpose: str,
        columns: tuple[Column, ...],
        panel: PlacePanel,
        jobs: Jobs,
        parent: QWidget | None = None,
    ):
        super().__init__(title, purpose, parent)
        self._kind, self._may_write = kind, False
        self.panel = panel
        self.model = HeldModel(columns, jobs, self._sentence, _value, self)
        self.table = WindowedTable(self.model, f"{kind}_table", self)
        self.table.setAccessibleName(title)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.none = Words("", "body", "text_secondary", self, wraps=True)
        self.none.setObjectName(f"{kind}_none")
        self.add = button(f"Add {kind}", f"{kind}_add", self._on_add, self, icon="plus")
        self.add_button(self.add)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.INSIDE)
        self._row.addWidget(self.table, 3, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(panel, 2)
        self.column.addWidget(self.none)
        self.column.addLayout(self._row)
        self.table.opened.connect(self._on_opened)
        panel.saved.connect(self._on_saved)
        panel.closed.connect(self._on_closed)

    def show_places(self, found: list[Any], may_write: bool) -> None:
        """Show these; whoever is editing goes on."""
        self._may_write = may_write
        self.add.setVisible(may_write)
        chosen = self.model.item(self.table.current_row())
        self.model.hold(prepare(found, lambda p: [p.name], lambda p: p.name))
        self.model.sort(len(self.model.columns) - 1, Qt.SortOrder.AscendingOrder)
        rows = min(max(len(found), 1), _ROWS_SHOWN)
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + rows * theme.ROW_HEIGHT + theme.GAP)
        self.table.setVisible(bool(found))
        act = f" Add the first {self._kind}." if may_write else ""
        self.none.setText(f"None is recorded yet.{act}")
        self.none.setVisible(not found)
        if chosen is not None and (row := self.model.row_of(chosen.id)) >= 0:
            self.table.selectRow(row)
            self.table.setCurrentIndex(self.model.index(row, 0))

    @Slot()
    def _on_add(self) -> None:
        self.panel.begin(None)

    @Slot(int)
    def _on_opened(self, row: int) -> None:
        place: Place | None = self.model.item(row)
        if place is not None and self._may_write:
            self.panel.begin(place)

    @Slot(str)
    def _on_saved(self, words: str) -> None:
        self._on_closed()
        self.changed.emit(words)

    @Slot()
    def _on_closed(self) -> None:
        self.panel.hide()
        (self.table if self.table.isVisible() else self.add).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_FROM
        way = QBoxLayout.Direction
        self._row.setDirection(way.LeftToRight if beside else way.TopToBottom)

    def _sentence(self, place: Place) -> str:
        state = "open" if place.status == "active" else "closed"
        act = " Press Enter to change it." if self._may_write else ""
        return f"{self._kind.capitalize()} {place.name}, {state}.{act}"


def _value(place: Any, key: str) -> Any:
    return place.status if key == "status" else getattr(place, key, "") or ""
