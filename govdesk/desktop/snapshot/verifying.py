"""The verification of one sealed file in the background, and the keys that it is judged by."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from govdesk.evidence.notes import VerifierKey
from govdesk.jobs import Cancelled, Job, Jobs, Task
from govdesk.services import snapshot_verdict
from govdesk.services.children import ChildCancelled
from govdesk.services.seals import SealState
from govdesk.services.snapshot_link import SnapshotLink
from govdesk.services.snapshot_verdict import Verdict
from govdesk.services.trust import Trust, TrustedKey

_NOTHING: Final = SealState()


class Verification(QObject):
    """`changed` follows news; `asked` that the file's key is not known, `failed` an error.

    `noticed` carries a sentence about the file of trusted keys, where that is not as it should be.
    """

    changed = Signal()
    asked = Signal()
    failed = Signal(object)
    noticed = Signal(str)

    def __init__(self, link: SnapshotLink, jobs: Jobs, trust: Trust, parent: QObject | None = None):
        super().__init__(parent)
        self._link, self._jobs, self._trust = link, jobs, trust
        self._job: Job | None = None
        self.trusted: tuple[VerifierKey, ...] = ()
        self.verdict: Verdict | None = None
        self.share: float | None = None
        """How much of it is done, from 0 to 1; None while none is under way."""

    # What is known

    @property
    def words(self) -> str:
        """What the band says."""
        if self.share is not None:
            return f"verifying {int(self.share * 100)} %"
        return self.verdict.words if self.verdict is not None else "not verified"

    @property
    def meaning(self) -> str:
        """The token of its icon and colour."""
        if self.share is not None or self.verdict is None:
            return "state_neutral"
        found = {"verified": "state_ok", "faulty": "state_failed"}
        return found.get(self.verdict.standing, "state_attention")

    @property
    def icon(self) -> str:
        """The Lucide name of its icon."""
        if self.share is not None:
            return "circle-dashed"
        found = {"state_ok": "badge-check", "state_failed": "shield-alert"}
        return found.get(self.meaning, "triangle-alert")

    @property
    def seals(self) -> SealState:
        """What is known of each row."""
        return self.verdict.seals if self.verdict is not None else _NOTHING

    def seal_of(self, seq: int) -> str:
        """Name the state of one event's seal."""
        return self.seals.seal_of(seq)

    @property
    def is_key_unknown(self) -> bool:
        """Whether the file names a key that this person does not trust."""
        return snapshot_verdict.is_unknown(self._link, self.trusted)

    @property
    def is_faulty(self) -> bool:
        """Whether the file is known not to be what was signed: no key makes that right."""
        return self.verdict is not None and self.verdict.standing == "faulty"

    def sentence(self) -> str:
        """What a PDF's cover says of it."""
        if self.verdict is None or self.share is not None:
            return "The snapshot was not verified when this was made."
        if self.verdict.standing == "verified":
            size = self._link.facts.checkpoint.tree.size if self._link.facts.checkpoint else 0
            return (
                "The snapshot was verified against a checkpoint of"
                f" {size:,} events, signed by a key that this person trusts."
            )
        if self.verdict.report.faults:
            return f"The snapshot does not verify. {self.verdict.seals.faults[0].sentence()}"
        return "The snapshot is not verified: its key is not one that this person trusts."

    # What is done

    @Slot()
    def begin(self) -> None:
        """Verify from the beginning, by the keys that are trusted now."""
        if self._job is not None and not self._job.has_ended:
            self._job.cancel()
        self.share = 0.0
        self._job = self._jobs.start(
            lambda task: self._trust.keys_for(self._link.facts.origin),
            owner=self,
            on_result=self._on_keys,
            on_error=self._on_error,
            lane="verify",
            title="Look for trusted keys",
        )
        self.changed.emit()

    def _on_keys(self, keys: tuple[VerifierKey, ...]) -> None:
        """The question about an unknown key does not wait until the whole file is read."""
        self.trusted = keys
        if self._trust.notice:
            self.noticed.emit(self._trust.notice)
        if self.is_key_unknown and self.verdict is None:
            self.asked.emit()
        self._job = self._jobs.start(
            lambda task: self._verify(task, keys),
            owner=self,
            on_result=self._on_verdict,
            on_error=self._on_error,
            on_progress=self._on_progress,
            lane="verify",
            title="Verify the snapshot",
        )

    def trust(self, note: str) -> None:
        """Trust the file's key from now on, and verify by it."""
        key = self._link.facts.key
        assert key is not None

        def keep(task: Task) -> TrustedKey:
            return self._trust.add(key.text, note)

        self._jobs.start(
            keep,
            owner=self,
            on_result=lambda kept: self.begin(),
            on_error=self.failed.emit,
            lane="writes",
            title="Trust the key",
        )

    def pretend(self, verdict: Verdict | None, share: float | None = None) -> None:
        """Take a verdict as if a verification had come to it, for pictures."""
        self.verdict, self.share = verdict, share
        self.changed.emit()

    def _verify(self, task: Task, keys: tuple[VerifierKey, ...]) -> Verdict:
        try:
            return snapshot_verdict.verify(self._link, keys, task.progress, task.cancel)
        except ChildCancelled:
            raise Cancelled from None

    def _on_progress(self, done: int, total: int | None, text: str) -> None:
        self.share = min(done / total, 1.0) if total else 0.0
        self.changed.emit()

    def _on_verdict(self, verdict: Verdict) -> None:
        self.verdict, self.share = verdict, None
        self.changed.emit()

    def _on_error(self, error: Exception) -> None:
        """What was found before was of a file that may be another by now."""
        self.verdict, self.share = None, None
        self.changed.emit()
        self.failed.emit(error)
