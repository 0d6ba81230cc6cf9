"""Organization Metadata: legal identity with effective dates, history, compliance contact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.approvals.asking import ask_for_decision
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.conflict import ConflictPanel
from govdesk.desktop.editing.section import PageArea, Section, button, button_row
from govdesk.desktop.editing.writing import Act, Writing
from govdesk.desktop.organization.contact import ContactSection
from govdesk.desktop.organization.history import History
from govdesk.desktop.organization.metadata_form import MetadataForm
from govdesk.desktop.organization.metadata_words import standing_words, waiting_words
from govdesk.desktop.organization.rights import MANAGE, READ_ONLY
from govdesk.desktop.widgets import Banner, PageHeader, StatePage, Words
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs, Task
from govdesk.services import metadata, registrations
from govdesk.services.changes import Change
from govdesk.services.link import Link, SessionEnded, Unreachable
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.metadata import Draft, Metadata, Version
from govdesk.services.organization import Here

READ = "organization.read"
_TWO_COLUMNS_FROM = 210 * theme.GRID


class MetadataPage(QWidget):
    """The page. `trouble` carries errors that need a word, `noted` what was done, for a moment.

    `approvals_wanted` follows the wish to see the decision that waits.
    """

    trouble = Signal(object)
    noted = Signal(str)
    approvals_wanted = Signal()

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        here: Here,
        zone: Callable[[], tzinfo],
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("metadata_page")
        self._link, self._jobs, self._here, self._zone = link, jobs, here, zone
        self._found: Metadata | None = None
        self._based_on = 0
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
            "Organization Metadata",
            "Who the organization is in law and since when, and who answers for compliance.",
            self,
        )
        self.waiting = Banner(self)
        self.waiting.setObjectName("metadata_waiting")
        self.states = StatePage(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(PageArea(self._content(), "metadata_scroll", self))
        self.stack.addWidget(self.states)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        column.setSpacing(theme.GAP)
        column.addWidget(self.header)
        column.addWidget(self.waiting)
        column.addWidget(self.stack, 1)

    def _content(self) -> QWidget:
        content = QWidget(self)
        self.identity = self._identity(content)
        self.contact = ContactSection(self._zone, self.writing, content)
        self.history = History(self._jobs, self._zone, content)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(2 * theme.MARGIN)
        self._columns.addWidget(self.identity, 3)
        self._columns.addWidget(self.contact, 2)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, theme.GAP, theme.GAP)
        column.setSpacing(theme.MARGIN)
        column.addLayout(self._columns)
        column.addWidget(self.history)
        column.addStretch(1)
        return content

    def _identity(self, parent: QWidget) -> Section:
        section = Section("Legal identity", parent=parent)
        self.standing = Words("", "body", "text_secondary", section, wraps=True)
        self.standing.setObjectName("metadata_standing")
        self.read_only = Words(READ_ONLY, "body", "text_secondary", section, wraps=True)
        self.read_only.setObjectName("metadata_read_only")
        self.form = MetadataForm(self._zone, section)
        self.message = Words("", "body", "state_failed", section, wraps=True)
        self.message.setObjectName("metadata_message")
        self.conflict = ConflictPanel("metadata_conflict", section)
        self.cancel = button("Cancel", "metadata_cancel", self._on_cancel, section)
        self.save_button = button(
            "Save metadata", "metadata_save", self.save, section, primary=True
        )
        for widget in (self.standing, self.read_only, self.form, self.message, self.conflict):
            section.column.addWidget(widget)
        section.column.addLayout(button_row(self.cancel, self.save_button))
        section.column.addStretch(1)
        self.message.hide()
        return section

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.form.entered.connect(self.save)
        self.contact.changed.connect(self._on_contact)
        self.history.restore_wanted.connect(self._on_restore)
        self.conflict.mine.connect(self._save_over)
        self.conflict.theirs.connect(self._take_theirs)
        self.writing.busy.connect(self._on_busy)
        self.writing.trouble.connect(self.trouble)

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
            self.states.show_not_permitted("the legal identity", READ, "An owner or an admin")
            self.stack.setCurrentWidget(self.states)
            return
        if self._found is None:
            self.states.show_loading("Reading the legal identity")
            self.stack.setCurrentWidget(self.states)
        self._jobs.start(
            self._read, owner=self, on_result=self.show_found, on_error=self._on_unread
        )

    def forget(self) -> None:
        """Show nothing that was read before."""
        self._found = None

    def take_permissions(self, here: Here) -> None:
        """What this person may do has changed."""
        self._here = here
        self.may_write = here.everywhere(MANAGE)
        self.refresh()

    def go_on(self) -> None:
        """The connection is back."""
        if self._is_begun:
            self.refresh()

    def _read(self, task: Task) -> Metadata:
        registrations.countries()
        with borrowed(self._link, "interactive", task) as session:
            return metadata.read(session)

    def _on_unread(self, error: Exception) -> None:
        if self._found is None:
            self.states.show_error(
                "The legal identity cannot be read now", str(error), self.refresh
            )
        self.trouble.emit(error)

    def show_found(self, found: Metadata) -> None:
        """Show what the database says; a form in which somebody writes stays as it is."""
        self._found = found
        if self._is_lost:
            # The server answers again; that it did not would be an old story.
            self._say("")
        self.form.country.offer()
        self.form.set_read_only(not self.may_write)
        if not self._is_dirty:
            self._fill(found)
        self.read_only.setVisible(not self.may_write)
        self.standing.setText(standing_words(found, self._zone(), self.may_write))
        self.contact.show_found(found, self.may_write)
        self.history.show_found(found, self.may_write)
        self._show_waiting(found)
        self._show_buttons()
        if self._is_empty(found):
            self._show_empty()
        else:
            self.stack.setCurrentIndex(0)

    def _is_empty(self, found: Metadata) -> bool:
        return not found.versions and not found.contacts and not self._is_dirty

    def _show_empty(self) -> None:
        act = ("Record the legal entity", self._begin_first) if self.may_write else ("", None)
        self.states.show_empty(
            "No legal identity is recorded",
            "The registered name, country and numbers stand on every exported document, with"
            " their history, and the compliance contact is confirmed by mail.",
            *act,
            icon="building-2",
        )
        self.stack.setCurrentWidget(self.states)

    @Slot()
    def _begin_first(self) -> None:
        self.stack.setCurrentIndex(0)
        self.form.take_keyboard()

    def _fill(self, found: Metadata) -> None:
        self._based_on = found.newest
        self.form.show_draft(found.draft)
        self.conflict.clear()
        self._say("")

    def _show_waiting(self, found: Metadata) -> None:
        if not found.waiting:
            self.waiting.clear()
            return
        acts = [("Open Approvals", self.approvals_wanted.emit)]
        words = waiting_words(found.waiting, self._zone())
        self.waiting.say("info", words, acts, can_dismiss=False)

    # Saving

    @Slot()
    def save(self) -> None:
        """Save what is typed, if it is right."""
        if not self.may_write or self.writing.is_busy:
            return
        draft = self.form.judged()
        if draft is None:
            self._say("")
            return
        self._write(draft, self._based_on)

    def _write(self, draft: Draft, based_on: int) -> None:
        effective = self.form.effective_from
        self._say("")
        self.conflict.clear()
        self._show_buttons()
        self.writing.run(
            Act(
                lambda session: metadata.save(
                    session, draft, based_on=based_on, effective_from=effective
                ),
                "The legal identity stands on every document of the organization.",
                self._on_saved,
                partial(self._on_refused, draft),
                partial(self._ask, draft, effective),
            )
        )

    def _on_saved(self, done: Change) -> None:
        self._is_dirty = False
        self._tell_saved(done)

    def _tell_saved(self, done: Change) -> None:
        event = f" Event {done.seq:,} of the log." if done.seq else ""
        self.noted.emit(f"Saved.{event}" if done.changed else "It says so already.")
        self.refresh()

    def _on_refused(self, draft: Draft, error: Problem) -> None:
        if isinstance(error, ChangedMeanwhile) and isinstance(error.fresh, Version):
            self._theirs = error.fresh
            self.conflict.show_both(error.sentence, metadata.difference(error.fresh, draft))
            self._show_buttons()
        else:
            self._say(str(error))
            self._is_lost = isinstance(error, Unreachable | SessionEnded)

    def _ask(self, draft: Draft, effective: datetime | None, action: str) -> None:
        """A second human decides; the form stays as it is until then."""
        ask_for_decision(
            self,
            self._jobs,
            self._link,
            action,
            metadata.payload(draft, effective),
            f"Change the legal identity to {metadata.told(draft)}. {metadata.WHY}",
            self._on_asked,
        )

    def _on_asked(self, decision: object) -> None:
        self.noted.emit("A second human is asked; nothing changes until then.")
        self.refresh()

    @Slot()
    def _save_over(self) -> None:
        draft = self.form.judged()
        if draft is not None:
            self._based_on = self._theirs.version
            self._write(draft, self._based_on)

    @Slot()
    def _take_theirs(self) -> None:
        self._is_dirty = False
        self.conflict.clear()
        self.refresh()

    @Slot(int)
    def _on_restore(self, version: int) -> None:
        found = self._found
        old = next((v for v in found.versions if v.version == version), None) if found else None
        if found is None or old is None:
            return
        newest = found.newest
        self._say("")
        self.writing.run(
            Act(
                lambda session: metadata.restore(session, version, based_on=newest),
                "The legal identity stands on every document of the organization.",
                # What is being typed stays typed; saving it then meets the restored version.
                self._tell_saved,
                partial(self._on_restore_refused, version),
                partial(self._ask, old.draft, None),
            )
        )

    def _on_restore_refused(self, version: int, error: Problem) -> None:
        if isinstance(error, ChangedMeanwhile):
            self._say(
                f"Version {version} was not restored. {error.sentence} Refresh, then restore it"
                " again if that is still right."
            )
        else:
            self._say(f"Version {version} was not restored. {error}")

    @Slot(str)
    def _on_contact(self, words: str) -> None:
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
        self._is_dirty = False
        if self._found is not None:
            self.show_found(self._found)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        self._show_buttons()

    def _show_buttons(self) -> None:
        for one in (self.cancel, self.save_button):
            # While both versions are shown, the choice is between those two.
            one.setVisible(self.may_write and self.conflict.isHidden())
        self.save_button.setEnabled(not self.writing.is_busy)
        self.cancel.setEnabled(self._is_dirty and not self.writing.is_busy)

    def _say(self, sentence: str) -> None:
        self._is_lost = False
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))

    def set_zone(self) -> None:
        """Another time zone is shown."""
        self.history.redeclare()
        if self._found is not None:
            self.show_found(self._found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room."""
        super().resizeEvent(event)
        wide = self.width() >= _TWO_COLUMNS_FROM
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
