"""Rows of the log for invitations, decisions and the organisation's identity; see capture_cases."""

from __future__ import annotations

from tests.database.capture_case import MEI, OLGA, SOME, TENANT, Case, moved, new

ADD_INVITATION = (
    "INSERT INTO govdesk.invitation (tenant_id, tenant_path, email, role_key, node_path,"
    " invited_by, expires_at)"
    f" VALUES ({TENANT}, 'acme', 'new@acme.example', 'member', 'acme.claims', {OLGA},"
    " '2099-01-01T00:00:00Z')"
)
ADD_METADATA = (
    "INSERT INTO govdesk.organization_metadata (tenant_id, tenant_path, version, effective_from,"
    " legal_entity, country, created_by)"
    f" VALUES ({TENANT}, 'acme', 1, '2026-05-03T04:05:06Z', 'Acme Pty Ltd', 'AU', '')"
)
ADD_CONTACT = (
    "INSERT INTO govdesk.compliance_contact (tenant_id, tenant_path, email, display_name)"
    f" VALUES ({TENANT}, 'acme', 'carla@acme.example', 'Carla')"
)
ADD_SITE = (
    "INSERT INTO govdesk.site (tenant_id, tenant_path, name, country)"
    f" VALUES ({TENANT}, 'acme', 'North', 'AU')"
)
ADD_TEAM = (
    f"INSERT INTO govdesk.team (tenant_id, tenant_path, name) VALUES ({TENANT}, 'acme', 'Claims')"
)
ADD_REVIEWER = (
    "INSERT INTO govdesk.reviewer (tenant_id, tenant_path, email, display_name)"
    f" VALUES ({TENANT}, 'acme', 'counsel@law.example', 'Counsel')"
)
ADD_POLICY = (
    "INSERT INTO govdesk.decision_policy (tenant_id, tenant_path, action, enabled)"
    f" VALUES ({TENANT}, 'acme', 'owner.promote', true)"
)
ADD_DECISION = (
    "INSERT INTO govdesk.decision (tenant_id, tenant_path, action, summary, entity_type, entity_id,"
    " payload, digest, before, reason, requester, expires_at)"
    f" VALUES ({TENANT}, 'acme', 'member.remove', 'Remove mei', 'member', {MEI}::text,"
    " '{}', 'd', '{}', 'left us', 'user:olga@acme.example', '2099-01-01T00:00:00Z')"
)

_INVITATION = "(SELECT id FROM govdesk.invitation)"
_CONTACT = "(SELECT id FROM govdesk.compliance_contact)"
_SITE = "(SELECT id FROM govdesk.site)"
_TEAM = "(SELECT id FROM govdesk.team)"
_REVIEWER = "(SELECT id FROM govdesk.reviewer)"
_POLICY = "(SELECT id FROM govdesk.decision_policy)"
_DECISION = "(SELECT id FROM govdesk.decision)"
_CLAIMS = "(SELECT id FROM govdesk.node WHERE node_path = 'acme.claims')"


def _status(
    table: str, to: str, action: str, severity: str, kind: str, entity: str, words: str, add: str
) -> Case:
    was = "removed" if to == "active" else "pending" if table in _PENDING else "active"
    return Case(
        table,
        "update",
        action,
        severity,
        kind,
        entity,
        words,
        f"UPDATE govdesk.{table} SET status = '{to}'",
        moved(status=(was, to)),
        before=(add, f"UPDATE govdesk.{table} SET status = 'removed'")
        if was == "removed"
        else (add,),
        system=_CLAIMS if table == "invitation" else "NULL",
    )


_PENDING = ("invitation", "compliance_contact", "decision")

CASES: tuple[Case, ...] = (
    Case(
        "invitation",
        "insert",
        "member.invited",
        "notice",
        "invitation",
        _INVITATION,
        "invited new@acme.example as member",
        ADD_INVITATION,
        new(
            accepted_at=None,
            created_at=SOME,
            display_name="",
            email="new@acme.example",
            expires_at="2099-01-01T00:00:00.000000Z",
            id=SOME,
            invited_by=SOME,
            message="",
            node_path="acme.claims",
            role_key="member",
            status="pending",
        ),
        system=_CLAIMS,
    ),
    Case(
        "invitation",
        "update",
        "invitation.resent",
        "info",
        "invitation",
        _INVITATION,
        "sent the invitation of new@acme.example again",
        "UPDATE govdesk.invitation SET sent = 2, expires_at = '2098-01-01T00:00:00Z'",
        moved(expires_at=("2099-01-01T00:00:00.000000Z", "2098-01-01T00:00:00.000000Z")),
        before=(ADD_INVITATION,),
        system=_CLAIMS,
    ),
    _status(
        "invitation",
        "accepted",
        "member.accepted",
        "notice",
        "invitation",
        _INVITATION,
        "accepted the invitation",
        ADD_INVITATION,
    ),
    _status(
        "invitation",
        "revoked",
        "invitation.revoked",
        "notice",
        "invitation",
        _INVITATION,
        "revoked the invitation of new@acme.example",
        ADD_INVITATION,
    ),
    _status(
        "invitation",
        "expired",
        "invitation.expired",
        "info",
        "invitation",
        _INVITATION,
        "The invitation of new@acme.example expired",
        ADD_INVITATION,
    ),
    Case(
        "organization_metadata",
        "insert",
        "organization.metadata_changed",
        "notice",
        "tenant",
        TENANT,
        "changed the metadata of the organization",
        ADD_METADATA,
        new(
            abn=None,
            country="AU",
            created_at=SOME,
            created_by=SOME,
            effective_from="2026-05-03T04:05:06.000000Z",
            id=SOME,
            legal_entity="Acme Pty Ltd",
            lei=None,
            restored_from=None,
            vat=None,
            version=1,
        ),
    ),
    Case(
        "compliance_contact",
        "insert",
        "contact.proposed",
        "info",
        "compliance_contact",
        _CONTACT,
        "named carla@acme.example as compliance contact",
        ADD_CONTACT,
        new(
            confirmed_at=None,
            created_at=SOME,
            display_name="Carla",
            email="carla@acme.example",
            id=SOME,
            status="pending",
        ),
    ),
    _status(
        "compliance_contact",
        "confirmed",
        "contact.confirmed",
        "notice",
        "compliance_contact",
        _CONTACT,
        "confirmed carla@acme.example as compliance contact",
        ADD_CONTACT,
    ),
    _status(
        "compliance_contact",
        "replaced",
        "contact.replaced",
        "info",
        "compliance_contact",
        _CONTACT,
        "replaced carla@acme.example as compliance contact",
        ADD_CONTACT,
    ),
    Case(
        "site",
        "insert",
        "site.created",
        "info",
        "site",
        _SITE,
        "added the site North",
        ADD_SITE,
        new(address="", country="AU", created_at=SOME, id=SOME, name="North", status="active"),
    ),
    Case(
        "site",
        "update",
        "site.changed",
        "info",
        "site",
        _SITE,
        "changed the site South",
        "UPDATE govdesk.site SET name = 'South'",
        moved(name=("North", "South")),
        before=(ADD_SITE,),
    ),
    _status(
        "site", "closed", "site.closed", "notice", "site", _SITE, "closed the site North", ADD_SITE
    ),
    Case(
        "team",
        "insert",
        "team.created",
        "info",
        "team",
        _TEAM,
        "added the team Claims",
        ADD_TEAM,
        new(created_at=SOME, id=SOME, name="Claims", site_id=None, status="active"),
    ),
    Case(
        "team",
        "update",
        "team.changed",
        "info",
        "team",
        _TEAM,
        "changed the team Triage",
        "UPDATE govdesk.team SET name = 'Triage'",
        moved(name=("Claims", "Triage")),
        before=(ADD_TEAM,),
    ),
    _status(
        "team", "closed", "team.closed", "notice", "team", _TEAM, "closed the team Claims", ADD_TEAM
    ),
    Case(
        "reviewer",
        "insert",
        "reviewer.added",
        "high",
        "reviewer",
        _REVIEWER,
        "made counsel@law.example a reviewer",
        ADD_REVIEWER,
        new(
            created_at=SOME,
            display_name="Counsel",
            email="counsel@law.example",
            id=SOME,
            member_id=None,
            status="active",
        ),
    ),
    _status(
        "reviewer",
        "removed",
        "reviewer.removed",
        "high",
        "reviewer",
        _REVIEWER,
        "removed the reviewer counsel@law.example",
        ADD_REVIEWER,
    ),
    _status(
        "reviewer",
        "active",
        "reviewer.added",
        "high",
        "reviewer",
        _REVIEWER,
        "made counsel@law.example a reviewer",
        ADD_REVIEWER,
    ),
    Case(
        "reviewer",
        "update",
        "reviewer.changed",
        "notice",
        "reviewer",
        _REVIEWER,
        "changed the reviewer counsel@law.example",
        "UPDATE govdesk.reviewer SET display_name = 'Ms Counsel'",
        moved(display_name=("Counsel", "Ms Counsel")),
        before=(ADD_REVIEWER,),
    ),
    Case(
        "decision_policy",
        "insert",
        "policy.set",
        "notice",
        "decision_policy",
        _POLICY,
        "set the policy for owner.promote",
        ADD_POLICY,
        new(action="owner.promote", enabled=True, expires_hours=72, id=SOME),
    ),
    Case(
        "decision_policy",
        "update",
        "policy.changed",
        "high",
        "decision_policy",
        _POLICY,
        "changed the policy for owner.promote",
        "UPDATE govdesk.decision_policy SET enabled = false",
        moved(enabled=(True, False)),
        before=(ADD_POLICY,),
    ),
    Case(
        "decision",
        "insert",
        "decision.requested",
        "notice",
        "decision",
        _DECISION,
        "asked for a decision: Remove mei",
        ADD_DECISION,
        new(
            action="member.remove",
            before="{}",
            created_at=SOME,
            decided_at=None,
            decided_by=None,
            decision_reason=None,
            digest="d",
            entity_id=SOME,
            entity_type="member",
            expires_at="2099-01-01T00:00:00.000000Z",
            id=SOME,
            outcome=None,
            payload="{}",
            reason="left us",
            requested_by=None,
            requester="user:olga@acme.example",
            status="pending",
            subject_email=None,
            summary="Remove mei",
        ),
    ),
    *(
        _status(
            "decision",
            to,
            f"decision.{to}",
            severity,
            "decision",
            _DECISION,
            f"{words}: Remove mei",
            ADD_DECISION,
        )
        for to, severity, words in (
            ("approved", "notice", "approved"),
            ("rejected", "notice", "rejected"),
            ("executed", "notice", "executed"),
            ("cancelled", "info", "took back"),
            ("expired", "notice", "Nobody decided in time"),
            ("voided", "warning", "The decision is void"),
        )
    ),
)

NO_OPS = {
    "invitation": "UPDATE govdesk.invitation SET message = message",
    "compliance_contact": "UPDATE govdesk.compliance_contact SET display_name = display_name",
    "site": "UPDATE govdesk.site SET name = name",
    "team": "UPDATE govdesk.team SET name = name",
    "reviewer": "UPDATE govdesk.reviewer SET display_name = display_name",
    "decision_policy": "UPDATE govdesk.decision_policy SET expires_hours = expires_hours",
    "decision": "UPDATE govdesk.decision SET status = status",
}

OBSERVED = {
    "invitation.sent": "UPDATE govdesk.invitation SET sent = sent + 1",
    "invitation.links_from": "UPDATE govdesk.invitation SET links_from = clock_timestamp()",
    "invitation.member_id": f"UPDATE govdesk.invitation SET member_id = {OLGA}",
    "decision.blast": "UPDATE govdesk.decision SET blast = '[1]'",
}

ROWS = (
    ADD_INVITATION,
    ADD_METADATA,
    ADD_CONTACT,
    ADD_SITE,
    ADD_TEAM,
    ADD_REVIEWER,
    ADD_POLICY,
    ADD_DECISION,
)
"""One row of each table, for what must be refused or must change nothing."""
