"""What the actions of the timeline do, and when they may."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QPushButton

from govdesk.desktop import theme
from govdesk.desktop.actions import Actions
from govdesk.desktop.exporting import FORMATS, ChooseFile, choose_file, proposed_name
from govdesk.desktop.palette_ranking import Entry
from govdesk.desktop.timeline.going import GoToDialog, read_number, read_time
from govdesk.desktop.timeline.page import TimelinePage
from govdesk.domain.filter_language import Filter
from govdesk.domain.filter_language.model import Key
from govdesk.services.audit import Format
from govdesk.services.timeline import Detail, Event

T = TypeVar("T")
_ROW_MENU: Final = (
    "view.detail",
    "",
    "timeline.same_request",
    "timeline.same_actor",
    "timeline.same_entity",
    "timeline.exclude",
    "",
    "timeline.why_not_sent",
    "timeline.copy",
    "export.event",
    "timeline.erase",
)
_EXPORT_MENU: Final = (
    "export.csv", "export.json", "export.event", "export.pdf", "export.bundle", "export.snapshot",
)  # fmt: skip
_EXPORTS: Final[dict[str, Format]] = {
    "export.csv": "csv",
    "export.json": "json",
    "export.pdf": "pdf",
}
_SAME: Final[dict[str, tuple[Key, str]]] = {
    "timeline.same_request": ("request", "request_id"),
    "timeline.same_actor": ("actor", "actor"),
    "timeline.same_entity": ("entity", "entity_id"),
}
_FILTER_KEYS: Final[dict[str, Key]] = {
    "at": "at",
    "severity": "severity",
    "action": "action",
    "actor": "actor",
    "on_behalf_of": "for",
    "entity_type": "entity",
    "entity_id": "entity",
    "system": "system",
    "ip": "ip",
    "request_id": "request",
}
"""The key of the filter language that a column is asked for by."""


class Writes(Protocol):
    """What writes files: of a server's log, or of a sealed file."""

    def start(self, target: Path, form: Format, filter: Filter | None) -> object:
        """Write the events of `filter` to `target`, which may exist."""

    def start_one(self, target: Path, seq: int) -> object:
        """Write event `seq` as JSON."""


class TimelineCommands(QObject):
    """Binds the timeline's actions to its page, its table's menu and the export menu.

    An action that the window does not know is nowhere in them.
    """

    def __init__(
        self,
        page: TimelinePage,
        actions: Actions,
        exporter: Writes,
        tenant_path: str,
        *,
        choose: ChooseFile = choose_file,
    ):
        super().__init__(page)
        self._page, self._actions, self._exporter = page, actions, exporter
        self._tenant_path, self._choose = tenant_path, choose
        self._column: int | None = None
        self._bind()
        self._add_export_button()
        page.table.menu_wanted.connect(self._on_menu)
        page.table.selectionModel().selectionChanged.connect(self.refresh)
        page.opened.connect(self.refresh)
        page.said.connect(self.refresh)
        page.detail.export_requested.connect(self._export_detail)

    def _bind(self) -> None:
        page, bind = self._page, self._bind_known
        bind("timeline.go_to_date", partial(self._go_to, "date"))
        bind("timeline.go_to_seq", partial(self._go_to, "number"))
        bind("timeline.newest", page.go_to_newest)
        bind("timeline.filter", page.filter_bar.focus_field)
        bind("timeline.clear_filter", page.filter_bar.clear)
        bind("timeline.save_filter", page.filter_bar.save)
        bind("timeline.copy", page.copy)
        bind("timeline.select_all", page.table.selectAll)
        for action in _SAME:
            bind(action, partial(self._same, action))
        bind("timeline.exclude", self._exclude)
        bind("timeline.live", page.toggle_live)
        bind("export.menu", self._open_export_menu)
        for action, form in _EXPORTS.items():
            bind(action, partial(self.export, form))
        bind("export.event", self._export_current)
        bind("view.detail", page.toggle_detail)
        bind("view.columns", self._choose_columns)

    def _bind_known(self, action: str, run: Callable[[], object]) -> None:
        if self._actions.has(action):
            self._actions.bind(action, run)

    @Slot()
    def refresh(self) -> None:
        """Tell the actions what the page is about now."""
        page = self._page
        selected = sum(last - first + 1 for first, last in page.table.selected_ranges())
        self._actions.update(selected=selected)
        self._actions.set_fact("filtered", page.filter is not None)
        self._actions.set_fact("live", page.is_live)
        counted = "" if page.reader.is_opening else f" ({page.count_words})"
        for action in _EXPORTS:
            self._actions.qaction(action).setText(f"{self._actions.title(action)}{counted}…")

    # Going

    def _go_to(self, kind: str) -> None:
        newest = self._page.reader.extent.newest if self._page.reader.extent else 0
        hint = f"From 1 to {newest:,}." if kind == "number" else "Such as 2026-05-03 14:30."
        dialog = GoToDialog(kind, self._page.zone, hint, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.number_chosen.connect(self._page.go_to_seq)
        dialog.time_chosen.connect(self._page.go_to_time)
        dialog.open()

    def entries(self, text: str) -> Iterable[Entry]:
        """Offer places in the log for what was typed into the palette."""
        number = _read(read_number, text)
        if number is not None:
            go_to_seq = partial(self._page.go_to_seq, number)
            yield Entry(f"Go to event {number:,}", "Go", go_to_seq, icon="hash")
        time = _read(partial(read_time, zone=self._page.zone), text)
        if time is not None:
            go_to_time = partial(self._page.go_to_time, time)
            local = time.astimezone(self._page.zone)
            yield Entry(f"Go to {local:%Y-%m-%d %H:%M}", "Go", go_to_time, icon="calendar")
        if ":" in text:
            yield Entry(
                f"Filter by {text.strip()}",
                "Timeline",
                partial(self._page.filter_bar.set_text, text.strip(), remember=True),
                icon="filter",
            )

    # Narrowing

    def _same(self, action: str) -> None:
        key, column = _SAME[action]
        event = self._page.current_event()
        if event is not None:
            self._page.show_only(key, getattr(event, column))

    def _exclude(self) -> None:
        event, key, value = self._cell()
        if event is not None:
            self._page.add_term(key, value, negated=True)

    def _cell(self) -> tuple[Event | None, Key, str | None]:
        """The value the menu was opened on, else the action of the current event."""
        event = self._page.current_event()
        place = self._column if self._column is not None else self._page.table.current_column()
        column = self._page.table.columns[place].key if place >= 0 else "action"
        key = _FILTER_KEYS.get(column)
        if event is None or key is None or key == "at":
            return event, "action", event.action if event else None
        return event, key, getattr(event, column)

    @Slot(QPoint, int, int)
    def _on_menu(self, place: QPoint, row: int, column: int) -> None:
        if row < 0:
            return
        self._column = column
        ids = [id for id in _ROW_MENU if not id or self._actions.has(id)]
        menu = self._actions.menu("Event", ids, self._page)
        menu.aboutToHide.connect(menu.deleteLater)
        # Queued: what was chosen runs after the menu hides, and still asks for the column.
        menu.aboutToHide.connect(self._forget_column, Qt.ConnectionType.QueuedConnection)
        menu.popup(place)

    @Slot()
    def _forget_column(self) -> None:
        self._column = None

    def _choose_columns(self) -> None:
        menu = self._page.columns.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())

    # Exporting

    def _add_export_button(self) -> None:
        button = self.export_button = QPushButton("Export", self._page)
        button.setObjectName("export_button")
        button.setAccessibleName("Export")
        button.setIcon(theme.icon("download"))
        button.setMinimumHeight(theme.CONTROL_HEIGHT)
        ids = [id for id in _EXPORT_MENU if not id or self._actions.has(id)]
        button.setMenu(self._actions.menu("Export", ids, button))
        self._page.filter_bar.add_tool(button)

    def _open_export_menu(self) -> None:
        self.export_button.showMenu()

    def export(self, form: Format) -> None:
        """Ask for a file and write the events of the present filter."""
        filter = self._page.filter
        name = proposed_name(self._tenant_path, form, str(filter) if filter else "")
        title = self._actions.title(f"export.{form}")
        path = self._choose(self._page, title, name, FORMATS[form])
        if path:
            self._exporter.start(with_suffix(path, form), form, filter)

    def _export_current(self) -> None:
        event = self._page.current_event()
        if event is not None:
            self._export_event(event.seq)

    @Slot(object)
    def _export_detail(self, detail: Detail) -> None:
        self._export_event(detail.event.seq)

    def _export_event(self, seq: int) -> None:
        name = f"{self._tenant_path.replace('.', '-')}-event-{seq}.json"
        path = self._choose(self._page, "Export JSON of this event", name, FORMATS["json"])
        if path:
            self._exporter.start_one(with_suffix(path, "json"), seq)


def with_suffix(path: str, form: Format) -> Path:
    """Return the path that was chosen, with the format's suffix if none was written."""
    chosen = Path(path)
    return chosen if chosen.suffix else chosen.with_name(f"{chosen.name}.{form}")


def _read(read: Callable[[str], T], text: str) -> T | None:
    try:
        return read(text)
    except ValueError:
        return None
