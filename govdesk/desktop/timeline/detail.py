"""The detail of one event: who did what, when and why, what changed, and the proof of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.timeline.detail_facts import NOT_HERE, Fact, FactList, FactMenu, facts
from govdesk.desktop.timeline.diff_pieces import Line, compared
from govdesk.desktop.timeline.diff_view import DiffView
from govdesk.desktop.timeline.layouts import chain, empty, in_order
from govdesk.desktop.timeline.proof_section import (
    SEAL_MEANINGS,
    SEAL_WORDS,
    ProofSection,
    seal_sentence,
    shown_seal,
)
from govdesk.desktop.widgets import ElidedLabel, Pill, StatePage, Words, announce
from govdesk.jobs import Job, Jobs, Task
from govdesk.services.proof import Proof, prove
from govdesk.services.seals import Seal, SealState
from govdesk.services.timeline import Detail

WIDTH: Final = 92 * theme.GRID
_LEAST: Final = 80 * theme.GRID


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What takes time to work out, made off the main thread."""

    detail: Detail
    lines: tuple[Line, ...]
    proof: Proof


def _prepared(task: Task, detail: Detail) -> _Prepared:
    lines = compared(detail.diff or {})
    task.check()
    return _Prepared(detail, tuple(lines), prove(detail))


class EventDetail(QWidget):
    """Shows one event. Esc or its cross emits `closed`.

    `filter_requested` carries a key of the filter language, a value, and whether to exclude it;
    `export_requested` the `Detail` to write as JSON; `retry_requested` follows Retry;
    `shown` the number of the event that is on the screen now.
    """

    closed = Signal()
    filter_requested = Signal(str, object, bool)
    export_requested = Signal(object)
    retry_requested = Signal()
    shown = Signal(object)

    def __init__(self, zone: tzinfo, jobs: Jobs, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("event_detail")
        self._zone, self._jobs = zone, jobs
        self._job: Job | None = None
        self._shown: _Prepared | None = None
        self._seal: Seal = "not_yet"
        self._state: SealState | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(theme.LOADING_SHOWS_AFTER_MS)
        self._patience.timeout.connect(self._on_slow)
        self._build()
        self.clear()

    # Parts

    def _build(self) -> None:
        self.setMinimumWidth(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._states = StatePage(self, loading_after_ms=0)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("detail_scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setWidget(self._column())
        self._scroll.installEventFilter(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self._states)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (theme.FOCUS_WIDTH,))
        column.setSpacing(0)
        column.addLayout(self._bar())
        column.addWidget(self._stack, 1)

    def _bar(self) -> QHBoxLayout:
        self._number = Words("", "body", "text_secondary", self)
        self._number.setObjectName("detail_number")
        self._export = QPushButton(theme.icon("file-json"), "Export JSON", self)
        self._export.setObjectName("detail_export")
        self._export.setAutoDefault(False)
        self._export.clicked.connect(self._on_export)
        self._close = close = QToolButton(self)
        close.setObjectName("detail_close")
        close.setText("Close")
        close.setAccessibleName("Close the detail")
        close.setToolTip("Close (Esc)")
        close.setIcon(theme.icon("x"))
        close.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        close.setAutoRaise(True)
        close.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.setContentsMargins(theme.GAP, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._number, 1)
        row.addWidget(self._export)
        row.addWidget(close)
        return row

    def _column(self) -> QWidget:
        self._inner = inner = QWidget()
        inner.setObjectName("detail_column")
        self._facts = FactList(inner)
        self._facts.filter_requested.connect(self.filter_requested)
        self._why_title = self._section("Why", inner)
        self._why = Words("", "body", parent=inner, wraps=True)
        self._why.setObjectName("reason_value")
        self._diff_title = self._section("What changed", inner)
        self._no_diff = Words("", "body", "text_secondary", inner, wraps=True)
        self._no_diff.setObjectName("no_diff")
        self.diff = DiffView(inner)
        self.proof = ProofSection(self._zone, inner)
        self._related = QPushButton(inner)
        self._related.setObjectName("related_events")
        self._related.setIcon(theme.icon("list-filter"))
        self._related.setAutoDefault(False)
        self._related.clicked.connect(self._on_related)
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.GAP, 0, theme.GAP, theme.MARGIN)
        column.setSpacing(theme.INSIDE)
        column.addLayout(self._heading(inner))
        proof_title = self._section("Proof", inner)
        upper = (self._facts, self._why_title, self._why, self._diff_title, self._no_diff)
        parts: tuple[QWidget, ...] = (*upper, self.diff, proof_title, self.proof)
        for part in parts:
            column.addWidget(part)
        column.addSpacing(theme.INSIDE)
        column.addWidget(self._related, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return inner

    def _section(self, words: str, parent: QWidget) -> Words:
        title = Words(words, "strong", parent=parent)
        title.setContentsMargins(0, theme.GAP, 0, 0)
        return title

    def _heading(self, inner: QWidget) -> QVBoxLayout:
        self._summary = Words("", "section", parent=inner, wraps=True)
        self._summary.setObjectName("detail_summary")
        self._severity = Pill("severity_info", "info", inner)
        self._severity.setObjectName("detail_severity")
        self._seal_pill = Pill("state_neutral", SEAL_WORDS["not_yet"], inner)
        self._seal_pill.setObjectName("detail_seal")
        self._action = ElidedLabel("", "middle", inner, role="mono")
        self._action.setObjectName("detail_action")
        self._action_menu = QHBoxLayout()
        self._action_menu.setContentsMargins(0, 0, 0, 0)
        pills = QHBoxLayout()
        pills.setSpacing(theme.INSIDE)
        pills.addWidget(self._severity)
        pills.addWidget(self._seal_pill)
        pills.addStretch(1)
        action = QHBoxLayout()
        action.setSpacing(theme.INSIDE)
        action.addWidget(self._action, 1)
        action.addLayout(self._action_menu)
        column = QVBoxLayout()
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._summary)
        column.addLayout(pills)
        column.addLayout(action)
        return column

    # What is shown

    @property
    def seq(self) -> int | None:
        """Number of the event that is shown."""
        return None if self._shown is None else self._shown.detail.event.seq

    @property
    def shown_detail(self) -> Detail | None:
        """The event that is shown, with everything."""
        return None if self._shown is None else self._shown.detail

    def add_act(self, button: QPushButton) -> None:
        """Put a further act below what is shown."""
        column = self._inner.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, button, 0, Qt.AlignmentFlag.AlignLeft)

    def take_keyboard(self) -> None:
        """Go on reading here. A focus proxy would be a Tab trap: the key would come back to it."""
        self._scroll.setFocus()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        self.proof.set_zone(zone)
        if self._shown is not None:
            self.show_event(self._shown.detail, self._seal, self._state)

    def show_event(self, detail: Detail, seal: str, state: SealState | None = None) -> None:
        """Show an event as soon as its comparison and its proof are worked out, off this thread.

        `state` lets the seal say when it was verified and what is wrong.
        """
        self._seal, self._state = seal, state  # type: ignore[assignment]
        self._cancel()
        self._patience.start()
        self._job = self._jobs.start(
            lambda task: _prepared(task, detail),
            owner=self,
            on_result=self._on_prepared,
            on_error=self.show_error,
        )

    def set_seal(self, seal: str, state: SealState | None = None) -> None:
        """Show that the verification has come further; the rest stays."""
        self._seal, self._state = seal, state  # type: ignore[assignment]
        if self._shown is not None:
            self._show_seal(self._shown)

    @Slot(object)
    def set_related(self, count: int | None) -> None:
        """Say how many other events this one's request caused; None while it is not known."""
        event = self._shown.detail.event if self._shown is not None else None
        self._related.setVisible(event is not None and event.request_id is not None)
        self._related.setEnabled(count != 0)
        words = "Other events of this request"
        if count is not None:
            plural = "" if count == 1 else "s"
            words = f"{count or 'No'} other event{plural} of this request"
        self._related.setText(words)
        self._related.setAccessibleName(words)

    @Slot()
    def show_loading(self) -> None:
        """Show, after a moment's patience, that an event is on its way."""
        self._patience.start()

    @Slot(object)
    def show_error(self, error: Exception) -> None:
        """Say what happened, with Retry."""
        self._cancel()
        self._forget()
        sentence = str(getattr(error, "sentence", "") or "It could not be read.")
        remedy = str(getattr(error, "remedy", ""))
        self._states.show_error(
            "The event is not here", f"{sentence} {remedy}".strip(), self.retry_requested.emit
        )
        self._stack.setCurrentWidget(self._states)

    @Slot()
    def clear(self) -> None:
        """Show that no event is chosen."""
        self._cancel()
        self._forget()
        self._states.show_empty(
            "No event chosen", "Choose an event in the list to see who, what and why.", icon="info"
        )
        self._stack.setCurrentWidget(self._states)

    def _forget(self) -> None:
        self._shown = None
        self._number.setText("")
        self._export.setEnabled(False)

    def _cancel(self) -> None:
        self._patience.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot()
    def _on_slow(self) -> None:
        self._forget()
        self._states.show_loading("Loading the event")
        self._stack.setCurrentWidget(self._states)

    def _on_prepared(self, prepared: _Prepared) -> None:
        self._patience.stop()
        self._job, self._shown = None, prepared
        detail, event = prepared.detail, prepared.detail.event
        self._number.setText(f"Event {event.seq:,}")
        self._export.setEnabled(True)
        self._show_heading(detail)
        self._facts.show_facts(facts(detail, self._zone))
        self._show_why(detail)
        self._show_diff(prepared)
        self.proof.show_proof(prepared.proof)
        self._show_seal(prepared)
        self.set_related(None)
        self._scroll.setAccessibleName(self._sentence(detail))
        content = in_order(self._inner.layout())
        # First what stands in for the panel itself: Qt's way round begins there.
        chain([self._scroll, self._export, self._close, *content])
        self._scroll.verticalScrollBar().setValue(0)
        self._stack.setCurrentWidget(self._scroll)
        announce(self, self._scroll.accessibleName())
        self.shown.emit(event.seq)

    def _show_heading(self, detail: Detail) -> None:
        event = detail.event
        absent = "summary" in detail.absent
        self._summary.setText(NOT_HERE if absent else event.summary or "No summary")
        self._severity.set_meaning(f"severity_{event.severity}", event.severity.capitalize())
        self._action.setText(event.action)
        self._action.setAccessibleName(f"Action: {event.action}")
        empty(self._action_menu)
        menu = FactMenu(Fact("action", "Action", event.action, "action", event.action), self)
        menu.filter_requested.connect(self.filter_requested)
        self._action_menu.addWidget(menu)

    def _show_why(self, detail: Detail) -> None:
        reason = detail.event.reason
        is_absent = "reason" in detail.absent
        self._why.setText(NOT_HERE if is_absent else reason or "No reason was given.")
        self._why.set_tone("text" if reason else "text_secondary")

    def _show_diff(self, prepared: _Prepared) -> None:
        detail = prepared.detail
        has_lines = bool(prepared.lines)
        if "diff" in detail.absent:
            self._no_diff.setText(NOT_HERE)
        else:
            self._no_diff.setText("This event changed no field.")
        self._no_diff.setVisible(not has_lines)
        self.diff.setVisible(has_lines)
        self.diff.show_lines(prepared.lines)

    def _show_seal(self, prepared: _Prepared) -> None:
        seal = shown_seal(self._seal, prepared.proof)
        seq = prepared.detail.event.seq
        sentence = seal_sentence(seal, seq, self._state, self._zone, prepared.proof)
        self._seal_pill.set_meaning(
            SEAL_MEANINGS[seal],
            SEAL_WORDS[seal],
            icon="badge-check" if seal == "verified" else "",
        )
        self.proof.show_seal(seal, sentence)

    def _sentence(self, detail: Detail) -> str:
        event = detail.event
        who = f" by {event.actor}" if event.actor else ""
        return (
            f"Event {event.seq:,}: {self._summary.text()}. {event.severity}, {event.action}{who},"
            f" {time_text(event.at, self._zone)}. {self._seal_pill.word}."
        )

    # What the person does

    @Slot()
    def _on_export(self) -> None:
        if self._shown is not None:
            self.export_requested.emit(self._shown.detail)

    @Slot()
    def _on_related(self) -> None:
        if self._shown is not None:
            self.filter_requested.emit("request", self._shown.detail.event.request_id, False)

    # Looks

    def sizeHint(self) -> QSize:
        """Wide enough for a time with its offset on one line."""
        return QSize(WIDTH, super().sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The ring around the panel follows the keyboard."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ring while the keyboard scrolls it."""
        if self._scroll.hasFocus():
            painter = QPainter(self)
            theme.ring(painter, self.rect())
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the panel."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
