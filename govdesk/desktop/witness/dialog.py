"""What this computer saw signed: compare the key, take and give checkpoints, begin anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.evidence.foot import Foot
from govdesk.desktop.exporting import ChooseFile
from govdesk.desktop.snapshot.fingerprint import Fingerprint
from govdesk.desktop.widgets import Words, announce
from govdesk.desktop.witness.card import CheckpointCard
from govdesk.desktop.witness.watching import LANE, Watching
from govdesk.domain.problem import Problem
from govdesk.evidence.notes import VerifierKey
from govdesk.jobs import Jobs, Task
from govdesk.services.link import Link
from govdesk.services.witness import Imported, write_text
from govdesk.services.witness_memory import Remembered

KINDS: Final = "Checkpoints (*.checkpoint)"
PURPOSE: Final = (
    "The worker signs the log from time to time. This computer keeps the newest signature it saw"
    " and asks at every sign-in for proof that the log still continues it."
)
COMPARE: Final = (
    "Ask whoever runs the worker for the fingerprint of its key in another way than through this"
    " server, such as by telephone, and compare all of it."
)
OpenFile = Callable[[QWidget, str, str], str]
"""Asks for a file to read: parent, title, kinds; empty when dismissed."""


def open_file(parent: QWidget, title: str, kinds: str) -> str:
    """Ask with the platform's own dialog."""
    return QFileDialog.getOpenFileName(parent, title, "", f"{kinds};;All files (*)")[0]


class WitnessDialog(QDialog):
    """Shows what is remembered; `noted` carries a sentence about what was done."""

    noted = Signal(str)

    def __init__(
        self,
        watching: Watching,
        link: Link,
        jobs: Jobs,
        zone: tzinfo,
        choose: ChooseFile,
        parent: QWidget | None = None,
        *,
        opening: OpenFile = open_file,
    ):
        super().__init__(parent)
        self._watching, self._link, self._jobs, self._zone = watching, link, jobs, zone
        self._choose, self._opening = choose, opening
        self.setObjectName("witness_dialog")
        self.setWindowTitle("Witness of the log")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keys: list[QWidget] = []
        self._build()
        self.refresh()

    def _build(self) -> None:
        body = QWidget(self)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        self._column.setSpacing(theme.GAP)
        self._state = Words("", "section", parent=self, wraps=True)
        self._state.setObjectName("witness_state")
        self.card = CheckpointCard("witnessed", "Newest checkpoint seen here", self)
        self._compare = Words("", "body", "text_secondary", self, wraps=True)
        self._key_rows = QVBoxLayout()
        self._key_rows.setSpacing(theme.GAP)
        self._message = Words("", "body", "state_failed", self, wraps=True)
        self._message.setObjectName("witness_message")
        self._message.hide()
        purpose = Words(PURPOSE, "body", "text_secondary", self, wraps=True)
        for part in (self._state, purpose, self.card, self._compare):
            self._column.addWidget(part)
        self._column.addLayout(self._key_rows)
        self._column.addLayout(self._exchange())
        self._column.addWidget(self._message)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setObjectName("witness_scroll")
        scroll.setAccessibleName("What this computer saw signed")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        buttons = QDialogButtonBox(self)
        close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("witness_close")
        close.clicked.connect(self.reject)
        # Enter must not let a key count that nobody compared.
        close.setDefault(True)
        foot = Foot(self)
        row = QHBoxLayout()
        self.forget = self._button("witness_forget", "Begin anew…", self._ask_to_forget)
        row.addWidget(self.forget)
        row.addStretch(1)
        row.addWidget(buttons)
        foot.column.addLayout(row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(foot)
        self.setMinimumWidth(140 * theme.GRID)
        room = self.screen().availableSize().height() - 2 * theme.MARGIN
        self.resize(160 * theme.GRID, min(156 * theme.GRID, room))

    def _exchange(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        self.give = self._button("witness_export", "Save checkpoint…", self._export)
        self.take = self._button("witness_import", "Compare with a file…", self._import)
        self.check = self._button("witness_check", "Check now", self._check)
        for button in (self.give, self.take, self.check):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _button(self, name: str, words: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setAutoDefault(False)
        button.clicked.connect(run)
        return button

    # What it shows

    @Slot()
    def refresh(self) -> None:
        """Show what is remembered now."""
        kept = self._watching.witness.remembered()
        verdict = self._watching.verdict
        self._state.setText("Not compared yet" if verdict is None else verdict.title)
        newest = kept.newest
        self.card.show_checkpoint(
            None if newest is None else newest.tree,
            None if newest is None else newest.at,
            () if newest is None else (newest.signed_by,),
            self._zone,
            "The worker has not signed one yet." if newest is None else "proven on this computer",
        )
        self.give.setEnabled(newest is not None)
        none = "" if newest is not None else "This computer has seen no checkpoint yet."
        self.give.setToolTip(none)
        self.give.setAccessibleDescription(none)
        self._show_keys(kept, () if verdict is None else verdict.new_keys)

    def _show_keys(self, kept: Remembered, new: tuple[VerifierKey, ...]) -> None:
        for widget in self._keys:
            self._key_rows.removeWidget(widget)
            widget.deleteLater()
        self._keys = []
        waiting = [pin.key for pin in kept.keys if not pin.is_compared]
        self._compare.setText(COMPARE)
        self._compare.setVisible(bool(waiting or new))
        for number, pin in enumerate(kept.keys):
            since = f"{pin.since.astimezone(self._zone):%Y-%m-%d}"
            title = (
                f"Key compared, counts since {since}"
                if pin.is_compared
                else f"First key, seen {since}, not compared yet"
            )
            self._add_key(number, title, pin.key, "" if pin.is_compared else "It is the same")
        for number, key in enumerate(new, len(kept.keys)):
            self._add_key(number, "Another key signs too, and does not count yet", key,
                          "Let it count")  # fmt: skip

    def _add_key(self, number: int, title: str, key: VerifierKey, act: str) -> None:
        place = QWidget(self)
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(Words(title, "strong", parent=place, wraps=True))
        digits = Fingerprint(place)
        digits.show_key(key.fingerprint)
        column.addWidget(digits)
        if act:
            button = self._button(f"witness_accept_{number}", act, lambda: self._accept(key))
            button.setAccessibleName(f"{act}: key {key.fingerprint[:8]}")
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._keys.append(place)
        self._key_rows.addWidget(place)

    # What it does

    def _accept(self, key: VerifierKey) -> None:
        def done(nothing: None) -> None:
            self._note("This key counts on this computer from now on.")
            self._watching.check()

        self._work(lambda task: self._watching.witness.accept(key), done)

    @Slot()
    def _export(self) -> None:
        witness = self._watching.witness
        newest = witness.remembered().newest
        if newest is None:
            return
        name = f"{witness.tenant_path.replace('.', '-')}-{newest.tree.size}.checkpoint"
        path = self._choose(self, "Save checkpoint", name, KINDS)
        if not path:
            return

        def done(nothing: None) -> None:
            self._note(f"Checkpoint of {newest.tree.size:,} events written to {path}")

        self._work(lambda task: write_text(Path(path), newest.note), done)

    @Slot()
    def _import(self) -> None:
        path = self._opening(self, "Compare with a file", KINDS)
        if not path:
            return

        def work(task: Task) -> Imported:
            with borrowed(self._link, LANE, task) as session:
                return self._watching.witness.import_file(session, Path(path))

        self._work(work, self._on_imported)

    def _on_imported(self, done: Imported) -> None:
        if done.verdict.is_alarm:
            self.accept()
            self._watching.take(done.verdict)
            return
        size = done.checkpoint.tree.size
        news = "It is kept here now." if done.is_new else "This computer knew a newer one already."
        self._note(f"The log holds this checkpoint of {size:,} events. {news}")
        self._watching.check()

    @Slot()
    def _check(self) -> None:
        self._watching.changed.connect(self.refresh, Qt.ConnectionType.UniqueConnection)
        self._watching.check()

    @Slot()
    def _ask_to_forget(self) -> None:
        question = QMessageBox(
            QMessageBox.Icon.Warning,
            "Begin anew",
            "Forget what this computer saw signed? Do this only if the database was set up anew on"
            " purpose: a roll-back before the next checkpoint then goes unnoticed here.",
            parent=self,
        )
        question.setObjectName("witness_forget_question")
        yes = question.addButton("Forget it", QMessageBox.ButtonRole.DestructiveRole)
        yes.setObjectName("witness_forget_yes")
        no = question.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        no.setObjectName("witness_forget_no")
        question.setDefaultButton(no)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        yes.clicked.connect(self._forget)
        question.open()

    @Slot()
    def _forget(self) -> None:
        def done(nothing: object) -> None:
            self._note("Forgotten. The next checkpoint counts as the first one.")
            self._watching.tell_again()

        self._work(lambda task: self._watching.witness.forget(), done)

    def _work(self, work: Callable[[Task], Any], done: Callable[[Any], None]) -> None:
        self._message.hide()
        self._jobs.start(work, owner=self, on_result=done, on_error=self._on_error, lane=LANE)

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        self._message.setText(str(error))
        self._message.show()
        announce(self, str(error))

    def _note(self, words: str) -> None:
        self.refresh()
        self.noted.emit(words)
        announce(self, words)
