"""Erasure of personal data: what would go, what prevents it, what it does not reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.deliveries.flow import Flow
from govdesk.desktop.editing.section import button
from govdesk.desktop.evidence.asking import LastingDialog
from govdesk.desktop.evidence.kinds import REDACTIONS
from govdesk.desktop.evidence.months import counted
from govdesk.desktop.evidence.part import ERASE, EvidencePart, missing
from govdesk.desktop.evidence.periods import when
from govdesk.desktop.evidence.waiting import asked
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.widgets import Words
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import erasure
from govdesk.services.erasure import NOT_COVERED, Fields, Person, Preview, Removed, Target
from govdesk.services.link import Link, Session

_LEAD: Final = (
    "Removed members whose personal data are still here. An erasure takes everything that names"
    " them, by a decision of two; the log still verifies afterwards, and says what was erased."
)
_PLACES: Final = {
    "member": "the list of members",
    "invitation": "invitations",
    "decision": "approvals",
    "delivery": "webhook deliveries",
    "delivery_attempt": "tries of webhook deliveries",
    "mail": "mail that waits",
    "reviewer": "the second humans",
    "node": "systems and customers",
    "team": "teams",
    "api_key": "API keys",
    "audit_hold": "legal holds",
    "audit_restore": "declared restores",
    "compliance_contact": "the compliance contact",
    "organization_metadata": "the organization's metadata",
}
"""Tables in the words of the pages that show them."""
_WHY: Final = "What is erased does not come back."


class ErasureDialog(LastingDialog):
    """Counts what would go, and asks for it."""

    later = 20 * theme.GRID

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        title: str,
        then: Callable[[Any], object],
        parent: QWidget | None,
    ):
        super().__init__(link, jobs, "erasure", title, _WHY, then, parent)
        self._job: Job | None = None
        self.is_staged = False
        self.beyond = Words(NOT_COVERED, "secondary", "text_secondary", self, wraps=True)
        self.beyond.setObjectName("erasure_beyond")

    def target(self) -> Target | None:
        """What is to be erased; None while nothing is chosen."""
        raise NotImplementedError

    def request(self, session: Session, reason: str) -> Any:
        """Ask for the erasure."""
        wanted = self.target()
        assert wanted is not None
        return erasure.request(session, wanted, reason)

    # What would go

    @Slot()
    def look(self) -> None:
        """Count what would go."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        wanted = self.target()
        if wanted is None:
            self.ground.say("goes", "Choose what is to be erased.", "info")
            self.ground.say("held", "")
            self.hinder("Choose what is to be erased.")
            return
        if self.is_staged:
            return
        self.ground.say("goes", "Counting what would go …", "info")
        self.hinder("What would go is being counted.")

        def work(task: Task) -> Preview:
            with borrowed(self._link, "interactive", task) as session:
                return erasure.preview(session, wanted)

        self._job = self._jobs.start(
            work, owner=self, on_result=self.show_preview, on_error=self._on_uncounted
        )

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being counted."""
        return self._job is None or self._job.has_ended

    def show_preview(self, preview: Preview) -> None:
        """Say what would go, and whether a hold prevents it."""
        values = "1 value" if preview.fields == 1 else f"{preview.fields:,} values"
        verb = "goes" if preview.fields == 1 else "go"
        goes = f"{values} in {counted(preview.rows)} {verb} for good."
        places = ", ".join(
            f"{count:,} in {_PLACES.get(name, name.replace('_', ' '))}"
            for name, count in sorted(preview.places.items())
            if count
        )
        self.ground.say(
            "goes", f"{goes} Elsewhere: {places}." if places else goes, "minus", "state_attention"
        )
        if not preview.held:
            self.ground.say("held", "")
            self.hinder("")
            return
        names = ", ".join(f"“{name}”" for name in preview.holds) or "a legal hold"
        sentence = (
            f"It cannot be done: {names} keeps {counted(preview.held)} of these. Lift the hold"
            " first, if it is over."
        )
        self.ground.say("held", sentence, "lock", "state_failed")
        self.hinder(sentence)

    def _on_uncounted(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        words = f"What would go cannot be counted. {error.sentence} {error.remedy}".strip()
        self.ground.say("goes", words, "circle-alert", "state_failed")
        self.hinder("What would go is not known.")


class PersonErasure(ErasureDialog):
    """Everything that names one removed member."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        person: Removed,
        then: Callable[[Any], object],
        parent: QWidget | None,
    ):
        name = person.display_name or person.email
        super().__init__(link, jobs, f"Erase the personal data of {name}", then, parent)
        self.person = person
        self.lay_out((self.ground, self.beyond, self.decided, self.reason_field))
        self.reason.setFocus()

    def target(self) -> Target:
        """The person."""
        return Person(self.person.id)


class FieldsErasure(ErasureDialog):
    """Fields of one event; `absent` are gone already."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        seq: int,
        absent: frozenset[str],
        then: Callable[[Any], object],
        parent: QWidget | None,
    ):
        super().__init__(link, jobs, f"Erase fields of event {seq:,}", then, parent)
        self.seq = seq
        self.flow = Flow(self, 44 * theme.GRID)
        self.boxes = {name: self._box(name, words, absent) for name, words in REDACTIONS.items()}
        self.lay_out((self.flow, self.ground, self.beyond, self.decided, self.reason_field))
        self.look()

    def _box(self, name: str, words: str, absent: frozenset[str]) -> QCheckBox:
        made = QCheckBox(f"{words}, gone already" if name in absent else words, self)
        made.setObjectName(f"erase_{name}")
        made.setAccessibleName(f"Erase: {words.lower()}")
        made.setEnabled(name not in absent)
        made.setToolTip("It is not here any more." if name in absent else "")
        made.toggled.connect(self.look)
        self.flow.add(made)
        return made

    def target(self) -> Target | None:
        """The fields that are ticked."""
        names = tuple(sorted(name for name, box in self.boxes.items() if box.isChecked()))
        return Fields(((self.seq, names),)) if names else None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A removed member as a row; `waits` is until when the erasure can be decided."""

    id: str
    person: Removed
    waits: datetime | None = None

    @property
    def name(self) -> str:
        """What she was called."""
        return self.person.display_name or self.person.email

    @property
    def state(self) -> str:
        """Whether it was asked for."""
        return "a decision waits" if self.waits is not None else "not asked for"


class ErasurePart(EvidencePart):
    """Removed members; Erase personal data."""

    name, noun, hint = "erasure", "Removed members", "Name or address"
    one, many = "removed member", "removed members"

    def _build(self) -> None:
        self.lead.setText(_LEAD)
        self.erase = button("Erase personal data…", "erasure_erase", self.begin, self, icon="user")
        self.acts.add(self.erase)
        self.list.when_empty(
            "Nobody to erase", "Members appear here once they are removed, until they are erased."
        )

    def columns(self, zone: tzinfo) -> tuple[Column, ...]:
        """Columns; none depends on the zone."""
        return (
            Column("name", "Name", lambda one: one.name, 24),
            Column("email", "Address", lambda one: one.person.email, 30),
            Column("state", "Erasure", lambda one: one.state, sample="a decision waits"),
        )

    def sentence(self, zone: tzinfo) -> Callable[[PersonLine], str]:
        """What a screen reader says of a row."""
        return lambda one: f"{one.name}, {one.person.email}, removed; erasure {one.state}."

    def words(self, item: PersonLine) -> Sequence[str]:
        """What the filter looks through."""
        return (item.name, item.person.email, item.state)

    def value(self, item: PersonLine, key: str) -> Any:
        """What a column is sorted by."""
        return item.state if key == "state" else item.person.email

    def read(self, session: Session) -> list[PersonLine]:
        """Removed members that were not erased, and for whom that was asked."""
        waiting = asked(session, erasure.ACTION, "member_id")
        return [
            PersonLine(one.id, one, waiting.get(one.id)) for one in erasure.removed_members(session)
        ]

    def items(self, found: list[PersonLine]) -> Sequence[PersonLine]:
        """Rows of the list."""
        return found

    @Slot()
    def show_acts(self) -> None:
        """Erase who is chosen, with the permission."""
        why = "" if self.may(ERASE) else missing(ERASE)
        line = self.list.item()
        if not why and line is None:
            why = "Select a removed member first."
        if not why and line.waits is not None:
            why = f"A decision waits until {when(line.waits, self._zone)}."
        self.enable(self.erase, why)

    @Slot()
    def begin(self) -> None:
        """Say what would go, and ask."""
        line = self.list.item()
        if line is not None and self.erase.isEnabled():
            dialog = PersonErasure(
                self._link, self._jobs, line.person, partial(self._on_asked, line.name),
                self.window(),
            )  # fmt: skip
            dialog.look()
            dialog.open()

    def _on_asked(self, name: str, decision: object) -> None:
        self.noted.emit(f"A second human is asked to erase {name}. Nothing goes until then.")
        self.refresh()

    def open_item(self, item: PersonLine) -> None:
        """Look at what would go."""
        self.begin()
