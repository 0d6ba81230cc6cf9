"""What a key that is not simply in use needs, in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from govdesk.desktop.keys.columns import day, when
from govdesk.services.api_keys import Key
from govdesk.services.key_settings import Policy

_BY_STAFF = (
    "Somebody of GovDesk's staff made it and has seen it. Rotate it, and only you know the new one."
)


def what_it_needs(key: Key, policy: Policy, zone: tzinfo) -> str:
    """Say what is the matter and what to do; nothing for a key in use."""
    found = _of_state(key, policy, zone)
    if key.is_by_staff and key.status in ("active", "expiring", "stale"):
        return f"{_BY_STAFF} {found}".rstrip()
    return found


def _of_state(key: Key, policy: Policy, zone: tzinfo) -> str:
    if key.status == "expiring":
        return f"{_left(key)} Rotate it before, and its user has time to change over."
    if key.status == "stale":
        since = key.last_used_at or key.created_at
        return (
            f"Not used since {day(since, zone)}. Keys are suspended after {policy.suspend_days} and"
            f" revoked after {policy.revoke_days} days without use. Ask its owner, or revoke it."
        )
    if key.status == "suspended":
        return (
            "Programs that use it are refused. Find out why before it works again: it was unused"
            " for long, or an old key of its family was used after its end."
        )
    if key.status == "rotated":
        return _of_rotated(key, zone)
    if key.status in ("revoked", "expired"):
        at = key.ended_at or key.expires_at
        return f"Nothing can use it any more, since {when(at, zone)}."
    if key.first_used_at is None:
        return "Nothing has used it yet. The setup guide goes with you to the first event."
    return ""


def _left(key: Key) -> str:
    days = max((key.expires_at - datetime.now(UTC)).days, 0)
    return f"Expires in {days} {'day' if days == 1 else 'days'}."


def _of_rotated(key: Key, zone: tzinfo) -> str:
    if key.ends_at is not None:
        return f"Its successor is in use. This key works until {when(key.ends_at, zone)}."
    grace = key.grace_days or 0
    longer = f" and {grace} {'day' if grace == 1 else 'days'} longer" if grace else ""
    return f"It has a successor. This key works until that is used for the first time{longer}."
