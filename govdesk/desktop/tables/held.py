"""A list that is held whole: filtered as one types, sorted as the language does."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QCollator, QLocale, QObject, Qt, Signal, Slot

from govdesk.desktop.tables.columns import Column, Line
from govdesk.desktop.tables.model import WindowedModel
from govdesk.jobs import Jobs

ASCENDING: Final = Qt.SortOrder.AscendingOrder


def folded(text: str) -> str:
    """Return a text in the form that finding compares: without case and kind of composition."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def collator(locale: QLocale | None = None) -> QCollator:
    """Return how names are ordered in a language: by ICU, 2 before 10, without regard to case."""
    chosen = locale or QLocale()
    if chosen.language() is QLocale.Language.C:
        # A desktop without a language orders by code; names are not for machines.
        chosen = QLocale(QLocale.Language.English)
    made = QCollator(chosen)
    made.setNumericMode(True)
    made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return made


@dataclass(frozen=True, slots=True)
class Held:
    """Things with the texts that filtering looks through and an order by name.

    `prepare` makes it where the list was read, so that the window does not wait for it.
    """

    items: tuple[Any, ...] = ()
    keys: tuple[str, ...] = ()
    order: tuple[int, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)


def prepare(
    items: Sequence[Any], words: Callable[[Any], Iterable[str]], name: Callable[[Any], str]
) -> Held:
    """Fold what can be found and put the names into order; a few µs an item."""
    ordering = collator()
    keys = [ordering.sortKey(name(one)) for one in items]
    order = tuple(sorted(range(len(items)), key=keys.__getitem__))
    folds = tuple(folded("\n".join(words(one))) for one in items)
    return Held(
        tuple(items),
        folds,
        order,
        {str(getattr(one, "id", at)): at for at, one in enumerate(items)},
    )


class HeldModel(WindowedModel):
    """All rows in memory; texts are made when a row is first drawn.

    `shown` follows a change of what passes the filter.
    """

    shown = Signal()

    def __init__(
        self,
        columns: tuple[Column, ...],
        jobs: Jobs,
        sentence: Callable[[Any], str],
        values: Callable[[Any, str], Any],
        parent: QObject | None = None,
    ):
        super().__init__(columns, jobs, sentence, parent)
        self._values = values
        self._held = Held()
        self._order: tuple[int, ...] = ()
        self._visible: list[int] = []
        self._made: dict[int, Line] = {}
        self._filter = ""
        self.sorted_by = (0, ASCENDING)

    # Lists

    def hold(self, held: Held) -> None:
        """Show other things under the same filter and order."""
        self.beginResetModel()
        self._held = held
        self._made.clear()
        self._order = self._ordered()
        self._select()
        self.endResetModel()
        self.shown.emit()

    @Slot(str)
    def find(self, text: str) -> None:
        """Show what contains every word of `text`, whatever its case or script."""
        wanted = folded(text)
        if wanted == self._filter:
            return
        self.beginResetModel()
        self._filter = wanted
        self._select()
        self.endResetModel()
        self.shown.emit()

    @property
    def is_filtered(self) -> bool:
        """Whether a filter may hide something."""
        return bool(self._filter.split())

    @property
    def total(self) -> int:
        """How many there are, hidden ones too."""
        return len(self._held.items)

    def item(self, row: int) -> Any:
        """The thing in a row, or None outside the list."""
        return self._held.items[self._visible[row]] if 0 <= row < self._rows else None

    def row_of(self, item_id: str) -> int:
        """The row of the thing with this id, -1 if it is not shown."""
        place = self._held.places.get(str(item_id), -1)
        return self._visible.index(place) if place in self._visible else -1

    def redeclare(self, columns: tuple[Column, ...], sentence: Callable[[Any], str]) -> None:
        """Show the same columns otherwise, in another time zone."""
        self._made.clear()
        super().redeclare(columns, sentence)

    def _select(self) -> None:
        keys = self._held.keys
        left = list(self._order)
        for word in self._filter.split():
            left = [place for place in left if word in keys[place]]
        self._visible = left
        self._rows = len(left)

    # Order

    def sort(self, column: int, order: Qt.SortOrder = ASCENDING) -> None:
        """Sort by a column; equal ones stay in the order of their names."""
        if (column, order) == self.sorted_by:
            return
        self.layoutAboutToBeChanged.emit()
        self.sorted_by = (column, order)
        self._order = self._ordered()
        before = [self._visible[i.row()] for i in self.persistentIndexList()]
        self._select()
        self._move(before)
        self.layoutChanged.emit()

    def _move(self, before: list[int]) -> None:
        """What was selected and current is the same things as before."""
        rows = {place: row for row, place in enumerate(self._visible)}
        for index, place in zip(self.persistentIndexList(), before, strict=True):
            self.changePersistentIndex(index, self.index(rows.get(place, -1), index.column()))

    def _ordered(self) -> tuple[int, ...]:
        column, order = self.sorted_by
        is_down = order is not ASCENDING
        by_name = self._held.order
        if column == 0:
            return by_name[::-1] if is_down else by_name
        key = self.columns[column].key
        values = [self._values(one, key) for one in self._held.items]
        if any(isinstance(value, str) for value in values):
            ordering = collator()
            values = [ordering.sortKey(value or "") for value in values]
        else:
            values = [
                (value is None, value) if value is not None else (True, 0) for value in values
            ]
        return tuple(sorted(by_name, key=values.__getitem__, reverse=is_down))

    # Rows

    def line(self, row: int) -> Line | None:
        """Return a row; its texts are made once."""
        if not 0 <= row < self._rows:
            return None
        place = self._visible[row]
        made = self._made.get(place)
        if made is None:
            item = self._held.items[place]
            made = Line(item, tuple(column.text(item) for column in self.columns))
            self._made[place] = made
        return made

    def show_rows(self, first: int, last: int) -> None:
        """Nothing needs to be asked for."""
        self._shown = (max(first, 0), min(last, self._rows - 1))
