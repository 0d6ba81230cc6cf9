"""Facts as people read them: moments, counts, digests, and what a change consists of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from govdesk.domain.permissions import PERMISSIONS

NOTHING: Final = "none"
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII)
_IDS: Final = frozenset({"member_id", "grant_id", "role_id"})
_WHO: Final = frozenset({"member", "title"})
_UNSAID: Final = frozenset({"credential", "node_path", "role_key"})
_NAMES: Final = {
    "abn": "ABN",
    "country": "Country",
    "days": "Days to accept",
    "display_name": "Name",
    "effective_from": "In force from",
    "email": "E-mail address",
    "enabled": "Switched on",
    "expires_hours": "Hours to decide",
    "grant_id": "Grant",
    "grants": "Roles",
    "legal_entity": "Legal entity",
    "lei": "LEI",
    "member_id": "Member",
    "message": "Message",
    "minutes": "Minutes",
    "node_path": "Scope",
    "policy": "Policy",
    "reviewer": "Reviewer",
    "role_key": "Role",
    "vat": "VAT number",
}
_SENTENCES: Final = {row.name: row.sentence for row in PERMISSIONS}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a change; both sides as text."""

    name: str
    before: str
    after: str

    @property
    def is_different(self) -> bool:
        """Whether the field would change."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Effect:
    """One permission that appears or disappears somewhere, and what lies there."""

    change: str
    permission: str
    where: str
    counts: str


def moment(at: datetime) -> str:
    """A moment in UTC, to the minute."""
    there = at.astimezone(UTC)
    return f"{there.day} {there:%B %Y, %H:%M} UTC"


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def digest(whole: str) -> str:
    """The first sixteen digits in groups, enough to compare by voice."""
    return " ".join(whole[at : at + 4] for at in range(0, 16, 4))


def changes(before: str | None, payload: str) -> list[Change]:
    """The fields of a change in the order of its payload.

    Where nothing of the same name stood before, `before` is empty. A person or a
    role is named by what stood before, not by the id in the payload.
    """
    old, new = _sides(before, payload)
    return [
        Change(_named(name), _shown(old[name]) if name in old else "", _shown(value))
        for name, value in new.items()
        if not (name in _IDS and old.keys() & _WHO)
    ]


def standing(before: str | None, payload: str) -> list[tuple[str, str]]:
    """What stood before under names that the payload does not have."""
    old, new = _sides(before, payload)
    names = [name for name in old if name not in new and name not in _UNSAID]
    return [(_named(name), _shown(old[name])) for name in sorted(names, key="grants".__eq__)]


def _sides(before: str | None, payload: str) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = dict(_flat(_parsed(before))), dict(_flat(_parsed(payload)))
    grants = old.get("grants")
    for grant in grants if isinstance(grants, list) else ():
        # A role given where another is held replaces it.
        if isinstance(grant, dict) and grant.get("node_path") == new.get("node_path", ""):
            old |= {name: grant[name] for name in ("node_path", "role_key") if name in grant}
    return old, new


def effects(blast: Any) -> list[Effect]:
    """The blast radius as rows; accepts the JSON text or what it says."""
    rows = _parsed(blast) if isinstance(blast, str) else blast
    return [_effect(row) for row in rows or () if isinstance(row, dict)]


def _effect(row: dict[str, Any]) -> Effect:
    name = str(row.get("permission", ""))
    counts = [
        counted(int(row[key]), key[:-1])
        for key in ("systems", "members", "events")
        if row.get(key) is not None
    ]
    if counts and row.get("events_capped"):
        counts[-1] = f"more than {counts[-1]}"
    return Effect(
        str(row.get("change", "")),
        _SENTENCES.get(name, name),
        str(row.get("node_name") or row.get("node_path") or ""),
        ", ".join(counts),
    )


def fields_of(text: str | None) -> dict[str, Any]:
    """Return the fields of a canonical document; none of what is no object."""
    found = _parsed(text)
    return found if isinstance(found, dict) else {}


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return {"text": text}


def _flat(value: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        if above or value is not None:
            yield above or "value", value
        return
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _flat(inner, f"{above}{key}.")
        else:
            yield f"{above}{key}", inner


def _named(path: str) -> str:
    last = path.rpartition(".")[2]
    return _NAMES.get(last) or last.replace("_", " ").strip().capitalize() or "Value"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return moment(datetime.fromisoformat(value)) if _MOMENT.fullmatch(value) else value
    if isinstance(value, list) and all(isinstance(one, (str, int)) for one in value):
        return ", ".join(map(str, value)) or NOTHING
    if isinstance(value, list) and all(_is_grant(one) for one in value):
        return ", ".join(f"{one['role_key']} on {one['node_path']}" for one in value)
    return json.dumps(value, ensure_ascii=False)


def _is_grant(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"node_path", "role_key"}
