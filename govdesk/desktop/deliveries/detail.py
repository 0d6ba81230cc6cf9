"""The detail of one delivery: the whole way, from the row that caused it to the last answer."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from govdesk.desktop import theme
from govdesk.desktop.deliveries import story, words
from govdesk.desktop.deliveries.attempt_block import AttemptBlock
from govdesk.desktop.deliveries.flow import Flow
from govdesk.desktop.deliveries.story import Story
from govdesk.desktop.deliveries.words import KIT, NO_EVENT, NOT_MANAGED, NOTHING_TRIED
from govdesk.desktop.editing.section import PageArea, button
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import (
    ElidedLabel,
    MonoField,
    Picture,
    Pill,
    StatePage,
    Words,
    announce,
)

WIDTH: Final = 100 * theme.GRID
_LEAST: Final = 84 * theme.GRID


class _Step(QWidget):
    """One station of the way: its icon and name at the left, what happened there below."""

    def __init__(self, icon: str, title: str, name: str, parent: QWidget):
        super().__init__(parent)
        self.setObjectName(name)
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addWidget(Picture(icon, parent=self))
        head.addWidget(Words(title, "strong", parent=self), 1)
        self.words = Words("", "body", parent=self, wraps=True)
        self.words.setObjectName(f"{name}_words")
        self.inside = QVBoxLayout()
        self.inside.setContentsMargins(theme.ICON + theme.INSIDE, 0, 0, 0)
        self.inside.setSpacing(theme.GRID)
        self.inside.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addLayout(head)
        column.addLayout(self.inside)

    def say(self, text: str) -> None:
        """Say what happened; nothing hides the line."""
        self.words.setText(text)
        self.words.setVisible(bool(text))


class DeliveryDetail(QWidget):
    """Shows one `Story`. Esc or its cross emits `closed`.

    `redeliver_wanted` and `kit_wanted` carry the `Delivery`, `event_wanted` the number of the row
    that caused it; `retry` asks for the same once more.
    """

    closed = Signal()
    redeliver_wanted = Signal(object)
    kit_wanted = Signal(object)
    event_wanted = Signal(object)
    retry = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("delivery_detail")
        self._zone = zone
        self._may_send = True
        self.story: Story | None = None
        self._number: int | None = None
        self._build()

    # Parts

    def _build(self) -> None:
        self.setMinimumWidth(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.states = StatePage(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(PageArea(self._way(), "delivery_scroll", self))
        self._stack.addWidget(self.states)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(self._head())
        column.addWidget(self._acts())
        self.why_not = Words("", "secondary", "text_secondary", self, wraps=True)
        self.why_not.setObjectName("delivery_why_not")
        column.addWidget(self.why_not)
        column.addWidget(self._stack, 1)
        self.clear()

    def _head(self) -> QHBoxLayout:
        self._title = ElidedLabel("", "middle", self, role="section")
        self._title.setObjectName("delivery_title")
        self._pill = Pill("state_neutral", "waiting", self)
        self._pill.setObjectName("delivery_state")
        self.close_button = close = QToolButton(self)
        close.setObjectName("delivery_close")
        close.setText("Close")
        close.setAccessibleName("Close the detail")
        close.setToolTip("Close (Esc)")
        close.setIcon(theme.icon("x"))
        close.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        close.setAutoRaise(True)
        close.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._title, 1)
        row.addWidget(self._pill)
        row.addWidget(close)
        return row

    def _acts(self) -> Flow:
        self.acts = Flow(self)
        self.redeliver = button("Redeliver", "delivery_redeliver", self._on_redeliver, self,
                                icon="refresh-cw")  # fmt: skip
        self.copy_id = button("Copy id", "delivery_copy_id", self._on_copy_id, self, icon="copy")
        self.kit = button("Save verifier kit", "delivery_kit", self._on_kit, self,
                          icon="file-down")  # fmt: skip
        for one in (self.redeliver, self.copy_id, self.kit):
            self.acts.add(one)
        return self.acts

    def _way(self) -> QWidget:
        self._inner = inner = QWidget()
        inner.setObjectName("delivery_way")
        self._cause = _Step("database", "Cause", "delivery_cause", inner)
        self._to_event = button("Show in the timeline", "delivery_to_event", self._on_event,
                                inner, icon="history")  # fmt: skip
        row = QHBoxLayout()
        row.addWidget(self._to_event)
        row.addStretch(1)
        self._cause.inside.addLayout(row)
        self._event = _Step("file-json", "Event", "delivery_event", inner)
        self._id = MonoField("Message id", "", inner)
        self._event.inside.addWidget(self._id)
        self._filter = _Step("filter", "Filter", "delivery_filter", inner)
        self._tries = _Step("arrow-right", "Tries", "delivery_tries", inner)
        self._blocks = QVBoxLayout()
        self._blocks.setSpacing(theme.INSIDE)
        self._tries.inside.addLayout(self._blocks)
        self._next = _Step("clock", "Next", "delivery_next", inner)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.INSIDE, 0)
        column.setSpacing(theme.GAP)
        for step in (self._cause, self._event, self._filter, self._tries, self._next):
            column.addWidget(step)
        column.addStretch(1)
        return inner

    # What is shown

    def clear(self) -> None:
        """Show nothing: what is opened next is another delivery."""
        self.story, self._number = None, None
        self._title.setText("")
        self._pill.hide()
        self._allow(False)
        self.states.show_loading("Reading the delivery")
        self._stack.setCurrentWidget(self.states)

    @Slot(object)
    def show_loading(self, number: int | None = None) -> None:
        """Something else is on its way; `number` is the try that is to be open."""
        self._number = number
        if self.story is None or self._stack.currentWidget() is self.states:
            self._allow(False)
            self.states.show_loading("Reading the delivery")
            self._stack.setCurrentWidget(self.states)

    @Slot(object)
    def show_error(self, error: Exception) -> None:
        """Say that it cannot be read."""
        self.story = None
        self._allow(False)
        self.states.show_error("This delivery cannot be read now", str(error), self.retry.emit)
        self._stack.setCurrentWidget(self.states)

    def show_story(self, found: Story) -> None:
        """Show a delivery; the try that it was opened by is open, else the last one."""
        self.story = found
        delivery = found.delivery
        self._title.setText(delivery.event)
        meaning, word = words.state(delivery.status)
        self._pill.set_meaning(meaning, word)
        self._pill.show()
        self._show_begin(found)
        tries = len(found.attempts)
        self._tries.say("" if tries else "No worker has tried it yet.")
        empty(self._blocks)
        wanted = self._number if self._number is not None else tries
        for attempt in reversed(found.attempts):
            block = AttemptBlock(attempt, story.request_of(found, attempt), self._zone, self._inner)
            self._blocks.addWidget(block)
            if attempt.number == wanted:
                block.open()
        self._next.say(story.next_words(found, self._zone))
        self._allow(True)
        self._stack.setCurrentIndex(0)
        announce(self, self._sentence(found))

    def _show_begin(self, found: Story) -> None:
        delivery = found.delivery
        self._cause.say(story.cause_words(found))
        self._to_event.setVisible(found.cause is not None)
        if delivery.seq is not None:
            self._to_event.setText(f"Show event {delivery.seq:,}")
            self._to_event.setAccessibleName(f"Show event {delivery.seq:,} in the timeline")
        place = (
            ""
            if delivery.stream_seq is None
            else (f", number {delivery.stream_seq:,} of what this webhook was sent")
        )
        cause = found.cause
        # Who asks for everything is sent `audit.row`: what it was stands in the row.
        what = f" ({cause.action})" if cause and cause.action != delivery.event else ""
        self._event.say(f"{delivery.event}{what} to {delivery.webhook}{place}")
        self._id.set_text(delivery.message_id)
        self._filter.say(story.verdict_words(found))

    def _sentence(self, found: Story) -> str:
        return (
            f"Delivery of {found.delivery.event} to {found.delivery.webhook}:"
            f" {self._pill.word}. {self._next.words.text()}"
        )

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._zone = zone
        if self.story is not None:
            self.show_story(self.story)

    def allow_sending(self, may: bool) -> None:
        """Whether this person may have it sent once more."""
        self._may_send = may
        self._allow(self.story is not None)

    def _allow(self, has_story: bool) -> None:
        for one in (self.redeliver, self.copy_id, self.kit):
            one.setEnabled(has_story)
        unsent = self._why_not_sent()
        self.redeliver.setEnabled(has_story and not unsent)
        self.redeliver.setToolTip(unsent)
        self.redeliver.setAccessibleDescription(unsent)
        without = NOTHING_TRIED if has_story and self.story and not self.story.attempts else ""
        self.kit.setEnabled(has_story and not without)
        self.kit.setToolTip(without or KIT)
        self.kit.setAccessibleDescription(without or KIT)
        self.why_not.setText(" ".join(one for one in (unsent, without) if one))
        self.why_not.setVisible(bool(self.why_not.text()))

    def _why_not_sent(self) -> str:
        """Why this cannot be sent once more; empty if it can."""
        if not self._may_send:
            return NOT_MANAGED
        is_event = self.story is None or self.story.delivery.origin == "event"
        return "" if is_event else NO_EVENT

    def take_keyboard(self) -> None:
        """Put the keyboard into the panel."""
        (self.redeliver if self.redeliver.isEnabled() else self.close_button).setFocus()

    # What the person does

    def _on_redeliver(self) -> None:
        if self.story is not None:
            self.redeliver_wanted.emit(self.story.delivery)

    def _on_kit(self) -> None:
        if self.story is not None:
            self.kit_wanted.emit(self.story.delivery)

    def _on_event(self) -> None:
        if self.story is not None and self.story.delivery.seq is not None:
            self.event_wanted.emit(self.story.delivery.seq)

    def _on_copy_id(self) -> None:
        if self.story is not None:
            QGuiApplication.clipboard().setText(self.story.delivery.id)
            announce(self, "Delivery id copied")

    def sizeHint(self) -> QSize:
        """Wide enough for the bars with their names."""
        return QSize(WIDTH, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the panel."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
