"""Claims about the embedded server, held against real processes that really are killed."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from govdesk.database import embedded, embedded_binaries, embedded_cluster
from govdesk.database.embedded import EmbeddedServer, Unusable
from tests.databases import server_folder

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can do this")

OWNER = """
import os, sys
from pathlib import Path
from govdesk.database.embedded import EmbeddedServer
server = EmbeddedServer.start(Path(sys.argv[1]), fast_tests=True)
ready, wait = os.pipe()
child = os.fork() if "fork" in sys.argv else 0
if "fork" in sys.argv and child == 0:
    os.close(wait)
    os.read(0, 1)
    os._exit(0)
print(server._keeper.pid, child, flush=True)
sys.stdin.read()
"""
"""A program of its own that holds a server until it is killed; prints keeper and forked child."""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that PostgreSQL's user may enter; pytest's own is closed to it when we are root."""
    with server_folder() as folder:
        yield folder


@contextmanager
def owner_of(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], int, int]]:
    """Another process that owns a server; yields it, its keeper's pid and its child's."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with owner:
        assert owner.stdout is not None
        try:
            keeper, child = map(int, owner.stdout.readline().split())
            server = os.pidfd_open(postmaster_of(home))
            yield owner, keeper, child
        finally:
            owner.kill()
        assert has_ended(server), "the owner's server outlived it"


def postmaster_of(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def has_ended(descriptor: int) -> bool:
    """Whether the process of a pidfd ends within ten seconds."""
    try:
        return bool(select.select([descriptor], [], [], 10.0)[0])
    finally:
        os.close(descriptor)


def remember(server: EmbeddedServer, text: str) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS memory (text text)")
        connection.execute("INSERT INTO memory VALUES (%s)", (text,))


def recalled(server: EmbeddedServer) -> list[str]:
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM memory").fetchall()]


def setting(server: EmbeddedServer, name: str) -> str:
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


def test_what_was_written_is_there_after_a_restart_on_the_same_port(place: Path) -> None:
    with EmbeddedServer.start(place / "home", fast_tests=True) as first:
        remember(first, "kept")
        port = first.port
    assert not first.is_running
    with EmbeddedServer.start(place / "home", fast_tests=True) as second:
        assert recalled(second) == ["kept"]
        assert second.port == port


def test_server_ends_when_its_owner_is_killed(place: Path) -> None:
    with owner_of(place / "home") as (owner, _, _):
        server = os.pidfd_open(postmaster_of(place / "home"))
        owner.kill()
        assert has_ended(server)
    with EmbeddedServer.start(place / "home", fast_tests=True) as next_owner:
        assert next_owner.is_running


def test_server_ends_with_its_owner_although_a_forked_child_keeps_the_pipe(place: Path) -> None:
    with owner_of(place / "home", "fork") as (owner, _, child):
        server = os.pidfd_open(postmaster_of(place / "home"))
        os.kill(owner.pid, signal.SIGKILL)
        try:
            assert has_ended(server)
            assert Path(f"/proc/{child}").exists()
        finally:
            os.kill(child, signal.SIGKILL)


def test_server_ends_when_owner_and_keeper_are_killed_together(place: Path) -> None:
    with owner_of(place / "home") as (owner, keeper, _):
        server = os.pidfd_open(postmaster_of(place / "home"))
        os.kill(owner.pid, signal.SIGSTOP)
        os.kill(keeper, signal.SIGKILL)
        os.kill(owner.pid, signal.SIGKILL)
        assert has_ended(server)


def test_owner_can_stop_and_start_again_after_its_keeper_was_killed(place: Path) -> None:
    with EmbeddedServer.start(place / "home", fast_tests=True) as server:
        ended = os.pidfd_open(postmaster_of(place / "home"))
        os.kill(server._keeper.pid, signal.SIGKILL)
        assert has_ended(ended)
        server._keeper.wait()
        assert not server.is_running
    with EmbeddedServer.start(place / "home", fast_tests=True) as again:
        assert again.is_running


def test_committed_rows_survive_a_kill_of_the_server_itself(place: Path) -> None:
    with EmbeddedServer.start(place / "home") as server:
        remember(server, "committed")
        ended = os.pidfd_open(postmaster_of(place / "home"))
        os.kill(postmaster_of(place / "home"), signal.SIGKILL)
        assert has_ended(ended)
    assert (place / "home" / "data" / "postmaster.pid").exists()
    with EmbeddedServer.start(place / "home") as again:
        assert recalled(again) == ["committed"]


def test_pid_file_that_names_a_stranger_does_not_keep_the_server_down(place: Path) -> None:
    home = place / "home"
    EmbeddedServer.start(home, fast_tests=True).stop()
    account = embedded_binaries.account_for(home / "data")
    # Of the server's own user: only such a stranger looks like a predecessor to PostgreSQL.
    with subprocess.Popen(["sleep", "60"], **embedded_cluster.identity(account)) as stranger:
        status = home / "data" / "postmaster.pid"
        status.write_text(f"{stranger.pid}\n{home / 'data'}\n1\n5432\n\n127.0.0.1\n1 1\nready\n")
        os.chown(status, account.uid, account.gid)
        try:
            with EmbeddedServer.start(home, fast_tests=True) as server:
                assert setting(server, "port") == str(server.port)
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_server_that_lost_owner_and_keeper_is_ended_by_the_next_owner(place: Path) -> None:
    home = place / "home"
    EmbeddedServer.start(home, fast_tests=True).stop()
    account = embedded_binaries.account_for(home / "data")
    command = [str(embedded_binaries.find_binaries() / "postgres"), "-D", str(home / "data")]
    orphan = subprocess.Popen(
        [*command, "-c", f"unix_socket_directories={home / 'socket'}", "-c", "listen_addresses="],
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        **embedded_cluster.identity(account),
    )
    with orphan:
        assert orphan.stderr is not None
        assert any("ready to accept connections" in line for line in orphan.stderr)
        with EmbeddedServer.start(home, fast_tests=True) as server:
            assert orphan.wait(timeout=10) == 0
            assert setting(server, "port") == str(server.port)


def test_second_owner_is_refused_and_told_who_the_first_is(place: Path) -> None:
    with (
        owner_of(place / "home") as (owner, _, _),
        pytest.raises(Unusable, match=rf"process {owner.pid}\) uses the data directory"),
    ):
        EmbeddedServer.start(place / "home", fast_tests=True)


def test_two_servers_run_side_by_side(place: Path) -> None:
    with (
        EmbeddedServer.start(place / "one", fast_tests=True) as one,
        EmbeddedServer.start(place / "two", fast_tests=True) as two,
    ):
        remember(one, "one")
        remember(two, "two")
        assert (recalled(one), recalled(two)) == (["one"], ["two"])


def test_remembered_port_is_given_up_when_another_program_took_it(place: Path) -> None:
    with EmbeddedServer.start(place / "home", fast_tests=True) as first:
        port = first.port
    with (
        socket.create_server(("127.0.0.1", port)),
        EmbeddedServer.start(place / "home", fast_tests=True) as second,
    ):
        assert second.port != port
        assert (second.home / "port").read_text() == str(second.port)


def test_port_taken_between_look_and_start_is_replaced(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = embedded_cluster.choose_port
    with socket.create_server(("127.0.0.1", 0)) as other:
        offers = [other.getsockname()[1]]
        monkeypatch.setattr(
            embedded, "choose_port", lambda home: offers.pop() if offers else real(home)
        )
        with EmbeddedServer.start(place / "home", fast_tests=True) as server:
            assert server.port != other.getsockname()[1]
        assert offers == []


def test_port_asked_for_and_taken_is_a_sentence(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Unusable, match=f"Port {port} of 127.0.0.1 is in use"):
            EmbeddedServer.start(place / "home", port=port, fast_tests=True)


@pytest.mark.parametrize("form", ["tcp", "socket"])
def test_nobody_gets_in_without_the_password(place: Path, form: str) -> None:
    with EmbeddedServer.start(place / "home", fast_tests=True) as server:
        host = "127.0.0.1" if form == "tcp" else str(server.socket_dir)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(
                host=host, port=server.port, user="postgres", dbname="postgres", password="wrong"
            )


def test_server_listens_on_loopback_only_and_keeps_parameters_out_of_its_log(place: Path) -> None:
    with EmbeddedServer.start(place / "home") as server:
        assert setting(server, "listen_addresses") == "127.0.0.1"
        assert setting(server, "max_prepared_transactions") == "0"
        assert setting(server, "log_parameter_max_length") == "0"
        assert setting(server, "log_parameter_max_length_on_error") == "0"
        assert setting(server, "data_checksums") == "on"
        assert setting(server, "fsync") == "on"


def test_password_and_socket_are_closed_to_other_users(place: Path) -> None:
    with EmbeddedServer.start(place / "home", fast_tests=True) as server:
        assert (server.home / "superuser-password").stat().st_mode & 0o777 == 0o600
        assert server.socket_dir is not None
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert not (server.home / "initdb-password").exists()


def test_deep_data_directory_has_its_socket_elsewhere_and_leaves_nothing_there(place: Path) -> None:
    home = place / ("d" * 60) / ("e" * 60)
    home.parent.mkdir()
    home.parent.chmod(0o711)
    with EmbeddedServer.start(home, fast_tests=True) as server:
        assert server.socket_dir is not None
        path = server.socket_dir / f".s.PGSQL.{server.port}"
        assert path.is_socket()
        assert len(os.fsencode(path)) <= 107
    assert not server.socket_dir.exists()


def test_directory_of_another_major_release_is_refused_untouched(place: Path) -> None:
    EmbeddedServer.start(place / "home", fast_tests=True).stop()
    (place / "home" / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(Unusable, match="was made by PostgreSQL 12"):
        EmbeddedServer.start(place / "home", fast_tests=True)


def test_lost_password_is_a_sentence(place: Path) -> None:
    EmbeddedServer.start(place / "home", fast_tests=True).stop()
    (place / "home" / "superuser-password").unlink()
    with pytest.raises(Unusable, match="superuser-password is missing"):
        EmbeddedServer.start(place / "home", fast_tests=True)


def test_server_that_cannot_start_says_why_in_its_own_words(place: Path) -> None:
    EmbeddedServer.start(place / "home", fast_tests=True).stop()
    (place / "home" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(Unusable, match="pg_control"):
        EmbeddedServer.start(place / "home", fast_tests=True)


def test_refused_start_lets_go_of_the_directory(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(Unusable, match="Port"):
        EmbeddedServer.start(place / "home", port=other.getsockname()[1], fast_tests=True)
    with EmbeddedServer.start(place / "home", fast_tests=True) as server:
        assert server.is_running


@as_root
def test_full_disk_is_a_sentence(place: Path) -> None:
    disk = place / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m,mode=711", "none", str(disk)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        with pytest.raises(Unusable, match=r"The disk that holds .* is full"):
            EmbeddedServer.start(disk / "home", fast_tests=True)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@as_root
def test_root_runs_the_server_as_somebody_else(place: Path) -> None:
    with EmbeddedServer.start(place / "home", fast_tests=True) as server:
        owner = Path(f"/proc/{postmaster_of(server.home)}").stat().st_uid
        assert owner != 0
        assert (server.home / "data").stat().st_uid == owner
        assert server.home.stat().st_uid == 0


@as_root
def test_root_copies_binaries_that_the_other_user_cannot_read(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(embedded_binaries.find_binaries().parent, closed / "pginstall", symlinks=True)
    monkeypatch.setattr(embedded, "find_binaries", lambda: closed / "pginstall" / "bin")
    with EmbeddedServer.start(place / "home", fast_tests=True) as server:
        program = os.readlink(f"/proc/{postmaster_of(server.home)}/exe")
        assert Path(program).is_relative_to(server.home)


@as_root
def test_root_is_told_when_the_other_user_cannot_reach_the_directory(place: Path) -> None:
    (place / "closed").mkdir(mode=0o700)
    with pytest.raises(Unusable, match="may not enter"):
        EmbeddedServer.start(place / "closed" / "home", fast_tests=True)


@as_root
def test_roots_default_directory_is_open_to_the_other_user(place: Path) -> None:
    default = embedded.default_home()
    existing = next(folder for folder in default.parents if folder.exists())
    assert embedded_binaries.account_for(default / "data").may_enter(existing)


@pytest.mark.skipif(
    not Path("/usr/lib/postgresql/15/bin/initdb").exists(), reason="no PostgreSQL 15 of Debian here"
)
def test_debians_fifteen_serves_too(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fifteen = Path("/usr/lib/postgresql/15/bin")
    monkeypatch.setattr(embedded, "find_binaries", lambda: fifteen)
    with EmbeddedServer.start(place / "home", fast_tests=True) as server:
        assert setting(server, "server_version").startswith("15.")
        assert setting(server, "lc_ctype") == "C.UTF-8"
