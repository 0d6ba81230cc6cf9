"""Months of the log: open, whole, archived as a bundle, pruned once two people agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.desktop.editing.section import button
from govdesk.desktop.editing.writing import Act
from govdesk.desktop.evidence.asking import LastingDialog
from govdesk.desktop.evidence.kinds import BUNDLE
from govdesk.desktop.evidence.making import Range, Wanted
from govdesk.desktop.evidence.part import CREATE, MANAGE, EvidencePart, missing
from govdesk.desktop.evidence.periods import SAMPLE, when
from govdesk.desktop.evidence.waiting import asked
from govdesk.desktop.tables.columns import Column
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import archiving
from govdesk.services.archiving import Month
from govdesk.services.link import Link, Session

_LEAD: Final = (
    "A month that is over is whole, and can be archived: a bundle of everything in it, which you"
    " keep. Only then can its events be pruned, by a decision of two; what a hold keeps stays."
)
_STATES: Final = {
    "open": ("open", "state_neutral", "clock"),
    "whole": ("whole", "state_ok", "circle-check"),
    "archived": ("archived", "state_ok", "hard-drive"),
    "pruned": ("pruned", "state_neutral", "minus"),
}
_COUNT: Final = "10,000,000"
_WHY_ARCHIVE: Final = "Archiving is what pruning relies on."
_WHY_PRUNE: Final = "Pruned events do not come back."


def counted(count: int) -> str:
    """Return a number of events in words."""
    return "1 event" if count == 1 else f"{count:,} events"


class MonthLine:
    """A month as a row; `id` is its name. `waits` is until when its pruning can be decided."""

    def __init__(self, month: Month, waits: datetime | None = None):
        self.month, self.id, self.waits = month, month.name, waits

    def pruned(self, zone: tzinfo) -> str:
        """When it was pruned, in words."""
        if self.waits is not None:
            return "a decision waits"
        return when(self.month.pruned_at, zone, "no")


class MonthsPart(EvidencePart):
    """`archive_wanted` carries an order and who is told of what was written."""

    archive_wanted = Signal(object, object)

    name, noun, hint = "months", "Months", "Month or state"
    one, many = "month", "months"
    newest_first = True

    def _build(self) -> None:
        self.lead.setText(_LEAD)
        self.archive = button(
            "Archive…", "month_archive", self.begin_archiving, self, icon="hard-drive"
        )
        self.prune = button("Prune…", "month_prune", self.begin_pruning, self, icon="minus")
        for one in (self.archive, self.prune):
            self.acts.add(one)
        self.list.when_empty("No events yet", "The first month begins with the first event.")

    # The list

    def columns(self, zone: tzinfo) -> tuple[Column, ...]:
        """Columns for a time zone; months themselves are of UTC."""
        return (
            Column("month", "Month", lambda one: one.id, sample="2026-12 UTC"),
            Column(
                "state", "State", lambda one: _STATES[one.month.state][0], sample="archived",
                icon=lambda one: (_STATES[one.month.state][2], _STATES[one.month.state][1]),
            ),
            Column("rows", "Events", lambda one: f"{one.month.rows:,}", sample=_COUNT, right=True),
            Column("held", "Held", lambda one: f"{one.month.held:,}", sample=_COUNT, right=True),
            Column(
                "numbers", "Numbers", lambda one: f"{one.month.first:,} to {one.month.last:,}",
                sample="10,000,000 to 10,000,000",
            ),
            Column("archived", "Archived", lambda one: when(one.month.archived_at, zone, "not yet"),
                   sample=SAMPLE),
            Column("pruned", "Pruned", lambda one: one.pruned(zone),
                   sample=SAMPLE),
        )  # fmt: skip

    def sentence(self, zone: tzinfo) -> Callable[[MonthLine], str]:
        """What a screen reader says of a row."""

        def said(one: MonthLine) -> str:
            month = one.month
            return (
                f"{month.name}, {_STATES[month.state][0]}: {counted(month.rows)}, {month.held:,} of"
                f" them held. Archived {when(month.archived_at, zone, 'not yet')}, pruned"
                f" {one.pruned(zone)}."
            )

        return said

    def words(self, item: MonthLine) -> Sequence[str]:
        """What the filter looks through."""
        return (item.id, _STATES[item.month.state][0], item.month.archive_sha256 or "")

    def value(self, item: MonthLine, key: str) -> Any:
        """What a column is sorted by."""
        month = item.month
        return {
            "state": _STATES[month.state][0],
            "rows": month.rows,
            "held": month.held,
            "numbers": month.first,
            "archived": month.archived_at,
            "pruned": month.pruned_at,
        }.get(key)

    def read(self, session: Session) -> list[MonthLine]:
        """Every month of the log, and whose pruning waits for a second human."""
        waiting = asked(session, archiving.ACTION, "month")
        return [
            MonthLine(month, waiting.get(f"{month.month:%Y-%m-%d}"))
            for month in archiving.months(session)
        ]

    def items(self, found: list[MonthLine]) -> Sequence[MonthLine]:
        """Rows of the list."""
        return found

    @property
    def month(self) -> Month | None:
        """The month that is chosen."""
        line = self.list.item()
        return line.month if line is not None else None

    @Slot()
    def show_acts(self) -> None:
        """Say of each button why it cannot be pressed, where it cannot."""
        month = self.month
        none = "" if month is not None else "Select a month first."
        why = none if self.may(CREATE) else missing(CREATE)
        if not why and month is not None and month.state != "whole":
            why = {
                "open": "The month is not over yet.",
                "archived": "It is archived already.",
                "pruned": "It is archived and pruned already.",
            }[month.state]
        self.enable(self.archive, why)
        why = none if self.may(MANAGE) else missing(MANAGE)
        if not why and month is not None and month.state != "archived":
            why = "It is pruned already." if month.state == "pruned" else "Archive it first."
        line = self.list.item()
        if not why and line is not None and line.waits is not None:
            why = f"A decision waits until {when(line.waits, self._zone)}."
        self.enable(self.prune, why)

    # What the person does

    @Slot()
    def begin_archiving(self) -> None:
        """Ask where the bundle goes."""
        month = self.month
        if month is None or not self.archive.isEnabled():
            return
        words = (
            f"All of {month.name}: {counted(month.last - month.first + 1)}, numbers"
            f" {month.first:,} to {month.last:,}. The month is archived once the file is whole."
        )
        name = f"{self._here.tenant_path.replace('.', '-')}-{month.name}{BUNDLE.suffix}"
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(documents) or Path.home())
        wanted = Wanted(BUNDLE, folder / name, range=Range(words, month.first, month.last))
        self.archive_wanted.emit(wanted, partial(self._on_written, month))

    def _on_written(self, month: Month, made: Any) -> None:
        """The bundle is whole: record that it keeps the month."""
        self.tell("")
        self.writing.run(
            Act(
                lambda session: archiving.archive(session, month.month, made.export),
                _WHY_ARCHIVE,
                lambda _: self._on_archived(month),
                partial(self._on_unarchived, month, made),
            )
        )

    def _on_archived(self, month: Month) -> None:
        self.noted.emit(f"{month.name} is archived. Keep its bundle: it is all there will be.")
        self.refresh()

    def _on_unarchived(self, month: Month, made: Any, error: Problem) -> None:
        self.refuse(Problem(
            f"{made.path} is whole, but {month.name} is not archived yet. {error.sentence}",
            error.remedy,
        ))  # fmt: skip

    @Slot()
    def begin_pruning(self) -> None:
        """Ask for a decision."""
        month = self.month
        if month is not None and self.prune.isEnabled():
            PruneDialog(self._link, self._jobs, month, self._on_asked, self.window()).open()

    def _on_asked(self, decision: object) -> None:
        self.noted.emit("A second human is asked. Nothing is pruned until then.")
        self.refresh()

    def open_item(self, item: MonthLine) -> None:
        """Do what comes next for the month that was opened."""
        if self.archive.isEnabled():
            self.begin_archiving()
        elif self.prune.isEnabled():
            self.begin_pruning()


class PruneDialog(LastingDialog):
    """Says what goes and what a hold keeps."""

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        month: Month,
        then: Callable[[Any], object],
        parent: QWidget | None,
    ):
        super().__init__(link, jobs, "prune_month", f"Prune {month.name}", _WHY_PRUNE, then, parent)
        self.month = month
        goes = month.rows - month.held
        verb = "goes" if goes == 1 else "go"
        self.ground.say("goes", f"{counted(goes)} of {month.name} {verb} from the database.",
                        "minus", "state_attention")  # fmt: skip
        stay, them = ("stays", "it") if month.held == 1 else ("stay", "them")
        held = f"{counted(month.held)} {stay}: a legal hold keeps {them}."
        kept = held if month.held else ""
        self.ground.say("kept", kept, "lock", "state_ok")
        self.ground.say(
            "proof",
            "The hashes of all of them stay, so that the log still verifies. What they said is in"
            f" the bundle alone, SHA-256 {month.archive_sha256 or 'unknown'}.",
            "hash",
        )
        self.lay_out((self.ground, self.decided, self.reason_field))
        self.reason.setFocus()

    def request(self, session: Session, reason: str) -> Any:
        """Ask for the pruning of the month."""
        return archiving.request_pruning(session, self.month.month, reason)
