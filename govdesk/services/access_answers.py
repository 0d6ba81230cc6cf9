"""Answers about access in sentences: why somebody may, what is missing, who could mend it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from govdesk.domain.permissions import PERMISSIONS
from govdesk.services.access import Explanation, Holder, Path

_SENTENCES: Final = {row.name: row.sentence for row in PERMISSIONS}
MENDER: Final = "member.manage"
"""Who holds this somewhere can give roles there."""

_MISSING: Final = {
    "suspended": "{who} is suspended; no role counts until somebody reactivates the membership.",
    "removed": "{who} was removed. Only a new invitation lets a removed member in again.",
    "no_mfa": "{who} has no second factor yet; without one nothing of the organization is shown."
    " {who} has to enrol one at the next sign-in.",
    "no_permission": "{who} holds a role there, but no role of {who} includes this permission.",
    "out_of_scope": "{who} holds a role with this permission, but neither on {node} nor on"
    " anything above it.",
    "role_deleted": "The role through which {who} had this permission was deleted.",
    "node_retired": "{node} is retired; what was possible on it ended with it.",
    "no_grant": "{who} holds no role.",
}
_MENDABLE: Final = frozenset(
    {"suspended", "removed", "no_permission", "out_of_scope", "role_deleted", "no_grant"}
)


def does(permission: str) -> str:
    """Return what a permission lets a person do; its name where this release has no sentence."""
    return _SENTENCES.get(permission, permission)


def headline(found: Explanation, who: str, permission: str, node: str) -> str:
    """Return the answer: yes or no, and to what."""
    if found.allowed:
        return f"Yes: {who} may {does(permission)} on {node}."
    return f"No: {who} may not {does(permission)} on {node}."


def because(path: Path, who: str, node_path: str, node: str) -> str:
    """Return one path as a reason: a role on the node itself, or on one above it."""
    if path.node_path == node_path:
        return f"because {who} holds {path.role_title} on {node} itself"
    return f"because {who} holds {path.role_title} on {path.node_name}, and {node} lies below it"


def missing(found: Explanation, who: str, node: str) -> str:
    """Return what is missing, in a sentence; nothing where nothing is."""
    if found.allowed:
        return ""
    words = _MISSING.get(found.missing, "The server names the reason as {why}.")
    return words.format(who=who, node=node, why=found.missing)


def is_mendable(found: Explanation) -> bool:
    """Whether somebody who manages members could change it."""
    return not found.allowed and found.missing in _MENDABLE


def menders(holders: Sequence[Holder], most: int = 5) -> str:
    """Return who could mend it, by name; of many the first few."""
    if not holders:
        return "Nobody holds the permission to change that."
    names = [holder.display_name or holder.email for holder in holders[:most]]
    left = len(holders) - len(names)
    more = f" and {left:,} more" if left > 0 else ""
    return f"Who could change that: {', '.join(names)}{more}."


def through(holder: Holder) -> str:
    """Return the grants of somebody who can: "Admin on Acme Ltd; Operator on Portal"."""
    return "; ".join(f"{path.role_title} on {path.node_name}" for path in holder.paths)


def as_tsv(holders: Iterable[Holder]) -> str:
    """Return people and paths as a spreadsheet takes them."""
    rows = [("Person", "E-mail address", "Through")]
    rows += [(h.display_name, h.email, through(h)) for h in holders]
    return "\n".join("\t".join(_plain(cell) for cell in row) for row in rows)


def _plain(cell: str) -> str:
    """One cell; what a spreadsheet would take for a formula is text."""
    text = " ".join(cell.split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
