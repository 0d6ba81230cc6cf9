"""Who, when, what, where: the plain fields of an event, each with what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from govdesk.desktop import theme
from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.timeline.layouts import empty
from govdesk.desktop.widgets import MonoField, Words, announce
from govdesk.domain.filter_language.model import Key
from govdesk.services.proof import instant
from govdesk.services.timeline import Detail, Event

NOT_HERE: Final = "Redacted: the value is not here, its commitment is."
_NO_KEY: Final = ""
_NOBODY: Final = "Nobody: the system itself"


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: `text` is shown, `second` below it; `value` is what a filter looks for.

    `key` is the filter's key for it, if there is one. `is_quiet` texts say that there is none.
    """

    name: str
    label: str
    text: str
    key: Key | str = _NO_KEY
    value: str = ""
    second: str = ""
    is_mono: bool = False
    is_quiet: bool = False

    @property
    def noun(self) -> str:
        """The label within a sentence."""
        return self.label[:1].lower() + self.label[1:] if self.label != "IP address" else self.label


def facts(detail: Detail, zone: tzinfo) -> list[Fact]:
    """Return the fields of an event that have something to say."""
    event = detail.event
    found = [
        *_times(event, zone),
        Fact("actor", "Actor", event.actor or _NOBODY, "actor"),
        Fact("on_behalf_of", "On behalf of", event.on_behalf_of or "", "for"),
        Fact("entity_type", "Entity type", event.entity_type, "entity"),
        Fact("entity_id", "Entity id", event.entity_id or "", "entity", is_mono=True),
        Fact("system", "System", event.system or event.system_id or "", "system"),
        Fact("ip", "IP address", event.ip or "", "ip"),
        Fact("session_id", "Session", event.session_id or "", "session", is_mono=True),
        Fact("request_id", "Request", event.request_id or "", "request", is_mono=True),
    ]
    return [_settled(fact, detail) for fact in found if fact.text or fact.name in detail.absent]


def _times(event: Event, zone: tzinfo) -> Iterator[Fact]:
    yield _time("at", "Time", event.at, zone)
    if event.occurred_at is not None and event.occurred_at != event.at:
        yield _time("occurred_at", "Occurred", event.occurred_at, zone)


def _time(name: str, label: str, at: datetime, zone: tzinfo) -> Fact:
    utc = at.astimezone(UTC)
    second = f"{utc:%Y-%m-%d %H:%M:%S.%f} UTC"
    return Fact(name, label, time_text(at, zone), value=instant(at), second=second)


def _settled(fact: Fact, detail: Detail) -> Fact:
    if fact.name in detail.absent:
        return Fact(fact.name, fact.label, NOT_HERE, is_quiet=True)
    is_quiet = fact.text == _NOBODY
    value = "" if is_quiet else fact.value or fact.text
    return Fact(
        fact.name,
        fact.label,
        fact.text,
        fact.key if value else _NO_KEY,
        value,
        fact.second,
        fact.is_mono,
        is_quiet,
    )


class FactMenu(QToolButton):
    """A button that offers what can be done with one fact.

    `filter_requested` carries the filter's key, the value, and whether to exclude it.
    """

    filter_requested = Signal(str, object, bool)

    def __init__(self, fact: Fact, parent: QWidget | None = None):
        super().__init__(parent)
        self._fact = fact
        words = f"What to do with this {fact.noun}"
        self.setObjectName(f"{fact.name}_menu")
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setIcon(theme.icon("ellipsis"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setAutoRaise(True)
        self.clicked.connect(self._open)

    @Slot()
    def _open(self) -> None:
        fact, menu = self._fact, QMenu(self)
        menu.setObjectName("fact_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(theme.icon("copy"), "Copy")
        copy.setObjectName("copy")
        if fact.key:
            only = menu.addAction(theme.icon("filter"), f"Everything with this {fact.noun}")
            only.setObjectName("everything")
            other = menu.addAction(theme.icon("filter-x"), f"Exclude this {fact.noun}")
            other.setObjectName("exclude")
        menu.triggered.connect(self._on_chosen)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        if action.objectName() == "copy":
            QGuiApplication.clipboard().setText(self._fact.value)
            announce(self, f"{self._fact.label} copied")
        else:
            excluded = action.objectName() == "exclude"
            self.filter_requested.emit(self._fact.key, self._fact.value, excluded)


class FactList(QWidget):
    """The facts below one another: label, value, menu."""

    filter_requested = Signal(str, object, bool)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("facts")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, found: Sequence[Fact]) -> None:
        """Show other facts."""
        empty(self._grid)
        for row, fact in enumerate(found):
            self._add(row, fact)

    def _add(self, row: int, fact: Fact) -> None:
        top = Qt.AlignmentFlag.AlignTop
        label = Words(fact.label, "body", "text_secondary", self)
        _stand_on_line(label)
        self._grid.addWidget(label, row, 0, top)
        self._grid.addWidget(self._value(fact), row, 1)
        if fact.value:
            menu = FactMenu(fact, self)
            menu.filter_requested.connect(self.filter_requested)
            self._grid.addWidget(menu, row, 2, top)

    def _value(self, fact: Fact) -> QWidget:
        if fact.is_mono and not fact.is_quiet:
            return MonoField(fact.label, fact.text, self)
        tone = "text_secondary" if fact.is_quiet else "text"
        value = _wrapping(fact.text, "body", tone, self)
        value.setObjectName(f"{fact.name}_value")
        value.setAccessibleName(f"{fact.label}: {fact.text}")
        _stand_on_line(value)
        if not fact.second:
            return value
        both = QWidget(self)
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, theme.GRID)
        column.setSpacing(0)
        value.setContentsMargins(0, value.contentsMargins().top(), 0, 0)
        value.setToolTip(fact.second)
        column.addWidget(value)
        column.addWidget(_wrapping(fact.second, "secondary", "text_secondary", both))
        return both


def _stand_on_line(words: QLabel) -> None:
    """Have the first line of label and value stand where a button of the row has its middle."""
    above = max(theme.CONTROL_HEIGHT - words.fontMetrics().height(), 0) // 2
    words.setContentsMargins(0, above, 0, above)


def _wrapping(text: str, role: str, tone: str, parent: QWidget) -> QLabel:
    """Words that may also break where a long address has no blank."""
    breakable = text.replace("@", "\u200b@").replace("/", "/\u200b") if " " not in text else text
    return Words(breakable, role, tone, parent, wraps=True)
