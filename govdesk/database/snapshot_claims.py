"""What a snapshot says of itself: its manifest, checkpoint, tree and policy, read with distrust."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from govdesk.database.snapshot_format import FORMAT, LONGEST_META, LONGEST_VALUE, META
from govdesk.database.snapshot_opening import SnapshotFile
from govdesk.evidence.leaf import COMMITTED

_LARGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Claims:
    """The documents in a snapshot; all of it is claimed, nothing is checked but its form."""

    manifest: Mapping[str, Any]
    documents: Mapping[str, str]
    """All of them as text, by their keys in ``meta``."""

    @property
    def redacted(self) -> frozenset[str]:
        """The committed fields that were left out of every event."""
        return frozenset(self.manifest["order"]["redact"])

    @property
    def facts(self) -> dict[str, Any]:
        """What covers, bands and lists show, flat."""
        manifest, order = self.manifest, self.manifest["order"]
        about, tree = manifest["about"], manifest["checkpoint"] or {}
        return {
            "tenant_path": manifest["tenant_path"],
            "tenant_id": about.get("tenant_id", ""),
            "organization": about.get("organization", manifest["tenant_path"]),
            "made_by": about.get("made_by", ""),
            "created_at": manifest["generated_at"],
            "sealed_on": manifest["generated_at"][:10],
            "generator": manifest["generator"],
            "export_id": order["export"],
            "filter": order["filter"],
            "first": order["first"],
            "last": order["last"],
            "rows": manifest["rows"],
            "left_out": manifest["left_out"],
            "first_seq": manifest["first_seq"],
            "last_seq": manifest["last_seq"],
            "redacted": sorted(self.redacted),
            "provable": manifest["provable"],
            "checkpoint": self.documents.get("checkpoint"),
            "checkpoint_size": tree.get("size"),
            "policy": self.documents.get("policy"),
            "order": self.documents.get("order"),
            "manifest": dict(manifest),
        }


def read_claims(file: SnapshotFile) -> Claims:
    """Read the table ``meta``; raises `SnapshotProblem` where it is not what every snapshot has."""
    found = file.ask(
        "SELECT m.key, CASE WHEN octet_length(m.value)"
        " > CASE m.key WHEN 'erasures' THEN ? ELSE ? END THEN NULL ELSE m.value END"
        " FROM meta m LIMIT 20",
        (LONGEST_META, LONGEST_VALUE),
    )
    texts: dict[str, str] = {}
    for key, value in found:
        if key not in META or not isinstance(value, str):
            raise file.altered("what it says of itself cannot be read")
        texts[key] = value
    manifest = _object(texts.get("manifest"))
    if not _is_manifest(manifest):
        raise file.altered("what it says of itself cannot be read")
    assert manifest is not None
    return Claims(manifest, texts)


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_manifest(said: dict[str, Any] | None) -> bool:
    if said is None or said.get("format") != FORMAT or said.get("v") != 1:
        return False
    order, about, tree = said.get("order"), said.get("about"), said.get("checkpoint")
    return (
        isinstance(order, dict)
        and isinstance(about, dict)
        and all(isinstance(value, str) for value in about.values())
        and (tree is None or (isinstance(tree, dict) and _is_count(tree.get("size"))))
        and all(isinstance(said.get(n), str) for n in ("tenant_path", "generated_at", "generator"))
        and all(_is_count(said.get(name)) for name in ("rows", "left_out"))
        and all(_is_count(said.get(n), nullable=True) for n in ("first_seq", "last_seq"))
        and isinstance(said.get("provable"), bool)
        and _is_order(order)
    )


def _is_order(order: dict[str, Any]) -> bool:
    redact, written = order.get("redact"), order.get("filter")
    return (
        all(_is_count(order.get(name)) for name in ("first", "last"))
        and isinstance(order.get("export"), str)
        and (written is None or isinstance(written, str))
        and isinstance(redact, list)
        and all(isinstance(name, str) and name in COMMITTED for name in redact)
    )


def _is_count(value: object, *, nullable: bool = False) -> bool:
    return (nullable and value is None) or (type(value) is int and 0 <= value <= _LARGEST)
