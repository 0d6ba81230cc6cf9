"""What the tabs with a list have in common: reading it, its buttons, what stands without rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.deliveries.flow import Flow
from govdesk.desktop.editing.writing import Writing
from govdesk.desktop.members.list_tab import ListTab
from govdesk.desktop.members.parts import note, say
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.tables.held import Held
from govdesk.desktop.widgets import Words, announce
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.link import Link, Session, SessionEnded, Unreachable
from govdesk.services.organization import Here

MANAGE: Final = "policy.manage"
CREATE: Final = "evidence.create"
ERASE: Final = "erasure.request"


class EvidencePart(QWidget):
    """A list with a sentence above it and buttons; who inherits says what is read and shown.

    `trouble` carries errors that need a word, `noted` what was done, for a moment, `said` what the
    status bar says all the time, `event_asked` the number of an event, `approvals_asked` the wish
    to see what waits for a decision. `selected` follows every change of the row.
    """

    trouble = Signal(object)
    noted = Signal(str)
    said = Signal(str)
    event_asked = Signal(object)
    approvals_asked = Signal()
    selected = Signal()

    name = "evidence"
    noun = "Evidence"
    one, many = "row", "rows"
    hint = "Any word"
    newest_first = False

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
        self.setObjectName(f"evidence_{self.name}")
        self._link, self._jobs, self._here, self._zone = link, jobs, here, zone
        self._reading: Job | None = None
        self.is_staged = False
        self.writing = Writing(self, link, jobs)
        self.writing.trouble.connect(self.trouble)
        self.list = ListTab(
            f"evidence_{self.name}", self.noun, self.columns(zone), self.sentence(zone),
            self.words, self.value, self.hint, jobs, preferences, self,
        )  # fmt: skip
        self.lead = Words("", parent=self, wraps=True)
        self.lead.setObjectName(f"evidence_{self.name}_lead")
        self.message = note(f"evidence_{self.name}_message", self, "state_failed")
        self.acts = Flow(self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.INSIDE)
        self.column.addWidget(self.lead)
        self.below = QVBoxLayout()
        self.why_not = Words("", "secondary", "text_secondary", self, wraps=True)
        self.why_not.setObjectName(f"evidence_{self.name}_why_not")
        self._hindered: dict[QPushButton, str] = {}
        self._build()
        self.column.addWidget(self.message)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self.acts)
        # Beside the buttons: the list below does not move with every row that is selected.
        row.addWidget(self.why_not, 1)
        self.column.addLayout(row)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(self.below)
        if self.newest_first:
            self.list.sort(0)
        self._connect()
        self.show_acts()

    def _connect(self) -> None:
        self.list.retry.connect(self.refresh)
        self.list.copied.connect(self._on_copied)
        self.list.counted.connect(self._on_counted)
        self.list.opened.connect(self._on_opened)
        self.list.selected.connect(self._on_selected)
        self.writing.busy.connect(self.show_acts)

    # What who inherits says

    def _build(self) -> None:
        """Make what stands above the list; `acts` holds the buttons."""

    def columns(self, zone: tzinfo) -> tuple[Column, ...]:
        """Columns for a time zone."""
        raise NotImplementedError

    def sentence(self, zone: tzinfo) -> Any:
        """What a screen reader says of a row."""
        raise NotImplementedError

    def words(self, item: Any) -> Sequence[str]:
        """What the filter looks through."""
        raise NotImplementedError

    def value(self, item: Any, key: str) -> Any:
        """What a column is sorted by."""
        raise NotImplementedError

    def read(self, session: Session) -> Any:
        """Read everything; on the thread of a lane."""
        raise NotImplementedError

    def items(self, found: Any) -> Sequence[Any]:
        """The rows of what was read."""
        raise NotImplementedError

    def show_found(self, found: Any) -> None:
        """Show what is said beside the list."""

    @property
    def has_more(self) -> bool:
        """Whether there is more of it than is read."""
        return False

    @Slot()
    def show_acts(self) -> None:
        """Offer what can be done now."""

    def open_item(self, item: Any) -> None:
        """A row was opened: Enter, or a double click."""

    # Reading

    @Slot()
    def refresh(self) -> None:
        """Read anew."""
        if self.is_staged:
            return
        if self._reading is not None:
            self._reading.cancel()
        self.list.begin()

        def work(task: Task) -> tuple[Any, Held]:
            with borrowed(self._link, "interactive", task) as session:
                found = self.read(session)
            return found, self.list.prepared(self.items(found))

        self._reading = self._jobs.start(
            work, owner=self, on_result=self._on_read, on_error=self._on_unread
        )

    def stage(self, found: Any) -> None:
        """Show what is given, and read nothing."""
        self.is_staged = True
        self._on_read((found, self.list.prepared(self.items(found))))

    def _on_read(self, answer: tuple[Any, Held]) -> None:
        self._reading = None
        found, held = answer
        self.show_found(found)
        self.list.hold(held)
        self.show_acts()

    def _on_unread(self, error: Exception) -> None:
        self._reading = None
        self.list.fail(error)
        self.trouble.emit(error)

    # What the page asks for

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: what is shown is of now."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """The status bar is another's."""
        super().hideEvent(event)
        self.said.emit("")

    def go_on(self) -> None:
        """The connection is back."""
        if self.isVisible():
            self.refresh()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self.list.model.redeclare(self.columns(zone), self.sentence(zone))

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""
        self.list.table.set_compact(compact)

    def copy(self) -> None:
        """Copy the selected rows."""
        self.list.copy()

    def may(self, permission: str) -> bool:
        """Whether this person may do that in the whole organization."""
        return self._here.everywhere(permission)

    # What happens

    def tell(self, sentence: str) -> None:
        """Say what went wrong above the list, or nothing any more."""
        say(self.message, sentence)
        if sentence:
            announce(self, sentence)

    def refuse(self, error: Problem) -> None:
        """Say why something was not done."""
        self.tell(f"{error.sentence} {error.remedy}".strip())
        if isinstance(error, SessionEnded | Unreachable):
            self.trouble.emit(error)

    def enable(self, button: QPushButton, why_not: str) -> None:
        """Offer a button, or say why it cannot be pressed."""
        button.setEnabled(not why_not)
        button.setToolTip(why_not)
        button.setAccessibleDescription(why_not)
        self._hindered[button] = why_not
        self.why_not.setText(_told(self._hindered))

    @Slot(object)
    def _on_opened(self, item: Any) -> None:
        if item is not None:
            self.open_item(item)

    @Slot(object)
    def _on_selected(self, item: Any) -> None:
        self.show_acts()
        self.selected.emit()

    @Slot(object)
    def _on_copied(self, count: int) -> None:
        self.noted.emit("1 row copied" if count == 1 else f"{count:,} rows copied")

    @Slot(object, object)
    def _on_counted(self, shown: int, total: int) -> None:
        words = f"1 {self.one}" if total == 1 else f"{total:,} {self.many}"
        if self.has_more:
            words = f"more than {words}"
        told = f"{shown:,} of {words}" if self.list.model.is_filtered else words
        if self.isVisible():
            self.said.emit(told)


def _told(hindered: Mapping[QPushButton, str]) -> str:
    """Say each reason once, with its button's word unless it is about every button."""
    reasons = {why: one.text().rstrip("…") for one, why in hindered.items() if why}
    if len(reasons) == 1 and all(hindered.values()):
        return "".join(reasons)
    return " ".join(f"{name}: {why[:1].lower()}{why[1:]}" for why, name in reasons.items())


def missing(permission: str) -> str:
    """Say that a permission is missing, and who can grant it."""
    return f"This needs the permission {permission}, which an owner can grant."
