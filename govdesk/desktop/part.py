"""What a part of the main window is: pages of one subject, their actions, what they report."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.desktop.actions import Actions


class Part(QObject):
    """Pages of one subject in one window, built when they are first shown.

    `trouble` carries errors that need a word, `noted` what the status bar says for a moment,
    `timeline_asked` a filter to show there, `event_asked` the number of an event. What a part has
    nothing to do for, it leaves as it is here.
    """

    trouble = Signal(object)
    noted = Signal(str)
    timeline_asked = Signal(str)
    event_asked = Signal(object)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs; comes before anybody sees a page."""

    def begin(self) -> None:
        """The window is on the screen: read what is wanted before anybody looks."""

    def go_on(self) -> None:
        """The connection is back."""

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""

    def set_compact(self, compact: bool) -> None:
        """Use the lower row height."""

    @Slot()
    def forget(self) -> None:
        """The console locks: secrets that were at hand are so no longer."""
