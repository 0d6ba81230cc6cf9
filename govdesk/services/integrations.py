"""Connections to outside services: open settings, references to secrets, and sealed values.

No secret is kept: references say where one is, and the sealed values are private, not secret.
"""

from __future__ import annotations

import json
import uuid
from typing import Final
from uuid import UUID

from govdesk.database.connection import Connection, Session
from govdesk.database.errors import DatabaseProblem
from govdesk.domain.problem import Problem
from govdesk.services import vault
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.integration_drafts import (
    Draft,
    Integration,
    Misfilled,
    Status,
    check_draft,
    cleaned,
    misfilled,
)
from govdesk.services.integration_testing import Cancelled, Outcome, Test, never, try_connection
from govdesk.services.meanwhile import ChangedMeanwhile, last_change
from govdesk.vault.context import Context
from govdesk.vault.envelope import open_, seal

__all__ = [
    "ACTIONS",
    "Cancelled",
    "Draft",
    "Integration",
    "Misfilled",
    "Outcome",
    "check_draft",
    "disable",
    "enable",
    "find",
    "list_integrations",
    "remove",
    "reveal_sealed",
    "save",
    "test",
]

ACTIONS: Final = ("integration.created", "integration.changed", "integration.removed")
TEST_SECONDS: Final = 10.0
DETAIL_LENGTH: Final = 1000
_TABLE: Final = "integration"
_COLUMN: Final = "sealed"

_COLUMNS: Final = (
    "i.id::text, i.node_path::text, i.kind, i.name, i.settings, i.secret_refs, i.key_version,"
    " i.allow, i.status, i.created_at, i.created_by, i.tested_at, i.test_ok, i.test_detail,"
    " i.test_ms"
)
_LIST: Final = f"""
SELECT {_COLUMNS} FROM govdesk.integration i
 WHERE i.status <> 'removed' AND (%(system)s::uuid IS NULL OR i.node_path = (
       SELECT n.node_path FROM govdesk.node n WHERE n.id = %(system)s::uuid))
 ORDER BY i.node_path, lower(i.name), i.id
"""


# Reading


def list_integrations(session: Session, system_id: str | None = None) -> list[Integration]:
    """Return the connections this person manages, of one node if it is named; by place and name."""
    with session.reading() as connection:
        found = connection.execute(_LIST, {"system": system_id}).fetchall()
    return [_integration(row) for row in found]


def find(session: Session, which: str) -> Integration:
    """Return the connection with this id or name; raises `Problem` (exit code 2)."""
    wanted = which.strip()
    found = [one for one in list_integrations(session) if wanted in (one.id, one.name)]
    if len(found) > 1:
        raise Problem(
            f"{len(found)} connections are called {wanted}.",
            "Name one by its id; see govdesk integrations list.",
            exit_code=2,
        )
    if not found:
        raise _unknown()
    return found[0]


def _unknown() -> Problem:
    return Problem(
        "There is no such connection that you may see.",
        "See govdesk integrations list.",
        exit_code=2,
    )


def _integration(row: tuple[object, ...]) -> Integration:
    values = list(row)
    values[7] = tuple(values[7] or ())  # type: ignore[arg-type]
    return Integration(*values)  # type: ignore[arg-type]


def reveal_sealed(session: Session, which: str) -> dict[str, str]:
    """Open the private values; empty without any.

    Raises `PasswordNeeded` for a session whose password was not given here, and what the vault
    raises (`MissingKey`, `DamagedEnvelope`, …).
    """
    with session.reading() as connection:
        row = connection.execute(
            "SELECT govdesk_api.integration_sealed(%s::uuid)", (which,)
        ).fetchone()
    if row is None or row[0] is None:
        return {}
    with vault.keys_of(session) as keys:
        text = open_(keys, _place(keys.tenant_id, which), bytes(row[0]))
    found = json.loads(text)
    return {str(name): str(value) for name, value in found.items()}


def _place(tenant_id: UUID, which: str) -> Context:
    return Context(tenant_id, _TABLE, UUID(which), _COLUMN, vault.SCHEMA_VERSION)


# Writing


def save(session: Session, draft: Draft) -> Change:
    """Save a new connection, or a changed one.

    Raises `Misfilled` with the field, `ChangedMeanwhile` if another saved it since `before`, and
    what `vault.ready` raises where private values are given.
    """
    if faults := check_draft(draft):
        raise Misfilled(faults)
    which = draft.id or str(uuid.uuid4())
    try:
        return _write(session, which, draft)
    except DatabaseProblem as problem:
        if problem.key != "changed_meanwhile":
            raise misfilled(problem) from problem
    # The key was rotated between sealing and saving. Nothing was written, so it is sealed again.
    return _write(session, which, draft)


def _write(session: Session, which: str, draft: Draft) -> Change:
    envelope, version = _envelope(session, which, draft)
    if draft.id is None:
        return _insert(session, which, draft, envelope, version)
    return _update(session, which, draft, envelope, version)


def _envelope(session: Session, which: str, draft: Draft) -> tuple[bytes | None, int | None]:
    private = cleaned(draft.sealed or {})
    if not private:
        return None, None
    with vault.ready(session) as keys:
        vault.share_with_worker(session, keys)
        text = json.dumps(private, ensure_ascii=False, sort_keys=True).encode()
        current = keys.current
        return seal(current, _place(keys.tenant_id, which), text), current.version


def _insert(
    session: Session, which: str, draft: Draft, envelope: bytes | None, version: int | None
) -> Change:
    tenant = session.tenant_id
    with writing(session) as connection:
        path = _path_of(connection, draft.system_id, session.tenant_path)
        connection.execute(
            "INSERT INTO govdesk.integration (id, tenant_id, tenant_path, node_path, kind, name,"
            " settings, secret_refs, sealed, key_version, allow)"
            " VALUES (%s, %s, %s::ltree, %s::ltree, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s)",
            (which, tenant, session.tenant_path, path, draft.kind, draft.name.strip(),
             *_texts(draft), envelope, version, list(draft.allow)),
        )  # fmt: skip
    return sealed(session, which)


def _path_of(connection: Connection, system_id: str | None, tenant_path: str) -> str:
    if system_id is None:
        return tenant_path
    row = connection.execute(
        "SELECT node_path::text FROM govdesk.node WHERE id = %s::uuid AND status = 'active'",
        (system_id,),
    ).fetchone()
    if row is None:
        raise Problem(
            "The system of this connection is retired, or you may not see it.",
            "Choose another system.",
            exit_code=2,
        )
    return str(row[0])


def _texts(draft: Draft) -> tuple[str, str]:
    return json.dumps(cleaned(draft.settings)), json.dumps(cleaned(draft.secret_refs))


def _update(
    session: Session, which: str, draft: Draft, envelope: bytes | None, version: int | None
) -> Change:
    before = draft.before or find(session, which)
    if not _differs(draft, before):
        return Change(which, False)
    put = ", sealed = %(sealed)s, key_version = %(version)s" if draft.sealed is not None else ""
    settings, refs = _texts(draft)
    with writing(session) as connection:
        done = connection.execute(
            "UPDATE govdesk.integration SET name = %(name)s, settings = %(settings)s::jsonb,"
            f" secret_refs = %(refs)s::jsonb, allow = %(allow)s{put} WHERE id = %(id)s::uuid"
            " AND name = %(old_name)s AND settings = %(old_settings)s::jsonb"
            " AND secret_refs = %(old_refs)s::jsonb AND allow = %(old_allow)s"
            " AND (key_version IS NULL) = %(old_none)s AND status <> 'removed'",
            {
                "id": which, "name": draft.name.strip(), "settings": settings, "refs": refs,
                "allow": list(draft.allow), "sealed": envelope, "version": version,
                "old_name": before.name, "old_settings": json.dumps(dict(before.settings)),
                "old_refs": json.dumps(dict(before.secret_refs)), "old_allow": list(before.allow),
                "old_none": not before.has_sealed,
            },
        ).rowcount  # fmt: skip
    if not done:
        raise _conflict(session, before, draft)
    return sealed(session, which)


def _differs(draft: Draft, before: Integration) -> bool:
    """Private values that are given are always written: what stands there is not looked at."""
    if draft.sealed is not None and (draft.sealed or before.has_sealed):
        return True
    wanted = (draft.name.strip(), cleaned(draft.settings), cleaned(draft.secret_refs), draft.allow)
    return wanted != (before.name, dict(before.settings), dict(before.secret_refs), before.allow)


def _conflict(session: Session, before: Integration, draft: Draft) -> Problem:
    now = next((one for one in list_integrations(session) if one.id == before.id), None)
    by, at = last_change(session, before.id, ACTIONS)
    return ChangedMeanwhile(
        f"The connection “{before.name}”",
        theirs="removed" if now is None else f"“{now.name}”",
        yours=f"“{draft.name.strip()}”",
        fresh=now,
        by=by,
        at=at,
    )


def enable(session: Session, which: str) -> Change:
    """Use a connection again."""
    return _turn(session, which, "active")


def disable(session: Session, which: str) -> Change:
    """Keep a connection and use it no more."""
    return _turn(session, which, "disabled")


def remove(session: Session, which: str) -> Change:
    """Take a connection away for good, with everything private in it."""
    return _turn(session, which, "removed")


def _turn(session: Session, which: str, status: Status) -> Change:
    forget = ", sealed = NULL, key_version = NULL" if status == "removed" else ""
    with writing(session) as connection:
        done = connection.execute(
            f"UPDATE govdesk.integration SET status = %s{forget}"
            " WHERE id = %s::uuid AND status NOT IN (%s, 'removed')",
            (status, which, status),
        ).rowcount
    if not done and not any(one.id == which for one in list_integrations(session)):
        raise _unknown()
    return sealed(session, which) if done else Change(which, False)


# Testing


def test(
    session: Session,
    what: str | Draft,
    cancelled: Test = never,  # noqa: PT028
) -> Outcome:
    """Try a stored connection by its id, or a draft as it is typed; up to ten seconds.

    What was found of a stored one is kept and sealed into the log. Raises `Misfilled` for a draft
    that cannot be, `PasswordNeeded` where private values are to be opened, `Cancelled`.
    """
    if isinstance(what, Draft):
        if faults := check_draft(what):
            raise Misfilled(faults)
        private = what.sealed
        if private is None:
            private = reveal_sealed(session, what.id) if what.id is not None else {}
        return try_connection(
            what.kind, cleaned(what.settings), cleaned(what.secret_refs), cleaned(private),
            what.allow, TEST_SECONDS, cancelled,
        )  # fmt: skip
    one = find(session, what)
    private = reveal_sealed(session, one.id) if one.has_sealed else {}
    outcome = try_connection(
        one.kind, one.settings, one.secret_refs, private, one.allow, TEST_SECONDS, cancelled
    )
    _note(session, one.id, outcome)
    return outcome


test.__test__ = False  # type: ignore[attr-defined]


def _note(session: Session, which: str, outcome: Outcome) -> None:
    words = f"{outcome.sentence} {outcome.detail}".strip()[:DETAIL_LENGTH]
    try:
        _keep(session, which, outcome, words)
    except DatabaseProblem as problem:
        if problem.key != "raw_secret":
            raise
        _keep(session, which, outcome, "The answer holds what looks like a secret; it is not kept.")


def _keep(session: Session, which: str, outcome: Outcome, words: str) -> None:
    with writing(session) as connection:
        connection.execute(
            "SELECT govdesk_api.note_integration_test(%s::uuid, %s, %s, %s)",
            (which, outcome.ok, words, outcome.ms),
        )
