"""Organization: what it is called, where it works, and its teams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from govdesk.config.profiles import ENVIRONMENTS
from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.checked_field import CheckedField
from govdesk.desktop.editing.conflict import ConflictPanel
from govdesk.desktop.editing.section import PageArea, Section, button, button_row
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.organization.place_list import SITE_COLUMNS, TEAM_COLUMNS, PlaceList
from govdesk.desktop.organization.place_panel import SitePanel, TeamPanel
from govdesk.desktop.organization.rights import MANAGE, READ_ONLY
from govdesk.desktop.widgets import FormField, MonoField, PageHeader, StatePage, Words
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import organization, places, registrations
from govdesk.services.changes import Change
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.organization import Here, Profile
from govdesk.services.places import Site, Team

READ = "organization.read"


@dataclass(frozen=True, slots=True)
class Office:
    """Everything the page shows."""

    profile: Profile
    sites: list[Site]
    teams: list[Team]


class OrganizationPage(QWidget):
    """The page. `renamed` carries the organization's name when it has changed."""

    trouble = Signal(object)
    noted = Signal(str)
    renamed = Signal(str)

    def __init__(self, link: Link, jobs: Jobs, here: Here, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("organization_page")
        self._link, self._jobs, self._here = link, jobs, here
        self._office: Office | None = None
        self._before = ""
        self._is_dirty = False
        self._is_begun = False
        self._is_lost = False
        self.may_write = here.everywhere(MANAGE)
        self.writing = Writing(self, link, jobs)
        self._build()
        self._connect()

    # Parts

    def _build(self) -> None:
        self.header = PageHeader(
            "Organization", "What it is called, where it works, and its teams.", self
        )
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(PageArea(self._content(), "organization_scroll", self))
        self.stack.addWidget(self.states)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        column.setSpacing(theme.GAP)
        column.addWidget(self.header)
        column.addWidget(self.stack, 1)

    def _content(self) -> QWidget:
        content = QWidget(self)
        self.sites = PlaceList(
            "site",
            "Sites",
            "Places where the organization works.",
            SITE_COLUMNS,
            SitePanel("site", self.writing),
            self._jobs,
            content,
        )
        self.team_panel = TeamPanel("team", self.writing)
        self.teams = PlaceList(
            "team",
            "Teams",
            "People who work together, at a site or at none.",
            TEAM_COLUMNS,
            self.team_panel,
            self._jobs,
            content,
        )
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, theme.GAP, theme.GAP)
        column.setSpacing(theme.MARGIN)
        for part in (self._identity(content), self.sites, self.teams):
            column.addWidget(part)
        column.addStretch(1)
        return content

    def _identity(self, parent: QWidget) -> Section:
        section = Section("Name", parent=parent)
        self.read_only = Words(READ_ONLY, "body", "text_secondary", section, wraps=True)
        self.read_only.setObjectName("organization_read_only")
        self.name = CheckedField(
            "&Name", "organization_name", "As people call it; it stands on every window.",
            parent=section,
        )  # fmt: skip
        self.environment = Words("", "body", parent=section, wraps=True)
        self.environment.setObjectName("organization_environment")
        self.environment.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.path = MonoField("Path", "", section)
        self.path.setObjectName("organization_path")
        for beside in (self.environment, self.path):
            beside.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.message = Words("", "body", "state_failed", section, wraps=True)
        self.message.setObjectName("organization_message")
        self.conflict = ConflictPanel("organization_conflict", section)
        self.cancel = button("Cancel", "organization_cancel", self._on_cancel, section)
        self.save_button = button("Save", "organization_save", self.save, section, primary=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(
            FormField(
                "Environment", self.environment, "govdesk organization set changes it.", section
            ),
            0,
            1,
        )
        grid.addWidget(
            FormField("Path", self.path, "For commands and grants; it stays.", section), 0, 2
        )
        for place, share in enumerate((4, 2, 2)):
            grid.setColumnStretch(place, share)
        section.column.addWidget(self.read_only)
        section.column.addLayout(grid)
        section.column.addWidget(self.message)
        section.column.addWidget(self.conflict)
        section.column.addLayout(button_row(self.cancel, self.save_button))
        self.message.hide()
        return section

    def _connect(self) -> None:
        self.name.edited.connect(self._on_edited)
        self.name.entered.connect(self.save)
        self.conflict.mine.connect(self._save_over)
        self.conflict.theirs.connect(self._on_cancel)
        self.writing.busy.connect(self._show_buttons)
        self.writing.trouble.connect(self.trouble)
        for one in (self.sites, self.teams):
            one.changed.connect(self._on_place)

    # Reading

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the first time it is looked at."""
        super().showEvent(event)
        if not self._is_begun:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read anew: F5. What is typed stays."""
        self._is_begun = True
        if READ not in self._here.permissions:
            self.states.show_not_permitted("the organization", READ, "An owner or an admin")
            self.stack.setCurrentWidget(self.states)
            return
        if self._office is None:
            self.states.show_loading("Reading the organization")
            self.stack.setCurrentWidget(self.states)
        self._jobs.start(
            self._read, owner=self, on_result=self.show_office, on_error=self._on_unread
        )

    def forget(self) -> None:
        """Show nothing that was read before."""
        self._office = None

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = here
        self.may_write = here.everywhere(MANAGE)
        self.refresh()

    def go_on(self) -> None:
        """The connection is back."""
        if self._is_begun:
            self.refresh()

    def _read(self, task: Task) -> Office:
        registrations.countries()
        with borrowed(self._link, "interactive", task) as session:
            return Office(
                organization.profile(session), places.sites(session), places.teams(session)
            )

    def _on_unread(self, error: Exception) -> None:
        if self._office is None:
            self.states.show_error("The organization cannot be read now", str(error), self.refresh)
        self.trouble.emit(error)

    def show_office(self, office: Office) -> None:
        """Show what the database says; what is being typed stays."""
        self._office = office
        if self._is_lost:
            # The server answers again; that it did not would be an old story.
            self._say("")
        if not self._is_dirty:
            self._fill(office.profile)
        self.environment.setText(ENVIRONMENTS[office.profile.environment])
        self.path.set_text(office.profile.tenant_path)
        self.name.set_read_only(not self.may_write)
        self.read_only.setVisible(not self.may_write)
        self.sites.show_places(office.sites, self.may_write)
        self.teams.show_places(office.teams, self.may_write)
        self.team_panel.offer(office.sites)
        self._show_buttons()
        self.stack.setCurrentIndex(0)

    def _fill(self, profile: Profile) -> None:
        self._before = profile.name
        self.name.set_text(profile.name)
        self.conflict.clear()
        self._say("")

    # Saving

    @Slot()
    def save(self) -> None:
        """Save the name, if there is one."""
        if not self.may_write:
            return
        if not self.name.text.strip():
            self.name.set_error("The organization has a name.")
            return
        self._write(self._before)

    def _write(self, before: str) -> None:
        name = self.name.text
        self._say("")
        self.conflict.clear()
        self.writing.run(
            Act(
                lambda session: organization.rename(session, name, before),
                "The organization's name stands on every window and document.",
                partial(self._on_saved, " ".join(name.split())),
                partial(self._on_refused, name),
            )
        )

    def _on_saved(self, name: str, done: Change) -> None:
        self._is_dirty = False
        self.noted.emit(f"The organization is called {name}." if done.changed else
                        "It is called so already.")  # fmt: skip
        self.renamed.emit(name)
        self.refresh()

    def _on_refused(self, name: str, error: Problem) -> None:
        if isinstance(error, ChangedMeanwhile):
            self._theirs = str(error.fresh)
            self.conflict.show_both(
                error.sentence, {"Name": {"old": self._theirs, "new": " ".join(name.split())}}
            )
            self._show_buttons()
        elif "name" in error.sentence.lower():
            self.name.set_error(str(error))
        else:
            self._say(str(error))
            self._is_lost = isinstance(error, Unreachable | SessionEnded)

    @Slot()
    def _save_over(self) -> None:
        self._before = self._theirs
        self._write(self._theirs)

    @Slot(str)
    def _on_place(self, words: str) -> None:
        self.noted.emit(words)
        self.refresh()

    # The form's state

    @Slot()
    def _on_edited(self) -> None:
        self._is_dirty = True
        self._say("")
        self._show_buttons()

    @Slot()
    def _on_cancel(self) -> None:
        """Forget what is typed, and show what is stored now."""
        self._is_dirty = False
        self.conflict.clear()
        self.refresh()

    @Slot()
    def _show_buttons(self) -> None:
        for one in (self.cancel, self.save_button):
            one.setVisible(self.may_write and self.conflict.isHidden())
        self.save_button.setEnabled(not self.writing.is_busy)
        self.cancel.setEnabled(self._is_dirty and not self.writing.is_busy)

    def _say(self, sentence: str) -> None:
        self._is_lost = False
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
