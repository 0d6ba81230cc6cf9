"""Blanks secrets on the screen while somebody else looks: a picture is taken, a fault is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication, QWidget


class Covering(QWidget):
    """A widget that can hold a secret; `cover` says whether it may be read."""

    def cover(self, is_covered: bool) -> None:
        """Show dots in the place of the secret, or the secret again."""
        raise NotImplementedError


@contextmanager
def covered(window: QWidget) -> Iterator[None]:
    """Blank every secret of a window for as long as this lasts."""
    found = [one for one in [window, *window.findChildren(Covering)] if isinstance(one, Covering)]
    for one in found:
        one.cover(True)
    try:
        yield
    finally:
        for one in found:
            one.cover(False)


def cover_all() -> None:
    """Blank every secret on the screen; each has a button that shows it again."""
    for window in QApplication.topLevelWidgets():
        for one in window.findChildren(Covering):
            one.cover(True)
