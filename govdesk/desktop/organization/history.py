"""Every version of the legal identity: since when, by whom, what differs, and a way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import Section, button
from govdesk.desktop.tables import WindowedTable
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.tables.held import HeldModel, prepare
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.timeline.diff_pieces import compared
from govdesk.desktop.timeline.diff_view import DiffView
from govdesk.desktop.widgets import Words
from govdesk.jobs import Jobs
from govdesk.services import metadata, registrations
from govdesk.services.metadata import Metadata, Version

_STANDINGS = {
    "in force": ("badge-check", "state_ok"),
    "coming": ("clock", "severity_notice"),
    "past": ("history", "state_neutral"),
    "never in force": ("minus", "state_neutral"),
}
_ROWS_SHOWN = 5


def day_text(version: Version, zone: tzinfo) -> str:
    """The day from which a version holds."""
    return f"{version.effective_from.astimezone(zone):%Y-%m-%d}"


def who(version: Version) -> str:
    """Who wrote a version, without the kind of actor."""
    return version.created_by.removeprefix("user:")


class History(Section):
    """A table of versions, newest first; below it the one chosen against the one before it.

    Two chosen rows are compared with each other. `restore_wanted` carries a version's number.
    """

    restore_wanted = Signal(int)

    def __init__(self, jobs: Jobs, zone: Callable[[], tzinfo], parent: QWidget | None = None):
        super().__init__("History", "Nothing is overwritten: each saving is a version.", parent)
        self._zone = zone
        self._found: Metadata | None = None
        self._may_write = False
        self.model = HeldModel(self._columns(), jobs, self._sentence, _value, self)
        self.table = WindowedTable(self.model, "metadata_history", self)
        self.table.setAccessibleName("Versions, newest first")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.restore = button("Restore", "metadata_restore", self._on_restore, self, icon="undo-2")
        self.add_button(self.restore)
        self.words = Words("", "body", "text_secondary", self, wraps=True)
        self.words.setObjectName("metadata_compared")
        self.diff = DiffView(self)
        self.diff.setObjectName("metadata_diff")
        for part in (self.table, self.words, self.diff):
            self.column.addWidget(part)

    # Content

    def show_found(self, found: Metadata, may_write: bool) -> None:
        """Show these versions; the newest is chosen."""
        self._found, self._may_write = found, may_write
        self.restore.setVisible(may_write)
        self.setVisible(bool(found.versions))
        held = prepare(found.versions, lambda v: [v.legal_entity], lambda v: str(v.version))
        self.model.hold(held)
        self.model.sort(0, Qt.SortOrder.DescendingOrder)
        rows = min(max(len(found.versions), 2), _ROWS_SHOWN)
        height = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(height + rows * theme.ROW_HEIGHT + theme.GAP)
        self.table.selectRow(0)
        self._on_selection()

    def chosen(self) -> list[Version]:
        """The selected versions, oldest first."""
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        items = [self.model.item(row) for row in sorted(rows)]
        return sorted((one for one in items if one is not None), key=lambda one: one.version)

    @Slot()
    def _on_selection(self) -> None:
        chosen, found = self.chosen(), self._found
        if found is None or not chosen:
            self._compare(None, None)
            return
        last = chosen[-1]
        first = chosen[0] if len(chosen) > 1 else self._before(last)
        self._compare(first, last)
        is_one = len(chosen) == 1
        self.restore.setEnabled(is_one and last.draft != found.versions[0].draft)
        self.restore.setToolTip(
            "Write what this version says as a new one, in force at once"
            if self.restore.isEnabled()
            else "Choose one version that says something else than the newest"
        )

    def _before(self, version: Version) -> Version | None:
        assert self._found is not None
        earlier = [one for one in self._found.versions if one.version < version.version]
        return max(earlier, key=lambda one: one.version, default=None)

    def _compare(self, first: Version | None, last: Version | None) -> None:
        if last is None:
            self.words.setText("Choose a version to see what it changed, or two to compare them.")
            self.diff.hide()
            self.restore.setEnabled(False)
            return
        lines = compared(metadata.difference(first, last))
        before = f"Version {first.version}" if first is not None else "Before"
        self.diff.set_titles(("Field", before, f"Version {last.version}"))
        self.diff.show_lines(lines)
        self.diff.setVisible(bool(lines))
        self.words.setText(self._told(first, last, bool(lines)))

    def _told(self, first: Version | None, last: Version, differs: bool) -> str:
        if first is None:
            return f"Version {last.version} is the first one."
        if not differs:
            return f"Versions {first.version} and {last.version} say the same."
        return f"What version {last.version} says against version {first.version}:"

    @Slot()
    def _on_restore(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1 and self._may_write:
            self.restore_wanted.emit(chosen[0].version)

    # Rows

    def redeclare(self) -> None:
        """Another time zone is shown."""
        self.model.redeclare(self._columns(), self._sentence)

    def _columns(self) -> tuple[Column, ...]:
        zone = self._zone
        return (
            Column("version", "Version", lambda v: str(v.version), sample="Version 0", right=True),
            Column("effective_from", "In force from", lambda v: day_text(v, zone()), 13),
            Column(
                "standing",
                "State",
                self._standing,
                sample="never in force",
                icon=lambda v: _STANDINGS[self._standing(v)],
            ),
            Column("legal_entity", "Legal entity", lambda v: v.legal_entity, 24, stretch=True),
            Column("country", "Country", lambda v: registrations.country_name(v.country), 14),
            Column("created_by", "Saved by", who, 20),
            Column(
                "created_at",
                "Saved at",
                lambda v: time_text(v.created_at, zone()),
                sample="2026-12-30 23:59:59 +10:00",
            ),
        )

    def _standing(self, version: Version) -> str:
        return self._found.standing(version) if self._found is not None else "past"

    def _sentence(self, version: Version) -> str:
        return (
            f"Version {version.version}, {self._standing(version)}, from"
            f" {day_text(version, self._zone())}: {version.legal_entity}, saved by {who(version)}."
        )


def _value(version: Any, key: str) -> Any:
    return version.version if key in ("version", "standing") else getattr(version, key) or ""
