"""`server init` and `server migrate`: repeatable, one at a time, and no without a sentence."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql

from govdesk import __version__
from govdesk.database import floors, migrate, schema_dump
from govdesk.database.catalogue_lint import lint
from govdesk.database.embedded import EmbeddedServer
from govdesk.database.errors import ServerTooOld, ServerUnfit, SessionEnded
from tests.database.conftest import ACME, BETA, MEI, Cast
from tests.databases import APP_PASSWORD, WORKER_PASSWORD, Connect, Database, Sessions

_numbers = itertools.count(1)


@pytest.fixture
def fresh_url(server: EmbeddedServer, sessions: Sessions) -> Iterator[str]:
    """The URL of a database that does not exist yet."""
    name = f"fresh_{os.getpid()}_{next(_numbers)}"
    yield server.admin_url_of(name)
    sessions.connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def install(url: str) -> migrate.Migration:
    return migrate.install(url, app_password=APP_PASSWORD, worker_password=WORKER_PASSWORD)


def test_a_second_init_and_a_second_migrate_change_nothing(cast: Cast) -> None:
    url, before = cast.database.admin_url, cast.one("SELECT count(*) FROM govdesk.audit_log")
    dumped, held = schema_dump.schema(url), schema_dump.fingerprint_text(url)
    assert not install(url).changed
    assert not migrate.migrate(url).changed
    assert schema_dump.schema(url) == dumped
    assert schema_dump.fingerprint_text(url) == held
    assert cast.one("SELECT count(*) FROM govdesk.audit_log") == before


def test_what_other_databases_do_to_the_roles_changes_no_dump(cast: Cast) -> None:
    url = cast.database.admin_url
    dumped, held = schema_dump.schema(url), schema_dump.fingerprint_text(url)
    # Each goes to the end of pg_roles in turn, so that one of both is a new order.
    for role in ("govdesk_app", "govdesk_worker", "govdesk_definer"):
        cast.admin.execute(sql.SQL("ALTER ROLE {} NOINHERIT").format(sql.Identifier(role)))
        assert schema_dump.schema(url) == dumped
        assert schema_dump.fingerprint_text(url) == held


def test_a_session_survives_a_migrate_of_the_same_release(cast: Cast) -> None:
    session = cast.sign_in(MEI)
    migrate.migrate(cast.database.admin_url)
    session.touch()


@pytest.mark.parametrize(
    "damage",
    [
        "DROP POLICY tenant_wall ON govdesk.node",
        "ALTER TABLE govdesk.node NO FORCE ROW LEVEL SECURITY",
        "ALTER FUNCTION govdesk_private.context() SET search_path = public",
        "GRANT DELETE ON govdesk.node TO govdesk_app",
        "GRANT UPDATE (tenant_path) ON govdesk.node TO govdesk_app",
        "ALTER TABLE govdesk.node DISABLE TRIGGER ALL",
        "DROP TRIGGER _900_capture_update ON govdesk.node",
        "CREATE FUNCTION govdesk_api.back_door() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "GRANT USAGE ON SCHEMA govdesk_private TO govdesk_app",
    ],
)
def test_a_migrate_puts_back_what_somebody_changed(
    database: Database, connect: Connect, damage: str
) -> None:
    before = schema_dump.fingerprint_text(database.admin_url)
    admin = connect(database.admin_url)
    admin.execute(damage)  # type: ignore[call-overload]
    assert schema_dump.fingerprint_text(database.admin_url) != before or lint(admin)
    migrate.migrate(database.admin_url)
    assert schema_dump.fingerprint_text(database.admin_url) == before
    assert lint(admin) == []


def test_two_migrates_at_once_both_succeed(database: Database) -> None:
    before = schema_dump.fingerprint_text(database.admin_url)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(migrate.migrate, [database.admin_url] * 2))
    assert [d.after for d in done] == [migrate.latest_revision()] * 2
    assert schema_dump.fingerprint_text(database.admin_url) == before


def test_two_inits_of_a_new_database_at_once_both_succeed(fresh_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(install, [fresh_url] * 2))
    assert sorted(d.before is None for d in done) == [False, True]


def test_a_newer_release_is_announced_once_in_every_log(cast: Cast) -> None:
    cast.admin.execute("UPDATE govdesk_private.installation SET release = '0.0.1'")
    assert migrate.migrate(cast.database.admin_url).changed
    assert not migrate.migrate(cast.database.admin_url).changed
    for path in (ACME, BETA):
        rows = [row for row in cast.rows(0, path) if row["action"] == "schema.migrated"]
        assert [row["actor"] for row in rows] == [f"setup:{__version__}"]
        assert rows[0]["diff"]["data"]["new"]["release_before"] == "0.0.1"


def test_a_schema_that_is_newer_than_the_program_is_refused_and_left_alone(
    database: Database, connect: Connect
) -> None:
    admin = connect(database.admin_url)
    admin.execute("UPDATE govdesk_private.alembic_version SET version_num = '9999'")
    before = schema_dump.fingerprint_text(database.admin_url)
    with pytest.raises(ServerUnfit, match=r"revision 9999, which is newer.*Update GovDesk"):
        migrate.migrate(database.admin_url)
    assert schema_dump.fingerprint_text(database.admin_url) == before


def there(sessions: Sessions, url: str) -> bool:
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    found = sessions.connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
    return found.fetchone() is not None


def test_a_server_below_the_floor_is_refused_before_anything_is_made(
    fresh_url: str, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = sessions.connection.info.server_version
    monkeypatch.setitem(floors.FLOORS, running // 10000, running + 1)
    with pytest.raises(ServerTooOld) as caught:
        install(fresh_url)
    major, minor = divmod(running, 10000)
    assert caught.value.sentence.startswith(f"The server runs PostgreSQL {major}.{minor}")
    assert caught.value.remedy == f"Update it to {major}.{minor + 1} or later."
    assert not there(sessions, fresh_url)


def test_a_missing_extension_is_named_with_its_package_before_anything_is_made(
    fresh_url: str, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "EXTENSIONS", (*migrate.EXTENSIONS, "ltree_of_tomorrow"))
    with pytest.raises(ServerUnfit) as caught:
        install(fresh_url)
    assert caught.value.sentence == "The server lacks the extension ltree_of_tomorrow."
    assert "postgresql-contrib" in caught.value.remedy
    assert not there(sessions, fresh_url)


def test_a_database_in_another_encoding_is_refused(
    fresh_url: str, sessions: Sessions, server: EmbeddedServer
) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(fresh_url)["dbname"])
    sessions.connection.execute(
        sql.SQL("CREATE DATABASE {} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0").format(
            sql.Identifier(name)
        )
    )
    with pytest.raises(ServerUnfit, match=r"encoded in SQL_ASCII.*ENCODING 'UTF8'"):
        install(fresh_url)


def test_a_copy_of_a_database_honours_no_session_of_the_original(cast: Cast) -> None:
    session = cast.sign_in(MEI)
    # A restored dump is another database: its oid is not the one written down.
    cast.admin.execute("UPDATE govdesk_private.installation SET database_oid = 1")
    assert migrate.migrate(cast.database.admin_url).restored
    with pytest.raises(SessionEnded):
        session.touch()
    actions = [row["action"] for row in cast.rows(0)]
    assert actions[-2:] == ["session.revoked", "schema.migrated"]
