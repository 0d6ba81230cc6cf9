"""The worker's queue: Procrastinate's own tables, in a schema that only the worker may enter.

It holds ticks, nothing of a tenant and no evidence: what must not be lost stands in tables of
ours, and the queue says only when to look. Its triggers that notify are left out, since a commit
that notifies fails once the server's queue of notifications is full, and any login can fill it.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from govdesk.database.errors import ServerUnfit

SCHEMA: Final = "govdesk_queue"
SEARCH_PATH: Final = f"{SCHEMA}, pg_catalog, pg_temp"

_FENCE = """
REVOKE ALL ON SCHEMA govdesk_queue FROM PUBLIC, govdesk_app, govdesk_worker;
REVOKE ALL ON ALL TABLES IN SCHEMA govdesk_queue FROM PUBLIC, govdesk_app, govdesk_worker;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA govdesk_queue FROM PUBLIC, govdesk_app, govdesk_worker;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA govdesk_queue FROM PUBLIC, govdesk_app, govdesk_worker;
GRANT USAGE ON SCHEMA govdesk_queue TO govdesk_worker, govdesk_backup;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA govdesk_queue TO govdesk_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA govdesk_queue TO govdesk_worker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA govdesk_queue TO govdesk_worker;
GRANT SELECT ON ALL TABLES IN SCHEMA govdesk_queue TO govdesk_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA govdesk_queue TO govdesk_backup;
DO $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT t.tgname, t.tgrelid::regclass AS rel
               FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
              WHERE NOT t.tgisinternal AND p.pronamespace = 'govdesk_queue'::regnamespace
                AND p.prosrc LIKE '%pg_notify%'
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', v.tgname, v.rel);
    END LOOP;
    FOR v IN SELECT p.oid::regprocedure AS signature
               FROM pg_proc p WHERE p.pronamespace = 'govdesk_queue'::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = govdesk_queue, pg_catalog, pg_temp',
                       v.signature);
    END LOOP;
END $$;
"""


def install_queue(connection: psycopg.Connection[Any]) -> str:
    """Make the queue, or bring it to the installed Procrastinate; returns its version.

    Belongs into a migrate's transaction; a second call changes nothing. Raises `ServerUnfit` when
    a newer program has been here, or when the queue no longer says what it is.
    """
    versions = [path.stem for path in _migrations()]
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA} AUTHORIZATION govdesk_owner".encode())
    before = _version(connection)
    if before is not None and before not in versions:
        raise ServerUnfit(
            f"The worker's queue has version {before}, which is newer than this program.",
            "Update GovDesk on this machine, then try again.",
        )
    path = connection.execute("SELECT current_setting('search_path')").fetchone()
    assert path is not None
    connection.execute(f"SET LOCAL ROLE govdesk_owner; SET LOCAL search_path = {SEARCH_PATH}")
    for file in _missing(before):
        connection.execute(file.read_bytes())
    connection.execute(
        sql.SQL("COMMENT ON SCHEMA {} IS {}").format(
            sql.Identifier(SCHEMA), sql.Literal(f"procrastinate {versions[-1]}")
        )
    )
    connection.execute(_FENCE)
    connection.execute("RESET ROLE")
    connection.execute("SELECT set_config('search_path', %s, true)", path)
    return versions[-1]


def _version(connection: psycopg.Connection[Any]) -> str | None:
    """The last of Procrastinate's migrations that the queue has seen; None for a new queue."""
    row = connection.execute(
        "SELECT obj_description(%s::regnamespace, 'pg_namespace'), EXISTS"
        " (SELECT FROM pg_class WHERE relnamespace = %s::regnamespace)",
        (SCHEMA, SCHEMA),
    ).fetchone()
    assert row is not None
    note, filled = row
    if not filled:
        return None
    if not str(note).startswith("procrastinate "):
        raise ServerUnfit(
            f"The schema {SCHEMA} does not say which version it has.",
            f"It holds only ticks of the worker: DROP SCHEMA {SCHEMA} CASCADE, then migrate again.",
        )
    return str(note).partition(" ")[2]


def _missing(version: str | None) -> list[Path]:
    """The files that bring a queue of a version to the newest; for a new one it is the schema."""
    if version is None:
        return [_folder() / "schema.sql"]
    return [path for path in _migrations() if path.stem > version]


def _migrations() -> list[Path]:
    return sorted((_folder() / "migrations").glob("*.sql"))


def _folder() -> Path:
    """Procrastinate's SQL, found without loading the library."""
    found = find_spec("procrastinate")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "sql"
