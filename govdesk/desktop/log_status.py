"""What the status bar says of the log, and what that means: pressed, it explains itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.editing.section import button, button_row
from govdesk.desktop.widgets import Words, announce

SEPARATOR: Final = " · "
ALARM: Final = (
    "The log is not the one that this computer saw signed before. Do not sign off work that relies"
    " on it; the witness shows both checkpoints and what to do."
)
MEANINGS: Final[tuple[tuple[str, str], ...]] = (
    # Of a file.
    (
        r"verified to [\d,]+ of ",
        "Every event in this file up to that number is as it was sealed, under a checkpoint whose"
        " key you trust. There is nothing to do.",
    ),
    (
        r"verifying [\d]+ %",
        "The seals in this file are being recomputed. Read on meanwhile, but wait for the end"
        " before you rely on it.",
    ),
    (
        r"not verified: ",
        "What is in this file is not what was sealed. Do not rely on it, and ask for the file"
        " again over a way that you trust.",
    ),
    (
        r"not verified$",
        "Nothing that you trust vouches for this file yet. Compare the fingerprint of its key with"
        " what the organization tells you; About this snapshot says what is missing.",
    ),
    # Of the log of a server.
    (
        r"verified to [\d,]+$",
        "This computer has recomputed the seals of the events that you may see, up to that number,"
        " and found each as it was sealed. Newer ones follow by themselves within half a minute;"
        " there is nothing to do.",
    ),
    (
        r"not yet verified$",
        "This computer is still recomputing the seals of the log. Wait for it before you rely on"
        " an event.",
    ),
    (
        r"[\d,]+ faults? found$",
        "Events are not as they were sealed. Do not rely on this log; the line above the page says"
        " where it begins and whom to tell.",
    ),
    (
        r"witnessed at [\d,]+$",
        "A worker signed the log when it had that many events, and this computer has proof that"
        " the log still continues it: none of them was changed, removed or put in since. It asks"
        " again every minute; were it otherwise, an alarm would cover the window.",
    ),
)
"""What a part of the words looks like, and what it means; whatever else is said is an alarm."""


def explained(words: str) -> list[tuple[str, str]]:
    """Return each part of the words with what it means and what to do."""
    return [(part, _meaning(part)) for part in words.split(SEPARATOR) if part]


def _meaning(part: str) -> str:
    return next((meaning for look, meaning in MEANINGS if re.match(look, part)), ALARM)


class LogStatus(QToolButton):
    """A part of the status bar that one can press, by mouse or keyboard, to have it explained.

    Without words it takes no room, and no stop of the Tab key.
    """

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._offer: tuple[str, Callable[[], object]] | None = None
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self.explain)
        self.hide()

    def offer(self, words: str, run: Callable[[], object]) -> None:
        """Offer below the explanation to go where more is said."""
        self._offer = (words, run)

    def setText(self, words: str) -> None:
        """Say something else."""
        super().setText(words)
        meaning = " ".join(meaning for _, meaning in explained(words))
        self.setAccessibleName(words)
        self.setAccessibleDescription(meaning)
        self.setToolTip(f"<p>{meaning}</p>" if meaning else "")
        self.setWhatsThis(meaning)
        self.setVisible(bool(words))

    def sizeHint(self) -> QSize:
        """As high as the words beside it: the status bar takes no room from the pages."""
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + 2 * theme.GRID)

    @Slot()
    def explain(self) -> None:
        """Open what it means above it; Esc closes that."""
        shown = Explanation(explained(self.text()), self._offer, self)
        corner = self.mapToGlobal(QPoint(0, 0))
        shown.move(corner - QPoint(0, shown.height() + theme.GRID))
        shown.show()
        shown.take_keyboard()
        announce(shown, shown.accessibleName())


class Explanation(QFrame):
    """Each part of the words above what it means."""

    def __init__(
        self,
        parts: list[tuple[str, str]],
        offer: tuple[str, Callable[[], object]] | None,
        parent: QWidget,
    ):
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("log_status_explanation")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(" ".join(f"{said}: {meaning}" for said, meaning in parts))
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (theme.GAP,))
        column.setSpacing(theme.GRID)
        for place, (said, meaning) in enumerate(parts):
            if place:
                column.addSpacing(theme.INSIDE)
            column.addWidget(Words(f"{said[:1].upper()}{said[1:]}", "strong", parent=self))
            column.addWidget(Words(meaning, parent=self, wraps=True))
        self._close = button("Close", "log_status_close", self.close, self)
        self._more: list[Callable[[], object]] = []
        buttons = [self._close]
        if offer is not None:
            self._more.append(offer[1])
            buttons.insert(0, button(offer[0], "log_status_more", self._on_more, self))
        column.addSpacing(theme.INSIDE)
        column.addLayout(button_row(*buttons))
        width = 100 * theme.GRID
        self.resize(width, column.totalHeightForWidth(width))

    def take_keyboard(self) -> None:
        """Begin at Close: whoever has read it presses Enter or Esc."""
        self._close.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def _on_more(self) -> None:
        run = self._more[0]
        self.close()
        run()
