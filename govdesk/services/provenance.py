"""Given a loose file: which sealed export made it, who, when, of what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from govdesk.database import rows
from govdesk.database.connection import Session
from govdesk.database.provenance import SealedExport, find_exports
from govdesk.domain.problem import Problem
from govdesk.services.provenance_digests import AS_IT_IS, Watch, digests

NOT_FOUND: Final = (
    "No sealed export of this organization made a file with this content. It may have been opened"
    " and saved by another program (a spreadsheet changes dates, long numbers and quotes), cut or"
    " edited by hand, come from another organization's log, or be no export at all. This does not"
    " say that it is false; it says that nothing vouches for it."
)


@dataclass(frozen=True, slots=True)
class Origin:
    """One sealed export that names the digest; None is what that kind of export does not say."""

    seq: int
    at: str
    action: str
    actor: str
    export: str | None
    format: str | None
    filter: str | None
    first: int | None
    last: int | None
    rows: int | None
    redacted: tuple[str, ...]
    certificate: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the log knows of a file. `matched` says in what form it was recognized."""

    file: str
    sha256: str
    matched: str | None
    matched_sha256: str | None
    origins: tuple[Origin, ...]
    tried: tuple[tuple[str, str], ...]

    @property
    def is_known(self) -> bool:
        """Whether a sealed export made it."""
        return bool(self.origins)

    def as_json(self) -> dict[str, object]:
        """The document that ``--json`` prints."""
        tried = [{"of": words, "sha256": digest} for words, digest in self.tried]
        return {"found": self.is_known, **asdict(self), "tried": tried}

    @property
    def sentences(self) -> list[str]:
        """The same for people."""
        if not self.origins:
            return [NOT_FOUND, f"SHA-256 of the file: {self.sha256}"]
        told = [line for origin in self.origins for line in _told(origin)]
        if self.matched != AS_IT_IS:
            told.append(_changed(self.matched or ""))
        return told


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def provenance(session: Session, path: Path, progress: Watch = _silent) -> Provenance:
    """Look for the export that made a file; every event that names it is returned.

    Raises Problem (exit code 4) if the session does not read the whole log, (3) for a file that
    cannot be read.
    """
    if not rows.sees_everything(session):
        raise Problem(
            "Only who reads the whole organization's log can say where a file is from.",
            "Ask an auditor.",
            exit_code=4,
        )
    tried: list[tuple[str, str]] = []
    try:
        for one in digests(path, progress):
            tried.append((one.of, one.sha256))
            if found := find_exports(session, one.sha256):
                origins = tuple(map(_origin, found))
                return Provenance(path.name, tried[0][1], one.of, one.sha256, origins, tuple(tried))
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from None
    return Provenance(path.name, tried[0][1], None, None, (), tuple(tried))


def _origin(found: SealedExport) -> Origin:
    facts = found.facts
    order = facts.get("order")
    said = {**(order if isinstance(order, dict) else {}), **facts}
    return Origin(
        seq=found.seq,
        at=found.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        action=found.action,
        actor=found.actor,
        export=_text(said.get("export")),
        format=_text(said.get("format")),
        filter=_text(said.get("filter")) or None,
        first=_number(said.get("first")),
        last=_number(said.get("last")),
        rows=_number(said.get("rows")),
        redacted=tuple(map(str, said.get("redact") or ())),
        certificate=_text(said.get("certificate")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_KINDS: Final = {
    "audit.exported": "export",
    "audit.bundle_created": "evidence bundle",
    "audit.snapshot_created": "sealed snapshot",
}


def _told(origin: Origin) -> list[str]:
    kind = _KINDS.get(origin.action, origin.action)
    form = f" ({origin.format})" if origin.format else ""
    lines = [
        f"Made by {origin.actor.removeprefix('user:')} at {origin.at}: {kind}{form}, sealed as"
        f" event {origin.seq}."
    ]
    if origin.first is not None and origin.last is not None:
        count = "" if origin.rows is None else f", {origin.rows:,} of them in the file"
        lines.append(f"Range: events {origin.first:,} to {origin.last:,}{count}.")
    lines.append(f"Filter: {origin.filter or 'none, every event'}.")
    if origin.redacted:
        lines.append(f"Left out: {', '.join(origin.redacted)}.")
    return lines


def _changed(matched: str) -> str:
    if matched.endswith((" inside it", " attached to it")):
        return f"Recognized by {matched}; what is around it is not vouched for by this."
    return (
        f"The bytes differ from what was exported, but {matched} is what was: it was saved again"
        " by another program, which changed nothing in the cells."
    )
