"""What an action is: a row of facts, and when it may run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QKeySequence

from govdesk.domain.permissions import PERMISSIONS

_SENTENCES: Final = {row.name: row.sentence for row in PERMISSIONS}


@dataclass(frozen=True, slots=True)
class Context:
    """What the window is about at this moment; conditions look at nothing else.

    `permissions` is None until they are known: then nothing is refused for want of one, and the
    server says no. `facts` are words that a page declares about itself, such as ``filtered``.
    """

    page: str = ""
    online: bool = True
    permissions: frozenset[str] | None = None
    selected: int = 0
    facts: frozenset[str] = frozenset()


When = Callable[[Context], "bool | str"]
"""True when it may run; a sentence, or False, when not. The sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Standard:
    """The platform's own keys for a purpose; `otherwise` where it has none, and in the docs."""

    key: QKeySequence.StandardKey
    otherwise: str


def always(context: Context) -> bool:
    """No condition."""
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do. `title` is a verb phrase in sentence case.

    `icon` is a Lucide name, `shortcut` portable text or the platform's own keys. `run` may be
    given later by `Actions.bind`; until then the action is nowhere to be seen. `enabled_reason` is
    the sentence for a `when` that only says False. `is_on` makes it a switch. `words` are other
    names that people search it by.
    """

    id: str
    title: str
    section: str
    icon: str = ""
    shortcut: str | Standard = ""
    when: When = always
    run: Callable[[], object] | None = None
    enabled_reason: str = "This is not possible here."
    is_on: Callable[[Context], bool] | None = None
    words: tuple[str, ...] = ()
    in_palette: bool = True

    def reason(self, context: Context) -> str:
        """Why it cannot run now, in a sentence; empty when it can."""
        answer = self.when(context)
        if isinstance(answer, str):
            return answer
        return "" if answer else self.enabled_reason

    @property
    def default_keys(self) -> QKeySequence:
        """The keys it has on this platform unless a person chose others."""
        if isinstance(self.shortcut, Standard):
            found = QKeySequence(self.shortcut.key)
            return found if not found.isEmpty() else portable(self.shortcut.otherwise)
        return portable(self.shortcut)

    @property
    def documented_keys(self) -> str:
        """The keys as the docs name them, the same on every machine."""
        shortcut = self.shortcut
        return shortcut.otherwise if isinstance(shortcut, Standard) else shortcut


def portable(text: str) -> QKeySequence:
    """Keys by their text, the same in every language."""
    return QKeySequence(text, QKeySequence.SequenceFormat.PortableText)


def all_of(*conditions: When) -> When:
    """Every condition; the first that says no gives the sentence."""

    def check(context: Context) -> bool | str:
        for condition in conditions:
            answer = condition(context)
            if answer is not True:
                return answer
        return True

    return check


def on_page(page: str, title: str) -> When:
    """Only while that page is shown."""
    return lambda context: context.page == page or f"Go to {title} first."


def on_pages(pages: tuple[str, ...], title: str) -> When:
    """Only while one of these pages is shown; `title` is the first one's."""
    return lambda context: context.page in pages or f"Go to {title} first."


def online(context: Context) -> bool | str:
    """Only while the server answers."""
    return context.online or "The server is not reachable at the moment."


def selection(noun: str, most: int | None = None) -> When:
    """Only with something selected; at most so many, when given."""

    def check(context: Context) -> bool | str:
        if not context.selected:
            return f"Select {noun} first."
        if most is not None and context.selected > most:
            return f"Select one only; {context.selected:,} are selected."
        return True

    return check


def permission(name: str) -> When:
    """Only with a permission; raises KeyError for one that does not exist."""
    sentence = _SENTENCES[name]

    def check(context: Context) -> bool | str:
        if context.permissions is None or name in context.permissions:
            return True
        return f"You need the permission to {sentence}. An owner or an admin can grant it."

    return check


def fact(word: str, otherwise: str) -> When:
    """Only while the page declares this fact; else the sentence `otherwise`."""
    return lambda context: word in context.facts or otherwise
