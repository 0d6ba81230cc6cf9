"""Rows of the log for checkpoints' keys, restores, holds and archived months; see capture_cases."""

from __future__ import annotations

from tests.database.capture_case import SOME, TENANT, Case, moved, new

_VKEY = "govdesk/acme+0a1b2c3d+" + "A" * 44
_ROOT = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"

ADD_KEY = (
    "INSERT INTO govdesk.checkpoint_key (tenant_id, tenant_path, vkey, public_key, host)"
    f" VALUES ({TENANT}, 'acme', '{_VKEY}', sha256('0'), 'desk')"
)
ADD_RESTORE = (
    "INSERT INTO govdesk.audit_restore (tenant_id, tenant_path, known_size, known_root, found_size,"
    f" found_root, requester, reviewer, reason) VALUES ({TENANT}, 'acme', 9, sha256('0'), 7,"
    " sha256('0'), 'user:olga@acme.example', 'reviewer:counsel@law.example', 'The disk broke')"
)
ADD_HOLD = (
    "INSERT INTO govdesk.audit_hold (tenant_id, tenant_path, name, query, terms, reason, placed_by)"
    f" VALUES ({TENANT}, 'acme', 'Case 7', 'is:high', '[]', 'The court asked', 'somebody')"
)
ADD_SEGMENT = (
    "INSERT INTO govdesk.audit_segment (tenant_id, tenant_path, month, first, last, root,"
    " archive_sha256, archive_export, checkpoint_size, archived_by)"
    f" VALUES ({TENANT}, 'acme', '2026-05-01', 1, 7, sha256('0'), '{_ROOT}',"
    " gen_random_uuid(), 9, 'somebody')"
)

CASES: tuple[Case, ...] = (
    Case(
        "checkpoint_key",
        "insert",
        "checkpoint_key.announced",
        "notice",
        "checkpoint_key",
        "(SELECT id FROM govdesk.checkpoint_key)",
        "A key for checkpoints was announced",
        ADD_KEY,
        new(created_at=SOME, host="desk", id=SOME, public_key=_ROOT, retired_at=None, vkey=_VKEY),
    ),
    Case(
        "checkpoint_key",
        "update",
        "checkpoint_key.retired",
        "notice",
        "checkpoint_key",
        "(SELECT id FROM govdesk.checkpoint_key)",
        "A key for checkpoints was retired",
        "UPDATE govdesk.checkpoint_key SET retired_at = clock_timestamp()",
        moved(retired_at=(None, SOME)),
        before=(ADD_KEY,),
    ),
    Case(
        "audit_restore",
        "insert",
        "audit.restore_declared",
        "high",
        "audit_log",
        "(SELECT id FROM govdesk.audit_restore)",
        "declared a restore of the log",
        ADD_RESTORE,
        new(
            declared_at=SOME,
            found_root=_ROOT,
            found_size=7,
            id=SOME,
            known_root=_ROOT,
            known_size=9,
            reason="The disk broke",
            requester="user:olga@acme.example",
            reviewer="reviewer:counsel@law.example",
        ),
    ),
    Case(
        "audit_hold",
        "insert",
        "audit.hold_placed",
        "notice",
        "audit_hold",
        "(SELECT id FROM govdesk.audit_hold)",
        "placed the legal hold Case 7",
        ADD_HOLD,
        new(
            id=SOME,
            lift_reason=None,
            lifted_at=None,
            lifted_by=None,
            name="Case 7",
            placed_at=SOME,
            placed_by="somebody",
            query="is:high",
            reason="The court asked",
            status="active",
            terms=[],
        ),
    ),
    Case(
        "audit_hold",
        "update",
        "audit.hold_lifted",
        "high",
        "audit_hold",
        "(SELECT id FROM govdesk.audit_hold)",
        "lifted the legal hold Case 7",
        "UPDATE govdesk.audit_hold SET status = 'lifted', lifted_at = clock_timestamp()",
        moved(status=("active", "lifted"), lifted_at=(None, SOME)),
        before=(ADD_HOLD,),
    ),
    Case(
        "audit_segment",
        "insert",
        "audit.segment_archived",
        "notice",
        "audit_segment",
        "(SELECT id FROM govdesk.audit_segment)",
        "archived a month of the log",
        ADD_SEGMENT,
        new(
            archive_export=SOME,
            archive_sha256=_ROOT,
            archived_at=SOME,
            archived_by="somebody",
            checkpoint_size=9,
            first=1,
            id=SOME,
            last=7,
            month="2026-05-01",
            root=_ROOT,
        ),
    ),
)

NO_OPS = {
    "checkpoint_key": "UPDATE govdesk.checkpoint_key SET host = host",
    "audit_hold": "UPDATE govdesk.audit_hold SET reason = reason",
}
ROWS = (ADD_KEY, ADD_RESTORE, ADD_HOLD, ADD_SEGMENT)
