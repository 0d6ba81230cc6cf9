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
    _e("api_key.created", "warning", "api_key", "{actor} generated an API key"),
    _e("api_key.expired", "notice", "api_key", "An API key expired"),
    _e("api_key.revoked", "warning", "api_key", "{actor} revoked an API key"),
    _e("api_key.rotated", "notice", "api_key", "{actor} rotated an API key"),
    _e("audit.bundle_created", "notice", "audit_log", "{actor} made an evidence bundle"),
    _e("audit.checkpoint_signed", "info", "audit_log", "A checkpoint of the log was signed"),
    _e("audit.erased", "high", "audit_event", "{actor} erased a field of the log"),
    _e("audit.exported", "notice", "audit_log", "{actor} exported events"),
    _e("audit.fault_found", "high", "audit_log", "Verification found a fault in the log"),
    _e("audit.hold_lifted", "notice", "audit_log", "{actor} lifted a legal hold"),
    _e("audit.hold_placed", "notice", "audit_log", "{actor} placed a legal hold"),
    _e("audit.pruned", "high", "audit_log", "{actor} pruned an archived month of the log"),
    _e("audit.restore_declared", "high", "audit_log", "{actor} declared a restore of the log"),
    _e("audit.snapshot_created", "notice", "audit_log", "{actor} made a sealed snapshot"),
    _e("credential.created", "notice", "person", "{actor} set a password"),
    _e("decision.approved", "notice", "decision", "{actor} approved a decision"),
    _e("decision.executed", "notice", "decision", "A decision was executed"),
    _e("decision.expired", "notice", "decision", "A decision expired"),
    _e("decision.rejected", "notice", "decision", "{actor} rejected a decision", denied=True),
    _e("decision.requested", "notice", "decision", "{actor} asked for a decision"),
    _e("decision.voided", "warning", "decision", "A decision was voided: its payload changed"),
    _e("demo.clock_installed", "high", "audit_log", "The times of this log come from a demo clock"),
    _e("discovery.completed", "info", "discovery", "A discovery completed"),
    _e("discovery.started", "info", "discovery", "{actor} started a discovery"),
    _e("grant.added", "notice", "member", "{actor} granted {new.role_key} on {new.node_path}"),
    _e("grant.removed", "notice", "member", "{actor} removed {old.role_key} on {old.node_path}"),
    _e("integration.changed", "notice", "integration", "{actor} changed an integration"),
    _e("integration.tested", "info", "integration", "{actor} tested an integration"),
    _e("invitation.expired", "info", "invitation", "An invitation expired"),
    _e("invitation.resent", "info", "invitation", "{actor} sent an invitation again"),
    _e("invitation.revoked", "notice", "invitation", "{actor} revoked an invitation"),
    _e("member.accepted", "notice", "member", "{actor} accepted the invitation"),
    _e("member.changed", "info", "member", "{actor} changed the entry of {new.email}"),
    _e("member.created", "notice", "member", "{actor} added {new.email} as a member"),
    _e("member.invited", "notice", "member", "{actor} invited a member"),
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
    _e("organization.created", "notice", "tenant", "{actor} created the organization {new.name}"),
    _e(
        "organization.metadata_changed",
        "notice",
        "tenant",
        "{actor} changed the metadata of {new.name}",
    ),
    _e(
        "organization.renamed",
        "notice",
        "tenant",
        "{actor} renamed the organization from {old.name} to {new.name}",
    ),
    _e("password.changed", "warning", "person", "{actor} changed a password"),
    _e("person.created", "info", "person", "{actor} registered a person"),
    _e("platform.entered", "high", "tenant", "{actor} entered the organization"),
    _e("platform.left", "notice", "tenant", "{actor} left the organization"),
    _e("recovery_code.created", "info", "person", "{actor} received recovery codes"),
    _e("recovery_code.used", "high", "person", "{actor} used a recovery code"),
    _e("register.changed", "notice", "register", "{actor} changed the register"),
    _e("report.generated", "info", "report", "{actor} generated a report"),
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
    _e("subscription.changed", "notice", "subscription", "{actor} changed a subscription"),
    _e("system.alert", "warning", "system", "A system raised an alert"),
    _e("system.block", "high", "system", "A system blocked an action", denied=True),
    _e("system.event", "info", "system", "A system reported an event"),
    _e("verdict.changed", "notice", "verdict", "A verdict changed"),
    _e("webhook.changed", "notice", "webhook", "{actor} changed a webhook"),
    _e("webhook.created", "notice", "webhook", "{actor} added a webhook"),
    _e("webhook.deleted", "notice", "webhook", "{actor} deleted a webhook"),
    _e("webhook.disabled", "warning", "webhook", "A webhook was disabled"),
    _e("webhook.secret_rotated", "notice", "webhook", "{actor} rotated a webhook secret"),
    _e("webhook.tested", "info", "webhook", "{actor} tested a webhook"),
    _e("worker.lost", "high", "worker", "No worker has been heard of"),
    _e("worker.started", "info", "worker", "A worker started"),
)

BY_NAME: Final[dict[str, Event]] = {event.name: event for event in EVENTS}
