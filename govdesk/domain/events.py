"""Events: every name an action of the audit log may have, with severity and sentence.

One table feeds the database (``govdesk.event_kind`` and the generated capture triggers), the
completion of filters and the docs. Names are ``<noun>.<past participle>``. In a template
``{actor}`` is who acted; ``{new.x}`` and ``{old.x}`` are columns of the row that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["info", "notice", "warning", "high"]
SEVERITIES: Final[tuple[Severity, ...]] = ("info", "notice", "warning", "high")

INTAKE_NAMES: Final[tuple[str, ...]] = ("system.alert", "system.block", "system.event")
INTAKE_PREFIX: Final = "x."
"""What an API key may send: the three names above, and any name under this prefix."""


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of event; `denied` marks something that was refused."""

    name: str
    severity: Severity
    entity_type: str
    template: str
    denied: bool = False


def _e(
    name: str, severity: Severity, entity_type: str, template: str, *, denied: bool = False
) -> Event:
    return Event(name, severity, entity_type, template, denied)


EVENTS: Final[tuple[Event, ...]] = (
    _e(
        "account.recovery_requested", "notice", "person", "A way back into an account was asked for"
    ),
    _e("api_key.changed", "info", "api_key", "{actor} changed the label of the key {new.prefix}"),
    _e(
        "api_key.created",
        "warning",
        "api_key",
        "{actor} generated the key {new.prefix} for {new.owner_label}",
    ),
    _e("api_key.ending", "notice", "api_key", "The rotated key {new.prefix} ends {new.ends_at}"),
    _e("api_key.expired", "notice", "api_key", "The key {new.prefix} expired"),
    _e(
        "api_key.first_used",
        "notice",
        "api_key",
        "The key {new.prefix} was used for the first time",
    ),
    _e("api_key.reactivated", "high", "api_key", "{actor} brought the key {new.prefix} back"),
    _e("api_key.reused", "high", "api_key", "A rotated key was used after its end", denied=True),
    _e("api_key.revoked", "warning", "api_key", "{actor} revoked the key {new.prefix}"),
    _e("api_key.rotated", "notice", "api_key", "{actor} rotated the key {new.prefix}"),
    _e("api_key.stale", "warning", "api_key", "The key {new.prefix} is not used any more"),
    _e("api_key.suspended", "high", "api_key", "{actor} suspended the key {new.prefix}"),
    _e("audit.bundle_created", "notice", "audit_log", "{actor} made an evidence bundle"),
    _e("audit.checkpoint_signed", "info", "audit_checkpoint", "A checkpoint of the log was signed"),
    _e("audit.erased", "high", "audit_event", "{actor} erased a field of the log"),
    _e("audit.exported", "notice", "audit_log", "{actor} exported events"),
    _e("audit.fault_found", "high", "audit_log", "Verification found a fault in the log"),
    _e("audit.hold_lifted", "high", "audit_hold", "{actor} lifted the legal hold {new.name}"),
    _e("audit.hold_placed", "notice", "audit_hold", "{actor} placed the legal hold {new.name}"),
    _e("audit.pruned", "high", "audit_segment", "{actor} pruned an archived month of the log"),
    _e("audit.restore_declared", "high", "audit_log", "{actor} declared a restore of the log"),
    _e("audit.segment_archived", "notice", "audit_segment", "{actor} archived a month of the log"),
    _e("audit.snapshot_created", "notice", "audit_log", "{actor} made a sealed snapshot"),
    _e(
        "checkpoint_key.announced",
        "notice",
        "checkpoint_key",
        "A key for checkpoints was announced",
    ),
    _e("checkpoint_key.retired", "notice", "checkpoint_key", "A key for checkpoints was retired"),
    _e(
        "contact.confirmed",
        "notice",
        "compliance_contact",
        "{actor} confirmed {new.email} as compliance contact",
    ),
    _e(
        "contact.proposed",
        "info",
        "compliance_contact",
        "{actor} named {new.email} as compliance contact",
    ),
    _e(
        "contact.replaced",
        "info",
        "compliance_contact",
        "{actor} replaced {new.email} as compliance contact",
    ),
    _e("credential.created", "notice", "person", "{actor} set a password"),
    _e("decision.approved", "notice", "decision", "{actor} approved: {new.summary}"),
    _e("decision.cancelled", "info", "decision", "{actor} took back: {new.summary}"),
    _e("decision.executed", "notice", "decision", "{actor} executed: {new.summary}"),
    _e("decision.expired", "notice", "decision", "Nobody decided in time: {new.summary}"),
    _e("decision.rejected", "notice", "decision", "{actor} rejected: {new.summary}", denied=True),
    _e("decision.requested", "notice", "decision", "{actor} asked for a decision: {new.summary}"),
    _e("decision.voided", "warning", "decision", "The decision is void: {new.summary}"),
    _e("demo.clock_installed", "high", "audit_log", "The times of this log come from a demo clock"),
    _e("discovery.completed", "info", "discovery", "A discovery completed"),
    _e("discovery.started", "info", "discovery", "{actor} started a discovery"),
    _e("grant.added", "notice", "member", "{actor} granted {new.role_key} on {new.node_path}"),
    _e("grant.removed", "notice", "member", "{actor} removed {old.role_key} on {old.node_path}"),
    _e("integration.changed", "notice", "integration", "{actor} changed the connection {new.name}"),
    _e("integration.created", "notice", "integration", "{actor} added the connection {new.name}"),
    _e(
        "integration.removed", "warning", "integration", "{actor} removed the connection {new.name}"
    ),
    _e(
        "integration.resealed",
        "info",
        "integration",
        "{actor} sealed the connection {new.name} with a newer key",
    ),
    _e("integration.tested", "info", "integration", "{actor} tested a connection"),
    _e("invitation.expired", "info", "invitation", "The invitation of {new.email} expired"),
    _e("invitation.link_copied", "notice", "invitation", "{actor} copied an invitation's link"),
    _e(
        "invitation.resent",
        "info",
        "invitation",
        "{actor} sent the invitation of {new.email} again",
    ),
    _e(
        "invitation.revoked",
        "notice",
        "invitation",
        "{actor} revoked the invitation of {new.email}",
    ),
    _e("key_policy.changed", "high", "key_policy", "{actor} changed the policy for API keys"),
    _e("key_policy.set", "info", "key_policy", "{actor} set the policy for API keys"),
    _e("key_scope.changed", "notice", "key_scope", "{actor} changed the scope {new.name}"),
    _e("key_scope.created", "info", "key_scope", "{actor} added the scope {new.name}"),
    _e("key_scope.retired", "notice", "key_scope", "{actor} retired the scope {new.name}"),
    _e("member.accepted", "notice", "invitation", "{actor} accepted the invitation"),
    _e("member.changed", "info", "member", "{actor} changed the entry of {new.email}"),
    _e("member.created", "notice", "member", "{actor} added {new.email} as a member"),
    _e("member.erased", "high", "member", "The personal data of a removed member were erased"),
    _e("member.invited", "notice", "invitation", "{actor} invited {new.email} as {new.role_key}"),
    _e("member.reactivated", "notice", "member", "{actor} reactivated {new.email}"),
    _e("member.removed", "warning", "member", "{actor} removed {new.email}"),
    _e(
        "member.role_changed",
        "notice",
        "member",
        "{actor} changed a role on {new.node_path} from {old.role_key} to {new.role_key}",
    ),
    _e("member.suspended", "warning", "member", "{actor} suspended {new.email}"),
    _e("mfa.enabled", "notice", "person", "{actor} verified a TOTP factor"),
    _e("mfa.reset", "high", "person", "{actor} replaced a TOTP factor"),
    _e("node.created", "notice", "node", "{actor} created the {new.kind} {new.name}"),
    _e("node.renamed", "info", "node", "{actor} renamed {old.name} to {new.name}"),
    _e("node.restored", "notice", "node", "{actor} brought the {new.kind} {new.name} back"),
    _e("node.retired", "warning", "node", "{actor} retired the {new.kind} {new.name}"),
    _e("organization.changed", "notice", "tenant", "{actor} changed the organization {new.name}"),
    _e("organization.created", "notice", "tenant", "{actor} created the organization {new.name}"),
    _e(
        "organization.metadata_changed",
        "notice",
        "tenant",
        "{actor} changed the metadata of the organization",
    ),
    _e(
        "organization.renamed",
        "notice",
        "tenant",
        "{actor} renamed the organization from {old.name} to {new.name}",
    ),
    _e("owner.recovered", "high", "member", "An administrator of the server made an owner again"),
    _e("password.changed", "warning", "person", "{actor} changed a password"),
    _e("pepper.registered", "notice", "pepper", "{actor} put pepper {new.version} to use"),
    _e("pepper.retired", "notice", "pepper", "{actor} retired pepper {new.version}"),
    _e("pepper.rotated", "info", "pepper", "{actor} replaced pepper {new.version}"),
    _e("person.created", "info", "person", "{actor} registered a person"),
    _e("platform.entered", "high", "session", "{actor} entered the organization"),
    _e("platform.left", "notice", "session", "Platform staff left the organization"),
    _e("policy.changed", "high", "decision_policy", "{actor} changed the policy for {new.action}"),
    _e("policy.set", "notice", "decision_policy", "{actor} set the policy for {new.action}"),
    _e("recovery_code.created", "info", "person", "{actor} received recovery codes"),
    _e("recovery_code.used", "high", "person", "{actor} used a recovery code"),
    _e("recovery_code.voided", "info", "person", "{actor} voided a recovery code"),
    _e("register.changed", "notice", "register", "{actor} changed the register"),
    _e("report.generated", "info", "report", "{actor} generated a report"),
    _e("reviewer.added", "high", "reviewer", "{actor} made {new.email} a reviewer"),
    _e("reviewer.changed", "notice", "reviewer", "{actor} changed the reviewer {new.email}"),
    _e("reviewer.removed", "high", "reviewer", "{actor} removed the reviewer {new.email}"),
    _e("role.changed", "warning", "role", "{actor} changed the role {new.title}"),
    _e("role.defined", "notice", "role", "{actor} defined the role {new.title}"),
    _e("role.deleted", "warning", "role", "{actor} deleted the role {new.title}"),
    _e("schema.migrated", "notice", "schema", "{actor} migrated the database"),
    _e("session.failed", "warning", "session", "A sign-in failed", denied=True),
    _e("session.ended", "info", "session", "{actor} signed out"),
    _e("session.revoked", "notice", "session", "{actor} revoked a session"),
    _e("session.started", "info", "session", "{actor} signed in"),
    _e("session.stepped_up", "info", "session", "{actor} confirmed with a fresh code"),
    _e("setup_code.created", "notice", "member", "{actor} made a one-time set-up code"),
    _e("setup_code.used", "notice", "member", "{actor} used a one-time set-up code"),
    _e("site.changed", "info", "site", "{actor} changed the site {new.name}"),
    _e("site.closed", "notice", "site", "{actor} closed the site {new.name}"),
    _e("site.created", "info", "site", "{actor} added the site {new.name}"),
    _e("subscription.changed", "notice", "subscription", "{actor} changed a subscription"),
    _e("system.alert", "warning", "system", "A system raised an alert"),
    _e("system.block", "high", "system", "A system blocked an action", denied=True),
    _e("system.event", "info", "system", "A system reported an event"),
    _e("team.changed", "info", "team", "{actor} changed the team {new.name}"),
    _e("team.closed", "notice", "team", "{actor} closed the team {new.name}"),
    _e("team.created", "info", "team", "{actor} added the team {new.name}"),
    _e(
        "vault.key_created",
        "warning",
        "vault_key",
        "{actor} made version {new.version} of the vault's key",
    ),
    _e(
        "vault.key_retired",
        "notice",
        "vault_key",
        "{actor} retired version {new.version} of the vault's key",
    ),
    _e(
        "vault.key_rotated",
        "info",
        "vault_key",
        "{actor} replaced version {new.version} of the vault's key",
    ),
    _e(
        "vault.key_shared",
        "notice",
        "vault_key",
        "{actor} sealed version {new.version} of the vault's key to a recipient",
    ),
    _e("vault.worker_replaced", "high", "installation", "The workers were given another vault key"),
    _e("vault_identity.created", "notice", "person", "{actor} made a vault identity"),
    _e("vault_identity.replaced", "warning", "person", "{actor} replaced a vault identity"),
    _e("vault_identity.rewrapped", "info", "person", "{actor} wrapped a vault identity anew"),
    _e(
        "signing_key.changed",
        "notice",
        "signing_key",
        "The key {new.kid} signs beside its successor",
    ),
    _e("signing_key.created", "notice", "signing_key", "{actor} made the signing key {new.kid}"),
    _e("signing_key.resealed", "info", "signing_key", "{actor} sealed the signing key {new.kid}"),
    _e("signing_key.retired", "notice", "signing_key", "The signing key {new.kid} ended"),
    _e("signing_key.rotated", "notice", "signing_key", "{actor} asked for a new signing key"),
    _e("verdict.changed", "notice", "verdict", "A verdict changed"),
    _e("webhook.changed", "notice", "webhook", "{actor} changed the webhook {new.description}"),
    _e("webhook.created", "notice", "webhook", "{actor} added the webhook {new.description}"),
    _e("webhook.deleted", "warning", "webhook", "{actor} deleted the webhook {new.description}"),
    _e("webhook.disabled", "warning", "webhook", "{actor} disabled the webhook {new.description}"),
    _e("webhook.redelivered", "notice", "webhook", "{actor} had deliveries sent again"),
    _e("webhook.resealed", "info", "webhook_secret", "{actor} sealed a webhook's secret"),
    _e("webhook.resumed", "notice", "webhook", "{actor} resumed the webhook {new.description}"),
    _e("webhook.secret_created", "notice", "webhook_secret", "{actor} gave a webhook its secret"),
    _e(
        "webhook.secret_ending",
        "info",
        "webhook_secret",
        "A webhook's secret before ends {new.ends_at}",
    ),
    _e(
        "webhook.secret_retired",
        "notice",
        "webhook_secret",
        "A webhook's secret ended",
    ),
    _e("webhook.secret_rotated", "notice", "webhook_secret", "{actor} rotated a webhook's secret"),
    _e("webhook.tested", "info", "webhook", "{actor} tested a webhook"),
    _e("worker.lost", "high", "worker", "No worker has been heard of"),
    _e("worker.started", "info", "worker", "A worker started"),
)

BY_NAME: Final[dict[str, Event]] = {event.name: event for event in EVENTS}
