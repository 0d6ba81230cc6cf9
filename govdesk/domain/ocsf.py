"""Rows of the log as events of OCSF 1.6.0, for deliveries and exports alike.

What OCSF has a place for stands there; the rest stands under ``unmapped``, so nothing is lost.
Timestamps are milliseconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from govdesk.domain.events import BY_NAME
from govdesk.domain.ocsf_classes import (
    ACCOUNT,
    API,
    AUTHENTICATION,
    ENTITY,
    FINDING,
    LIFECYCLE,
    OTHER,
    VERSION,
    Class,
    classify,
)

__all__ = ["PERSONAL", "VERSION", "ocsf_event"]

Json = dict[str, Any]

PERSONAL: Final = ("actor", "on_behalf_of", "summary", "ip", "session_id", "reason")
"""Columns that a thin event leaves out, as it does the diff."""

_SEVERITIES: Final = {
    "info": (1, "Informational"),
    "notice": (2, "Low"),
    "warning": (3, "Medium"),
    "high": (4, "High"),
}
_EMAIL: Final = re.compile(r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+")
_OURS: Final = "GovDesk"
_HAS_ACTOR: Final = frozenset({ACCOUNT.uid, AUTHENTICATION.uid, ENTITY.uid, API.uid})
_NEEDS_HOST_PROFILE: Final = frozenset({FINDING.uid, LIFECYCLE.uid})


def ocsf_event(
    row: Mapping[str, object],
    diff: object = None,
    *,
    more: Mapping[str, object] | None = None,
) -> Json:
    """One event from a row's columns, as JSON has them or as a driver gives them.

    Absent columns are like null ones. `diff` is the parsed JSON of what changed; `more` joins
    ``unmapped``. It follows from these alone: neither our release nor what a system is called now
    stands in it. Raises ValueError for a row without action or time.
    """
    columns = {name: _plain(value) for name, value in row.items() if value is not None}
    action = str(columns.get("action") or "")
    kind, activity = classify(action)
    if not action:
        raise ValueError("a row of the log has an action")
    event: Json = {
        **_classification(kind, activity, action),
        **_times_and_words(columns),
        **_status(kind, action),
        "metadata": _metadata(columns, action),
    }
    if "actor" in columns or "session_id" in columns:
        event["actor"] = _actor(columns)
        if kind.uid in _NEEDS_HOST_PROFILE:
            event["metadata"]["profiles"] = ["host"]
    if "ip" in columns and kind.uid in _HAS_ACTOR:
        event["src_endpoint"] = {"ip": _ip(columns["ip"])}
    event.update(_particulars(kind, columns, action, diff))
    event["unmapped"] = _unmapped(kind, columns, diff, more)
    return event


def _classification(kind: Class, activity: int, action: str) -> Json:
    name = kind.activities.get(activity) or action.partition(".")[2] or action
    return {
        "category_uid": kind.category_uid,
        "category_name": kind.category,
        "class_uid": kind.uid,
        "class_name": kind.name,
        "activity_id": activity,
        "activity_name": name,
        "type_uid": kind.uid * 100 + activity,
        "type_name": f"{kind.name}: {name if activity != OTHER else 'Other'}",
    }


def _times_and_words(columns: Mapping[str, object]) -> Json:
    number, words = _SEVERITIES.get(str(columns.get("severity")), (0, "Unknown"))
    found: Json = {
        "time": _time(columns),
        "severity_id": number,
        "severity": words,
    }
    if "summary" in columns:
        found["message"] = columns["summary"]
    return found


def _status(kind: Class, action: str) -> Json:
    """How it ended; of a finding, that nobody has looked at it yet."""
    if kind is FINDING:
        return {"status_id": 1, "status": "New", "is_alert": True}
    known = BY_NAME.get(action)
    is_denied = known is not None and known.denied
    return (
        {"status_id": 2, "status": "Failure"}
        if is_denied
        else {
            "status_id": 1,
            "status": "Success",
        }
    )


def _metadata(columns: Mapping[str, object], action: str) -> Json:
    found: Json = {
        "version": VERSION,
        "product": _product(),
        "event_code": action,
        "log_name": "audit_log",
    }
    named: tuple[tuple[str, str, Callable[[object], object]], ...] = (
        ("uid", "leaf_hash", _text),
        ("sequence", "seq", _integer),
        ("tenant_uid", "tenant_path", _text),
        ("correlation_uid", "request_id", _text),
        ("logged_time", "at", _milliseconds),
        ("original_time", "occurred_at", _text),
    )
    for ours, column, form in named:
        if column in columns:
            found[ours] = form(columns[column])
    return found


def _product() -> Json:
    return {"name": _OURS, "vendor_name": _OURS}


def _actor(columns: Mapping[str, object]) -> Json:
    found: Json = {}
    if "actor" in columns:
        found["user"] = _user(str(columns["actor"]))
    if "session_id" in columns:
        found["session"] = {"uid": str(columns["session_id"])}
    return found


def _user(actor: str) -> Json:
    """``user:ada@bank.example`` and ``key:…`` name somebody after the colon."""
    name = actor.partition(":")[2] or actor
    return {"name": name, "email_addr": name} if _EMAIL.fullmatch(name) else {"name": name}


def _particulars(kind: Class, columns: Mapping[str, object], action: str, diff: object) -> Json:
    """What a class demands besides."""
    if kind is ACCOUNT:
        return {"user": _account(columns, diff)}
    if kind is AUTHENTICATION:
        person = _user(str(columns["actor"])) if "actor" in columns else _account(columns, diff)
        return {"user": person, "service": {"name": _OURS}}
    if kind is ENTITY:
        return {"entity": _entity(columns)}
    if kind is LIFECYCLE:
        return {"app": _product()}
    if kind is FINDING:
        return {"finding_info": _finding(columns, action)}
    return _api(columns, action)


def _account(columns: Mapping[str, object], diff: object) -> Json:
    """Whose account it is: by id, and by address where the row says it."""
    found: Json = {}
    if "entity_id" in columns:
        found["uid"] = str(columns["entity_id"])
    email = _changed(diff, "email")
    if email and _EMAIL.fullmatch(email):
        found |= {"name": email, "email_addr": email}
    return found or {"name": "unknown"}


def _changed(diff: object, column: str) -> str:
    """The new value of a column, or the one that went."""
    change = diff.get(column) if isinstance(diff, dict) else None
    if not isinstance(change, dict):
        return ""
    value = change.get("new", change.get("old"))
    return value if isinstance(value, str) else ""


def _entity(columns: Mapping[str, object]) -> Json:
    kind = str(columns.get("entity_type", "unknown"))
    return {"uid": str(columns.get("entity_id", kind)), "type": kind, "type_id": OTHER}


def _finding(columns: Mapping[str, object], action: str) -> Json:
    known = BY_NAME.get(action)
    title = str(columns.get("summary") or (known.template if known else action))
    found: Json = {"uid": str(columns.get("leaf_hash") or columns.get("seq") or action)}
    return found | {"title": title if "{" not in title else action, "types": [action]}


def _api(columns: Mapping[str, object], action: str) -> Json:
    """An actor and a source are demanded even where a thin event tells neither."""
    found: Json = {"api": {"operation": action, "service": {"name": _OURS}}}
    if "request_id" in columns:
        found["api"]["request"] = {"uid": str(columns["request_id"])}
    if "actor" not in columns and "session_id" not in columns:
        found["actor"] = {"app_name": _OURS}
    if "ip" not in columns:
        found["src_endpoint"] = {"svc_name": _OURS}
    return found


def _unmapped(
    kind: Class,
    columns: Mapping[str, object],
    diff: object,
    more: Mapping[str, object] | None,
) -> Json:
    names = ["on_behalf_of", "reason", "system_id", "tenant_path", "leaf_hash"]
    if kind is not ENTITY:
        names += ["entity_type", "entity_id"]
    if kind.uid not in _HAS_ACTOR:
        names.append("ip")
    found: Json = {name: columns[name] for name in names if name in columns}
    if diff:
        found["diff"] = diff
    return found | dict(more or {})


def _plain(value: object) -> object:
    """What JSON can say: bytes as hex, ids and addresses as text."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, str | int | datetime) else str(value)


def _ip(value: object) -> str:
    return str(value).partition("/")[0]


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _integer(value: object) -> int:
    return int(str(value))


def _time(columns: Mapping[str, object]) -> int:
    """When it happened as far as a source said so in a form that can be read, else when sealed."""
    try:
        return _milliseconds(columns["occurred_at"])
    except (KeyError, ValueError):
        return _milliseconds(columns.get("at"))


def _milliseconds(value: object) -> int:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    whole = at if at.tzinfo else at.replace(tzinfo=UTC)
    delta = whole - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000
