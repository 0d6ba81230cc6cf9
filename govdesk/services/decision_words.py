"""Decisions in words: their state, how long they wait, what they change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from govdesk.services.decisions import Decision, Verdict

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "pending": ("state_attention", "Waiting"),
    "approved": ("state_ok", "Approved"),
    "executed": ("state_ok", "Done"),
    "rejected": ("state_failed", "Rejected"),
    "expired": ("state_neutral", "Expired"),
    "voided": ("state_neutral", "Void"),
    "cancelled": ("state_neutral", "Taken back"),
}
"""The theme's name of each state, and its word."""

_LABELS: Final = {
    "abn": "ABN",
    "lei": "LEI",
    "vat": "VAT number",
    "email": "E-mail address",
    "role_key": "Role",
    "node_path": "On",
    "enabled": "Needs a second human",
    "expires_hours": "Hours until a request expires",
    "display_name": "Name",
}
_UNSAID: Final = frozenset({"member_id", "grant_id", "role_id", "policy", "reviewer"})
_OF_ROLES: Final = frozenset({"owner.promote", "member.remove", "member.demote"})
_EFFECTS: Final = {
    "audit.restore": "Every computer that saw the log before accepts it as it stands now. What was"
    " sealed after the checkpoint it goes on from is gone for good. Compare both roots with what"
    " your own computer shows.",
    "audit.erase": "What is erased is gone for good, in the log and wherever else it stands in this"
    " database. That it was there, and everything around it, can still be proven.",
    "audit.prune": "Nobody can read these events here any more, the held ones excepted. The archive"
    " holds them, and the log still verifies. Make sure that the archive can be read.",
}
_FIELDS_SHOWN: Final = 20
KEPT: Final = "What you typed is still here."
_STEPS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def state(decision: Decision, now: datetime) -> tuple[str, str]:
    """Return meaning and word; a request whose time is over is expired, swept or not."""
    status = decision.status
    if status == "pending" and decision.expires_at <= now:
        status = "expired"
    return STATES.get(status, ("state_neutral", status))


def span(length: timedelta) -> str:
    """Return a length in its largest unit: "2 days", "47 hours", "1 minute"."""
    seconds = max(int(length.total_seconds()), 0)
    for size, noun in _STEPS:
        # Two of the smaller unit say more than one of the larger.
        if seconds >= size * (2 if size > 60 else 1):
            count = seconds // size
            return f"{count} {noun}{'' if count == 1 else 's'}"
    return "less than a minute"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago: "3 hours ago"."""
    return "just now" if now - at < timedelta(minutes=1) else f"{span(now - at)} ago"


def countdown(decision: Decision, now: datetime) -> str:
    """Return how long it can still be decided; nothing once it has ended."""
    if decision.status != "pending":
        return ""
    if decision.expires_at <= now:
        return "expired"
    return f"expires in {span(decision.expires_at - now)}"


def person(actor: str | None) -> str:
    """Return the address of an actor such as `user:ada@acme.example`."""
    return (actor or "").partition(":")[2] or actor or "somebody"


def ended(decision: Decision) -> str:
    """Say in a sentence how a decision ended; nothing while it waits."""
    who = person(decision.decided_by)
    said = f" The reason given: {decision.decision_reason}" if decision.decision_reason else ""
    sentences = {
        "approved": f"Approved by {who}; it is carried out when the entry happens.{said}",
        "executed": f"Approved by {who} and done.{said}",
        "rejected": f"Rejected by {who}. Nothing was changed.{said}",
        "expired": "Nobody decided in time. Nothing was changed.",
        "voided": f"Void because {_lowered(decision.outcome)} Nothing was changed.",
        "cancelled": "Taken back by the person who asked. Nothing was changed.",
    }
    return sentences.get(decision.status, "")


def told(decision: Decision, seq: int | None) -> str:
    """Say what one's own verdict led to, and its row in the log."""
    row = f" Event {seq:,} in the log." if seq else ""
    if decision.status == "executed":
        return f"Approved, and done.{row}"
    if decision.status == "approved":
        return f"Approved. It is carried out when the entry happens.{row}"
    if decision.status == "rejected":
        return f"Rejected. Nothing was changed.{row}"
    return f"{ended(decision)}{row}"


def meanwhile(decision: Decision) -> str:
    """Say that a decision ended before this person's verdict counted."""
    return f"This ended meanwhile, and your verdict was not counted. {ended(decision)} {KEPT}"


def lost(decision: Decision, now: datetime) -> str:
    """Say why a verdict was refused, as far as the decision tells; nothing if it does not."""
    if not decision.is_open:
        return meanwhile(decision)
    if decision.expires_at <= now:
        return f"Its time was over; your verdict was not counted. {KEPT}"
    if not decision.waits_for_me:
        return f"You may not decide this any more; your verdict was not counted. {KEPT}"
    return ""


def no_effect(decision: Decision) -> str:
    """Say what a decision without a blast radius means for people."""
    return effect(decision.action, decision.payload, decision.before)


def effect(action: str, payload: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Say what a change means for people where no row says it: who is not named may be meant."""
    invite = payload.get("invite")
    if isinstance(invite, dict):
        return (
            f"{invite.get('email')} is not a member yet; whoever accepts the invitation gets the"
            f" role {invite.get('role_key')} on {invite.get('node_path')}."
        )
    if action == "role.change" and payload.get("status") == "deleted":
        return "Everybody who holds this role loses what it gave."
    if action == "role.change" and payload.get("permissions") != before.get("permissions"):
        return "Everybody who holds this role gains and loses what its permissions say."
    if action == "platform.enter":
        return "No member gains or loses a permission; the staff person named may look inside."
    return _EFFECTS.get(action, "No member gains or loses a permission by it.")


def is_by(decision: Decision, verdict: Verdict, email: str) -> bool:
    """Whether the state follows from this person's verdict: nobody else was quicker."""
    follows = {"approve": {"approved", "executed", "voided"}, "reject": {"rejected"}}
    is_theirs = person(decision.decided_by).casefold() == email.casefold()
    return is_theirs and decision.status in follows[verdict]


def difference(decision: Decision) -> dict[str, dict[str, Any]]:
    """Return what changes, field by field, as the log's diffs are written: old and new."""
    if decision.action in _OF_ROLES and "invite" not in decision.payload:
        return _roles(decision)
    if decision.action in _EFFECTS:
        return _evidence(decision)
    before, after = _flat(decision.before), _flat(decision.payload)
    found: dict[str, dict[str, Any]] = {}
    for field, new in after.items():
        old = before.get(field)
        is_plain = field == "status" and field not in before and new == "active"
        if field in _UNSAID or old == new or is_plain:
            continue
        found[label(field)] = {"old": old, "new": new} if field in before else {"new": new}
    return found


def _evidence(decision: Decision) -> dict[str, dict[str, Any]]:
    """What happens to the log itself."""
    payload, before = decision.payload, decision.before
    if decision.action == "audit.restore":
        return {
            "Known before": {"old": _tree(payload.get("known"))},
            "Goes on from": {"new": _tree(payload.get("found"))},
        }
    if decision.action == "audit.prune":
        first, last = _number(before.get("first")), _number(before.get("last"))
        return {
            f"Rows of {str(payload.get('month'))[:7]}": {
                "old": f"events {first} to {last}",
                "new": "their hashes, and the rows under a legal hold",
            },
            "SHA-256 of the archive": {"new": before.get("archive_sha256")},
        }
    fields = payload.get("fields")
    if not isinstance(fields, list):
        return {"Personal data of the removed member": {"old": "all that names the person"}}
    found = {
        f"Event {_number(one.get('seq'))}": {"old": ", ".join(map(str, one.get("fields", ())))}
        for one in fields[:_FIELDS_SHOWN]
        if isinstance(one, dict)
    }
    more = len(fields) - _FIELDS_SHOWN
    return found | ({f"and {more:,} more events": {"old": "…"}} if more > 0 else {})


def _tree(value: object) -> str:
    tree = value if isinstance(value, dict) else {}
    return f"{_number(tree.get('size'))} events, root {tree.get('root')}"


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _roles(decision: Decision) -> dict[str, dict[str, Any]]:
    """A role is shown by the node it is held on; a removal ends all of them."""
    held = {g["node_path"]: g["role_key"] for g in decision.before.get("grants", [])}
    payload = decision.payload
    if decision.action == "member.remove":
        found = {f"Role on {path}": {"old": role} for path, role in held.items()}
        return {"Membership": {"old": decision.before.get("status"), "new": "removed"}, **found}
    path = payload.get("node_path") or decision.grant_path
    if path is None:
        return {"Role": {"new": payload.get("role_key")}}
    entry = {"old": held[path]} if path in held else {}
    if payload.get("role_key") is not None:
        entry["new"] = payload["role_key"]
    return {f"Role on {path}": entry}


def label(field: str) -> str:
    """Return a field's name as people say it."""
    words = field.replace("_", " ")
    return _LABELS.get(field, words[:1].upper() + words[1:])


def _flat(value: Mapping[str, Any]) -> dict[str, Any]:
    """An invitation stands in a member of its own; a list is shown in one line, in order."""
    found: dict[str, Any] = {}
    for field, inner in value.items():
        if isinstance(inner, list):
            found[field] = ", ".join(sorted(str(one) for one in inner))
        else:
            found |= _flat(inner) if isinstance(inner, dict) else {field: inner}
    return found


def _lowered(outcome: str | None) -> str:
    text = (outcome or "what it was about has changed").strip().rstrip(".")
    return f"{text[:1].lower()}{text[1:]}."
