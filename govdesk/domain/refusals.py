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
        "Too many attempts.",
        "Wait ten minutes, or sign in from a device that has signed in before; codes and links for"
        " one address are limited to a few a day.",
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
    _r(
        "bad_event",
        "GD012",
        "This cannot be taken as it is.",
        "The words in brackets say what is wrong with it.",
        2,
        422,
    ),
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
        "already_member",
        "GD017",
        "This address is a member already.",
        "Change the role of the member instead.",
        2,
        409,
    ),
    _r(
        "decision_needed",
        "GD018",
        "Two people decide this here.",
        "Ask for a decision; a reviewer approves or rejects it.",
        4,
        403,
    ),
    _r(
        "already_invited",
        "GD019",
        "This address has an invitation already.",
        "Send that one again, or revoke it first.",
        2,
        409,
    ),
    _r(
        "link_unknown",
        "GD020",
        "This link or request is not valid any more.",
        "It was used, replaced, taken back or has expired; ask for a new one.",
        4,
        410,
    ),
    _r(
        "no_reviewer",
        "GD021",
        "There is nobody who could decide.",
        "Name a reviewer who is neither the one who asks nor the one it is about.",
        2,
        409,
    ),
    _r(
        "wrong_code",
        "GD022",
        "The code is not right.",
        "Check it; a code is good for a short time and only once.",
        4,
        403,
    ),
    _r(
        "changed_meanwhile",
        "GD023",
        "Somebody else saved a change meanwhile.",
        "Look at both versions, then save again.",
        2,
        409,
    ),
    _r(
        "bad_address",
        "GD024",
        "This is not an e-mail address.",
        "Write it as name@example.com.",
        2,
        422,
    ),
    _r(
        "by_mail_only",
        "GD025",
        "This person is known to another organization.",
        "Use the link in the invitation's mail; a copied one does not prove the mailbox.",
        4,
        403,
    ),
    _r(
        "raw_secret",
        "GD026",
        "This looks like a raw secret, which is not kept here.",
        "Keep it in a secret store and enter a reference, such as env://NAME or"
        " keyring://service/name.",
        2,
        422,
    ),
    _r(
        "not_a_reference",
        "GD027",
        "A reference to a secret belongs here.",
        "Write it as env://NAME, keyring://service/name, awssm://name#field, gcpsm://project/name"
        " or vault://path#field.",
        2,
        422,
    ),
    _r(
        "unknown_scope",
        "GD028",
        "A scope is not known, or retired.",
        "Choose from the scopes of the organization, or add one.",
        2,
        422,
    ),
    _r(
        "pepper_in_use",
        "GD029",
        "Keys still need this pepper.",
        "Wait until each was used once or is revoked; the meter then shows zero.",
        2,
        409,
    ),
    _r(
        "vault_key_in_use",
        "GD030",
        "Sealed fields still need this version of the key.",
        "Seal them with the current version first: govdesk keys rewrap.",
        2,
        409,
    ),
    _r(
        "other_worker_key",
        "GD031",
        "The workers of this installation have another vault key.",
        "Give this worker the key file of the others.",
        3,
        409,
    ),
    _r(
        "other_pepper",
        "GD032",
        "This installation uses another pepper, or a newer one.",
        "Give every worker and web process the same pepper file.",
        3,
        409,
    ),
    _r(
        "no_recipient",
        "GD033",
        "A copy of the vault's key would go to somebody who may not hold it.",
        "Read who may hold it, and try again.",
        2,
        409,
    ),
    _r(
        "metadata_address",
        "GD034",
        "At these addresses clouds keep credentials; they are never opened.",
        "Name the network of the service itself.",
        2,
        422,
    ),
    _r(
        "missing_scope",
        "GD035",
        "This key does not have the scope for this.",
        "Use a key with the scope events:write.",
        4,
        403,
    ),
    _r(
        "key_ended",
        "GD036",
        "This key has ended.",
        "Use its successor, or generate a new key.",
        4,
        401,
    ),
    _r(
        "webhook_url",
        "GD037",
        "A webhook goes to an encrypted address without user and password.",
        "Write it like https://siem.example.com/path, or syslog+tls://collector.example.com:6514.",
        2,
        422,
    ),
    _r(
        "unknown_event",
        "GD038",
        "No event is called like this.",
        "Choose from govdesk webhooks events, or write a beginning such as member.* instead.",
        2,
        422,
    ),
    _r(
        "forbidden_header",
        "GD039",
        "This header is set by GovDesk or may not be sent.",
        "Use another name, such as X-Source; a token belongs where references are entered.",
        2,
        422,
    ),
    _r(
        "no_worker",
        "GD040",
        "No worker has ever been here, and only workers hold the secrets of webhooks.",
        "Start govdesk worker, then try again.",
        3,
        409,
    ),
    _r(
        "webhook_busy",
        "GD041",
        "This webhook was tested thirty times within a minute.",
        "Wait a minute.",
        4,
        429,
    ),
    _r(
        "webhook_ended",
        "GD042",
        "This webhook was deleted.",
        "Add it again; what it received stays in the delivery log.",
        2,
        409,
    ),
    _r(
        "too_many_webhooks",
        "GD043",
        "An organization has at most 200 webhooks.",
        "Delete one that is not needed any more.",
        2,
        409,
    ),
    _r(
        "held",
        "GD044",
        "A legal hold protects some of it.",
        "Lift the hold first, if its reason is gone, or leave out what it protects.",
        2,
        409,
    ),
    _r(
        "segment_not_ready",
        "GD045",
        "This month of the log cannot be archived or pruned yet.",
        "It must be over, archived as a bundle of everything in it, covered by a checkpoint, and"
        " sent to every webhook.",
        2,
        409,
    ),
    _r(
        "tree_mismatch",
        "GD046",
        "This checkpoint is not of this log as it stands.",
        "Take the newest checkpoint again; if it still does not fit, verify the log.",
        2,
        409,
    ),
    _r(
        "still_member",
        "GD047",
        "This person is still a member.",
        "Remove the member first, then ask for the erasure.",
        2,
        409,
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
