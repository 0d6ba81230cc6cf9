"""The keys of actions: defaults, a person's own, and who has which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence

from govdesk.config.preferences import Preferences
from govdesk.desktop.actions.action import Action, portable

PREFERENCE: Final = "shortcuts"
_PORTABLE: Final = QKeySequence.SequenceFormat.PortableText
_STRONG: Final = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class Shortcuts(QObject):
    """No two actions share keys. `changed` follows a change of anybody's."""

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None):
        super().__init__(parent)
        self._preferences = preferences
        self._actions: dict[str, Action] = {}
        self._keys: dict[str, QKeySequence] = {}
        self._end = preferences.subscribe(self._on_preference, PREFERENCE)

    def add(self, actions: Iterable[Action]) -> None:
        """Give these actions their keys too."""
        self._actions |= {action.id: action for action in actions}
        self._settle()

    def action(self, action: str) -> Action:
        """An action by its id."""
        return self._actions[action]

    def keys(self, action: str) -> QKeySequence:
        """The keys of an action; empty when it has none."""
        return self._keys[action]

    def text(self, action: str) -> str:
        """The keys as this platform writes them."""
        return self._keys[action].toString(QKeySequence.SequenceFormat.NativeText)

    def is_own(self, action: str) -> bool:
        """Whether a person chose them."""
        return self._keys[action] != self._actions[action].default_keys

    def holder(self, keys: QKeySequence, besides: str = "") -> Action | None:
        """Who else has these keys, or keys that begin with them."""
        for action, held in self._keys.items():
            if action != besides and _clash(held, keys):
                return self._actions[action]
        return None

    def fault(self, action: str, keys: QKeySequence) -> str:
        """Why an action cannot have these keys; empty when it can."""
        if keys.isEmpty():
            return ""
        if not _is_strong(keys):
            return f"{_native(keys)} alone is needed for typing. Add Ctrl or Alt."
        holder = self.holder(keys, besides=action)
        return f"{_native(keys)} belongs to “{holder.title}”." if holder else ""

    def choose(self, action: str, keys: QKeySequence, *, take: bool = False) -> None:
        """Give an action keys, or none; with `take` from whoever has them.

        Raises ValueError with the sentence of `fault`.
        """
        own = dict(self._preferences.get(PREFERENCE))
        if take:
            while (holder := self.holder(keys, besides=action)) is not None and holder.id not in {
                taken for taken, text in own.items() if not text
            }:
                own[holder.id] = ""
                self._keys[holder.id] = QKeySequence()
        sentence = self.fault(action, keys)
        if sentence:
            raise ValueError(sentence)
        own[action] = keys.toString(_PORTABLE)
        if keys == self._actions[action].default_keys:
            del own[action]
        self._preferences.set(PREFERENCE, own)

    def reset(self, action: str) -> None:
        """Back to the default; raises ValueError if another action has those keys by now."""
        self.choose(action, self._actions[action].default_keys)

    @Slot()
    def reset_all(self) -> None:
        """Every action back to its default."""
        self._preferences.reset(PREFERENCE)

    def _on_preference(self, key: str, value: object) -> None:
        self._settle()

    def _settle(self) -> None:
        """A person's choices first, then defaults that are still free, in the declared order."""
        own = self._preferences.get(PREFERENCE)
        self._keys = {}
        chosen = [action for action in self._actions.values() if action.id in own]
        for action in chosen:
            self._give(action.id, portable(own[action.id]))
        for action in self._actions.values():
            if action.id not in self._keys:
                self._give(action.id, action.default_keys)
        self.changed.emit()

    def _give(self, action: str, keys: QKeySequence) -> None:
        free = keys.isEmpty() or not any(_clash(held, keys) for held in self._keys.values())
        self._keys[action] = keys if free else QKeySequence()


def _clash(one: QKeySequence, other: QKeySequence) -> bool:
    if one.isEmpty() or other.isEmpty():
        return False
    nothing = QKeySequence.SequenceMatch.NoMatch
    return one.matches(other) != nothing or other.matches(one) != nothing


def _is_strong(keys: QKeySequence) -> bool:
    """Whether no field needs these keys for typing or moving."""
    first = keys[0]  # type: ignore[index]
    if first.keyboardModifiers() & _STRONG:
        return True
    return bool(Qt.Key.Key_F1 <= first.key() <= Qt.Key.Key_F35)


def _native(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
