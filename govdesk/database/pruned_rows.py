"""A log of which months were pruned, as verification reads it: stubs where rows are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from govdesk.database import rows, tree
from govdesk.database.connection import Session
from govdesk.database.errors import ServerUnfit
from govdesk.evidence.leaf import Row, Stub

HASH: Final = 32

Range = tuple[int, int]


def ranges(session: Session) -> tuple[Range, ...]:
    """Return the ranges that the database says are pruned, rising.

    Ask before asking for the newest event: what accounts for a range is then among the events.
    """
    try:
        return tuple((gap.first, gap.last) for gap in tree.pruned(session))
    except ServerUnfit:
        # A server of an older release prunes nothing, and rows that are gone there are deleted.
        return ()


def evidence(
    session: Session, pruned: Iterable[Range], first: int, last: int
) -> Iterator[Row | Stub]:
    """Yield rows `first` to `last` in order; in `pruned` ranges a stub stands for every event.

    The row of an event that was held there comes right after its stub.
    """
    at = first
    for low, high in sorted(pruned):
        if high < at or low > last:
            continue
        low, high = max(low, at), min(high, last)
        yield from rows.stream(session, at, low - 1)
        yield from _pruned(session, low, high)
        at = high + 1
    yield from rows.stream(session, at, last)


def leaf_hashes(session: Session, first: int, last: int) -> bytes:
    """Return the leaf hashes of events `first` to `last`, 32 bytes each, as far as there are any.

    At most 65,536 at once.
    """
    with session.reading() as connection:
        row = connection.execute(
            "SELECT govdesk_api.leaf_hashes(%s, %s)", (first, last), binary=True
        ).fetchone()
    return bytes(row[0] or b"") if row else b""


def _pruned(session: Session, first: int, last: int) -> Iterator[Row | Stub]:
    for low in range(first, last + 1, rows.PAGE):
        high = min(low + rows.PAGE - 1, last)
        hashes = leaf_hashes(session, low, high)
        held = chain(rows.stream(session, low, high), [None])
        row = next(held)
        for number in range(low, high + 1):
            at = (number - low) * HASH
            yield Stub(number, hashes[at : at + HASH].hex())
            while row is not None and row.seq <= number:
                yield row
                row = next(held)
