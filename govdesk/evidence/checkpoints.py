"""Checkpoints of C2SP (c2sp.org/tlog-checkpoint): a log's size and root, signed.

The origin of a tenant's log is ``govdesk/<tenant_path>``, and so is the name of its key.
Specification: ``docs/spec/checkpoint-v1.md``.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from govdesk.evidence.notes import BadNote, SignedNote, VerifierKey

PREFIX: Final = "govdesk/"
HASH_BYTES: Final = 32
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class BadCheckpoint(BadNote):
    """The note is no checkpoint; the message says why."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A log as it was: its number of leaves and its RFC 6962 root (32 bytes)."""

    size: int
    root: bytes


def origin(tenant_path: str) -> str:
    """Return the name of a tenant's log, which is also the name of its key."""
    return PREFIX + tenant_path


def body(log: str, tree: Tree) -> str:
    """Return the three lines that are signed for a log of that origin."""
    return f"{log}\n{tree.size}\n{b64encode(tree.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as it was read; only `verified_by` says whether to believe it.

    `note` is its text exactly as it was given, `extensions` are lines after the root.
    """

    origin: str
    tree: Tree
    signed: SignedNote
    note: str
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, note: str | bytes) -> Self:
        """Read a checkpoint; raises `BadCheckpoint`."""
        try:
            signed = SignedNote.parse(note)
        except BadNote as error:
            raise BadCheckpoint(str(error)) from error
        lines = signed.text[:-1].split("\n")
        if len(lines) < 3 or not all(lines):
            raise BadCheckpoint("a checkpoint has three lines: origin, size and root")
        text = note if isinstance(note, str) else note.decode()
        return cls(lines[0], _tree(lines[1], lines[2]), signed, text, tuple(lines[3:]))

    @property
    def tenant_path(self) -> str:
        """The tenant whose log this is; empty for a log that is none of GovDesk's."""
        return self.origin.removeprefix(PREFIX) if self.origin.startswith(PREFIX) else ""

    def verified_by(self, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Return which of the keys signed it; keys of other logs do not count. () is no pass.

        Raises `BadSignature` where a line names such a key and does not fit.
        """
        return self.signed.signers(key for key in keys if key.name == self.origin)


def _tree(size: str, root: str) -> Tree:
    if not _SIZE.fullmatch(size) or int(size) >= 2**63:
        raise BadCheckpoint("the second line of a checkpoint is its size")
    try:
        data = b64decode(root, validate=True)
    except ValueError as error:
        raise BadCheckpoint("the third line of a checkpoint is its root in base64") from error
    if len(data) != HASH_BYTES or b64encode(data).decode() != root:
        raise BadCheckpoint("the third line of a checkpoint is its root in base64")
    return Tree(int(size), data)
