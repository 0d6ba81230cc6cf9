#!/usr/bin/env python3
"""Set-up and every verb of development: ``python3 packaging/dev.py VERB``.

Needs only Python 3.11 or later with ``venv``. Makes ``.venv``, installs the hash-locked
requirements and GovDesk itself, then becomes the program asked for. A second run starts it at
once. Its own noise goes to standard error.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCK = ROOT / "packaging" / "requirements.lock"
SYSTEM = ROOT / "packaging" / "system-packages.txt"
STAMP = VENV / "govdesk-setup"
GENERATED = {
    "govdesk.database.capture_sql": "migrations/sql/functions/140_capture.sql",
}
"""Modules that print a tracked file; lint prints it again and demands no difference."""

USAGE = """usage: python3 packaging/dev.py [--no-system] VERB [argument ...]

  demo      set-up, embedded PostgreSQL, demo organisation (arguments go to govdesk demo)
  test      set-up, every test (arguments go to pytest)
  lint      ruff, mypy, import-linter, generated files
  hostile   the attack suite alone (arguments go to pytest)
  bench     benchmarks, a table and JSON (--large: 10 M events)
  build     a wheel in dist/
  lock      write packaging/requirements.lock anew
"""


def say(text: str) -> None:
    """Print one line of our own noise."""
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> int:
    """Say what is wrong and how to mend it; the exit code of wrong usage or bad input."""
    say(f"dev.py: {text}")
    return 2


def fingerprint() -> str:
    """Hash whatever the set-up depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCK, ROOT / "pyproject.toml", ROOT / "govdesk" / "__init__.py"):
        digest.update(path.read_bytes())
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


def set_up() -> None:
    """Make or refresh ``.venv``; returns at once when nothing changed."""
    if STAMP.exists() and STAMP.read_text() == fingerprint() and (BIN / "govdesk").exists():
        return
    if not (BIN / "python").exists():
        say("making .venv …")
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True, stdout=sys.stderr)
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    say("installing requirements …")
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True, stdout=sys.stderr)
    subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        check=True,
        stdout=sys.stderr,
    )
    STAMP.write_text(fingerprint())


def system_packages() -> list[str]:
    """Names in ``system-packages.txt`` that Debian's package manager reports as missing."""
    names = [
        line.split("#")[0].strip() for line in SYSTEM.read_text(encoding="utf-8").splitlines()
    ]
    wanted = [name for name in names if name]
    if not shutil.which("dpkg-query") or not wanted:
        return []
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
    ).stdout
    installed = {line.split()[0] for line in found.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed]


def install_system_packages() -> None:
    """Install what is missing as root on Debian; elsewhere print the one command that would."""
    missing = system_packages()
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say("missing system packages; this command installs them:\n  sudo " + " ".join(command))
        return
    say("installing system packages: " + " ".join(missing))
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "--quiet"], command):
        done = subprocess.run(step, stdout=sys.stderr, env=environment)
        if done.returncode != 0:
            say("could not install them; going on without: " + " ".join(step))


def become(*command: str) -> int:
    """Replace this process, so that signals and the exit code are the program's."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(ROOT)
    os.execv(command[0], list(command))


def run_tests(folder: str, arguments: list[str]) -> int:
    """Run pytest with one process per core; each has an embedded server of its own."""
    workers = str(min(os.cpu_count() or 1, 8))
    return become(
        str(BIN / "python"), "-m", "pytest", "-n", workers, "--dist", "worksteal", folder, *arguments
    )


def lint(arguments: list[str]) -> int:
    """Run every check; all of them, even when one fails."""
    checks: list[tuple[str, list[str]]] = [
        ("ruff", [str(BIN / "ruff"), "check", "."]),
        ("format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("mypy", [str(BIN / "mypy"), "govdesk", "packaging/dev.py", "migrations/env.py"]),
        ("imports", [str(BIN / "lint-imports")]),
    ]
    failed = []
    for name, command in checks:
        if subprocess.run(command, cwd=ROOT).returncode != 0:
            failed.append(name)
    for module, path in GENERATED.items():
        printed = subprocess.run(
            [str(BIN / "python"), "-m", module], cwd=ROOT, capture_output=True, text=True
        )
        if printed.stdout != (ROOT / path).read_text(encoding="utf-8"):
            say(f"{path} is stale: run  .venv/bin/python -m {module} > {path}")
            failed.append(path)
    if failed:
        say("lint: failed: " + ", ".join(failed))
        return 1
    say("lint: everything in order")
    return 0


def lock(arguments: list[str]) -> int:
    """Write the lock: every file's hash of every version, and no index address."""
    tools = VENV.parent / "build" / "lock-tools"
    subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    subprocess.run([str(tools / "bin/pip"), "install", "--quiet", "pip-tools"], check=True)
    command = (
        "--quiet --all-extras --generate-hashes --no-emit-index-url --no-emit-find-links"
        " --no-emit-trusted-host --no-emit-options --strip-extras --allow-unsafe --no-annotate"
        " --no-header"
    ).split()
    return become(str(tools / "bin/pip-compile"), *command, "-o", str(LOCK), "pyproject.toml")


def main(arguments: list[str]) -> int:
    """Set up, then run one verb."""
    with_system = "--no-system" not in arguments
    arguments = [a for a in arguments if a != "--no-system"]
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if sys.version_info < (3, 11):
        return fail("Python 3.11 or later is needed; run this with a newer python3.")
    if verb == "screens":
        return fail("there is no window yet, so there are no screens; see CHANGELOG.md.")
    python = str(BIN / "python")
    verbs: dict[str, Callable[[], int]] = {
        "demo": lambda: become(str(BIN / "govdesk"), "demo", *rest),
        "test": lambda: run_tests("tests", rest),
        "hostile": lambda: run_tests("tests/hostile", rest),
        "lint": lambda: lint(rest),
        "bench": lambda: become(python, "-m", "tests.benchmarks", *rest),
        "build": lambda: become(
            python, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", "dist", "."
        ),
        "lock": lambda: lock(rest),
    }
    if verb not in verbs:
        say(USAGE)
        return 0 if verb in ("help", "-h", "--help") else 2
    if verb == "lock":
        return verbs[verb]()
    try:
        if with_system and verb in ("demo", "test", "hostile", "bench"):
            install_system_packages()
        set_up()
    except subprocess.CalledProcessError as error:
        return fail(f"set-up stopped at: {' '.join(map(str, error.cmd))}")
    return verbs[verb]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
