"""Values that show themselves to nobody by accident."""

from __future__ import annotations

from typing import NoReturn


class Hidden:
    """Base of what holds a key or a secret: not in a repr, not in a pickle, not in a copy."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is not written to a file or another process")


class Secret(Hidden):
    """A text that only `reveal` shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str):
        self._text = text

    def reveal(self) -> str:
        """Return the text; keep it no longer than it is needed."""
        return self._text
