"""What a printed log says about itself before the first event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Known before the first row is read; the rest is counted while printing.

    `whole` is whether the reader sees the whole organization. `verified` is a sentence about the
    chain, or empty if this export did not verify it. `source` says what the events were read from
    where that is not the log: then no event of the log tells of this document. Times are UTC.
    """

    tenant_path: str
    organization: str
    made_by: str
    made_at: datetime
    generator: str
    export_id: str
    first: int
    last: int
    filter: str = ""
    redacted: tuple[str, ...] = ()
    legal_entity: str = ""
    head_seq: int = 0
    head_hash: str = ""
    verified: str = ""
    whole: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known when the last row is printed; `attached` is the SHA-256 of attached events."""

    rows: int
    first_seq: int | None
    last_seq: int | None
    boxed: dict[str, int]
    right_to_left: int = 0
    joined: int = 0
    attached: str = ""
