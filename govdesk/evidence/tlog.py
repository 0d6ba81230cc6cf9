"""Texts of C2SP for an auditor without GovDesk: proofs (tlog-proof) and trust (tlog-policy)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.evidence.notes import BadNote, VerifierKey
from govdesk.evidence.proofs import BadProof, verify_inclusion

PROOF: Final = "c2sp.org/tlog-proof@v1"
LONGEST: Final = 64
"""Hashes of a proof: a log has fewer than 2^63 leaves."""

_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """One leaf's place in a signed log. `index` begins with 0: it is `seq` - 1."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: SignedCheckpoint
    extra: bytes | None = None

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read a proof; raises `BadProof`."""
        head, blank, note = _decoded(text).partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != PROOF:
            raise BadProof(f"a proof begins with the line {PROOF}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = _from_base64(lines.pop(0).removeprefix("extra "))
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None or len(lines) > LONGEST:
            raise BadProof("a proof names the index of one entry, and then its hashes")
        try:
            checkpoint = SignedCheckpoint.parse(note)
        except BadNote as error:
            raise BadProof(str(error)) from error
        return cls(int(index[1]), tuple(_hash(line) for line in lines), checkpoint, extra)

    @property
    def text(self) -> str:
        """The proof as text, to be kept as ``….tlog-proof``."""
        extra = [] if self.extra is None else [f"extra {_base64(self.extra)}"]
        hashes = [_base64(node) for node in self.hashes]
        lines = [PROOF, *extra, f"index {self.index}", *hashes, ""]
        return "\n".join(lines) + "\n" + self.checkpoint.note

    def verify(self, leaf_hash: bytes, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Check the hashes, then who signed; returns the signers, and () is no pass.

        Raises `BadProof` or `BadSignature`.
        """
        verify_inclusion(leaf_hash, self.index, self.checkpoint.tree, self.hashes)
        return self.checkpoint.verified_by(keys)


class BadPolicy(ValueError):
    """The text is no policy; the message says why."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which logs' keys to trust. `quorum` is ``none`` unless witnesses must have signed, too.

    Witnesses and groups are read and checked for form; their signatures are not judged here, so
    that a policy with a quorum is for the caller to refuse.
    """

    logs: tuple[VerifierKey, ...]
    quorum: str = "none"

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read a policy; raises `BadPolicy`."""
        reading = _Reading()
        for line in _policy_lines(text):
            words = re.split(r"[ \t]+", line.strip(" \t"))
            if words[0] and not words[0].startswith("#"):
                reading.take(words)
        if reading.quorum is None:
            raise BadPolicy("a policy says in one line which quorum it asks for")
        return cls(tuple(reading.logs), reading.quorum)

    @property
    def text(self) -> str:
        """The policy as text; only one without witnesses can be written."""
        if self.quorum != "none":
            raise BadPolicy("GovDesk writes policies without witnesses only")
        return "".join(f"log {key.text}\n" for key in self.logs) + "quorum none\n"

    def accepts(self, checkpoint: SignedCheckpoint) -> tuple[VerifierKey, ...]:
        """Return which of the logs' keys signed; () is no pass, and raises `BadSignature`."""
        return checkpoint.verified_by(self.logs)


class _Reading:
    """What the lines of a policy have said so far."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.quorum: str | None = None
        self._names: set[str] = {"none"}
        self._grouped: set[str] = set()
        self._witnesses: set[str] = set()

    def take(self, words: Sequence[str]) -> None:
        """Read one line; raises `BadPolicy`."""
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._log(vkey)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._define(name)
                if vkey in self._witnesses:
                    raise BadPolicy("a witness stands twice")
                self._witnesses.add(vkey)
            case ["group", name, count, *members] if members:
                self._group(name, count, members)
            case ["quorum", name] if self.quorum is None and name in self._names:
                self.quorum = name
            case _:
                raise BadPolicy(f"this is no line of a policy: {' '.join(words)[:80]}")

    def _log(self, vkey: str) -> None:
        try:
            key = VerifierKey.parse(vkey)
        except BadNote as error:
            raise BadPolicy(str(error)) from error
        if any(key.public == other.public for other in self.logs):
            raise BadPolicy("a log's key stands twice")
        self.logs.append(key)

    def _define(self, name: str) -> None:
        if name in self._names:
            raise BadPolicy(f"the name {name} stands twice")
        self._names.add(name)

    def _group(self, name: str, count: str, members: Sequence[str]) -> None:
        known = self._names - {"none"} - self._grouped
        if len(set(members)) != len(members) or not known.issuperset(members):
            raise BadPolicy(f"the group {name} has a member that is not defined or taken")
        if count not in ("all", "any") and not (
            re.fullmatch("[1-9][0-9]{0,8}", count) and int(count) <= len(members)
        ):
            raise BadPolicy(f"the group {name} asks for more members than it has, or for none")
        self._grouped.update(members)
        self._define(name)


def _policy_lines(text: str | bytes) -> list[str]:
    try:
        decoded = text if isinstance(text, str) else text.decode()
    except UnicodeError as error:
        raise BadPolicy("a policy is UTF-8 text") from error
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", decoded):
        raise BadPolicy("a policy has no control characters but tab and line end")
    return decoded.split("\n")


def _decoded(text: str | bytes) -> str:
    try:
        return text if isinstance(text, str) else text.decode()
    except UnicodeError as error:
        raise BadProof("a proof is UTF-8 text") from error


def _hash(line: str) -> bytes:
    data = _from_base64(line)
    if len(data) != 32:
        raise BadProof("a line of a proof is one hash in base64")
    return data


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _from_base64(line: str) -> bytes:
    try:
        data = b64decode(line, validate=True)
    except ValueError as error:
        raise BadProof("a proof has a line that is no base64") from error
    if _base64(data) != line:
        raise BadProof("a proof has a line that is no base64 in its one form")
    return data
