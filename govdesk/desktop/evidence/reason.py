"""A dialog that writes one thing and needs a reason; what does not fit a low window scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import PageArea, button_row
from govdesk.desktop.evidence.leaving import Leaving
from govdesk.desktop.members.parts import say
from govdesk.desktop.timeline.layouts import chain, controls
from govdesk.desktop.webhooks.dialog import WritingDialog
from govdesk.desktop.widgets import FormField, announce

SHORTEST: Final = 3
LONGEST: Final = 2000
_HELP: Final = "It is sealed in the log."
_MISSING: Final = "Say why, in three characters or more; it is sealed."
_MOST_HIGH: Final = 180 * theme.GRID


class ReasonDialog(WritingDialog):
    """Its buttons stay in sight; `reason_field` is made by `make_reason`."""

    reason_field: FormField
    later = 8 * theme.GRID
    """Room for what is counted once the dialog is open."""

    def make_reason(self, name: str) -> FormField:
        """Return the field for the reason."""
        self.reason = QPlainTextEdit(self)
        self.reason.setObjectName(name)
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(3 * theme.CONTROL_HEIGHT)
        field = FormField("&Reason", self.reason, _HELP, self)
        self.reason.textChanged.connect(field.clear_error)
        return field

    def reason_given(self) -> str:
        """The reason, or nothing after having asked for it."""
        text = self.reason.toPlainText().strip()
        if SHORTEST <= len(text) <= LONGEST:
            return text
        long = f"A reason has at most {LONGEST:,} characters; this one has {len(text):,}."
        self.reason_field.set_error(long if len(text) > LONGEST else _MISSING)
        self.reason.setFocus()
        return ""

    def lay_out(self, parts: Sequence[QWidget], *others: QPushButton) -> None:
        """Put the parts below the title, once, into an area that scrolls."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.INSIDE)
        column.setSpacing(theme.GAP)
        for part in (self.what, *parts, self.message):
            column.addWidget(part)
        column.addStretch(1)
        self.area = PageArea(inner, f"{self.objectName()}_area", self)
        Leaving(self, self.cancel, self._warn)
        chain([one for part in parts for one in controls(part)] + [self.cancel, *others, self.go])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        foot = button_row(self.cancel, *others, self.go)
        foot.setContentsMargins(theme.MARGIN, theme.INSIDE, theme.MARGIN, theme.GAP)
        whole.addLayout(foot)
        self.setMinimumWidth(theme.READING_WIDTH)
        needed = (
            column.totalHeightForWidth(theme.READING_WIDTH) + foot.sizeHint().height() + self.later
        )
        room = self.screen().availableSize().height() - 2 * theme.MARGIN
        self.resize(theme.READING_WIDTH, min(needed, _MOST_HIGH, room))

    def _warn(self, sentence: str) -> None:
        say(self.message, sentence)
        self.area.ensureWidgetVisible(self.message)
        announce(self, sentence)

    def event(self, event: QEvent) -> bool:
        """What needs more room scrolls; the dialog itself need not grow."""
        return QDialog.event(self, event)
