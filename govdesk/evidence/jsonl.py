"""Verification of an exported JSONL file and its manifest. Any input gets a report, never an error
(but for a file that cannot be read at all)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from govdesk.evidence.canonical import NotCanonical, canonical
from govdesk.evidence.leaf import COMMITTED, GENESIS, Row
from govdesk.evidence.report import Report
from govdesk.evidence.verification import State, Verifier

LONGEST_LINE = 64 << 20
"""Bytes of a line; no sealed event is that long."""

_CLEAR = (
    "at",
    "occurred_at",
    "severity",
    "action",
    "entity_type",
    "entity_id",
    "system_id",
    "request_id",
    "tenant_path",
    "leaf",
    "leaf_hash",
)
_MUST_BE_TEXT = ("at", "severity", "action", "entity_type", "tenant_path", "leaf", "leaf_hash")
_SALT_ORDER = ("ip", "diff", "actor", "reason", "summary", "session_id", "on_behalf_of")


class _Broken(ValueError):
    """A line that is no event."""


def verify_jsonl(path: Path, manifest: Path | None = None) -> Report:
    """Verify the events of a file; the manifest is ``FILE.manifest`` unless named.

    Without a manifest, completeness and declared redactions cannot be judged. A filtered file has
    gaps; each of its events is checked, and links only between neighbours.
    """
    sidecar = manifest or path.with_name(path.name + ".manifest")
    claims, trouble = _read_manifest(sidecar)
    declared = frozenset(str(f) for f in _list(claims, "redacted"))
    contiguous = claims is None or bool(claims.get("complete"))
    first = claims.get("from") if claims else None
    begins = contiguous and first in (None, 1)
    verifier = Verifier(
        State(prev=GENESIS if begins and _first_is_one(path) else None),
        redacted_fields=declared,
        contiguous=contiguous,
    )
    digest = hashlib.sha256()
    broken: list[tuple[int, str]] = []
    verifier.feed(_rows(path, digest, broken))
    report = verifier.finish()
    for number, why in broken:
        report.add(number, number, "altered", f"line {number} {why}")
    if report.rows == 0 and not broken:
        return report
    report.filter = str(claims["filter"]) if claims and claims.get("filter") else None
    if trouble:
        report.add(0, 0, "manifest", trouble)
    if claims is None:
        report.complete = None
        report.not_judged.append("completeness and what may be redacted: there is no manifest")
    else:
        _compare(report, verifier, claims, digest.hexdigest())
    report.ok = not report.faults
    return report


def _read_manifest(path: Path) -> tuple[dict[str, Any] | None, str]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError, RecursionError):
        return None, "the manifest cannot be read"
    if not isinstance(document, dict) or document.get("format") != "govdesk-jsonl":
        return None, "this is no manifest of an export"
    if document.get("v") != 1:
        return None, "the manifest is of a newer version"
    return document, ""


def _list(claims: dict[str, Any] | None, name: str) -> list[Any]:
    value = claims.get(name) if claims else None
    return value if isinstance(value, list) else []


def _first_is_one(path: Path) -> bool:
    with open(path, "rb") as file:
        try:
            return bool(json.loads(file.readline(LONGEST_LINE)).get("seq") == 1)
        except (ValueError, AttributeError, RecursionError):
            return True


def _compare(report: Report, verifier: Verifier, claims: dict[str, Any], sha256: str) -> None:
    facts = {
        "rows": report.rows,
        "sha256": sha256,
        "root": verifier.state.tree.root().hex(),
        "tenant_path": verifier.tenant,
    }
    if not report.faults:
        facts |= {"first_seq": report.first_seq, "last_seq": report.last_seq}
        facts |= {"prev": verifier.first_prev}
    for name, found in facts.items():
        if claims.get(name) != found:
            report.add(0, 0, "manifest", f"{name} is not what the manifest says")
    if not claims.get("complete"):
        report.complete = None
        report.not_judged.append("whether every event that the filter matches is in the file")
        return
    low, high = claims.get("from"), claims.get("to")
    if isinstance(high, int) and report.last_seq is not None and report.last_seq < high:
        report.add(report.last_seq + 1, high, "cut", "the manifest promises events up to here")
    if isinstance(low, int) and report.first_seq is not None and report.first_seq > low:
        report.add(low, report.first_seq - 1, "cut", "the manifest promises events from here")
    report.complete = not any(f.kind in ("deleted", "cut") for f in report.faults)


def _rows(path: Path, digest: Any, broken: list[tuple[int, str]]) -> Iterator[Row]:
    tenant: list[object] = []
    with open(path, "rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            digest.update(line)
            try:
                yield _row(line, tenant)
            except _Broken as error:
                broken.append((number, str(error)))


def _row(line: bytes, tenant: list[object]) -> Row:
    if not line.endswith(b"\n"):
        raise _Broken("is cut off or too long")
    try:
        event = json.loads(line.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _Broken("is no JSON object of its own") from error
    if not isinstance(event, dict) or not isinstance(event.get("seq"), int):
        raise _Broken("is no event")
    if not tenant:
        tenant.append(event.get("tenant_id"))
    if not isinstance(event.get("tenant_id"), str) or event["tenant_id"] != tenant[0]:
        raise _Broken("is of another tenant")
    values: dict[str, Any] = {"seq": event["seq"]}
    for name in _CLEAR:
        values[name] = event.get(name)
        if values[name] is not None and not isinstance(values[name], str):
            raise _Broken(f"has a {name} that is no text")
    if any(values[name] is None for name in _MUST_BE_TEXT):
        raise _Broken("lacks a field that every event has")
    salts = event.get("salts")
    if not isinstance(salts, dict):
        raise _Broken("has no salts")
    values["salts"] = _salts(salts, event)
    for name in COMMITTED:
        values[name] = _committed(name, event.get(name))
    return Row(**values)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice")
    return document


def _salts(salts: dict[str, Any], event: dict[str, Any]) -> str:
    """Salts as the database prints them; a field that is absent must lack its salt too."""
    ordered = {name: salts[name] for name in _SALT_ORDER if name in salts}
    ordered |= {name: value for name, value in salts.items() if name not in ordered}
    if any(name in salts and name not in event for name in COMMITTED):
        raise _Broken("has a salt without its value")
    return json.dumps(ordered)


def _committed(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name == "diff":
        try:
            return canonical(value).decode()
        except (NotCanonical, RecursionError) as error:
            raise _Broken("has a diff outside the grammar") from error
    if not isinstance(value, str):
        raise _Broken(f"has a {name} that is no text")
    return value
