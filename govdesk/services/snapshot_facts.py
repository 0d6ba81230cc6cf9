"""What a sealed file says of itself, read as a stranger's document: claims until it is verified."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from govdesk.evidence.checkpoints import BadCheckpoint, SignedCheckpoint, origin
from govdesk.evidence.notes import BadNote, VerifierKey
from govdesk.evidence.sealed_about import is_as_sealed
from govdesk.evidence.tlog import BadPolicy, Policy

_LONGEST: Final = 400
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """Who made a snapshot, of what and when; `signers` are the keys that signed its checkpoint.

    Every word is the file's own. `provable` is whether it shows that the filter left nothing out;
    `why_not` are clauses that say why it does not. `created_at` is None where it is no time.
    `names_sealed` is whether the order that the log holds commits to organization, maker and time:
    then a verification of the file proves them, too.
    """

    tenant_path: str
    organization: str
    made_by: str
    created_at: datetime | None
    generator: str
    export_id: str
    filter: str
    first: int
    last: int
    rows: int
    left_out: int
    redacted: tuple[str, ...]
    provable: bool
    why_not: tuple[str, ...]
    checkpoint: SignedCheckpoint | None
    signers: tuple[VerifierKey, ...]
    names_sealed: bool = False

    @property
    def key(self) -> VerifierKey | None:
        """The key whose fingerprint is to be compared, if one signed at all."""
        return self.signers[0] if self.signers else None

    @property
    def sealed_on(self) -> str:
        """The day on which it was made, in UTC."""
        return f"{self.created_at:%Y-%m-%d}" if self.created_at else "on a day it does not say"

    @property
    def origin(self) -> str:
        """The log that it is a part of, by the name that its key bears."""
        return origin(self.tenant_path)


def read(said: Mapping[str, Any]) -> SnapshotFacts:
    """Read the facts of an opened file; what is missing or of another type reads as nothing."""
    manifest = _mapping(said.get("manifest"))
    tenant_path = _line(said.get("tenant_path"))
    checkpoint = _checkpoint(said.get("checkpoint"))
    why = manifest.get("not_provable_because")
    return SnapshotFacts(
        tenant_path=tenant_path,
        organization=_line(said.get("organization")) or tenant_path or "No name",
        made_by=_line(said.get("made_by")),
        created_at=_time(said.get("created_at")),
        generator=_line(said.get("generator")),
        export_id=_line(said.get("export_id")),
        filter=_line(said.get("filter")),
        first=_number(said.get("first")),
        last=_number(said.get("last")),
        rows=_number(said.get("rows")),
        left_out=_number(said.get("left_out")),
        redacted=_lines(said.get("redacted")),
        provable=manifest.get("provable") is True,
        why_not=_lines(why),
        checkpoint=checkpoint,
        signers=_signers(checkpoint, said.get("policy"), origin(tenant_path)),
        names_sealed=is_as_sealed(manifest, _document(said.get("order"))) is True,
    )


def _signers(
    checkpoint: SignedCheckpoint | None, policy: object, log: str
) -> tuple[VerifierKey, ...]:
    """The keys of the file's own policy whose signatures fit its checkpoint."""
    if checkpoint is None or not isinstance(policy, str) or checkpoint.origin != log:
        return ()
    try:
        return checkpoint.verified_by(Policy.parse(policy).logs)
    except (BadPolicy, BadNote):
        return ()


def _checkpoint(note: object) -> SignedCheckpoint | None:
    if not isinstance(note, str):
        return None
    try:
        return SignedCheckpoint.parse(note)
    except BadCheckpoint:
        return None


def _document(text: object) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(text)) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _line(value: object) -> str:
    """A claim as one line that cannot pose as two, nor run the other way."""
    text = _CONTROLS.sub(" ", value).strip() if isinstance(value, str) else ""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _lines(value: object) -> tuple[str, ...]:
    return tuple(_line(one) for one in value[:100]) if isinstance(value, list | tuple) else ()


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value < 2**63 else 0


def _time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
