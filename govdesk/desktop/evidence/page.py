"""Evidence: what is signed, archived, held; what a file is worth; what is to be erased."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.evidence.checkpoints import CheckpointsPart
from govdesk.desktop.evidence.erasing import ErasurePart
from govdesk.desktop.evidence.holds import HoldsPart
from govdesk.desktop.evidence.months import MonthsPart
from govdesk.desktop.evidence.part import CREATE, EvidencePart, missing
from govdesk.desktop.evidence.provenance import ProvenancePart
from govdesk.desktop.timeline.layouts import chain, controls
from govdesk.desktop.widgets import PageHeader, StatePage
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here

READ: Final = "audit.read"
TABS: Final = ("Checkpoints", "Months", "Legal holds", "Check a file", "Erasure")
_PURPOSE: Final = (
    "What outlives this console: signed checkpoints, files that anyone can check, what is kept and"
    " what goes."
)
_NOT_MADE: Final = (
    f"To make a snapshot or a bundle you need the permission {CREATE}, which an owner can grant."
)


class EvidencePage(QWidget):
    """The page. `bundle_asked` and `snapshot_asked` follow its two buttons.

    `archive_wanted` carries the order of a month and who is told of what was written.
    """

    trouble = Signal(object)
    noted = Signal(str)
    said = Signal(str)
    event_asked = Signal(object)
    bundle_asked = Signal()
    snapshot_asked = Signal()
    archive_wanted = Signal(object, object)
    selected = Signal()

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        preferences: Preferences,
        here: Here,
        zone: tzinfo,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("evidence_page")
        self._here = here
        about = (link, jobs, preferences, here, zone, self)
        self.checkpoints, self.months, self.holds = (
            CheckpointsPart(*about), MonthsPart(*about), HoldsPart(*about),
        )  # fmt: skip
        self.provenance, self.erasure = ProvenancePart(*about), ErasurePart(*about)
        self.parts: tuple[EvidencePart | ProvenancePart, ...] = (
            self.checkpoints, self.months, self.holds, self.provenance, self.erasure,
        )  # fmt: skip
        self._build()
        for part in self.parts:
            part.trouble.connect(self.trouble)
            part.noted.connect(self.noted)
            part.said.connect(self.said)
            part.event_asked.connect(self.event_asked)
            part.selected.connect(self.selected)
        self.months.archive_wanted.connect(self.archive_wanted)
        first = (self.snapshot, self.bundle, self.tabs)
        for part in self.parts:
            chain([*first, *controls(part)])
        self._show_rights()

    def _build(self) -> None:
        self.header = PageHeader("Evidence", _PURPOSE, self)
        self.snapshot = button(
            "Create snapshot…", "evidence_snapshot", self.snapshot_asked.emit, self, icon="lock"
        )
        self.header.add_widget(self.snapshot)
        self.bundle = self.header.set_primary(
            "Export Bundle", self.bundle_asked.emit, "file-down", "evidence_bundle"
        )
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("evidence_tabs")
        self.tabs.setAccessibleName("Checkpoints, months, holds, checking a file or erasure")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        for title in TABS:
            self.tabs.addTab(title)
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        for part in (*self.parts, self.states):
            self.stack.addWidget(part)
        self.tabs.currentChanged.connect(self._on_tab)
        bar = QHBoxLayout()
        bar.addWidget(self.tabs, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.header)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)

    def _show_rights(self) -> None:
        """All of it is about the whole log: who reads a part of it is told so."""
        may_read = self._here.everywhere(READ)
        may_make = READ in self._here.permissions and CREATE in self._here.permissions
        self.tabs.setVisible(may_read)
        for one in (self.bundle, self.snapshot):
            one.setVisible(may_read)
            one.setEnabled(may_make)
            why = "" if may_make else missing(CREATE)
            one.setToolTip(why)
            one.setAccessibleDescription(why)
        self.header.set_note(_NOT_MADE if may_read and not may_make else "")
        if may_read:
            self.stack.setCurrentWidget(self.current)
        else:
            self.states.show_not_permitted(
                "evidence of the whole log", f"{READ} for the whole organization",
                "An owner or an admin",
            )  # fmt: skip
            self.stack.setCurrentWidget(self.states)

    @property
    def current(self) -> EvidencePart | ProvenancePart:
        """The part that is shown."""
        return self.parts[max(self.tabs.currentIndex(), 0)]

    @Slot(int)
    def _on_tab(self, place: int) -> None:
        if self._here.everywhere(READ):
            self.stack.setCurrentWidget(self.current)
        self.selected.emit()

    def show_tab(self, title: str) -> None:
        """Turn to a tab by its title."""
        self.tabs.setCurrentIndex(TABS.index(title))

    # What the window asks for

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5."""
        self.current.refresh()

    def go_on(self) -> None:
        """The connection is back."""
        for part in self.parts:
            part.go_on()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        for part in self.parts:
            part.set_zone(zone)

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        for part in self.parts:
            part.set_compact(compact)

    def copy(self) -> None:
        """Copy the selected rows of what is shown."""
        self.current.copy()
