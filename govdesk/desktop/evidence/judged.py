"""What a chosen file is worth by itself: the verdict, its faults, and what was not judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from govdesk.desktop import theme, trouble
from govdesk.desktop.editing.section import button
from govdesk.desktop.snapshot.fingerprint import Fingerprint
from govdesk.desktop.widgets import Pill, Words, announce
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.report import Fault, Report
from govdesk.jobs import Cancelled, Job, Jobs, Task
from govdesk.services import report_words
from govdesk.services.children import ChildCancelled
from govdesk.services.seals import SealFault

if TYPE_CHECKING:
    from govdesk.services.file_verdict import FileVerdict

Index = QModelIndex | QPersistentModelIndex
Pinned = Callable[[], Sequence[VerifierKey]]
_ROOT: Final = QModelIndex()
_LINES: Final = 8
"""Faults that are seen at once; the rest scrolls."""
_LOOK: Final = {
    "verified": ("state_ok", "Verified"),
    "fits": ("state_attention", "No fault found"),
    "faulty": ("state_failed", "Not as sealed"),
    "undecided": ("state_attention", "Cannot judge"),
    "snapshot": ("state_neutral", "Not judged here"),
    "derived": ("state_neutral", "No verdict of its own"),
}
_MEANT: Final = {
    "verified": "Nothing was changed since the organization signed it.",
    "fits": (
        "Everything in the file fits together, but nobody whom this computer trusts signed it:"
        " anybody could have made such a file."
    ),
    "faulty": (
        "This file is not what was sealed. Do not rely on it; keep it as it is, and ask whoever"
        " sent it for another copy."
    ),
    "undecided": (
        "Whether this is what the organization sealed cannot be judged on this computer. What"
        " is missing stands below."
    ),
    "snapshot": (
        "A snapshot needs its passphrase. Open it: File › Open a snapshot. It is verified there."
    ),
}


class JudgedFile(QWidget):
    """Judges one file at a time. `changed` follows what begins, goes on or ends.

    Its part of a page begins with the verdict; nothing of it is seen before a file is chosen.
    """

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("file_verdict")
        self._jobs = jobs
        self._job: Job | None = None
        self.share: float | None = None
        """How much is read, from 0 to 1; None while that is not known."""
        self.shown: FileVerdict | None = None
        self._number, self._suffix = 0, ""
        self._build()
        self._lay_out()
        self.clear()

    def _build(self) -> None:
        self.title = Words("Is it as it was sealed?", "strong", parent=self)
        self.pill = Pill("state_neutral", "Reading", self)
        self.pill.setObjectName("verdict_state")
        self.meaning = self._words("verdict_meaning")
        self.facts = self._words("verdict_facts")
        self.fault_title = Words("", "strong", parent=self)
        self.fault_title.setObjectName("verdict_fault_title")
        self.copy_button = button("Copy", "verdict_copy", self.copy_faults, self, icon="copy")
        self.copy_button.setAccessibleName("Copy the faults")
        self.faults = QListView(self)
        self.faults.setObjectName("verdict_faults")
        self.faults.setAccessibleName("Faults of the file")
        self.faults.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.faults.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.faults.setUniformItemSizes(True)
        self.faults.setLayoutMode(QListView.LayoutMode.Batched)
        self.faults.setSpacing(theme.GRID)
        self.faults.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.faults.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.faults)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy_faults)
        self.listed = FaultSentences(self)
        self.faults.setModel(self.listed)
        self.open_title = Words("Not judged", "strong", parent=self)
        self.open = self._words("verdict_not_judged")
        self.key_title = Words("Fingerprint of the key that signed it", "strong", parent=self)
        self.fingerprint = Fingerprint(self)

    def _words(self, name: str) -> Words:
        made = Words("", parent=self, wraps=True)
        made.setObjectName(name)
        return made

    def _lay_out(self) -> None:
        mark = QHBoxLayout()
        mark.addWidget(self.pill)
        mark.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addWidget(self.fault_title)
        head.addWidget(self.copy_button)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.GAP)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.title)
        column.addLayout(mark)
        column.addWidget(self.meaning)
        column.addWidget(self.facts)
        column.addLayout(head)
        for part in (self.faults, self.open_title, self.open, self.key_title, self.fingerprint):
            column.addWidget(part)

    # Judging

    @property
    def is_busy(self) -> bool:
        """Whether a file is being judged."""
        return self._job is not None

    def judge(self, path: Path, pinned: Pinned) -> None:
        """Judge a file in the background; `pinned` are the witness's keys, asked for there."""
        self.stop()
        self.clear()

        def work(task: Task) -> FileVerdict:
            from govdesk.services.file_verdict import judge

            try:
                return judge(path, pinned(), task.progress, task.cancel)
            except ChildCancelled:
                raise Cancelled from None

        self.share, self._suffix = None, path.suffix.lower()
        self._show("state_neutral", "Judging", "The file is read and judged on this computer.")
        # What an earlier file still says comes too late.
        number = self._number = self._number + 1
        self._job = self._jobs.start(
            work, owner=self, lane="files", title=f"Verify {path.name}", visible=True,
            on_result=partial(self._on_result, number), on_error=partial(self._on_error, number),
            on_progress=partial(self._on_progress, number),
            on_cancelled=partial(self._on_cancelled, number),
        )  # fmt: skip
        self.changed.emit()

    def stop(self) -> None:
        """Judge no further; what is known already stays."""
        if self._job is not None:
            self._job.cancel()

    def _on_result(self, number: int, found: FileVerdict) -> None:
        if number == self._number:
            self._job = None
            self.show_verdict(found, self._suffix)
            self.changed.emit()

    def _on_error(self, number: int, error: Exception) -> None:
        known = trouble.explain(error)
        if known is None:
            self._on_cancelled(number)
            raise error
        if number == self._number:
            self._job = None
            self._show("state_attention", "Cannot judge", known.words)
            self._say()
            self.changed.emit()

    def _on_cancelled(self, number: int) -> None:
        if number == self._number:
            self._job = None
            self._show("state_neutral", "Cancelled", "The file was not judged.")
            self._say()
            self.changed.emit()

    def _on_progress(self, number: int, done: int, total: int | None, text: str) -> None:
        if number == self._number:
            self.share = min(done / total, 1.0) if total else None
            self.changed.emit()

    # What is shown

    def clear(self) -> None:
        """Nothing is chosen."""
        self.hide()

    def _show(self, meaning: str, word: str, sentence: str) -> None:
        """A word and a sentence, and no report."""
        self.shown = None
        self.pill.set_meaning(meaning, word)
        _say(self.meaning, sentence)
        self._show_report(None)
        self.show()

    def show_verdict(self, found: FileVerdict, suffix: str = "") -> None:
        """Show what a file is worth; `suffix` is how the name of a derived one ends."""
        self.shown = found
        self.pill.set_meaning(*_LOOK[found.standing])
        meant = _MEANT.get(found.standing) or _derived(suffix)
        _say(self.meaning, f"{meant} {found.notice}".strip())
        self._show_report(found.report)
        self.show()
        self._say()

    def _say(self) -> None:
        announce(self, f"{self.pill.word}. {self.meaning.text()}")

    def _show_report(self, report: Report | None) -> None:
        _say(self.facts, "\n".join(_facts(report)) if report else "")
        faults = report.faults if report else []
        self.listed.show_faults(faults)
        count = len(faults)
        _say(self.fault_title, f"{count:,} {'fault' if count == 1 else 'faults'}" if count else "")
        self.copy_button.setVisible(bool(count))
        self.faults.setVisible(bool(count))
        # What one line takes stands above and below it, and once more at each end.
        line = self.faults.sizeHintForRow(0) + 2 * self.faults.spacing() if count else 0
        around = 2 * (self.faults.spacing() + self.faults.frameWidth())
        self.faults.setFixedHeight(min(count, _LINES) * line + around)
        open_ = report.not_judged if report else []
        self.open_title.setVisible(bool(open_))
        _say(self.open, "\n".join(f"• {_sentence(one)}" for one in open_))
        key = report_words.signer(report) if report else None
        for part in (self.key_title, self.fingerprint):
            part.setVisible(key is not None)
        if key is not None:
            self.fingerprint.show_key(key.fingerprint)

    @Slot()
    def copy_faults(self) -> None:
        """Copy the selected faults, or all of them."""
        rows = sorted(self.faults.selectionModel().selectedIndexes(), key=QModelIndex.row)
        lines = [index.data() for index in rows] or self.listed.sentences
        QGuiApplication.clipboard().setText("\n".join(lines))
        announce(self, "1 fault copied" if len(lines) == 1 else f"{len(lines):,} faults copied")


class FaultSentences(QAbstractListModel):
    """Faults in sentences, written when they are seen: there may be as many as events."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self._faults: Sequence[Fault] = ()

    def show_faults(self, faults: Sequence[Fault]) -> None:
        """Show others."""
        self.beginResetModel()
        self._faults = faults
        self.endResetModel()

    @property
    def sentences(self) -> list[str]:
        """All of them."""
        return [_told(fault) for fault in self._faults]

    def rowCount(self, parent: Index = _ROOT) -> int:
        """One each."""
        return 0 if parent.isValid() else len(self._faults)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The sentence, and the same as a tool tip where it is elided."""
        shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return _told(self._faults[index.row()]) if shown else None


def _say(words: Words, text: str) -> None:
    """Show words, or nothing and no empty line either."""
    words.setText(text)
    words.setVisible(bool(text))


def _facts(report: Report) -> list[str]:
    """The report in the sentences of the command line."""
    said = [report_words.verdict(report), *report_words.extent(report)]
    said += report_words.absences(report)
    return said + report_words.signed(report, attrgetter("name"))


def _told(fault: Fault) -> str:
    """A fault in one sentence; one of no event is a fault of the whole file."""
    if fault.first == 0:
        return _sentence(fault.detail)
    return SealFault(fault.first, fault.last, fault.kind, fault.detail).sentence()


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}".rstrip(".") + "."


def _derived(suffix: str) -> str:
    form = suffix.lstrip(".").upper()
    what = f"A {form}" if form in ("CSV", "JSON") else "A file of this form"
    return (
        f"{what} cannot prove itself: only the log can say where it is from. A bundle (.zip), a"
        " PDF or a .jsonl export carries what it takes to judge it."
    )
