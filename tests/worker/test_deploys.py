"""Claims: a deploy says how it went, loudly with the failed step, and never fails by saying it."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from govdesk import __version__
from govdesk.cli.program import run
from govdesk.database import migrate, schema_dump
from govdesk.database.connection import Session
from govdesk.services import attention, deploys
from govdesk.services.operators import Operators
from tests.databases import WORKER_PASSWORD, Database
from tests.doors import seat
from tests.mail_servers import MailServer, mail_server, text_of
from tests.people import ADA, MEI, Cast
from tests.strictness import ExpectLog
from tests.unit.delivery.ntfy_server import NtfyServer, ntfy_server
from tests.worker.test_processes import PROGRAM, ROOT, Running, environment

TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
ADMIN_PASSWORD = "adm1n p@ss/word"
REVISION = '''"""Planted."""
revision, down_revision, branch_labels, depends_on = "9001", "{before}", None, None
def upgrade():
    from alembic import op
    op.execute("CREATE TABLE govdesk.planted (id int)")
    {fault}
'''
Told = dict[str, str]
Plant = Callable[[str], None]


@pytest.fixture
def ntfy() -> Iterator[NtfyServer]:
    with ntfy_server(token=TOKEN) as made:
        yield made


@pytest.fixture
def office() -> Iterator[MailServer]:
    with mail_server() as one:
        yield one


@pytest.fixture
def told(ntfy: NtfyServer, office: MailServer, monkeypatch: pytest.MonkeyPatch) -> Told:
    """The environment of a deploy, with ways by ntfy and by mail."""
    given = {
        "GOVDESK_NTFY_URL": ntfy.url(),
        "GOVDESK_NTFY_TOKEN": TOKEN,
        "GOVDESK_OPERATORS": "ops@example.com",
        "GOVDESK_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "GOVDESK_SMTP_FROM": "GovDesk <govdesk@example.com>",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, which the next migrate takes."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.migrations_folder(), copy)
    monkeypatch.setattr(migrate, "migrations_folder", lambda: copy)
    return copy


@pytest.fixture
def plant(folder: Path) -> Plant:
    """Add a revision that makes a table and then does something wrong."""
    before = migrate.latest_revision()

    def planted(fault: str) -> None:
        text = REVISION.format(before=before, fault=fault)
        (folder / "versions/9001_planted.py").write_text(text)

    return planted


def migrating(url: str) -> int:
    return run(["server", "migrate", "--admin-url", url])


def test_a_migration_that_went_well_is_told_without_sound(
    database: Database, ntfy: NtfyServer, told: Told
) -> None:
    with psycopg.connect(database.admin_url) as admin:
        admin.execute("UPDATE govdesk_private.installation SET release = '0.0.1'")
    assert migrating(database.admin_url) == 0
    (came,) = ntfy.published
    assert (came.title, came.priority) == (f"GovDesk {__version__}: schema migrated", 1)
    assert f"from 0.0.1: revision {migrate.latest_revision()}" in came.message
    assert " s.\n" in came.message
    assert socket.gethostname() in came.message


def test_silent_success_says_nothing(
    database: Database, ntfy: NtfyServer, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVDESK_NTFY_SUCCESS", "silent")
    assert migrating(database.admin_url) == 0
    assert ntfy.requests == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            'op.execute("SELECT no_such_column FROM govdesk.node")',
            '"no_such_column" does not exist',
        ),
        ("op.get_bind().connection.driver_connection.execute('SELECT 1/0')", "division by zero"),
        ("raise RuntimeError('planted\\nsecond line')", "RuntimeError: planted"),
    ],
)
def test_a_failing_migration_is_loud_and_names_the_step_and_the_first_line(
    database: Database, ntfy: NtfyServer, told: Told, plant: Plant, fault: str, words: str
) -> None:
    plant(fault)
    before = schema_dump.schema(database.admin_url)
    with pytest.raises(Exception, match=words.partition(": ")[2] or words):
        deploys.migrate(database.admin_url, told, print)
    assert schema_dump.schema(database.admin_url) == before
    (came,) = ntfy.published
    assert (came.title, came.priority) == (f"GovDesk {__version__}: migration failed", 5)
    assert came.message.startswith("Step: revision 9001\n")
    assert came.message.count("9001") == 1
    assert words in came.message
    assert "second line" not in came.message
    assert "Nothing was changed" in came.message


def test_a_failing_function_file_is_named(
    database: Database, ntfy: NtfyServer, told: Told, folder: Path
) -> None:
    with open(folder / "sql/functions/240_outbox.sql", "a") as file:
        file.write("\nSELECT planted;\n")
    assert migrating(database.admin_url) == 3
    (came,) = ntfy.published
    assert came.message.startswith("Step: 240_outbox.sql\n")


def test_a_commit_that_is_refused_is_the_step_committing(
    database: Database, ntfy: NtfyServer, told: Told, plant: Plant
) -> None:
    plant(
        'op.execute("CREATE SCHEMA planted; CREATE TABLE planted.once'
        " (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);"
        ' INSERT INTO planted.once VALUES (1), (1)")'
    )
    assert migrating(database.admin_url) != 0
    (came,) = ntfy.published
    assert came.message.startswith("Step: committing\n")


def test_after_the_commit_it_is_not_said_that_nothing_was_changed(
    database: Database, ntfy: NtfyServer, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(database.admin_url) as admin:
        admin.execute("UPDATE govdesk_private.installation SET release = '0.0.1'")

    def broken(*_: object) -> None:
        raise psycopg.OperationalError("planted")

    monkeypatch.setattr(migrate, "_announce", broken)
    assert migrating(database.admin_url) == 3
    (came,) = ntfy.published
    assert came.message.startswith(f"Step: {migrate.ANNOUNCING}\n")
    assert "is migrated already" in came.message


def test_a_server_that_is_not_there_is_told_without_where_it_is(
    ntfy: NtfyServer, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    url = f"postgresql://boss:{quote(ADMIN_PASSWORD, safe='')}@127.0.0.1:{port}/govdesk"
    assert migrating(url) == 3
    (came,) = ntfy.published
    assert came.message.startswith("Step: connecting\n")
    for said in (came.message, *capsys.readouterr()):
        for hidden in ("adm1n", "p@ss", "p%40ss", TOKEN):
            assert hidden not in said
    assert str(port) not in came.message


def test_where_ntfy_fails_the_failing_migration_is_mailed(
    database: Database,
    ntfy: NtfyServer,
    office: MailServer,
    told: Told,
    plant: Plant,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ntfy.token = "another"
    plant('op.execute("SELECT 1/0")')
    assert migrating(database.admin_url) == 3
    (mail,) = office.messages
    assert mail["Subject"] == f"GovDesk {__version__}: migration failed"
    assert "Step: revision 9001" in text_of(mail)
    assert "ntfy did not take the notice" in capsys.readouterr().err
    assert TOKEN not in mail.as_string()


def test_home_says_that_a_deploy_failed_until_one_goes_well(
    cast: Cast, ntfy: NtfyServer, told: Told, plant: Plant, folder: Path
) -> None:
    ada, mei = (seat(cast, person.email) for person in (ADA, MEI))

    def said(session: Session) -> list[str]:
        return [n.sentence for n in attention.needs(session) if n.kind == "deploy_failed"]

    assert said(ada) == []
    plant('op.execute("SELECT 1/0")')
    assert migrating(cast.database.admin_url) == 3
    assert said(ada) == [
        f"The deploy of GovDesk {__version__} failed at revision 9001: division by zero."
    ]
    assert said(mei) == []
    (folder / "versions/9001_planted.py").unlink()
    assert migrating(cast.database.admin_url) == 0
    assert said(ada) == []


def test_a_notice_that_reaches_nobody_changes_nothing_about_the_deploy(
    database: Database,
    ntfy: NtfyServer,
    office: MailServer,
    told: Told,
    plant: Plant,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ntfy.token, office.to_address = "another", ["550 no such user"] * 2
    assert migrating(database.admin_url) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Revision")
    assert len(said.err.splitlines()) == 2
    plant('op.execute("SELECT 1/0")')
    assert migrating(database.admin_url) == 3
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .startswith("govdesk: Failed at revision 9001: division")
    )


def test_the_first_worker_of_a_release_is_told_once_however_many_start(
    cast: Cast, ntfy: NtfyServer, office: MailServer, told: Told
) -> None:
    given = environment(cast.database, office) | told
    for host in ("one", "two", "one"):
        process = subprocess.Popen(
            [*PROGRAM, "--host", host], cwd=ROOT, env=given, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        running = Running(process)
        try:
            running.wait_for("is at work")
            if host == "one":
                ntfy.wait_for(1)
            running.stop()
        finally:
            running.close()
        assert TOKEN not in "".join(running.log)
    (came,) = ntfy.published
    assert (came.title, came.priority) == (f"GovDesk {__version__}: first worker at work", 1)
    assert "The worker one runs" in came.message
    assert WORKER_PASSWORD not in came.message


def test_a_worker_that_may_not_start_is_told_loudly_once_for_a_release(
    cast: Cast,
    ntfy: NtfyServer,
    office: MailServer,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: ExpectLog,
) -> None:
    monkeypatch.setenv("GOVDESK_WORKER_URL", cast.database.app_url)
    expected_log("ntfy did not take the notice")
    expected_log("mail did not go")
    ntfy.token, office.to_address = "another", ["451 not now"]
    assert run(["worker", "--host", "one"]) == 4
    ntfy.token = TOKEN
    codes = [run(["worker", "--host", "one"]) for _ in range(2)]
    assert codes == [4, 4]
    (came,) = ntfy.published
    assert came.priority == 5
    assert "start of the worker one" in came.message
    thread = deploys.note_start(cast.database.worker_url, "one", told)
    assert thread is not None
    thread.join()
    assert run(["worker", "--host", "one"]) == 4
    assert [one.priority for one in ntfy.published] == [5, 1, 5]


def test_a_database_that_is_not_there_yet_is_no_alarm(
    ntfy: NtfyServer, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVDESK_WORKER_URL", "postgresql://govdesk_worker:x@127.0.0.1:1/govdesk")
    assert run(["worker", "--host", "one"]) == 3
    assert ntfy.requests == []


def test_the_installation_is_named_where_it_has_a_name() -> None:
    own = socket.gethostname()
    assert Operators({}).where == own
    given = {"GOVDESK_WEB_URL": "https://govdesk.example.com"}
    assert Operators(given).where == f"{own} (govdesk.example.com)"
