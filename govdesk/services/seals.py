"""The seals of events: verified, not yet, broken, as far as a verification has come."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Seal = Literal["verified", "not_yet", "broken"]
_OF_NO_ROW: Final = ("unsealed", "manifest")
_FOR_EVER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class SealFault:
    """A fault over events `first` to `last`; `remembered` ones contradict an earlier verification.

    `kind` is a class of `docs/spec/leaf-v1.md`, §9.
    """

    first: int
    last: int
    kind: str
    detail: str
    remembered: bool = False

    def sentence(self) -> str:
        """Say the fault in one sentence."""
        if self.kind in _OF_NO_ROW:
            return f"{self.detail[:1].upper()}{self.detail[1:]}."
        if self.first == self.last:
            return f"Event {self.first:,} is {_WORDS[self.kind]}: {self.detail}."
        return f"Events {self.first:,} to {self.last:,} are {_WORDS[self.kind]}: {self.detail}."


_WORDS: Final = {
    "altered": "altered",
    "deleted": "missing",
    "inserted": "inserted",
    "reordered": "out of order",
    "cut": "cut off",
    "forked": "forked",
    "rechained": "rewritten",
    "rolled_back": "rolled back",
    "unsealed": "waiting for a seal",
    "signature": "not as signed",
    "manifest": "not as the manifest says",
}


@dataclass(frozen=True, slots=True)
class SealState:
    """How far the log is verified and what was found; cheap to ask for each row.

    A seal speaks of one row: its columns, its leaf, and its links to both neighbours. So after a
    break the rows above it are *verified* again where they are whole and linked, as the
    verification does not accuse them either; that the log as a whole is broken is what `faults`
    say, and whoever shows seals shows those too. Only after the numbers themselves were shifted
    (`shifted_from`) is every row above *broken*: none bears the number that it was sealed with.

    Of a reader who sees a part of the organization (`whole` is False) each row is checked, and
    its link where its neighbour is visible; whether rows are missing between them stays open.
    `verified_at` is the end of the last round. `rate` is in rows a second, 0 when at rest.
    `waits_for` says what an event that is *not yet* verified waits for, where that is not simply
    the verification's own pace.
    """

    verified_to: int = 0
    newest: int = 0
    faults: tuple[SealFault, ...] = ()
    shifted_from: int | None = None
    whole: bool = True
    verified_at: datetime | None = None
    rate: float = 0.0
    stopped: bool = False
    waits_for: str = ""
    _firsts: tuple[int, ...] = ()
    _lasts: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        faults: Iterable[SealFault],
        *,
        verified_to: int,
        newest: int,
        shifted_from: int | None = None,
        whole: bool = True,
        verified_at: datetime | None = None,
        rate: float = 0.0,
        stopped: bool = False,
        waits_for: str = "",
    ) -> SealState:
        """Make one that answers `seal_of` from its faults."""
        faults = tuple(faults)
        spans = [(f.first, f.last) for f in faults if f.kind not in _OF_NO_ROW]
        if shifted_from is not None:
            spans.append((shifted_from, _FOR_EVER))
        firsts, lasts = _joined(spans)
        return cls(
            verified_to,
            newest,
            faults,
            shifted_from,
            whole,
            verified_at,
            rate,
            stopped,
            waits_for,
            firsts,
            lasts,
        )

    def seal_of(self, seq: int) -> Seal:
        """Return the seal of event `seq`; a broken one is never anything else."""
        index = bisect_right(self._firsts, seq) - 1
        if index >= 0 and seq <= self._lasts[index]:
            return "broken"
        return "verified" if seq <= self.verified_to else "not_yet"

    def faults_of(self, seq: int) -> tuple[SealFault, ...]:
        """Return the faults that concern event `seq`."""
        return tuple(f for f in self.faults if f.first <= seq <= f.last)


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in sorted(spans):
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return tuple(firsts), tuple(lasts)
