"""The data directory of an embedded server: its one owner, its making, what a crash left there."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from govdesk.database.embedded_binaries import Account, Unusable

SUPERUSER = "postgres"
_SOCKET_PATH_LIMIT = 107
"""Bytes of a socket's path on Linux, less the closing zero (unix(7)); 103 elsewhere."""
_SOCKET_NAME = "/.s.PGSQL.65535"
_PATIENCE_SECONDS = 10.0


def hold(home: Path) -> int:
    """Lock the directory for this owner and return the lock's descriptor.

    The kernel lets go of it however the owner ends. A second owner gets `Unusable`, which names
    the first.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o711)
        lock = os.open(home / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unusable(
            f"The data directory {home} cannot be written: {error.strerror}.", "Choose another."
        ) from error
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


def refuse_unreachable(home: Path, account: Account) -> None:
    """Raise `Unusable` if the server's user cannot get to `home` at all."""
    if account.name is not None and not account.may_enter(home):
        raise Unusable(
            f"As root the server runs as {account.name}, who may not enter {home}.",
            "Choose another directory with --data-dir, for instance below /var/lib.",
        )


def refuse_other_major(data: Path, major: int) -> None:
    """Raise `Unusable` if another major release made the data directory."""
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(major):
        raise Unusable(
            f"The data directory {data} was made by PostgreSQL {made_by}, but {major} is to run.",
            f"Set GOVDESK_POSTGRES_BIN to the folder of a PostgreSQL {made_by},"
            " or choose another directory with --data-dir.",
        )


def initialise(home: Path, binaries: Path, major: int, account: Account, *, sync: bool) -> None:
    """Make ``home/data`` with a superuser password kept in ``home/superuser-password`` (0600).

    The directory gets its name only when it is whole, so a crash midway leaves none.
    """
    partial = home / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    password = secrets.token_urlsafe(24)
    _write_secret(home / "superuser-password", password, os.geteuid(), os.getegid())
    handed_over = home / "initdb-password"
    _write_secret(handed_over, password, account.uid, account.gid)
    os.chown(partial, account.uid, account.gid)
    command = [
        str(binaries / "initdb"),
        *("-D", str(partial), "-U", SUPERUSER, "-E", "UTF8", "--data-checksums"),
        *("--auth", "scram-sha-256", "--pwfile", str(handed_over), "--no-instructions"),
        *_locale(major),
        *([] if sync else ["--no-sync"]),
    ]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd="/",
            env=os.environ | {"LC_ALL": "C"},
            **identity(account),
        )
    finally:
        handed_over.unlink()
    if done.returncode != 0:
        shutil.rmtree(partial, ignore_errors=True)
        raise explain_output(done.stderr or done.stdout, home, "initdb failed")
    partial.rename(home / "data")


def _write_secret(path: Path, text: str, uid: int, gid: int) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        os.fchown(file.fileno(), uid, gid)
        file.write(text)


def _locale(major: int) -> list[str]:
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def identity(account: Account) -> dict[str, Any]:
    """Arguments that make `subprocess` run a program as `account`."""
    if account.name is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def explain_output(output: str, home: Path, what: str) -> Unusable:
    """Turn what a PostgreSQL program printed into a sentence and a remedy."""
    if "No space left on device" in output:
        return Unusable(f"The disk that holds {home} is full.", "Free space, then try again.")
    words = " ".join(output.split()[-60:]) or "it printed nothing."
    return Unusable(f"{what}: {words}", f"The whole log is {home / 'server.log'}.")


def end_strays(data: Path) -> None:
    """End whatever still runs in `data` after its owner and keeper were killed.

    Called under the owner's lock, so nobody legitimate is there. Also removes a pid file whose
    number now belongs to somebody else: PostgreSQL would take that process for its predecessor.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        strays = _processes_in(data)
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                # A fast shutdown is SIGINT to the postmaster; its children end with it.
                os.kill(pid, number)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while _processes_in(data) and time.monotonic() < deadline:
            time.sleep(0.02)
    strays = _processes_in(data)
    if strays:
        raise Unusable(
            f"A PostgreSQL (process {strays[0]}) still runs in {data} and does not end.",
            "End it, or choose another directory with --data-dir.",
        )
    status = data / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        if Path(f"/proc/{int(status.read_text().splitlines()[0])}").exists():
            status.unlink()


def _processes_in(data: Path) -> list[int]:
    """Processes whose working directory is `data`, as that of every server process is."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "cwd") == str(data):
                found.append(int(process.name))
    return found


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def choose_port(home: Path) -> int:
    """Return the remembered port if it is free, else a new one, remembered."""
    memory = home / "port"
    with contextlib.suppress(OSError, ValueError):
        remembered = int(memory.read_text())
        if is_free(remembered):
            return remembered
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    memory.write_text(str(port))
    return port


def make_socket_dir(home: Path, account: Account) -> Path | None:
    """Make a private directory (0700) for the socket; None if no short enough path is safe.

    Beside the data, or under the temporary directory when that path would be too long.
    """
    beside = home / "socket"
    if len(os.fsencode(f"{beside}{_SOCKET_NAME}")) <= _SOCKET_PATH_LIMIT - 4:
        beside.mkdir(mode=0o700, exist_ok=True)
        os.chown(beside, account.uid, account.gid)
        return beside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    elsewhere = Path(f"/tmp/govdesk-{account.uid}-{digest}")
    with contextlib.suppress(FileExistsError):
        elsewhere.mkdir(mode=0o700)
        os.chown(elsewhere, account.uid, account.gid)
    status = elsewhere.lstat()
    # Everybody may write to /tmp: what somebody else put there is not ours to use.
    ours = status.st_uid == account.uid and status.st_mode & 0o177777 == 0o040700
    return elsewhere if ours else None


def remove_socket_dir(folder: Path, home: Path) -> None:
    """Remove a socket directory that is not inside `home`."""
    if folder.parent != home:
        with contextlib.suppress(OSError):
            folder.rmdir()
