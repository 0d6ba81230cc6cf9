"""Filters a person keeps: those used lately, and those saved under a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

MOST_RECENT: Final = 20
PREFERENCE: Final = "timeline.filters"
"""The preference that holds both, as ``{"recent": [text, …], "saved": {name: text, …}}``."""


class Store(Protocol):
    """Where preferences are kept, as values that JSON can hold."""

    def get(self, name: str) -> Any:
        """Return the value of a preference."""

    def set(self, name: str, value: Any) -> None:
        """Keep a value."""


class SavedFilters:
    """Texts of filters in a `Store`; what there is of another shape counts as nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def recent(self) -> tuple[str, ...]:
        """The filters used lately, the latest first."""
        found = self._read().get("recent")
        if not isinstance(found, list | tuple):
            return ()
        return tuple(text for text in found if isinstance(text, str))

    @property
    def saved(self) -> dict[str, str]:
        """The text of each saved filter by its name, in the order of the names."""
        found = self._read().get("saved")
        if not isinstance(found, Mapping):
            return {}
        pairs = [(n, t) for n, t in found.items() if isinstance(n, str) and isinstance(t, str)]
        return dict(sorted(pairs, key=lambda pair: pair[0].casefold()))

    def remember(self, text: str) -> None:
        """Put `text` on top of those used lately; an empty one is not worth it."""
        text = text.strip()
        if text and self.recent[:1] != (text,):
            others = [old for old in self.recent if old != text]
            self._write([text, *others][:MOST_RECENT], self.saved)

    def save(self, name: str, text: str) -> None:
        """Keep `text` as `name`, in place of what had the name before."""
        self._write(list(self.recent), self.saved | {name: text})

    def rename(self, old: str, new: str) -> None:
        """Give a saved filter another name."""
        saved = {(new if name == old else name): text for name, text in self.saved.items()}
        self._write(list(self.recent), saved)

    def delete(self, name: str) -> None:
        """Forget a saved filter."""
        saved = {other: text for other, text in self.saved.items() if other != name}
        self._write(list(self.recent), saved)

    def _read(self) -> Mapping[str, object]:
        found = self._store.get(PREFERENCE)
        return found if isinstance(found, Mapping) else {}

    def _write(self, recent: list[str], saved: dict[str, str]) -> None:
        self._store.set(PREFERENCE, {"recent": recent, "saved": saved})
