"""The worker's queue in the database: installed once, upgraded, and closed to everyone else."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from govdesk.database import queue
from govdesk.database.errors import ServerUnfit
from tests.people import Cast

COLUMNS = (
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
    " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND a.attnum > 0"
    " AND NOT a.attisdropped AND c.relnamespace = 'govdesk_queue'::regnamespace ORDER BY 1, 2"
)
FUNCTIONS = (
    "SELECT p.oid::regprocedure::text, md5(p.prosrc), p.proacl::text, p.proconfig FROM pg_proc p"
    " WHERE p.pronamespace = 'govdesk_queue'::regnamespace ORDER BY 1"
)


def install(cast: Cast) -> str:
    with cast.admin.transaction():
        return queue.install_queue(cast.admin)


def test_a_second_install_changes_nothing_and_leaves_the_session_as_it_was(cast: Cast) -> None:
    version = install(cast)
    before = [cast.admin.execute(q).fetchall() for q in (COLUMNS, FUNCTIONS)]
    with cast.admin.transaction():
        cast.admin.execute("SET LOCAL search_path = pg_catalog, public")
        assert queue.install_queue(cast.admin) == version
        assert cast.one("SELECT current_setting('search_path')") == "pg_catalog, public"
        assert cast.one("SELECT current_user = session_user")
    assert [cast.admin.execute(q).fetchall() for q in (COLUMNS, FUNCTIONS)] == before


def test_an_older_queue_becomes_what_a_new_one_is(cast: Cast) -> None:
    install(cast)
    new = [cast.admin.execute(q).fetchall() for q in (COLUMNS, FUNCTIONS)]
    files = queue._migrations()
    old = [file for file in files if file.stem < "03.02"]
    assert len(old) < len(files)
    cast.admin.execute("DROP SCHEMA govdesk_queue CASCADE")
    cast.admin.execute("CREATE SCHEMA govdesk_queue AUTHORIZATION govdesk_owner")
    cast.admin.execute("SET ROLE govdesk_owner")
    cast.admin.execute("SET search_path = govdesk_queue, pg_catalog")
    # One by one: before PostgreSQL 17 a transaction cannot use the values it adds to an enum.
    for file in old:
        cast.admin.execute(file.read_bytes())
    cast.admin.execute("RESET ROLE")
    cast.admin.execute("RESET search_path")
    cast.admin.execute(
        sql.SQL("COMMENT ON SCHEMA govdesk_queue IS {}").format(
            sql.Literal(f"procrastinate {old[-1].stem}")
        )
    )
    assert install(cast) == files[-1].stem
    columns, functions = (cast.admin.execute(q).fetchall() for q in (COLUMNS, FUNCTIONS))
    assert columns == new[0]
    # An upgraded one keeps functions of before for workers that are still running.
    assert {row[0] for row in functions} >= {row[0] for row in new[1]}


def test_a_newer_queue_and_one_that_forgot_its_version_are_refused(cast: Cast) -> None:
    install(cast)
    for note, words in (("procrastinate 99.00.00_01_later", "newer"), ("lost", "does not say")):
        cast.admin.execute(
            sql.SQL("COMMENT ON SCHEMA govdesk_queue IS {}").format(sql.Literal(note))
        )
        with pytest.raises(ServerUnfit, match=words):
            install(cast)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM govdesk_queue.procrastinate_jobs",
        "INSERT INTO govdesk_queue.procrastinate_jobs (queue_name, task_name) VALUES ('d', 'x')",
        "SELECT govdesk_queue.procrastinate_register_worker_v1()",
        "CREATE TABLE govdesk_queue.mine ()",
    ],
)
def test_the_console_s_login_cannot_enter_the_queue(cast: Cast, statement: str) -> None:
    install(cast)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cast.open(cast.database.app_url).execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE govdesk_queue.procrastinate_jobs CASCADE",
        "ALTER TABLE govdesk_queue.procrastinate_jobs DISABLE TRIGGER ALL",
        "CREATE FUNCTION govdesk_queue.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE govdesk_queue.mine ()",
        "DROP SCHEMA govdesk_queue CASCADE",
    ],
)
def test_the_worker_s_login_uses_the_queue_and_changes_nothing_of_it(
    cast: Cast, statement: str
) -> None:
    install(cast)
    worker = cast.open(cast.database.worker_url)
    worker.execute("SELECT govdesk_queue.procrastinate_register_worker_v1()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute(statement.encode())


def test_nothing_in_the_queue_notifies(cast: Cast) -> None:
    install(cast)
    found = cast.one(
        "SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE p.pronamespace = 'govdesk_queue'::regnamespace"
        " AND strpos(p.prosrc, 'pg_notify') > 0"
    )
    kept = cast.one(
        "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = 'govdesk_queue'::regnamespace AND NOT t.tgisinternal"
    )
    assert (found, kept > 0) == (0, True)
