#!/usr/bin/env python3
"""Set-up and every verb of development: ``python3 packaging/dev.py VERB``.

Needs only Python 3.11 or later with ``venv``. Makes ``.venv``, installs the hash-locked
requirements and GovDesk itself, then becomes the program asked for. A second run starts it at
once. Its own noise goes to standard error.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import debian
import testing
from places import BIN, ROOT, VENV, say

LOCK = ROOT / "packaging" / "requirements.lock"
STAMP = VENV / "govdesk-setup"
GENERATED = {
    "govdesk.database.capture_sql": "migrations/sql/functions/140_capture.sql",
    "govdesk.cli.reference": "docs/cli.md",
    "govdesk.services.reference events": "docs/reference/events.md",
    "govdesk.services.reference permissions": "docs/reference/permissions.md",
    "govdesk.services.reference refusals": "docs/reference/refusals.md",
    "govdesk.desktop.reference settings": "docs/reference/settings.md",
    "govdesk.desktop.reference shortcuts": "docs/reference/shortcuts.md",
}
"""Modules, with arguments, that print a tracked file; lint demands no difference."""
SCRIPTS = [f"packaging/{name}.py" for name in ("dev", "debian", "places", "testing")]
FORMS = ROOT / "govdesk" / "desktop" / "forms"
COMPILED = {"ui": ["pyside6-uic", "-g", "python"], "rc": ["pyside6-rcc", "--format-version", "1"]}
"""Tools that print forms and resources: without times, so the same bytes each time."""

USAGE = """usage: python3 packaging/dev.py [--no-system] VERB [argument ...]

  demo      set-up, embedded PostgreSQL, demo organisation (arguments go to govdesk demo)
  test      set-up, every test; three layers again on Debian's PostgreSQL 15 (arguments go to
            pytest)
  lint      ruff, mypy, import-linter, generated files, compiled forms
  hostile   the attack suite alone (arguments go to pytest)
  bench     benchmarks, a table and JSON (--large: 10 M events)
  screens   pictures of every view: dev.py screens DIR
  build     a wheel in dist/
  forms     compile ui/*.ui and resources/govdesk.qrc into govdesk/desktop/forms/
  lock      write packaging/requirements.lock anew
"""


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


def is_set_up() -> bool:
    """Whether ``.venv`` is what the lock and this Python ask for."""
    return STAMP.exists() and STAMP.read_text() == fingerprint() and (BIN / "govdesk").exists()


def set_up() -> None:
    """Make or refresh ``.venv``; returns at once when nothing changed."""
    if is_set_up():
        return
    with one_at_a_time():
        if not is_set_up():
            make_venv()
            install()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups at once would spoil each other; the second waits for the first."""
    with open(ROOT / ".venv.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is running; waiting for it …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    """Make ``.venv`` unless a working one of this Python's minor version is there."""
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(BIN / "python"), "-c", ask], capture_output=True, text=True)
        if answer.stdout.strip() == minor:
            return
    except OSError:
        say("making .venv …")
    else:
        say("making .venv anew …")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    subprocess.run(command, check=True, stdout=sys.stderr)


def install() -> None:
    """Install the locked requirements and GovDesk itself, then note what was installed."""
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    say("installing requirements …")
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True, stdout=sys.stderr)
    subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        check=True,
        stdout=sys.stderr,
    )
    STAMP.write_text(fingerprint())


def why_set_up_failed(command: list[str]) -> str:
    """One sentence for a set-up that stopped, with what is known to be behind it."""
    if "venv" in command:
        return (
            "this Python cannot make a virtual environment; install its venv module"
            " (Debian: apt-get install python3-venv)."
        )
    library, release = platform.libc_ver()
    if sys.platform == "linux" and (library != "glibc" or below(release, 2, 34)):
        return (
            f"the C library here is {library or 'not glibc'} {release}, but the embedded"
            " PostgreSQL needs glibc 2.34 (Debian 12, Ubuntu 22.04 or later)."
        )
    return f"set-up stopped at: {' '.join(command)}"


def below(release: str, major: int, minor: int) -> bool:
    """Whether a release such as ``2.31`` is older than major.minor."""
    numbers = [int(part) for part in release.split(".")[:2] if part.isdigit()]
    return numbers < [major, minor]


def become(*command: str) -> int:
    """Replace this process, so that signals and the exit code are the program's."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(ROOT)
    os.execv(command[0], list(command))


def lint(arguments: list[str]) -> int:
    """Run every check; all of them, even when one fails."""
    checks: list[tuple[str, list[str]]] = [
        ("ruff", [str(BIN / "ruff"), "check", "."]),
        ("format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("mypy", [str(BIN / "mypy"), "govdesk", *SCRIPTS, "migrations/env.py"]),
        ("imports", [str(BIN / "lint-imports")]),
    ]
    failed = []
    for name, command in checks:
        if subprocess.run(command, cwd=ROOT).returncode != 0:
            failed.append(name)
    for module, path in GENERATED.items():
        printed = subprocess.run(
            [str(BIN / "python"), "-m", *module.split()], cwd=ROOT, capture_output=True, text=True
        )
        if printed.stdout != (ROOT / path).read_text(encoding="utf-8"):
            say(f"{path} is stale: run  .venv/bin/python -m {module} > {path}")
            failed.append(path)
    stale = stale_forms()
    if stale:
        say(f"stale: {', '.join(stale)}: run  python3 packaging/dev.py forms")
        failed.append("forms")
    if failed:
        say("lint: failed: " + ", ".join(failed))
        return 1
    say("lint: everything in order")
    return 0


def compiled() -> dict[Path, bytes]:
    """Compile every form and the resources: the file each belongs in, and what it should hold."""
    sources = [("ui", path) for path in sorted((ROOT / "ui").glob("*.ui"))]
    sources.append(("rc", ROOT / "resources" / "govdesk.qrc"))
    running = {
        FORMS / f"{kind}_{source.stem}.py": subprocess.Popen(
            [str(BIN / COMPILED[kind][0]), *COMPILED[kind][1:], str(source)],
            stdout=subprocess.PIPE,
        )
        for kind, source in sources
    }
    printed = {path: tool.communicate()[0] for path, tool in running.items()}
    broken = [path.name for path, tool in running.items() if tool.returncode != 0]
    if broken:
        raise OSError(f"cannot be compiled: {', '.join(broken)}")
    return printed


def kept_forms() -> list[Path]:
    """Return the compiled files that are there."""
    return sorted([*FORMS.glob("ui_*.py"), *FORMS.glob("rc_*.py")])


def stale_forms() -> list[str]:
    """Names of compiled files that are missing, differ from their source, or have none."""
    try:
        wanted = compiled()
    except OSError as error:
        return [str(error)]
    held = {path: path.read_bytes() for path in kept_forms()}
    return sorted(p.name for p in wanted.keys() | held.keys() if wanted.get(p) != held.get(p))


def forms() -> int:
    """Write every compiled file anew, and remove those whose source is gone."""
    wanted = compiled()
    for path in kept_forms():
        if path not in wanted:
            path.unlink()
    for path, data in wanted.items():
        path.write_bytes(data)
    say(f"{len(wanted)} files written to {FORMS}")
    return 0


def lock(arguments: list[str]) -> int:
    """Write the lock: every file's hash of every version, and no index address."""
    tools = VENV.parent / "build" / "lock-tools"
    subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    subprocess.run([str(tools / "bin/pip"), "install", "--quiet", "pip-tools"], check=True)
    options = ["--quiet", "--all-extras", "--generate-hashes", "--strip-extras", "--allow-unsafe"]
    silent = ["index-url", "find-links", "trusted-host", "options"]
    options += [*(f"--no-emit-{name}" for name in silent), "--no-annotate", "--no-header"]
    return become(str(tools / "bin/pip-compile"), *options, "-o", str(LOCK), "pyproject.toml")


def build() -> int:
    """Build a wheel that carries migrations and fonts, from a copy under ``build/``."""
    stage = ROOT / "build" / "wheel"
    shutil.rmtree(stage, ignore_errors=True)
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "govdesk", stage / "govdesk", ignore=skip)
    shutil.copytree(ROOT / "migrations", stage / "govdesk" / "_migrations", ignore=skip)
    shutil.copytree(ROOT / "resources" / "fonts", stage / "govdesk" / "_resources" / "fonts")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, stage)
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "wheel"]
    return become(*pip, "--no-deps", "--no-build-isolation", "-w", "dist", str(stage))


def main(arguments: list[str]) -> int:
    """Set up, then run one verb."""
    with_system = "--no-system" not in arguments
    arguments = [a for a in arguments if a != "--no-system"]
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if sys.version_info < (3, 11):  # noqa: UP036 (an older Python gets a sentence)
        return fail("Python 3.11 or later is needed; run this with a newer python3.")
    if verb == "screens" and not rest:
        return fail("name the folder for the pictures: dev.py screens DIR")
    python = str(BIN / "python")
    verbs: dict[str, Callable[[], int]] = {
        "demo": lambda: become(str(BIN / "govdesk"), "demo", *rest),
        "screens": lambda: become(
            str(BIN / "govdesk"), "demo", "--screens", os.path.abspath(rest[0]), *rest[1:]
        ),
        "test": lambda: testing.run("tests", rest),
        "hostile": lambda: testing.run("tests/hostile", rest),
        "lint": lambda: lint(rest),
        "bench": lambda: become(python, "-m", "tests.benchmarks", *rest),
        "build": build,
        "forms": forms,
        "lock": lambda: lock(rest),
    }
    if verb not in verbs:
        say(USAGE)
        return 0 if verb in ("help", "-h", "--help") else 2
    if verb == "lock":
        return verbs[verb]()
    try:
        if with_system and verb not in ("build", "lock"):
            debian.install_missing()
        set_up()
    except subprocess.CalledProcessError as error:
        return fail(why_set_up_failed([str(part) for part in error.cmd]))
    except OSError as error:
        return fail(f"set-up stopped: {error}")
    return verbs[verb]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
