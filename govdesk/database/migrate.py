"""Roles, schema, functions: `govdesk server init` and `govdesk server migrate`.

Tables change by Alembic revisions; functions, triggers, policies and grants are plain SQL files
that every migrate replaces as a whole, in the same transaction. Both verbs may be repeated.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg import sql

from govdesk import __version__
from govdesk.database.errors import DatabaseProblem, ServerUnfit, Unreachable, explain
from govdesk.database.floors import refuse_old
from govdesk.database.queue import install_queue
from govdesk.domain.decisions import DECISION_KINDS
from govdesk.domain.events import EVENTS
from govdesk.domain.permissions import PERMISSIONS
from govdesk.domain.raw_secrets import PATTERNS

if TYPE_CHECKING:
    from sqlalchemy import Connection

Step = Callable[[str], object]
"""Told what begins now, in a few words."""
EXTENSIONS = ("ltree", "pgcrypto", "pg_trgm", "btree_gist")
_FACTS = (
    "govdesk_private.installation",
    "govdesk.permission",
    "govdesk.event_kind",
    "govdesk.decision_kind",
    "govdesk.country",
    "govdesk_private.secret_pattern",
)
LOCK_KEY = 0x676F76646573
"""Advisory lock held by a migrate, so that two never run at once."""
ANNOUNCING = "sealing schema.migrated in every log"
"""The step after the commit."""


class MigrationFailed(DatabaseProblem):
    """The server refused what a step asked for; `said` is its first line."""

    def __init__(self, step: str, said: str, remedy: str):
        super().__init__(f"Failed at {step}: {said}", remedy)
        self.said = said


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


def migrate(admin_url: str, step: Step = lambda _: None) -> Migration:
    """Bring tables and functions to this release in one transaction, under an advisory lock.

    Refuses (`ServerUnfit`) a schema that is newer than this program. Seals `schema.migrated` in
    every tenant's log when something moved; a restored copy first loses all its sessions. `step`
    is told each step as it begins; until `ANNOUNCING` a failure leaves everything as it was.
    """
    step("connecting")
    # Connected here, so that a server that is down is psycopg's error and not SQLAlchemy's.
    own = psycopg.connect(admin_url)
    from sqlalchemy import create_engine, exc, pool  # see `latest_revision`

    engine = create_engine("postgresql+psycopg://", creator=lambda: own, poolclass=pool.NullPool)
    try:
        with engine.begin() as bound:
            connection = cast("psycopg.Connection[Any]", bound.connection.driver_connection)
            step("checking the server")
            check_server(connection)
            step("waiting for another migration")
            connection.execute("SET LOCAL lock_timeout = '60s'")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
            result = _migrate(connection, bound, step)
            step("committing")
    except exc.DBAPIError as error:
        # Where a revision speaks through SQLAlchemy, what happened is still psycopg's to say.
        raise (error.orig or error) from error
    if result.changed:
        step(ANNOUNCING)
        with psycopg.connect(admin_url, autocommit=True) as announcing:
            _announce(announcing, result)
    return result


@contextmanager
def explained_steps(now: Callable[[], str]) -> Iterator[None]:
    """Turn what psycopg raises during a migrate into sentences; `now` names the present step."""
    try:
        yield
    except psycopg.Error as error:
        problem = explain(error)
        if isinstance(problem, Unreachable | ServerUnfit):
            raise problem from error
        lines = (error.diag.message_primary or str(error)).strip().splitlines() or ["no reason"]
        left = (
            "The schema is migrated; run govdesk server migrate once more."
            if now() == ANNOUNCING
            else "Nothing was changed."
        )
        raise MigrationFailed(now(), f"{lines[0].rstrip('.')}.", left) from error


def note_deploy(admin_url: str, step: str, error: str) -> None:
    """Leave word for Home that a migration failed; the next one that succeeds takes it away.

    Does nothing where the database cannot be asked, or is of a release without such a place.
    """
    with (
        suppress(psycopg.Error),
        psycopg.connect(admin_url, autocommit=True, connect_timeout=5) as connection,
    ):
        connection.execute("SET lock_timeout = '5s'")
        _note_deploy(connection, step, error)


def _note_deploy(connection: psycopg.Connection[Any], step: str | None, error: str | None) -> None:
    place = "govdesk_private.note_deploy(text, text, text)"
    known = connection.execute("SELECT to_regprocedure(%s)", (place,)).fetchone()
    if known is not None and known[0] is not None:
        connection.execute(
            "SELECT govdesk_private.note_deploy(%s, %s, %s)", (__version__, step, error)
        )


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


def _migrate(connection: psycopg.Connection[Any], bound: Connection, step: Step) -> Migration:
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
    _upgrade(bound, folder, before, step)
    files = sorted((folder / "sql/functions").glob("*.sql"))
    step(files[0].name)
    run_file(connection, files[0])
    step("facts of the release")
    release_before, restored = _facts(connection)
    for path in files[1:]:
        step(path.name)
        run_file(connection, path)
    step("the worker's queue")
    install_queue(connection)
    if restored and release_before is not None:
        step("ending sessions of the original")
        _end_sessions(connection)
    _note_deploy(connection, None, None)
    return Migration(before, latest_revision(), release_before, restored)


def _upgrade(bound: Connection, folder: Path, before: str | None, step: Step) -> None:
    """One revision after the other, so that the one that fails has a name."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = bound
    missing = ScriptDirectory(str(folder)).iterate_revisions("head", before or "base")
    for revision in reversed([script.revision for script in missing]):
        step(f"revision {revision}")
        command.upgrade(config, revision)


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
            ("name", "noun", "sentence", "bases", "step_up", "staff"),
            [(p.name, p.noun, p.sentence, list(p.bases), p.step_up, p.staff) for p in PERMISSIONS],
        )
        _replace_facts(
            connection,
            "event_kind",
            ("name", "severity", "entity_type", "template", "denied"),
            [(e.name, e.severity, e.entity_type, e.template, e.denied) for e in EVENTS],
        )
        _replace_facts(
            connection,
            "decision_kind",
            ("action", "title", "sentence", "permission", "always"),
            [(k.action, k.title, k.sentence, k.permission, k.always) for k in DECISION_KINDS],
        )
        _replace_facts(
            connection,
            "secret_pattern",
            ("name", "title", "hint", "pattern", "place"),
            [(p.name, p.title, p.hint, p.pattern, i) for i, p in enumerate(PATTERNS)],
            schema="govdesk_private",
        )
        _add_countries(connection)
    return (None, False) if before is None else (before[0], bool(before[1]))


def _add_countries(connection: psycopg.Connection[Any]) -> None:
    """ISO 3166-1; a country that ceased stays, because organisations may name it."""
    import pycountry  # reads its data when it is loaded; most starts never migrate

    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO govdesk.country (code, name) VALUES (%s, %s)"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name",
            [(c.alpha_2, getattr(c, "common_name", c.name)) for c in pycountry.countries],
        )


def _replace_facts(
    connection: psycopg.Connection[Any],
    table: str,
    columns: tuple[str, ...],
    rows: list[tuple[object, ...]],
    schema: str = "govdesk",
) -> None:
    name = sql.Identifier(schema, table)
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
        " govdesk.permission, govdesk.event_kind, govdesk.decision_kind, govdesk.country,"
        " govdesk_private.secret_pattern TO govdesk_kernel"
    )
    for table in _FACTS:
        connection.execute(
            f"CREATE POLICY facts ON {table} TO govdesk_kernel USING (true) WITH CHECK (true)"
        )
    connection.execute("SET LOCAL ROLE govdesk_kernel")
    yield
    connection.execute("RESET ROLE")
    for table in _FACTS:
        connection.execute(f"DROP POLICY facts ON {table}")


def _end_sessions(connection: psycopg.Connection[Any]) -> None:
    """A restored copy must not honour tokens of the original; each log seals their end.

    Principals of the original's transactions go first: here their numbers belong to others.
    """
    connection.execute("DELETE FROM govdesk_private.acting WHERE xact <> pg_current_xact_id()")
    for path in _tenants(connection):
        claim_setup(connection, path)
        connection.execute(
            "INSERT INTO govdesk_private.session_end (tenant_id, session_id, staff)"
            " SELECT s.tenant_id, s.id, s.staff_member_id IS NOT NULL"
            " FROM govdesk_private.session s"
            " WHERE s.tenant_path = %s AND s.expires_at > clock_timestamp()"
            " AND NOT govdesk_private.is_ended(s.id)",
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
