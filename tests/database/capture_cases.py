"""For every captured table and operation one statement, and the row of the log it must give."""

from __future__ import annotations

from tests.database import capture_cases_evidence as evidence
from tests.database import capture_cases_keys as keys
from tests.database import capture_cases_members as members
from tests.database import capture_cases_webhooks as webhooks
from tests.database.capture_case import HIDDEN, MEI, SOME, TENANT, Case, moved, new

MEI_PERSON = "(SELECT id FROM govdesk_private.person WHERE email = 'mei@acme.example')"
NEW_PERSON = "(SELECT id FROM govdesk_private.person WHERE email = 'new@acme.example')"
CLAIMS = "(SELECT id FROM govdesk.node WHERE node_path = 'acme.claims')"
AUDITOR = "(SELECT id FROM govdesk.role WHERE key = 'auditor' AND tenant_path = 'acme')"

ADD_PERSON = "INSERT INTO govdesk_private.person (email) VALUES ('new@acme.example')"
ADD_GRANT = (
    "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)"
    f" VALUES ({TENANT}, 'acme', {MEI}, 'acme.claims', 'operator')"
)
ADD_SESSION = (
    "INSERT INTO govdesk_private.session (tenant_id, tenant_path, member_id, person_id,"
    " token_hash, mfa, expires_at)"
    f" VALUES ({TENANT}, 'acme', {MEI}, {MEI_PERSON}, sha256('token of mei'), true,"
    " '2099-01-01T00:00:00Z')"
)
ADD_RECOVERY = (
    "INSERT INTO govdesk_private.recovery_code (person_id, code_hash)"
    f" VALUES ({MEI_PERSON}, sha256('code'))"
)
ADD_SETUP_CODE = (
    "INSERT INTO govdesk_private.setup_code (tenant_id, member_id, code_hash, expires_at)"
    f" VALUES ({TENANT}, {MEI}, sha256('setup'), '2099-01-01T00:00:00Z')"
)
END_SESSION = (
    "INSERT INTO govdesk_private.session_end (tenant_id, session_id)"
    " SELECT tenant_id, id FROM govdesk_private.session"
)
NEW_KEYS = "nonce = sha256('n')::bytea, wrapped = sha256('w'), tag = sha256('t')"


CASES: tuple[Case, ...] = (
    Case(
        "tenant",
        "update",
        "organization.changed",
        "notice",
        "tenant",
        TENANT,
        "changed the organization Acme Ltd",
        "UPDATE govdesk.tenant SET environment = 'staging' WHERE tenant_path = 'acme'",
        moved(environment=("production", "staging")),
    ),
    Case(
        "node",
        "insert",
        "node.created",
        "notice",
        "node",
        "(SELECT id FROM govdesk.node WHERE node_path = 'acme.rostering')",
        "created the system Rostering",
        "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
        f" VALUES ({TENANT}, 'acme', 'acme.rostering', 'system', 'Rostering')",
        new(
            created_at=SOME,
            id=SOME,
            kind="system",
            name="Rostering",
            node_path="acme.rostering",
            status="active",
        ),
        system="(SELECT id FROM govdesk.node WHERE node_path = 'acme.rostering')",
    ),
    Case(
        "node",
        "update",
        "node.renamed",
        "info",
        "node",
        CLAIMS,
        "renamed Claims triage to Claims",
        "UPDATE govdesk.node SET name = 'Claims' WHERE node_path = 'acme.claims'",
        moved(name=("Claims triage", "Claims")),
        system=CLAIMS,
    ),
    Case(
        "node",
        "update",
        "node.retired",
        "warning",
        "node",
        CLAIMS,
        "retired the system Claims triage",
        "UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme.claims'",
        moved(status=("active", "retired")),
        # What lies below retires with it, by a trigger, and has rows of its own.
        before=(
            "UPDATE govdesk.node SET status = 'retired'"
            " WHERE node_path <@ 'acme.claims' AND node_path <> 'acme.claims'",
        ),
        system=CLAIMS,
    ),
    Case(
        "node",
        "update",
        "node.restored",
        "notice",
        "node",
        CLAIMS,
        "brought the system Claims triage back",
        "UPDATE govdesk.node SET status = 'active' WHERE node_path = 'acme.claims'",
        moved(status=("retired", "active")),
        before=("UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme.claims'",),
        system=CLAIMS,
    ),
    Case(
        "role",
        "insert",
        "role.defined",
        "notice",
        "role",
        "(SELECT id FROM govdesk.role WHERE key = 'reader')",
        "defined the role Reader",
        "INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base, permissions)"
        f" VALUES ({TENANT}, 'acme', 'reader', 'Reader', 'member', '{{audit.read,node.read}}')",
        new(
            base="member",
            builtin=False,
            created_at=SOME,
            id=SOME,
            key="reader",
            permissions=["audit.read", "node.read"],
            status="active",
            title="Reader",
        ),
    ),
    Case(
        "role",
        "update",
        "role.changed",
        "warning",
        "role",
        AUDITOR,
        "changed the role Auditor",
        "UPDATE govdesk.role SET permissions = '{audit.read}'"
        " WHERE key = 'auditor' AND tenant_path = 'acme'",
        moved(permissions=(SOME, ["audit.read"])),
    ),
    Case(
        "role",
        "update",
        "role.deleted",
        "warning",
        "role",
        AUDITOR,
        "deleted the role Auditor",
        "UPDATE govdesk.role SET status = 'deleted' WHERE key = 'auditor' AND tenant_path = 'acme'",
        moved(status=("active", "deleted")),
    ),
    Case(
        "member",
        "insert",
        "member.created",
        "notice",
        "member",
        "(SELECT id FROM govdesk.member WHERE email = 'new@acme.example')",
        "added new@acme.example as a member",
        "INSERT INTO govdesk.member (tenant_id, tenant_path, person_id, email, display_name)"
        f" VALUES ({TENANT}, 'acme', {NEW_PERSON}, 'new@acme.example', 'Noor')",
        new(
            created_at=SOME,
            display_name="Noor",
            email="new@acme.example",
            id=SOME,
            mfa_at=None,
            person_id=SOME,
            status="active",
            title="",
        ),
        before=(ADD_PERSON,),
    ),
    Case(
        "member",
        "update",
        "member.changed",
        "info",
        "member",
        MEI,
        "changed the entry of mei@acme.example",
        "UPDATE govdesk.member SET title = 'Plan Manager' WHERE email = 'mei@acme.example'",
        moved(title=("Mei Member", "Plan Manager")),
    ),
    Case(
        "member",
        "update",
        "member.suspended",
        "warning",
        "member",
        MEI,
        "suspended mei@acme.example",
        "UPDATE govdesk.member SET status = 'suspended' WHERE email = 'mei@acme.example'",
        moved(status=("active", "suspended")),
    ),
    Case(
        "member",
        "update",
        "member.removed",
        "warning",
        "member",
        MEI,
        "removed mei@acme.example",
        "UPDATE govdesk.member SET status = 'removed' WHERE email = 'mei@acme.example'",
        moved(status=("active", "removed")),
        # Grants go with the member, by a trigger, and have rows of their own.
        before=(f"UPDATE govdesk.member_grant SET status = 'removed' WHERE member_id = {MEI}",),
    ),
    Case(
        "member",
        "update",
        "member.reactivated",
        "notice",
        "member",
        MEI,
        "reactivated mei@acme.example",
        "UPDATE govdesk.member SET status = 'active' WHERE email = 'mei@acme.example'",
        moved(status=("suspended", "active")),
        before=("UPDATE govdesk.member SET status = 'suspended' WHERE email = 'mei@acme.example'",),
    ),
    Case(
        "member_grant",
        "insert",
        "grant.added",
        "notice",
        "member",
        MEI,
        "granted operator on acme.claims",
        ADD_GRANT,
        new(
            created_at=SOME,
            id=SOME,
            member_id=SOME,
            node_path="acme.claims",
            role_key="operator",
            status="active",
        ),
        system=CLAIMS,
    ),
    Case(
        "member_grant",
        "update",
        "grant.removed",
        "notice",
        "member",
        MEI,
        "removed operator on acme.claims",
        "UPDATE govdesk.member_grant SET status = 'removed' WHERE node_path = 'acme.claims'",
        moved(status=("active", "removed")),
        before=(ADD_GRANT,),
        system=CLAIMS,
    ),
    Case(
        "member_grant",
        "update",
        "grant.added",
        "notice",
        "member",
        MEI,
        "granted operator on acme.claims",
        "UPDATE govdesk.member_grant SET status = 'active' WHERE node_path = 'acme.claims'",
        moved(status=("removed", "active")),
        before=(
            ADD_GRANT,
            "UPDATE govdesk.member_grant SET status = 'removed' WHERE node_path = 'acme.claims'",
        ),
        system=CLAIMS,
    ),
    Case(
        "member_grant",
        "update",
        "member.role_changed",
        "notice",
        "member",
        MEI,
        "changed a role on acme from member to operator",
        f"UPDATE govdesk.member_grant SET role_key = 'operator' WHERE member_id = {MEI}",
        moved(role_key=("member", "operator")),
    ),
    Case(
        "person",
        "insert",
        "person.created",
        "info",
        "person",
        NEW_PERSON,
        "registered a person",
        ADD_PERSON,
        new(created_at=SOME, email="new@acme.example", id=SOME),
    ),
    Case(
        "credential",
        "insert",
        "credential.created",
        "notice",
        "person",
        NEW_PERSON,
        "set a password",
        "INSERT INTO govdesk_private.credential (person_id, salt, stored_key)"
        f" VALUES ({NEW_PERSON}, substr(sha256('s'), 1, 16), sha256('k'))",
        new(
            changed_at=SOME,
            confined_to=None,
            id=SOME,
            needs_link=False,
            person_id=SOME,
            salt=HIDDEN,
            stored_key=HIDDEN,
        ),
        before=(ADD_PERSON,),
    ),
    Case(
        "credential",
        "update",
        "password.changed",
        "warning",
        "person",
        MEI_PERSON,
        "changed a password",
        "UPDATE govdesk_private.credential SET salt = substr(sha256('s'), 1, 16),"
        f" stored_key = sha256('k') WHERE person_id = {MEI_PERSON}",
        moved(salt=(HIDDEN, HIDDEN), stored_key=(HIDDEN, HIDDEN)),
    ),
    Case(
        "factor",
        "insert",
        "mfa.enabled",
        "notice",
        "person",
        NEW_PERSON,
        "verified a TOTP factor",
        "INSERT INTO govdesk_private.factor (person_id, nonce, wrapped, tag, last_step)"
        f" VALUES ({NEW_PERSON}, substr(sha256('n'), 1, 16), sha256('w'), sha256('t'), 0)",
        new(id=SOME, nonce=HIDDEN, person_id=SOME, tag=HIDDEN, verified_at=SOME, wrapped=HIDDEN),
        before=(ADD_PERSON,),
    ),
    Case(
        "factor",
        "update",
        "mfa.reset",
        "high",
        "person",
        MEI_PERSON,
        "replaced a TOTP factor",
        "UPDATE govdesk_private.factor SET nonce = substr(sha256('n'), 1, 16),"
        f" wrapped = sha256('w'), tag = sha256('t') WHERE person_id = {MEI_PERSON}",
        moved(nonce=(HIDDEN, HIDDEN), wrapped=(HIDDEN, HIDDEN), tag=(HIDDEN, HIDDEN)),
    ),
    Case(
        "factor",
        "delete",
        "mfa.reset",
        "high",
        "person",
        MEI_PERSON,
        "replaced a TOTP factor",
        f"DELETE FROM govdesk_private.factor WHERE person_id = {MEI_PERSON}",
        {
            name: {"old": old}
            for name, old in {
                "id": SOME,
                "nonce": HIDDEN,
                "person_id": SOME,
                "tag": HIDDEN,
                "verified_at": SOME,
                "wrapped": HIDDEN,
            }.items()
        },
    ),
    Case(
        "recovery_code",
        "insert",
        "recovery_code.created",
        "info",
        "person",
        MEI_PERSON,
        "received recovery codes",
        ADD_RECOVERY,
        new(code_hash=HIDDEN, id=SOME, person_id=SOME, used_at=None, voided_at=None),
    ),
    Case(
        "recovery_code",
        "update",
        "recovery_code.used",
        "high",
        "person",
        MEI_PERSON,
        "used a recovery code",
        "UPDATE govdesk_private.recovery_code SET used_at = '2026-05-03T04:05:06Z'",
        moved(used_at=(None, "2026-05-03T04:05:06.000000Z")),
        before=(ADD_RECOVERY,),
    ),
    Case(
        "recovery_code",
        "update",
        "recovery_code.voided",
        "info",
        "person",
        MEI_PERSON,
        "voided a recovery code",
        "UPDATE govdesk_private.recovery_code SET voided_at = '2026-05-03T04:05:06Z'",
        moved(voided_at=(None, "2026-05-03T04:05:06.000000Z")),
        before=(ADD_RECOVERY,),
    ),
    Case(
        "setup_code",
        "insert",
        "setup_code.created",
        "notice",
        "member",
        MEI,
        "made a one-time set-up code",
        ADD_SETUP_CODE,
        new(
            code_hash=HIDDEN,
            expires_at="2099-01-01T00:00:00.000000Z",
            id=SOME,
            member_id=SOME,
            replaces=False,
            used_at=None,
        ),
    ),
    Case(
        "setup_code",
        "update",
        "setup_code.used",
        "notice",
        "member",
        MEI,
        "used a one-time set-up code",
        "UPDATE govdesk_private.setup_code SET used_at = '2026-05-03T04:05:06.5Z'",
        moved(used_at=(None, "2026-05-03T04:05:06.500000Z")),
        before=(ADD_SETUP_CODE,),
    ),
    Case(
        "session",
        "insert",
        "session.started",
        "info",
        "session",
        "(SELECT id FROM govdesk_private.session)",
        "signed in",
        ADD_SESSION,
        new(
            created_at=SOME,
            expires_at="2099-01-01T00:00:00.000000Z",
            id=SOME,
            member_id=SOME,
            mfa=True,
            person_id=SOME,
            reason=None,
            staff_member_id=None,
            staff_tenant_id=None,
            stepped_up_at=None,
            token_hash=HIDDEN,
        ),
    ),
    Case(
        "session_end",
        "insert",
        "session.revoked",
        "notice",
        "session",
        "(SELECT id FROM govdesk_private.session)",
        "revoked a session",
        END_SESSION,
        new(ended_at=SOME, id=SOME, session_id=SOME, staff=False),
        before=(ADD_SESSION,),
    ),
    Case(
        "session",
        "update",
        "session.stepped_up",
        "info",
        "session",
        "(SELECT id FROM govdesk_private.session)",
        "confirmed with a fresh code",
        "UPDATE govdesk_private.session SET stepped_up_at = '2026-05-03T04:05:06.999999Z'",
        moved(stepped_up_at=(None, "2026-05-03T04:05:06.999999Z")),
        before=(ADD_SESSION,),
    ),
    *members.CASES,
    *keys.CASES,
    *webhooks.CASES,
    *evidence.CASES,
)

ELSEWHERE = {
    ("tenant", "insert", "organization.created"): "test_founding_a_tenant_begins_its_log",
    (
        "tenant",
        "update",
        "organization.renamed",
    ): "test_renaming_renames_the_organizations_own_node",
    ("session_end", "insert", "session.ended"): "test_ending_ones_own_session_is_not_a_revocation",
    ("key_policy", "insert", "key_policy.set"): "test_founding_a_tenant_begins_its_log",
    ("session", "insert", "platform.entered"): "tests/database/test_staff.py",
    ("session_end", "insert", "platform.left"): "tests/database/test_staff.py",
}
"""Rules whose statement needs a test of its own."""

NO_OPS = {
    "tenant": "UPDATE govdesk.tenant SET name = name, environment = environment",
    "node": "UPDATE govdesk.node SET name = name, status = status",
    "role": "UPDATE govdesk.role SET title = title, permissions = permissions",
    "member": "UPDATE govdesk.member SET title = title, status = status",
    "member_grant": "UPDATE govdesk.member_grant SET role_key = role_key, status = status",
    "credential": "UPDATE govdesk_private.credential SET salt = salt, stored_key = stored_key",
    "factor": "UPDATE govdesk_private.factor SET nonce = nonce, tag = tag",
    "recovery_code": "UPDATE govdesk_private.recovery_code SET used_at = used_at",
    "setup_code": "UPDATE govdesk_private.setup_code SET used_at = used_at",
    "session": "UPDATE govdesk_private.session SET stepped_up_at = stepped_up_at",
    **members.NO_OPS,
    **keys.NO_OPS,
    **webhooks.NO_OPS,
    **evidence.NO_OPS,
}
"""A statement for each table with captured updates that changes nothing."""

OBSERVED = {
    "member.epoch": "UPDATE govdesk.member SET epoch = epoch + 1",
    "credential.version": "UPDATE govdesk_private.credential SET version = version + 1",
    "factor.last_step": "UPDATE govdesk_private.factor SET last_step = last_step + 1",
    "session.seen_at": "UPDATE govdesk_private.session SET seen_at = clock_timestamp()",
    "session.client_addr": "UPDATE govdesk_private.session SET client_addr = '192.0.2.1'",
    "session.tenant_path": "UPDATE govdesk_private.session SET tenant_path = 'elsewhere'",
    "session.credential_version": "UPDATE govdesk_private.session SET credential_version = 9",
    "session.xact": "UPDATE govdesk_private.session SET xact = '9'",
    "session.home_session_id": "UPDATE govdesk_private.session SET home_session_id = id",
    **members.OBSERVED,
    **keys.OBSERVED,
    **webhooks.OBSERVED,
}
"""A statement for each observed column; it must touch rows and give none in the log."""

ROWS = (
    ADD_RECOVERY,
    ADD_SETUP_CODE,
    ADD_SESSION,
    END_SESSION,
    *members.ROWS,
    *keys.ROWS,
    *webhooks.ROWS,
    *evidence.ROWS,
)
"""One row of each table that has none in a new installation."""
