"""The window of one sealed file: the same frame as everywhere, in blue, without a server."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.frame_window import FrameWindow
from govdesk.desktop.snapshot.fingerprint import KeyQuestion
from govdesk.desktop.snapshot.verifying import Verification
from govdesk.desktop.widgets import announce
from govdesk.jobs import Jobs
from govdesk.services.snapshot_facts import SnapshotFacts


class SnapshotWindow(FrameWindow):
    """Its band says whose log it is, of which day, and whether it was verified."""

    state_pressed = Signal()

    def __init__(
        self,
        facts: SnapshotFacts,
        verification: Verification,
        jobs: Jobs,
        preferences: Preferences,
        parent: QWidget | None = None,
    ):
        super().__init__(jobs, preferences, parent)
        self.setObjectName("snapshot_window")
        self._verification, self._log = verification, facts.origin
        self.setWindowTitle(f"{facts.organization}: snapshot, sealed {facts.sealed_on}")
        # What nothing has sealed must not stand beside "verified" as if it were.
        said = "" if facts.names_sealed else "it says: "
        self.band.show_file(
            f"Read-only snapshot · {said}{facts.organization} · sealed {facts.sealed_on} ·"
        )
        self.state_button = self.band.add_state("verification_state")
        self.state_button.clicked.connect(self.state_pressed)
        self.log_status.offer("Show what was verified", self.state_pressed.emit)
        self.question = KeyQuestion(self)
        self.add_notice(self.question)
        self.setTabOrder(self.state_button, self.search_button)
        self.set_status("connection", "snapshot, no network needed")
        verification.changed.connect(self._on_verification)
        self._on_verification()
        self.restore()

    @property
    def band_words(self) -> str:
        """What the band says, from its beginning to its end."""
        return f"{self.band.words} {self.state_button.text()}"

    @Slot()
    def _on_verification(self) -> None:
        found = self._verification
        self.band.set_state(self.state_button, found.words, found.icon)
        self.state_button.setToolTip("Show what was verified and what was found")
        self.state_button.setAccessibleName(f"{self.band.words} {found.words}")
        seals = found.seals
        is_whole = found.share is None and seals.verified_to and not seals.faults
        words = f"verified to {seals.verified_to:,} of {self._log}" if is_whole else found.words
        self.set_status("seal", words)
        if found.share is None and found.verdict is not None:
            announce(self, f"This snapshot is {found.words}")
