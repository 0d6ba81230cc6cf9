"""What is captured: every table, its columns, and which action a change of it is.

``govdesk.database.capture_sql`` prints the capture triggers from this list; a database test
compares it with the catalogue, so a new column that is neither captured nor excused fails.
"""

from __future__ import annotations

from typing import Final

from govdesk.domain.captured import evidence, keys, members, people, webhooks
from govdesk.domain.captured_table import CapturedTable

CAPTURED: Final[tuple[CapturedTable, ...]] = (
    *people.TABLES,
    *members.TABLES,
    *keys.TABLES,
    *webhooks.TABLES,
    *evidence.TABLES,
)

EXCUSED: Final[dict[str, str]] = {
    "govdesk.api_key_seen": "an observation: when a key was last used",
    "govdesk.api_key_use": "an observation: how often a key was used on a day",
    "govdesk.audit_log": "the log itself",
    "govdesk.audit_checkpoint": "signatures over the log; signing seals its own event",
    "govdesk.audit_tile": "hashes of the log's own rows",
    "govdesk.delivery": "what is to be sent; its cause is in the log",
    "govdesk.delivery_attempt": "observations: how each try of a delivery went",
    "govdesk.country": "facts of the release, replaced by every migrate",
    "govdesk.decision_kind": "facts of the release, replaced by every migrate",
    "govdesk.event_kind": "facts of the release, replaced by every migrate",
    "govdesk.member_seen": "an observation: when a member was last here",
    "govdesk.permission": "facts of the release, replaced by every migrate",
    "govdesk_private.acting": "lives for one transaction",
    "govdesk_private.api_key_mac": "the verifier of a key; making and rotating the key is captured",
    "govdesk_private.attempt": "failed sign-ins are sealed as session.failed",
    "govdesk_private.audit_fault": "digests of faults that were sealed as audit.fault_found",
    "govdesk_private.audit_pruned": "which months are gone; pruning seals its own event",
    "govdesk_private.checkpoint_wanted": "wishes for a checkpoint; signing seals its own event",
    "govdesk_private.contact_code": "the hash of a mailed code; naming a contact is captured",
    "govdesk_private.device": "an observation: which devices have signed in before",
    "govdesk_private.erasing": "lives for one transaction",
    "govdesk_private.head": "a lock, never updated",
    "govdesk_private.installation": "facts of the installation, set by an administrator",
    "govdesk_private.intake_request": "what was answered to a request; its events are in the log",
    "govdesk_private.link": "the hash of a mailed link; what it is for and its use are captured",
    "govdesk_private.link_code": "the code of a reviewer; deciding is captured",
    "govdesk_private.mail": "what is to be sent; why it is sent is captured",
    "govdesk_private.pending": "what was captured and is not sealed yet",
    "govdesk_private.recovery_wish": "sealed as account.recovery_requested when it is served",
    "govdesk_private.release_started": "an observation: when a release was first at work",
    "govdesk_private.webhook_cursor": "up to which row of the log deliveries were made",
    "govdesk_private.webhook_gap": "rows of the log that were skipped; resuming is captured",
    "govdesk_private.webhook_hour": "observations: how many deliveries went in an hour",
    "govdesk_private.webhook_state": "observations: how an endpoint fares",
    "govdesk_private.secret_pattern": "facts of the release, replaced by every migrate",
    "govdesk_private.ticket": "lives for one transaction",
    "govdesk_private.worker_seen": "an observation: when a worker was last here",
}
"""Tables without capture, and why."""
