"""Checkpoints: what was signed of the log, with which key, and why there is no newer one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout

from govdesk.desktop import theme
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.editing.section import button
from govdesk.desktop.evidence.part import EvidencePart
from govdesk.desktop.evidence.periods import SAMPLE, when
from govdesk.desktop.exporting import ChooseFile, choose_file
from govdesk.desktop.tables.columns import Column
from govdesk.desktop.tables.held import ASCENDING, Held
from govdesk.desktop.widgets import FormField, MonoField, Pill, Words
from govdesk.domain.problem import Problem
from govdesk.evidence.notes import BadNote, VerifierKey
from govdesk.jobs import Cancelled, Job, Task
from govdesk.services import attention, checkpoints
from govdesk.services.attention import Need
from govdesk.services.checkpoints import Row
from govdesk.services.link import Session
from govdesk.services.trust import grouped, in_line

MOST: Final = 500
"""How many are read at a time."""
_AT_ONCE: Final = 5_000
"""How many are read anew at most when what is listed is refreshed."""
_AHEAD: Final = 20 * theme.ROW_COMPACT
"""So far before the end of the list the next ones are asked for."""
_BY_AGE: Final = (0, 1)
"""Columns that stand in the order of time: when it was signed, and how many events."""
_COUNT: Final = "10,000,000"
_KINDS = ("audit_fault", "worker_silent", "checkpoint_late")
_CALL_WORKER: Final = "Ask whoever runs the worker to look after it."
_REMEDIES: Final = {
    "audit_fault": "Do not sign off work that relies on this log; the witness shows what was"
    " found.",
    "worker_silent": _CALL_WORKER,
    "checkpoint_late": _CALL_WORKER,
}
"""What to do about each."""
_FILES = "Checkpoint (*.checkpoint)"
_NONE = "A checkpoint says what the whole log was at a moment, signed by a worker."


@dataclass(frozen=True, slots=True)
class Line:
    """A checkpoint as a row; `id` is its size in words."""

    id: str
    row: Row


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signs, or did; `fingerprint` in hex, empty for one that cannot be read."""

    name: str
    fingerprint: str
    host: str
    created_at: datetime
    retired_at: datetime | None
    id: str = ""
    """The key's short name on a signed checkpoint."""


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the tab shows."""

    rows: tuple[Row, ...] = ()
    keys: tuple[Key, ...] = ()
    needs: tuple[Need, ...] = ()
    before: int | None = None
    """The size below which there are older ones that are not read yet."""


def _key(announced: Any) -> Key:
    try:
        parsed = VerifierKey.parse(announced.vkey)
        name, fingerprint, id = parsed.name, parsed.fingerprint, parsed.hash.hex()
    except BadNote:
        name, fingerprint, id = announced.vkey, "", ""
    return Key(name, fingerprint, announced.host, announced.created_at, announced.retired_at, id)


class CheckpointsPart(EvidencePart):
    """The newest checkpoint and its key above a list of all; Sign now, Save checkpoint."""

    name, noun, hint = "checkpoints", "Checkpoints", "Number, time, root or key"
    one, many = "checkpoint", "checkpoints"
    newest_first = True
    choose: ChooseFile = staticmethod(choose_file)

    def _build(self) -> None:
        self.found = Found()
        self._signing: Job | None = None
        self.pill = Pill("state_neutral", "none yet", self)
        self.pill.setObjectName("checkpoint_state")
        self.fingerprint = MonoField("Fingerprint of the key", "", self)
        self.fingerprint.setObjectName("checkpoint_fingerprint")
        self.fingerprint_field = FormField(
            "Key, by its fingerprint", self.fingerprint,
            "Compare it with what whoever runs the worker tells you over another way.", self,
        )  # fmt: skip
        self.column.insertWidget(0, self.pill)
        self.column.addWidget(self.fingerprint_field)
        self.sign = button("Sign now", "checkpoint_sign", self.sign_now, self, icon="stamp")
        self.save = button(
            "Save checkpoint…", "checkpoint_save", self.save_checkpoint, self, icon="download"
        )
        for one in (self.sign, self.save):
            self.acts.add(one)
        self.list.when_empty("No checkpoint yet", _NONE, "Sign now", self.sign_now)
        self.more_words = Words("", "secondary", "text_secondary", self, wraps=True)
        self.more_words.setObjectName("checkpoint_more")
        self.older = button("Read older ones", "checkpoint_older", self.read_older, self)
        below = QHBoxLayout()
        below.setSpacing(theme.INSIDE)
        below.addWidget(self.more_words, 1)
        below.addWidget(self.older)
        self.below.addLayout(below)
        self._show_more()
        self.list.table.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        # Before the first answer it is not known either that there is none.
        self._is_known = False
        for part in (self.pill, self.lead, self.fingerprint_field):
            part.hide()

    # The list

    def columns(self, zone: tzinfo) -> tuple[Column, ...]:
        """Columns for a time zone."""
        return (
            Column("at", "Signed", lambda one: when(one.row.created_at, zone), sample=SAMPLE),
            Column("size", "Events", lambda one: f"{one.row.size:,}", sample=_COUNT, right=True),
            Column("root", "Root", lambda one: one.row.root, 30, mono=True),
            Column("keys", "Signed with the key", lambda one: self._keys_of(one.row), 24,
                   mono=True),
        )  # fmt: skip

    def sentence(self, zone: tzinfo) -> Callable[[Line], str]:
        """What a screen reader says of a row."""
        return lambda one: (
            f"Checkpoint of {one.row.size:,} events, signed {when(one.row.created_at, zone)} with"
            f" {self._keys_of(one.row) or 'no key'}."
        )

    def words(self, item: Line) -> Sequence[str]:
        """What the filter looks through."""
        row = item.row
        return (str(row.size), f"{row.size:,}", row.root, *row.keys, self._keys_of(row),
                f"{row.created_at.astimezone(self._zone):%Y-%m-%d %H:%M}")  # fmt: skip

    def value(self, item: Line, key: str) -> Any:
        """What a column is sorted by."""
        return {"size": item.row.size, "root": item.row.root}.get(key, ", ".join(item.row.keys))

    def _keys_of(self, row: Row) -> str:
        """The keys by the beginning of their fingerprints, as it stands above the list."""
        known = {one.id: grouped(one.fingerprint)[:9] for one in self.found.keys if one.id}
        return ", ".join(f"{known[id]} …" if id in known else id for id in row.keys)

    def read(self, session: Session) -> Found:
        """The newest checkpoints, as many as are listed, the keys, and what delays the next."""
        listed = min(max(len(self.found.rows), MOST), _AT_ONCE)
        page = checkpoints.list_checkpoints(session, limit=listed)
        return Found(
            tuple(page.items),
            tuple(_key(one) for one in checkpoints.keys(session)),
            tuple(one for one in attention.needs(session) if one.kind in _KINDS),
            page.next,
        )

    def items(self, found: Found) -> Sequence[Line]:
        """Rows of the list."""
        return [Line(f"{row.size:,}", row) for row in found.rows]

    # Older ones

    @property
    def has_more(self) -> bool:
        """Whether there are older ones that are not read yet."""
        return self.found.before is not None

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        """Go on at the end of the list, where that is where older ones would stand."""
        column, order = self.list.model.sorted_by
        is_newest_first = column in _BY_AGE and order is not ASCENDING
        if is_newest_first and value >= self.list.table.verticalScrollBar().maximum() - _AHEAD:
            self.read_older()

    @Slot()
    def read_older(self) -> None:
        """Read the next older checkpoints and put them into the list."""
        before = self.found.before
        if before is None or self._reading is not None or self.is_staged:
            return

        def work(task: Task) -> tuple[Found, Held]:
            with borrowed(self._link, "interactive", task) as session:
                page = checkpoints.list_checkpoints(session, before=before, limit=MOST)
            longer = replace(self.found, rows=(*self.found.rows, *page.items), before=page.next)
            return longer, self.list.prepared(self.items(longer))

        self.older.setEnabled(False)
        self._reading = self._jobs.start(
            work, owner=self, on_result=self._on_older, on_error=self._on_unread
        )

    def _on_older(self, answer: tuple[Found, Held]) -> None:
        bar = self.list.table.verticalScrollBar()
        place = bar.value()
        self._on_read(answer)
        bar.setValue(place)

    def _on_unread(self, error: Exception) -> None:
        super()._on_unread(error)
        self.older.setEnabled(True)

    def _show_more(self) -> None:
        """Say that the list goes on; with a filter or in another order a button reads on."""
        for part in (self.more_words, self.older):
            part.setVisible(self.has_more)
        self.older.setEnabled(True)
        self.more_words.setText(
            f"The newest {len(self.found.rows):,} are listed and looked through; older ones follow"
            " as you scroll down."
        )

    # What is said above it

    def show_found(self, found: Found) -> None:
        """Show the state, the key, and the list."""
        self.found, self._is_known = found, True
        self._show_more()
        newest = found.rows[0] if found.rows else None
        late = bool(found.needs)
        meaning = "state_attention" if late else "state_ok" if newest else "state_neutral"
        if any(one.kind == "audit_fault" for one in found.needs):
            meaning, word = "state_failed", "contradicted"
        else:
            word = "late" if late else "signed" if newest else "none yet"
        self.pill.set_meaning(meaning, word)
        self.lead.setText(self._told(newest, found.needs))
        for part in (self.pill, self.lead):
            part.show()
        using = [one for one in found.keys if one.retired_at is None and one.fingerprint]
        self.fingerprint_field.setVisible(bool(using))
        if using:
            self.fingerprint.set_text(in_line(using[0].fingerprint))
            others = len(using) - 1
            along = "1 more signs along" if others == 1 else f"{others:,} more sign along"
            more = f" {along}." if others else ""
            self.fingerprint_field.set_help(
                f"{using[0].name}, announced by {using[0].host}.{more} Compare it with what whoever"
                " runs the worker tells you over another way."
            )

    def _told(self, newest: Row | None, needs: Sequence[Need]) -> str:
        told = ["No checkpoint was signed yet."]
        if newest is not None:
            at = when(newest.created_at, self._zone)
            told = [f"The newest checkpoint covers {newest.size:,} events; it was signed {at}."]
        done = [_REMEDIES[one.kind] for one in needs]
        return " ".join((*told, *(one.sentence for one in needs), *dict.fromkeys(done)))

    @Slot()
    def show_acts(self) -> None:
        """Sign unless it is under way; save what there is."""
        is_signing = self._signing is not None and not self._signing.has_ended
        self.sign.setText("Signing …" if is_signing else "Sign now")
        self.sign.setAccessibleName(self.sign.text())
        self.enable(self.sign, "A worker is being asked." if is_signing else "")
        none = (
            "There is no checkpoint yet." if self._is_known else "The checkpoints are not read yet."
        )
        self.enable(self.save, "" if self.found.rows else none)

    # What the person does

    @Slot()
    def sign_now(self) -> None:
        """Have a worker sign the log as it is now."""
        if self._signing is not None and not self._signing.has_ended:
            return
        self.tell("")

        def work(task: Task) -> Any:
            try:
                with borrowed(self._link, "witness", task) as session:
                    return checkpoints.sign_now(session, cancel=task.cancel)
            except checkpoints.SigningCancelled:
                raise Cancelled from None

        self._signing = self._jobs.start(
            work, owner=self, lane="witness", title="Sign a checkpoint",
            on_result=self._on_signed, on_error=self._on_unsigned, on_cancelled=self.show_acts,
        )  # fmt: skip
        self.show_acts()

    def _on_signed(self, signed: Any) -> None:
        self._signing = None
        self.show_acts()
        self.noted.emit(f"A checkpoint of {signed.tree.size:,} events is signed.")
        self.list.go_to(f"{signed.tree.size:,}")
        self.refresh()

    def _on_unsigned(self, error: Exception) -> None:
        self._signing = None
        self.show_acts()
        if not isinstance(error, Problem):
            raise error
        self.refuse(error)

    @Slot()
    def save_checkpoint(self) -> None:
        """Write the chosen checkpoint, or the newest, to a file."""
        line = self.list.item()
        row = line.row if line is not None else self.found.rows[0] if self.found.rows else None
        if row is None:
            return
        name = f"{self._here.tenant_path.replace('.', '-')}-{row.size}.checkpoint"
        path = self.choose(self, "Save checkpoint", name, _FILES)
        if not path:
            return
        target = Path(path)
        words = f"The checkpoint of {row.size:,} events is written to {target}"
        self._jobs.start(
            lambda task: checkpoints.write_proof(target, row.note, force=True),
            owner=self,
            on_result=lambda _: self.noted.emit(words),
            on_error=self._on_unwritten,
            title=f"Save checkpoint {target.name}",
        )  # fmt: skip

    def _on_unwritten(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            raise error
        self.refuse(error)

    def open_item(self, item: Line) -> None:
        """Save the one that was opened."""
        self.save_checkpoint()
