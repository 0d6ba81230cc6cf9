"""Legal holds: what a filter finds is neither erased nor pruned while the hold stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.section import button
from govdesk.desktop.editing.writing import Act
from govdesk.desktop.evidence.part import MANAGE, EvidencePart, missing
from govdesk.desktop.evidence.periods import SAMPLE, when
from govdesk.desktop.evidence.reason import ReasonDialog
from govdesk.desktop.evidence.scope import ScopePart
from govdesk.desktop.members.parts import say
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.widgets import FormField, Words, announce
from govdesk.domain.filter_language import Filter
from govdesk.domain.problem import Problem
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import holds, timeline
from govdesk.services.changes import Change
from govdesk.services.holds import Hold
from govdesk.services.link import Link, Session

_EMPTY: Final = (
    "A hold keeps events that a case or a request needs: they are neither erased nor pruned until"
    " somebody lifts it."
)
_WHY_PLACE: Final = "A legal hold prevents erasure and pruning."
_WHY_LIFT: Final = "Without the hold what it kept may be erased and pruned."
_NO_NAME: Final = "Name the case or request, such as Case 7."
_SELECT: Final = "Select a hold that is in force first."
_NONE_HOLDS: Final = "No hold is in force."
LONGEST_NAME: Final = 200
_STATES: Final = {
    "active": ("in force", "state_ok", "lock"),
    "lifted": ("lifted", "state_neutral", "undo-2"),
}


class HoldsPart(EvidencePart):
    """All holds, those in force first."""

    name, noun, hint = "holds", "Legal holds", "Name, filter, reason or person"
    one, many = "legal hold", "legal holds"

    def _build(self) -> None:
        self._is_any = False
        self.lead.setText(_EMPTY)
        self.place = button("Place hold…", "hold_place", self.begin, self, icon="plus")
        self.lift = button("Lift…", "hold_lift", self.begin_lifting, self, icon="undo-2")
        for one in (self.place, self.lift):
            self.acts.add(one)

    # The list

    def columns(self, zone: tzinfo) -> tuple[Column, ...]:
        """Columns for a time zone."""
        return (
            Column("name", "Name", lambda one: one.name, 30),
            Column(
                "status", "State", lambda one: _STATES[one.status][0], sample="in force",
                icon=lambda one: (_STATES[one.status][2], _STATES[one.status][1]),
            ),
            Column("query", "What it keeps", lambda one: one.query or "every event", 26),
            Column("placed", "Placed", lambda one: when(one.placed_at, zone), sample=SAMPLE),
            Column("by", "By", lambda one: one.placed_by, 20),
            Column("reason", "Why", _why, 24),
        )  # fmt: skip

    def sentence(self, zone: tzinfo) -> Callable[[Hold], str]:
        """What a screen reader says of a row."""

        def said(one: Hold) -> str:
            told = (
                f"{one.name}, {_STATES[one.status][0]}. It keeps {one.query or 'every event'}."
                f" Placed {when(one.placed_at, zone)} by {one.placed_by}: {one.reason}."
            )
            if one.is_active:
                return told
            return (
                f"{told} Lifted {when(one.lifted_at, zone)} by {one.lifted_by}: {one.lift_reason}."
            )

        return said

    def words(self, item: Hold) -> Sequence[str]:
        """What the filter looks through."""
        parts = (item.name, item.query, item.reason, item.placed_by, item.status, item.lift_reason)
        return [part for part in parts if part]

    def value(self, item: Hold, key: str) -> Any:
        """What a column is sorted by."""
        return {
            "status": item.status,
            "query": item.query,
            "placed": item.placed_at,
            "by": item.placed_by,
            "reason": _why(item),
        }.get(key)

    def read(self, session: Session) -> list[Hold]:
        """Every hold."""
        return holds.list_holds(session)

    def items(self, found: list[Hold]) -> Sequence[Hold]:
        """Rows of the list."""
        return found

    def show_found(self, found: list[Hold]) -> None:
        """Offer the first one where there is none."""
        self._is_any = any(one.is_active for one in found)
        may = self.may(MANAGE)
        act: tuple[Any, Any] = ("Place hold…", self.begin) if may else ("", None)
        self.list.when_empty("No legal hold", _EMPTY, *act)

    @Slot()
    def show_acts(self) -> None:
        """Place with the permission; lift the one that is chosen."""
        why = "" if self.may(MANAGE) else missing(MANAGE)
        self.enable(self.place, why)
        one = self.list.item()
        if not why and (one is None or not one.is_active):
            self.enable(self.lift, _SELECT if self._is_any else _NONE_HOLDS)
        else:
            self.enable(self.lift, why)

    # What the person does

    @Slot()
    def begin(self) -> None:
        """Ask what to hold."""
        if self.may(MANAGE):
            PlaceDialog(self._link, self._jobs, self._zone, self._on_placed, self.window()).open()

    @Slot()
    def begin_lifting(self) -> None:
        """Ask why the chosen one is lifted."""
        one = self.list.item()
        if one is not None and one.is_active and self.may(MANAGE):
            LiftDialog(self._link, self._jobs, one, self._on_lifted, self.window()).open()

    def _on_placed(self, name: str, done: Change) -> None:
        self.noted.emit(f"“{name}” is in force.")
        if done.id:
            self.list.go_to(done.id)
        self.refresh()

    def _on_lifted(self, name: str, done: Change) -> None:
        self.noted.emit(f"“{name}” is lifted.")
        self.refresh()


class PlaceDialog(ReasonDialog):
    """`then` gets the name, and what was done. It says how many events the filter covers now."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        zone: tzinfo,
        then: Callable[[str, Change], object],
        parent: QWidget | None,
    ):
        super().__init__(link, jobs, "place_hold", "Place a legal hold", "Place hold", parent)
        self._zone, self._then = zone, then
        self._counting: Job | None = None
        self.is_staged = False
        self.title = QLineEdit(self)
        self.title.setObjectName("hold_name")
        self.title.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.title_field = FormField("&Name", self.title, _NO_NAME, self)
        self.title.textEdited.connect(self.title_field.clear_error)
        self.scope = ScopePart("hold", zone, self, has_period=False, help=(
            "What the filter finds is kept, also what is sealed later. Empty keeps every event."
        ))  # fmt: skip
        self.covered = Words("", "strong", parent=self, wraps=True)
        self.covered.setObjectName("hold_covered")
        self.reason_field = self.make_reason("hold_reason")
        self.lay_out((self.title_field, self.scope, self.covered, self.reason_field))
        self.scope.changed.connect(self.count)
        self.title.setFocus()
        self.count()

    # What it covers

    @Slot()
    def count(self) -> None:
        """Say how many events it covers now."""
        found = self.scope.filter
        self.stop()
        if found is None:
            self.say_covered("The filter cannot be read yet.")
            return
        if self.is_staged:
            return
        self.say_covered("Counting …")

        def work(task: Task) -> int:
            with borrowed(self._link, "interactive", task) as session:
                return covered(session, found)

        self._counting = self._jobs.start(
            work, owner=self, on_result=self._on_counted, on_error=self._on_uncounted
        )

    def stop(self) -> None:
        """Wait for no count any more."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    def done(self, result: int) -> None:
        """Count no further."""
        self.stop()
        super().done(result)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being counted."""
        waits = self._counting is not None and not self._counting.has_ended
        return self.scope.is_settled and not waits

    def _on_counted(self, count: int) -> None:
        events = "1 event" if count == 1 else f"{count:,} events"
        self.say_covered(f"It covers {events} now.")

    def _on_uncounted(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        self.say_covered(f"What it covers cannot be counted now. {error.sentence}")

    def say_covered(self, words: str) -> None:
        """Show a sentence in the place of the count."""
        self.covered.setText(words)
        announce(self.covered, words)

    # Writing

    def submit(self) -> None:
        """Place it, or say what is missing."""
        name = self.title.text().strip()
        if not name:
            self.title_field.set_error(_NO_NAME)
            self.title.setFocus()
            return
        if len(name) > LONGEST_NAME:
            self.title_field.set_error(
                f"A name has at most {LONGEST_NAME} characters; this one has {len(name):,}."
            )
            self.title.setFocus()
            return
        if not self.scope.judge() or not (reason := self.reason_given()):
            return
        query, zone = self.scope.text, self._zone
        say(self.message, "")
        self.writing.run(
            Act(
                lambda session: holds.place(session, name, query, reason, zone),
                _WHY_PLACE,
                lambda done: self._on_placed(name, done),
                self.refuse,
            )
        )

    def _on_placed(self, name: str, done: Change) -> None:
        then = self._then
        self.accept()
        then(name, done)


class LiftDialog(ReasonDialog):
    """`then` gets the name, and what was done."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        hold: Hold,
        then: Callable[[str, Change], object],
        parent: QWidget | None,
    ):
        super().__init__(link, jobs, "lift_hold", f"Lift “{hold.name}”", "Lift hold", parent)
        self._hold, self._then = hold, then
        what = Words(
            f"What it keeps ({hold.query or 'every event'}) may be erased and pruned from then on,"
            " once two people decide so. The hold itself stays in the list.",
            parent=self, wraps=True,
        )  # fmt: skip
        what.setObjectName("lift_what")
        self.reason_field = self.make_reason("lift_reason")
        self.lay_out((what, self.reason_field))
        self.reason.setFocus()

    def submit(self) -> None:
        """Lift it, or say what is missing."""
        if not (reason := self.reason_given()):
            return
        hold = self._hold
        say(self.message, "")
        self.writing.run(
            Act(lambda session: holds.lift(session, hold.id, reason), _WHY_LIFT,
                self._on_lifted, self.refuse)
        )  # fmt: skip

    def _on_lifted(self, done: Change) -> None:
        then = self._then
        self.accept()
        then(self._hold.name, done)


def _why(one: Hold) -> str:
    """Why it was placed, and why it was lifted."""
    return f"{one.reason} (lifted: {one.lift_reason})" if one.lift_reason else one.reason


def covered(session: Session, filter: Filter) -> int:
    """Return how many events a filter lets through now."""
    newest = timeline.extent(session).newest
    return timeline.counts(session, filter.to_terms(), [1, newest + 1])[0].events if newest else 0
