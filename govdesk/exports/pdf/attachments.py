"""Files inside the document: associated with it (ISO 19005-3 §6.8), deflated as they come."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

EVENTS: Final = "events.jsonl"
MANIFEST: Final = "events.jsonl.manifest"
LARGEST: Final = 50 << 20
"""Bytes of JSONL that a PDF carries; more is exported beside it. About 30,000 events."""

Relation = Literal["Data", "Supplement"]


class Deflated:
    """Bytes, deflated into memory on the way; more than `limit` are not kept at all.

    Leaves are hashes, so they shrink to half or a third: at most some 25 MiB are held.
    """

    def __init__(self, limit: int = LARGEST):
        self._limit = limit
        self._kept: list[bytes] = []
        self._squeeze = zlib.compressobj(6)
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self.size = 0
        self.fits = True

    def write(self, data: bytes) -> bool:
        """Take bytes; False once there were too many, and then nothing is kept."""
        self.size += len(data)
        if self.size > self._limit:
            self.fits = False
            self._kept.clear()
        if self.fits:
            self._sha256.update(data)
            self._md5.update(data)
            self._kept.append(self._squeeze.compress(data))
        return self.fits

    def finish(self) -> None:
        """End the stream; nothing is written after this."""
        self._kept.append(self._squeeze.flush())

    @property
    def sha256(self) -> str:
        """Hex of the SHA-256 of the bytes before they were deflated."""
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        """Hex of the MD5 that PDF's own CheckSum wants; nothing relies on it."""
        return self._md5.hexdigest()

    @property
    def chunks(self) -> Sequence[bytes]:
        """The stream's bytes in order."""
        return self._kept

    @property
    def deflated_size(self) -> int:
        """Bytes of the stream."""
        return sum(map(len, self._kept))


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file: how it is called, what it is, and how it belongs to the document."""

    name: str
    media_type: str
    relation: Relation
    description: str
    modified: datetime
    content: Deflated


@dataclass(frozen=True, slots=True)
class Evidence:
    """The canonical events of a document: `files` to attach, or none if they are too large.

    `rows` and `sha256` are those of the JSONL; `reason` says why nothing is attached. `covered` is
    the size of the signed checkpoint that the manifest carries.
    """

    files: tuple[Attachment, ...] = ()
    rows: int = 0
    sha256: str = ""
    reason: str = "This document was made without attachments."
    covered: int | None = None


def evidence(events: Deflated, manifest: bytes, rows: int, made: datetime) -> Evidence:
    """Attach finished events and their manifest."""
    beside = Deflated()
    beside.write(manifest)
    beside.finish()
    files = (
        Attachment(
            EVENTS, "application/x-ndjson", "Data",
            "The canonical events, one JSON object a line: the evidence itself.", made, events,
        ),
        Attachment(
            MANIFEST, "application/json", "Supplement",
            "What the events' file promises: range, filter, count, digest, root.", made, beside,
        ),
    )  # fmt: skip
    return Evidence(files, rows, events.sha256, "")
