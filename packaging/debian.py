"""System packages on Debian and Ubuntu: which are missing, and how they are installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from places import ROOT, say

LISTED = ROOT / "packaging" / "system-packages.txt"
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")
_UNKNOWN = r"(?m)^E: (?:Unable to locate package |Package ')([^'\s]+)"
_INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")


def wanted() -> list[str]:
    """Names in ``system-packages.txt``."""
    lines = LISTED.read_text(encoding="utf-8").splitlines()
    names = [line.split("#")[0].strip() for line in lines]
    return [name for name in names if name]


def missing() -> list[str]:
    """Wanted packages that Debian's package manager reports as not installed."""
    names = wanted()
    if not shutil.which("dpkg-query") or not names:
        return []
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
    ).stdout
    installed = {line.split()[0] for line in found.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def offered(names: Sequence[str]) -> list[str]:
    """Those of `names` that this distribution can install, by apt's lists as they are."""
    if not shutil.which("apt-get"):
        return []
    tried = subprocess.run(
        ["apt-get", "install", "--simulate", "--quiet", *names],
        capture_output=True,
        text=True,
        env=os.environ | {"LC_ALL": "C"},
    )
    unknown = set(re.findall(_UNKNOWN, tried.stderr))
    return [name for name in names if name not in unknown]


def command(names: Sequence[str]) -> list[str]:
    """Return the one command that installs packages."""
    return [*_INSTALL, *names]


def install_missing() -> None:
    """Install what is missing as root on Debian; elsewhere print the one command that would.

    Whatever is printed goes to standard error; a failure is said, and the caller goes on.
    """
    names = missing()
    if not names:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        known = offered(names) or names
        say("missing system packages; this command installs them:\n  sudo " + words(known))
        return
    say("installing system packages: " + " ".join(names))
    if not _run(["apt-get", "update", "--quiet"]):
        say("apt-get update failed; going on with the lists that are here")
    known = offered(names)
    for name in names:
        if name not in known:
            say(f"this distribution has no package {name}; going on without it")
    if not known:
        return
    done = _install_server(known) if is_server(known) else _run(command(known))
    if not done:
        say("could not install them; going on without: " + words(known))


def words(names: Sequence[str]) -> str:
    """Return the command as one types it."""
    return " ".join(command(names))


def is_server(names: Sequence[str]) -> bool:
    """Whether a PostgreSQL server is among packages."""
    return any(name.startswith("postgresql-") for name in names)


def _install_server(names: Sequence[str]) -> bool:
    """Install packages of which one is a PostgreSQL server, without a cluster of its own.

    What the server's packages have in common comes first: it brings the file that says so.
    """
    if not CLUSTER_SETTINGS.exists() and not _run(command(["postgresql-common"])):
        return False
    with no_cluster_is_made():
        return _run(command(names))


@contextmanager
def no_cluster_is_made() -> Iterator[None]:
    """For the length of an installation: a PostgreSQL server makes no cluster, so none starts.

    The tests run its programs on folders of their own; nobody asked for a server on port 5432. The
    packages read the setting when they are configured
    (``/usr/share/postgresql-common/maintscripts-functions``); afterwards the file is as it was.
    """
    before = CLUSTER_SETTINGS.read_bytes()
    CLUSTER_SETTINGS.write_bytes(before + b"\ncreate_main_cluster = false\n")
    try:
        yield
    finally:
        CLUSTER_SETTINGS.write_bytes(before)


def _run(step: Sequence[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(step, stdout=sys.stderr, env=environment).returncode == 0
