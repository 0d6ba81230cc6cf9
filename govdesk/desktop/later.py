"""Pages that are built when somebody first wants them, not when the window opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QStackedWidget, QWidget

Page = TypeVar("Page", bound=QWidget)


def _leave(page: QWidget) -> None:
    """Nothing more is to be done once it is there."""


class Later(Generic[Page]):
    """Called, it gives the page, which it builds into `stack` at the first call.

    `begin` gets the page right after that, once everybody else can have it too: to connect it, and
    to show it what became known before it was there.
    """

    def __init__(
        self,
        stack: QStackedWidget,
        build: Callable[[], Page],
        begin: Callable[[Page], object] = _leave,
    ):
        self._stack, self._build, self._begin = stack, build, begin
        self._built: Page | None = None

    def __call__(self) -> Page:
        if self._built is None:
            page = self._built = self._build()
            # Elsewhere in a window that is not shown yet it would be seen together with that.
            self._stack.addWidget(page)
            self._begin(page)
        return self._built

    @property
    def built(self) -> Page | None:
        """The page, None as long as nobody wanted it."""
        return self._built

    def tell(self, news: Callable[[Page], object]) -> None:
        """Let the page know, if it is there; one that comes later begins with what holds then."""
        if self._built is not None:
            news(self._built)
