"""Checkpoints' keys, declared restores, legal holds and archived months."""

from __future__ import annotations

from typing import Final

from govdesk.domain.captured_table import CapturedTable, Rule, became

TABLES: Final[tuple[CapturedTable, ...]] = (
    CapturedTable(
        "govdesk",
        "checkpoint_key",
        {
            "id": "uuid",
            "vkey": "text",
            "public_key": "bytes",
            "host": "text",
            "created_at": "time",
            "retired_at": "time",
        },
        (
            Rule("insert", "checkpoint_key.announced"),
            Rule("update", "checkpoint_key.retired"),
        ),
    ),
    CapturedTable(
        "govdesk",
        "audit_restore",
        {
            "id": "uuid",
            "known_size": "int",
            "known_root": "bytes",
            "found_size": "int",
            "found_root": "bytes",
            "declared_at": "time",
            "requester": "text",
            "reviewer": "text",
            "reason": "text",
        },
        (Rule("insert", "audit.restore_declared"),),
    ),
    CapturedTable(
        "govdesk",
        "audit_hold",
        {
            "id": "uuid",
            "name": "text",
            "query": "text",
            "terms": "json",
            "reason": "text",
            "status": "text",
            "placed_at": "time",
            "placed_by": "text",
            "lifted_at": "time",
            "lifted_by": "text",
            "lift_reason": "text",
        },
        (
            Rule("insert", "audit.hold_placed"),
            Rule("update", "audit.hold_lifted", became("lifted")),
        ),
    ),
    CapturedTable(
        "govdesk",
        "audit_segment",
        {
            "id": "uuid",
            "month": "text",
            "first": "int",
            "last": "int",
            "root": "bytes",
            "archive_sha256": "text",
            "archive_export": "uuid",
            "checkpoint_size": "int",
            "archived_at": "time",
            "archived_by": "text",
        },
        (Rule("insert", "audit.segment_archived"),),
    ),
)
