"""About this snapshot: who made it, of what, what was found, and what nobody can judge from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button
from govdesk.desktop.snapshot.fingerprint import Fingerprint
from govdesk.desktop.snapshot.verifying import Verification
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.timeline.detail_facts import Fact, FactList
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.timeline.proof_section import Signed
from govdesk.desktop.widgets import PageHeader, Words, announce
from govdesk.services import trust
from govdesk.services.snapshot_facts import SnapshotFacts
from govdesk.services.snapshot_link import SnapshotLink
from govdesk.services.snapshot_verdict import Verdict

_LINES: Final = 12
"""Faults that are seen at once; the rest scrolls."""
_NAMES: Final = {
    "unsealed": (
        "Organization, maker and time are the file's own words: the log holds nothing of them."
    ),
    "verified": (
        "Organization, maker and time are as they were sealed in the log with this snapshot."
    ),
    "faulty": "Organization, maker and time are not proven while the file has faults.",
    "": (
        "Organization, maker and time are said to be sealed in the log. That counts once the file"
        " is verified by a key that you trust."
    ),
}
_MEANT: Final = {
    "verified": "Nothing was changed, added or left out since the organization signed it.",
    "unknown_key": (
        "Everything in the file fits together. Whether the organization made it is not judged"
        " until you have compared and trusted its key."
    ),
    "unsigned": (
        "Everything in the file fits together, but no key has signed it: anybody could have made"
        " such a file."
    ),
    "undecided": "Whether this is what the organization signed cannot be judged from this file.",
    "faulty": (
        "This file is not what was signed. Do not rely on it; keep it as it is, and ask whoever"
        " sent it for another copy."
    ),
}


class AboutPage(QWidget):
    """`event_asked` carries the number of an event that a fault names."""

    event_asked = Signal(object)
    trust_asked = Signal()

    def __init__(
        self,
        link: SnapshotLink,
        verification: Verification,
        zone: tzinfo,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("about_page")
        self._link, self._verification, self._zone = link, verification, zone
        self._shown: Verdict | None = None
        self._build()
        self.set_zone(zone)
        verification.changed.connect(self.refresh)

    # Parts

    def _build(self) -> None:
        self.header = PageHeader(
            "About this snapshot",
            "What the file says of itself, what was found in it, and what it cannot show.",
            parent=self,
        )
        inner = QWidget()
        inner.setMaximumWidth(2 * theme.READING_WIDTH)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.GAP, theme.MARGIN)
        column.setSpacing(theme.INSIDE)
        for part in (*self._verdict_parts(inner), *self._key_parts(inner), *self._facts(inner)):
            column.addWidget(part)
        column.setAlignment(self._trust, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._scroll = scroll = QScrollArea(self)
        scroll.setObjectName("about_scroll")
        scroll.setAccessibleName("About this snapshot")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.INSIDE)
        outer.setSpacing(theme.GAP)
        outer.addWidget(self.header)
        outer.addWidget(scroll, 1)

    def _verdict_parts(self, inner: QWidget) -> Iterator[QWidget]:
        self._standing = Signed(inner, "section")
        self._standing.setObjectName("standing")
        self._meaning = Words("", parent=inner, wraps=True)
        self._meaning.setObjectName("standing_meaning")
        self._bar = QProgressBar(inner)
        self._bar.setObjectName("verify_progress")
        self._bar.setAccessibleName("How far the verification is")
        self._bar.setTextVisible(False)
        self._fault_head = QWidget(inner)
        self._fault_title = Words("Faults", "strong", parent=self._fault_head)
        self.copy_button = button(
            "Copy", "about_copy_faults", self._copy_faults, self._fault_head, icon="copy"
        )
        self.copy_button.setAccessibleName("Copy the faults")
        head = QHBoxLayout(self._fault_head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(theme.INSIDE)
        head.addWidget(self._fault_title)
        head.addWidget(self.copy_button)
        head.addStretch(1)
        self._faults = QListView(inner)
        self._faults.setObjectName("faults")
        self._faults.setAccessibleName("Faults; Enter shows the event")
        self._faults.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._faults.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._faults.setUniformItemSizes(True)
        self._faults.setSpacing(theme.GRID)
        self._faults.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._faults.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._faults.activated.connect(self._on_fault)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._faults, self._copy_faults)
        self._sentences = _Sentences(self)
        self._faults.setModel(self._sentences)
        self._open_title = Words("Not judged", "strong", parent=inner)
        self._open = QWidget(inner)
        self._open.setObjectName("not_judged")
        column = self._open_column = QVBoxLayout(self._open)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        yield from (self._standing, self._meaning, self._bar, self._fault_head, self._faults)
        yield from (self._open_title, self._open)

    def _key_parts(self, inner: QWidget) -> Iterator[QWidget]:
        self._key_title = self._section("The key that signed it", inner)
        self._key_state = Signed(inner)
        self._key_state.setObjectName("key_state")
        self._fingerprint = Fingerprint(inner)
        self._trust = QPushButton("Trust this key", inner)
        self._trust.setObjectName("about_trust")
        self._trust.setAutoDefault(False)
        self._trust.clicked.connect(self.trust_asked)
        yield from (self._key_title, self._key_state, self._fingerprint, self._trust)

    def _facts(self, inner: QWidget) -> Iterator[QWidget]:
        yield self._section("What the file says of itself", inner)
        self._names = Signed(inner)
        self._names.setObjectName("names_state")
        yield self._names
        self._list = FactList(inner)
        yield self._list
        yield Words(
            "Exports from a snapshot are made on this computer and are recorded in no log.",
            "secondary",
            "text_secondary",
            inner,
            wraps=True,
        )

    def _section(self, words: str, parent: QWidget) -> Words:
        title = Words(words, "strong", parent=parent)
        title.setContentsMargins(0, theme.GAP, 0, 0)
        return title

    # What is shown

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self._list.show_facts([fact for fact in _facts(self._link, zone) if fact.text])
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what is known now."""
        found = self._verification
        verdict, is_busy = found.verdict, found.share is not None
        words = found.words[:1].upper() + found.words[1:]
        self._standing.say(found.icon, found.meaning, words)
        meaning = _MEANT.get(verdict.standing, "") if verdict and not is_busy else ""
        self._meaning.setText(meaning)
        self._meaning.setVisible(bool(meaning))
        self._bar.setVisible(is_busy)
        self._bar.setValue(int((found.share or 0) * 100))
        if verdict is not self._shown or verdict is None:
            self._show_report(verdict)
        self._show_key()
        self._show_names()

    def _show_report(self, verdict: Verdict | None) -> None:
        self._shown = verdict
        faults = verdict.seals.faults if verdict else ()
        self._sentences.setStringList([fault.sentence() for fault in faults])
        shown = bool(faults)
        self._fault_title.setText(f"{len(faults):,} {'fault' if len(faults) == 1 else 'faults'}")
        self._fault_head.setVisible(shown)
        self._faults.setVisible(shown)
        # What one line takes stands above and below it, and once more at each end.
        line = self._faults.sizeHintForRow(0) + 2 * self._faults.spacing() if shown else 0
        around = 2 * (self._faults.spacing() + self._faults.frameWidth())
        self._faults.setFixedHeight(min(len(faults), _LINES) * line + around)
        empty(self._open_column)
        open_ = _sentences(verdict.report.not_judged) if verdict else []
        for sentence in open_:
            words = Words(f"• {sentence}", parent=self._open, wraps=True)
            self._open_column.addWidget(words)
        self._open_title.setVisible(bool(open_))
        self._open.setVisible(bool(open_))

    def _show_key(self) -> None:
        key = self._link.facts.key
        is_unknown = self._verification.is_key_unknown
        self._fingerprint.setVisible(key is not None)
        self._trust.setVisible(is_unknown and not self._verification.is_faulty)
        if key is None:
            words = "No key: the file carries no checkpoint whose signature fits."
            self._key_state.say("shield-alert", "state_attention", words)
            return
        self._fingerprint.show_key(key.fingerprint)
        if is_unknown:
            words = "Not trusted on this computer. Compare its fingerprint before you trust it."
            self._key_state.say("triangle-alert", "state_attention", words)
        else:
            self._key_state.say("check", "state_ok", f"Trusted on this computer for {key.name}.")

    def _show_names(self) -> None:
        """Whether the names and the time below are more than the file's own words."""
        verdict = self._verification.verdict if self._verification.share is None else None
        standing: str = verdict.standing if verdict is not None else ""
        if not self._link.facts.names_sealed:
            standing = "unsealed"
        look = {
            "verified": ("check", "state_ok"),
            "unsealed": ("triangle-alert", "state_attention"),
            "faulty": ("shield-alert", "state_failed"),
        }
        icon, colour = look.get(standing, ("circle-dashed", "state_neutral"))
        self._names.say(icon, colour, _NAMES.get(standing, _NAMES[""]))

    @property
    def fault_sentences(self) -> list[str]:
        """What the list of faults says."""
        return self._sentences.stringList()

    def take_keyboard(self) -> None:
        """Go on reading here."""
        self._scroll.setFocus()

    @Slot(QModelIndex)
    def _on_fault(self, index: QModelIndex) -> None:
        if self._shown is not None:
            first = self._shown.seals.faults[index.row()].first
            if first > 0:
                self.event_asked.emit(first)

    @Slot()
    def _copy_faults(self) -> None:
        rows = sorted(self._faults.selectionModel().selectedIndexes(), key=lambda one: one.row())
        lines = [index.data() for index in rows] or self.fault_sentences
        QGuiApplication.clipboard().setText("\n".join(lines))
        announce(self, "1 fault copied" if len(lines) == 1 else f"{len(lines):,} faults copied")


class _Sentences(QStringListModel):
    """Sentences that are said whole where they are shown elided."""

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # type: ignore[override]
        """The sentence, as a tool tip too."""
        if role == Qt.ItemDataRole.ToolTipRole:
            role = Qt.ItemDataRole.DisplayRole
        return super().data(index, role)


def _sentences(clauses: list[str]) -> list[str]:
    return [f"{clause[:1].upper()}{clause[1:]}".rstrip(".") + "." for clause in clauses]


def _facts(link: SnapshotLink, zone: tzinfo) -> Iterator[Fact]:
    facts = link.facts
    yield Fact("organization", "Organization", facts.organization)
    yield Fact("tenant_path", "Log", facts.origin, is_mono=True)
    yield Fact("made_by", "Made by", facts.made_by or "It does not say.")
    made = time_text(facts.created_at, zone) if facts.created_at else "It does not say."
    yield Fact("created_at", "Sealed", made)
    yield Fact("filter", "Filter", facts.filter or "None: every event of the range.")
    yield Fact("range", "Range", f"Events {facts.first:,} to {facts.last:,}")
    yield Fact("rows", "Events", _rows(facts))
    yield Fact("redacted", "Redacted", ", ".join(facts.redacted) or "Nothing.")
    yield Fact("complete", "Left out", _complete(facts))
    yield from _checkpoint(facts)
    yield Fact("file", "File", str(link.path), is_mono=True)
    yield Fact("export_id", "Export", facts.export_id, is_mono=True)
    yield Fact("generator", "Made with", facts.generator)


def _rows(facts: SnapshotFacts) -> str:
    more = f", and {facts.left_out:,} that the filter leaves out, as their leaves"
    return f"{facts.rows:,}{more if facts.left_out else ''}"


def _complete(facts: SnapshotFacts) -> str:
    if facts.provable and facts.checkpoint is not None:
        return "The file can show that no event of the filter and range was left out."
    if not facts.why_not:
        return "The file cannot show that no event was left out."
    return f"The file cannot show that no event was left out: {'; '.join(facts.why_not)}."


def _checkpoint(facts: SnapshotFacts) -> Iterator[Fact]:
    if facts.checkpoint is None:
        yield Fact("checkpoint", "Checkpoint", "None.")
        return
    root = trust.in_line(facts.checkpoint.tree.root.hex())
    yield Fact("checkpoint", "Checkpoint", f"Of {facts.checkpoint.tree.size:,} events")
    yield Fact("root", "Root", root, is_mono=True)
