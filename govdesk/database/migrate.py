"""Roles, schema, functions: `govdesk server init` and `govdesk server migrate`.

Tables change by Alembic revisions; functions, triggers, policies and grants are plain SQL files
that every migrate replaces as a whole, in the same transaction. Both verbs may be repeated.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg import sql

from govdesk import __version__
from govdesk.database.errors import ServerUnfit
from govdesk.database.floors import refuse_old
from govdesk.domain.events import EVENTS
from govdesk.domain.permissions import PERMISSIONS

if TYPE_CHECKING:
    from sqlalchemy import Connection

EXTENSIONS = ("ltree", "pgcrypto", "pg_trgm", "btree_gist")
LOCK_KEY = 0x676F76646573
"""Advisory lock held by a migrate, so that two never run at once."""


@dataclass(frozen=True, slots=True)
class Migration:
    """What a migrate did: revision before (None: new) and after, and whether it was a restore."""

    before: str | None
    after: str
    release_before: str | None
    restored: bool

    @property
    def changed(self) -> bool:
        """Whether the schema or the release moved."""
        return self.before != self.after or self.release_before != __version__ or self.restored


def migrations_folder() -> Path:
    """Return the folder with revisions and SQL files, in a checkout or in an installed wheel."""
    installed = Path(__file__).parents[1] / "_migrations"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "migrations"


def install(admin_url: str, *, app_password: str, worker_password: str) -> Migration:
    """Create roles, database and schema; a second call only resets the two passwords.

    Raises `ServerTooOld` or `ServerUnfit` with what to mend before anything is changed.
    """
    _create_database(admin_url)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        check_server(connection)
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
            run_file(connection, migrations_folder() / "sql/install/010_roles.sql")
            for role, password in (("app", app_password), ("worker", worker_password)):
                _set_password(connection, f"govdesk_{role}", password)
    return migrate(admin_url)


def migrate(admin_url: str) -> Migration:
    """Bring tables and functions to this release in one transaction, under an advisory lock.

    Refuses (`ServerUnfit`) a schema that is newer than this program. Seals `schema.migrated` in
    every tenant's log when something moved; a restored copy first loses all its sessions.
    """
    # Connected here, so that a server that is down is psycopg's error and not SQLAlchemy's.
    own = psycopg.connect(admin_url)
    from sqlalchemy import create_engine, pool  # see `latest_revision`

    engine = create_engine("postgresql+psycopg://", creator=lambda: own, poolclass=pool.NullPool)
    with engine.begin() as bound:
        connection = cast("psycopg.Connection[Any]", bound.connection.driver_connection)
        check_server(connection)
        connection.execute("SET LOCAL lock_timeout = '60s'")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
        result = _migrate(connection, bound)
    if result.changed:
        with psycopg.connect(admin_url, autocommit=True) as announcing:
            _announce(announcing, result)
    return result


def run_file(connection: psycopg.Connection[Any], path: Path) -> None:
    """Execute one SQL file as a whole."""
    connection.execute(path.read_text(encoding="utf-8"))


def check_server(connection: psycopg.Connection[Any], *, new_database: bool = False) -> None:
    """Raise with a sentence if this server must not hold a sealed trail.

    Before a `new_database` is made, the one connected to need not be fit itself.
    """
    refuse_old(connection.info.server_version)
    row = connection.execute(
        "SELECT current_setting('max_prepared_transactions')::int,"
        " ARRAY(SELECT e FROM unnest(%s::text[]) e"
        " WHERE e NOT IN (SELECT name FROM pg_available_extensions)),"
        " pg_encoding_to_char(encoding)::text FROM pg_database WHERE datname = current_database()",
        (list(EXTENSIONS),),
    ).fetchone()
    assert row is not None
    prepared, missing, encoding = row
    if isinstance(encoding, bytes):  # what psycopg gives for text in an SQL_ASCII database
        encoding = encoding.decode()
    if missing:
        raise ServerUnfit(
            f"The server lacks the extension {', '.join(missing)}.",
            "Install PostgreSQL's contrib package (Debian: postgresql-contrib) on the server.",
        )
    if prepared:
        raise ServerUnfit(
            "The server allows prepared transactions, which could hold an audit log for ever.",
            "Set max_prepared_transactions = 0 and restart the server.",
        )
    if encoding != "UTF8" and not new_database:
        raise ServerUnfit(
            f"The database is encoded in {encoding}.", "Create it with ENCODING 'UTF8'."
        )


def latest_revision() -> str:
    """Return the newest revision this program knows."""
    # Alembic and SQLAlchemy take a third of a second to load; most starts never migrate.
    from alembic.script import ScriptDirectory

    head = ScriptDirectory(str(migrations_folder())).get_current_head()
    assert head is not None
    return head


def current_revision(connection: psycopg.Connection[Any]) -> str | None:
    """Return the revision of a database, or None if it holds no GovDesk."""
    row = connection.execute("SELECT to_regclass('govdesk_private.alembic_version')").fetchone()
    if row is None or row[0] is None:
        return None
    version = connection.execute(
        "SELECT version_num FROM govdesk_private.alembic_version"
    ).fetchone()
    return None if version is None else str(version[0])


def _migrate(connection: psycopg.Connection[Any], bound: Connection) -> Migration:
    from alembic.script import ScriptDirectory

    folder = migrations_folder()
    before = current_revision(connection)
    known = {s.revision for s in ScriptDirectory(str(folder)).walk_revisions()}
    if before is not None and before not in known:
        raise ServerUnfit(
            f"The schema has revision {before}, which is newer than this program ({__version__}).",
            "Update GovDesk on this machine, then try again.",
        )
    run_file(connection, folder / "sql/install/020_schemas.sql")
    connection.execute("SET LOCAL search_path = pg_catalog, public")
    _upgrade(bound, folder)
    files = sorted((folder / "sql/functions").glob("*.sql"))
    run_file(connection, files[0])
    release_before, restored = _facts(connection)
    for path in files[1:]:
        run_file(connection, path)
    if restored and release_before is not None:
        _end_sessions(connection)
    return Migration(before, latest_revision(), release_before, restored)


def _upgrade(bound: Connection, folder: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = bound
    command.upgrade(config, "head")


def _facts(connection: psycopg.Connection[Any]) -> tuple[str | None, bool]:
    """Write the facts of this release; return the release before and whether this is a copy."""
    with _as_kernel(connection):
        before = connection.execute(
            "SELECT i.release, i.database_oid <> d.oid FROM govdesk_private.installation i,"
            " pg_database d WHERE d.datname = current_database()"
        ).fetchone()
        connection.execute(
            "INSERT INTO govdesk_private.installation (release, decoy_key, database_oid)"
            " SELECT %s, %s, oid FROM pg_database WHERE datname = current_database()"
            " ON CONFLICT (one) DO UPDATE SET release = excluded.release,"
            " database_oid = excluded.database_oid",
            (__version__, secrets.token_bytes(32)),
        )
        _replace_facts(
            connection,
            "permission",
            ("name", "noun", "sentence", "bases", "step_up"),
            [(p.name, p.noun, p.sentence, list(p.bases), p.step_up) for p in PERMISSIONS],
        )
        _replace_facts(
            connection,
            "event_kind",
            ("name", "severity", "entity_type", "template", "denied"),
            [(e.name, e.severity, e.entity_type, e.template, e.denied) for e in EVENTS],
        )
    return (None, False) if before is None else (before[0], bool(before[1]))


def _replace_facts(
    connection: psycopg.Connection[Any],
    table: str,
    columns: tuple[str, ...],
    rows: list[tuple[object, ...]],
) -> None:
    name = sql.Identifier("govdesk", table)
    connection.execute(sql.SQL("DELETE FROM {}").format(name))
    with connection.cursor() as cursor:
        cursor.executemany(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                name,
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
            ),
            rows,
        )


@contextmanager
def _as_kernel(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Under FORCE ROW LEVEL SECURITY the owner matches no rows, silently; the kernel does."""
    connection.execute(
        "GRANT USAGE ON SCHEMA govdesk, govdesk_private TO govdesk_kernel;"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON govdesk_private.installation,"
        " govdesk.permission, govdesk.event_kind TO govdesk_kernel"
    )
    for table in ("govdesk_private.installation", "govdesk.permission", "govdesk.event_kind"):
        connection.execute(
            f"CREATE POLICY facts ON {table} TO govdesk_kernel USING (true) WITH CHECK (true)"
        )
    connection.execute("SET LOCAL ROLE govdesk_kernel")
    yield
    connection.execute("RESET ROLE")
    for table in ("govdesk_private.installation", "govdesk.permission", "govdesk.event_kind"):
        connection.execute(f"DROP POLICY facts ON {table}")


def _end_sessions(connection: psycopg.Connection[Any]) -> None:
    """A restored copy must not honour tokens of the original; each log seals their end.

    Principals of the original's transactions go first: here their numbers belong to others.
    """
    connection.execute("DELETE FROM govdesk_private.acting WHERE xact <> pg_current_xact_id()")
    for path in _tenants(connection):
        claim_setup(connection, path)
        connection.execute(
            "UPDATE govdesk_private.session SET revoked_at = clock_timestamp()"
            " WHERE tenant_path = %s AND revoked_at IS NULL",
            (path,),
        )


def _announce(connection: psycopg.Connection[Any], result: Migration) -> None:
    for path in _tenants(connection):
        with connection.transaction():
            claim_setup(connection, path)
            connection.execute(
                "SELECT govdesk_private.note('schema.migrated', 'schema', %s, %s, %s)",
                (
                    result.after,
                    f"The database was migrated to GovDesk {__version__}",
                    json.dumps(
                        {
                            "release": __version__,
                            "release_before": result.release_before,
                            "revision": result.after,
                            "revision_before": result.before,
                            "restored": result.restored,
                        }
                    ),
                ),
            )


def claim_setup(connection: psycopg.Connection[Any], tenant_path: str) -> None:
    """Let this transaction act as `setup:<release>` in one tenant; administrators only."""
    connection.execute(
        "SELECT set_config('app.setup_release', %s, true),"
        " set_config('app.current_tenant_path', %s, true)",
        (__version__, tenant_path),
    )


def _tenants(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("SELECT tenant_path::text FROM govdesk.tenant ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def _set_password(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
    )


def _create_database(admin_url: str) -> None:
    """Create the database that the URL names, if only that is missing."""
    parameters = psycopg.conninfo.conninfo_to_dict(admin_url)
    name = str(parameters.get("dbname") or parameters.get("user") or "postgres")
    if name == "postgres":
        return
    parameters["dbname"] = "postgres"
    with psycopg.connect(
        psycopg.conninfo.make_conninfo("", **parameters), autocommit=True
    ) as connection:
        check_server(connection, new_database=True)
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (name,)
        ).fetchone()
        if found is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(name)
                )
            )
