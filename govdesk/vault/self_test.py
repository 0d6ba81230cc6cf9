"""The vault's self-test: real envelopes are moved where they do not belong, and must not open.

Nothing is written and no plaintext is kept. One move that opens is a fault; so is an envelope that
does not open in its own place, for then its refusals elsewhere prove nothing.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from govdesk.vault.context import Context
from govdesk.vault.envelope import KeyFinder, Parts, cut, open_
from govdesk.vault.errors import DamagedEnvelope, KeyServiceRefused, VaultProblem, WrongProvider

KINDS: Final = {
    "place": "put into the place of another envelope",
    "row": "moved to another row",
    "tenant": "moved to another tenant",
    "table": "moved to another table",
    "column": "moved to another column",
    "schema": "read as another version of its form",
    "version": "named as sealed under another key version",
    "body": "given the ciphertext of another envelope",
    "key": "given the data key of another envelope",
    "commitment": "given the commitment of another envelope",
}
MAX_PAIRS: Final = 2_000

Move = tuple[str, "Sample", Context, bytes]


@dataclass(frozen=True, slots=True)
class Sample:
    """An envelope and the place that it was sealed for."""

    context: Context
    envelope: bytes


@dataclass(slots=True)
class Report:
    """What was tried. `tried` and `refused` count by `KINDS`; faults are named by their place."""

    samples: int = 0
    opened: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unreadable: list[tuple[Context, str]] = field(default_factory=list)
    moved_and_opened: list[tuple[str, Context]] = field(default_factory=list)
    cut_short: bool = False
    """Cancelled before everything was tried."""
    pairs: int = 0
    pairs_tried: int = 0
    """Ordered pairs of envelopes; fewer are tried only where there are more than `MAX_PAIRS`."""

    @property
    def ok(self) -> bool | None:
        """None when cancelled, or without a single envelope: nothing was proved."""
        if self.unreadable or self.moved_and_opened:
            return False
        return True if self.opened and not self.cut_short else None

    def as_json(self) -> dict[str, object]:
        """Return the counts, as the command line prints them."""
        return {
            "ok": self.ok,
            "samples": self.samples,
            "opened": self.opened,
            "moves": {kind: self.tried[kind] for kind in KINDS},
            "refused": self.refused.total(),
            "decrypted": len(self.moved_and_opened),
            "pairs": self.pairs,
            "pairs_tried": self.pairs_tried,
            "unreadable": [
                {"place": context.pairs(), "because": why} for context, why in self.unreadable
            ],
        }


def self_test(
    kek_of: KeyFinder,
    samples: Iterable[Sample],
    *,
    versions: Sequence[int] = (),
    max_pairs: int = MAX_PAIRS,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Open each envelope in its own place, then in wrong ones, alone and mixed with each other.

    `versions` are the key versions at hand. With *aws-kms* each move is a request to KMS (about
    five an envelope and eight a pair): choose `max_pairs` accordingly; the pairs tried are spread
    evenly. Raises `KeyServiceRefused` when KMS cannot be reached: an outage is no proof.
    """
    report = Report()
    readable = [s for s in samples if not cancelled() and _opens_at_home(kek_of, s, report)]
    report.pairs = len(readable) * max(0, len(readable) - 1)
    report.pairs_tried = min(report.pairs, max_pairs)
    pairs = _spread(readable, report.pairs, report.pairs_tried)
    alone = (move for s in readable for move in _alone(s, versions, kek_of))
    for move in itertools.chain(alone, (move for pair in pairs for move in _mixed(*pair))):
        if cancelled():
            report.cut_short = True
            break
        _try(kek_of, move, report)
    return report


def _spread(
    samples: Sequence[Sample], possible: int, wanted: int
) -> Iterator[tuple[Sample, Sample]]:
    for number in range(wanted):
        first, second = divmod(number * possible // wanted, len(samples) - 1)
        yield samples[first], samples[second + (second >= first)]


def _opens_at_home(kek_of: KeyFinder, sample: Sample, report: Report) -> bool:
    report.samples += 1
    try:
        open_(kek_of, sample.context, sample.envelope)
    except KeyServiceRefused:
        raise
    except VaultProblem as problem:
        report.unreadable.append((sample.context, problem.sentence))
        return False
    report.opened += 1
    return True


def _try(kek_of: KeyFinder, move: Move, report: Report) -> None:
    kind, sample, context, envelope = move
    report.tried[kind] += 1
    try:
        open_(kek_of, context, envelope)
    except (DamagedEnvelope, WrongProvider):
        report.refused[kind] += 1
    else:
        report.moved_and_opened.append((kind, sample.context))


def _alone(sample: Sample, versions: Sequence[int], kek_of: KeyFinder) -> Iterator[Move]:
    yield from _elsewhere(sample)
    yield from _under_other_versions(sample, versions, kek_of)


def _elsewhere(sample: Sample) -> Iterator[Move]:
    home = sample.context
    places = {
        "row": replace(home, row_id=_next(home.row_id)),
        "tenant": replace(home, tenant_id=_next(home.tenant_id)),
        "table": replace(home, table=home.table + "_"),
        "column": replace(home, column=home.column + "_"),
        "schema": replace(home, schema_version=home.schema_version + 1),
    }
    for kind, place in places.items():
        yield kind, sample, place, sample.envelope


def _under_other_versions(
    sample: Sample, versions: Sequence[int], kek_of: KeyFinder
) -> Iterator[Move]:
    """As somebody would who may write the row: with the provider that fits the version, too."""
    parts = cut(sample.envelope)
    for version in versions:
        if version != parts.version:
            for provider in {parts.provider, kek_of(version).provider}:
                moved = replace(parts, version=version, provider=provider)
                yield "version", sample, sample.context, moved.join()


def _mixed(one: Sample, other: Sample) -> Iterator[Move]:
    """Yield the envelope of `one` in the place of `other`, and parts of `other` in that of `one`.

    The mixtures are tried at home in either place.
    """
    if one.context != other.context:
        yield "place", one, other.context, one.envelope
    if one.envelope == other.envelope:
        return
    mine, theirs = cut(one.envelope), cut(other.envelope)
    mixtures: dict[str, Parts] = {
        "body": replace(mine, nonce=theirs.nonce, ciphertext=theirs.ciphertext),
        "key": replace(mine, wrapped=theirs.wrapped),
        "commitment": replace(mine, commitment=theirs.commitment),
    }
    for kind, mixture in mixtures.items():
        for place in dict.fromkeys((one.context, other.context)):
            yield kind, one, place, mixture.join()


def _next(identity: UUID) -> UUID:
    return UUID(int=identity.int ^ 1)
