"""The sidecar of a JSONL export: what it promises, read as a stranger's document."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeGuard

from govdesk.evidence.absences import parse_erasure
from govdesk.evidence.leaf import COMMITTED
from govdesk.evidence.proofs import Edges

FORMAT: Final = "govdesk-jsonl"
LARGEST: Final = 1 << 20
"""Bytes of a manifest; a larger file is none."""

_HEX: Final = re.compile(r"[0-9a-f]{64}")


class BadManifest(ValueError):
    """The file is no manifest; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export says of itself. `first` to `last` is the range that was asked for.

    `erased` are absences that an ``audit.erased`` event accounts for which is not in the file.
    `note` is a signed checkpoint that covers a complete file, `edges` complete it to its root.
    """

    tenant_path: str
    filter: str | None
    first: int
    last: int
    first_seq: int | None
    last_seq: int | None
    rows: int
    redacted: frozenset[str]
    erased: frozenset[tuple[int, str]]
    complete: bool
    sha256: str
    root: str
    prev: str | None
    note: str | None = None
    edges: Edges | None = None

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest; raises `BadManifest`, and FileNotFoundError if there is none."""
        try:
            with open(path, "rb") as file:
                document = json.loads(file.read(LARGEST + 1)[: LARGEST + 1])
        except FileNotFoundError:
            raise
        except (OSError, ValueError, RecursionError) as error:
            raise BadManifest("the manifest cannot be read") from error
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise BadManifest("this is no manifest of an export")
        if document.get("v") != 1:
            raise BadManifest("the manifest is of another version than 1")
        return cls._from(document)

    @classmethod
    def _from(cls, said: dict[str, Any]) -> Manifest:
        redacted = said.get("redacted")
        if not isinstance(redacted, list) or not all(name in COMMITTED for name in redacted):
            raise BadManifest("the manifest's redacted is no list of committed fields")
        if type(said.get("complete")) is not bool:
            raise BadManifest("the manifest does not say whether it is complete")
        return cls(
            tenant_path=_text(said, "tenant_path"),
            filter=None if said.get("filter") is None else _text(said, "filter"),
            first=_number(said, "from"),
            last=_number(said, "to"),
            first_seq=_number_or_none(said, "first_seq"),
            last_seq=_number_or_none(said, "last_seq"),
            rows=_number(said, "rows"),
            redacted=frozenset(redacted),
            erased=_erased(said.get("erased", [])),
            complete=said["complete"],
            sha256=_hash(said, "sha256"),
            root=_hash(said, "root"),
            prev=None if said.get("prev") is None else _hash(said, "prev"),
            note=_note(said),
            edges=None if said.get("tree") is None else _edges(said["tree"]),
        )


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise BadManifest(f"the manifest's {name} is no text")
    return value


def _number(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    if type(value) is not int or not 0 <= value < 2**63:
        raise BadManifest(f"the manifest's {name} is no number")
    return value


def _number_or_none(said: dict[str, Any], name: str) -> int | None:
    return None if said.get(name) is None else _number(said, name)


def _erased(value: object) -> frozenset[tuple[int, str]]:
    found = [parse_erasure(item) for item in value] if _all_text(value) else [None]
    if None in found:
        raise BadManifest("the manifest's erased is no list of <seq>:<field>")
    return frozenset((seq, name) for seq, names in filter(None, found) for name in names)


def _all_text(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _note(said: dict[str, Any]) -> str | None:
    found = said.get("checkpoint")
    if found is None:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("note"), str):
        raise BadManifest("the manifest's checkpoint is none")
    return str(found["note"])


def _edges(found: object) -> Edges:
    sides = [found.get(side) for side in ("left", "right")] if isinstance(found, dict) else [None]
    for side in sides:
        if not _all_text(side) or not all(_HEX.fullmatch(node) for node in side):
            raise BadManifest("the manifest's tree holds something that is no hash")
    left, right = (tuple(map(bytes.fromhex, side or ())) for side in sides)
    return Edges(left, right)


def _hash(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise BadManifest(f"the manifest's {name} is no hash")
    return value
