"""Refusals: everything the database or a command may say no with, and how to mend it.

SQL raises either a code of its own (``GD…``) or 42501 with the key as the constraint name; a test
compares both directions. Faces translate `key` to `sentence`, exit code and HTTP status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way of saying no: SQLSTATE, what happened, what to do, exit code, HTTP status."""

    key: str
    sqlstate: str
    sentence: str
    remedy: str
    exit_code: int
    http_status: int


def _r(key: str, state: str, sentence: str, remedy: str, code: int, status: int) -> Refusal:
    return Refusal(key, state, sentence, remedy, code, status)


REFUSALS: Final[tuple[Refusal, ...]] = (
    _r("session_ended", "GD001", "This session has ended.", "Sign in again.", 3, 401),
    _r(
        "sign_in_failed",
        "GD002",
        "The address, the password or the code is not right.",
        "Check all three; a code is valid for 30 seconds and only once.",
        4,
        401,
    ),
    _r(
        "throttled",
        "GD003",
        "Too many attempts to sign in.",
        "Wait ten minutes, or sign in from a device that has signed in before.",
        4,
        429,
    ),
    _r(
        "isolation",
        "GD004",
        "Changes are accepted in READ COMMITTED transactions only.",
        "Start the transaction without an isolation level.",
        2,
        409,
    ),
    _r(
        "second_principal",
        "GD005",
        "One transaction belongs to one session.",
        "Commit before signing in as somebody else.",
        4,
        403,
    ),
    _r(
        "no_principal",
        "42501",
        "Nobody is signed in in this transaction.",
        "Call govdesk_api.bind first.",
        4,
        401,
    ),
    _r(
        "foreign_row",
        "42501",
        "A row of another organization cannot be written here.",
        "Sign in to the organization that the row belongs to.",
        4,
        403,
    ),
    _r(
        "pending_cap",
        "GD006",
        "The transaction changes more rows than one transaction may.",
        "Split it into smaller ones.",
        2,
        413,
    ),
    _r(
        "same_transaction",
        "GD007",
        "An attempt cannot be revealed in the transaction that submitted it.",
        "Commit the attempt first.",
        4,
        409,
    ),
    _r(
        "attempt_stale",
        "GD008",
        "This attempt does not exist or is older than a minute.",
        "Start again.",
        4,
        410,
    ),
    _r(
        "step_up_needed",
        "GD009",
        "This needs a fresh confirmation with password and code.",
        "Confirm with password and code, then try again.",
        4,
        403,
    ),
    _r(
        "role_ceiling",
        "42501",
        "A role above one's own cannot be given or changed.",
        "Ask somebody with a higher role.",
        4,
        403,
    ),
    _r(
        "last_owner",
        "GD010",
        "This is the last owner.",
        "Name another owner first.",
        4,
        409,
    ),
    _r(
        "immutable_evidence",
        "42501",
        "The audit log cannot be changed.",
        "Corrections are new events.",
        4,
        403,
    ),
    _r(
        "reserved_name",
        "GD011",
        "This event name cannot be sent from outside.",
        "Use system.alert, system.block, system.event or a name under x.",
        2,
        422,
    ),
    _r("bad_event", "GD012", "An event is malformed.", "See the detail for what is wrong.", 2, 422),
    _r("bad_filter", "GD013", "The filter cannot be read.", "See the detail for where.", 2, 422),
    _r(
        "setup_code_unknown",
        "GD014",
        "This set-up code is not valid or was used.",
        "Ask for a new one.",
        4,
        410,
    ),
    _r(
        "already_enrolled",
        "GD015",
        "A second factor is already enrolled.",
        "Reset it first.",
        2,
        409,
    ),
    _r(
        "bad_claim",
        "GD016",
        "A claim of the client has a form that cannot be sealed.",
        "Use up to 128 plain ASCII characters.",
        2,
        422,
    ),
    _r(
        "not_permitted",
        "42501",
        "You do not have the permission for this.",
        "Ask an owner or admin of the organization.",
        4,
        403,
    ),
)

BY_KEY: Final[dict[str, Refusal]] = {refusal.key: refusal for refusal in REFUSALS}
BY_SQLSTATE: Final[dict[str, Refusal]] = {
    refusal.sqlstate: refusal for refusal in REFUSALS if refusal.sqlstate.startswith("GD")
}
