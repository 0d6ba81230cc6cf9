"""Who runs a command: ``GOVDESK_SESSION``, or address, password and code, else it asks."""

from __future__ import annotations

import getpass
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from govdesk.cli.output import Trouble, say
from govdesk.database.connection import Session, connect, explained
from govdesk.database.errors import DatabaseProblem, Refused
from govdesk.services import accounts

STEP_SECONDS = 30


def database_url() -> str:
    """The server's address with the application's login."""
    url = os.environ.get("GOVDESK_DATABASE_URL", "")
    if not url:
        raise Trouble(
            "No database is named. Set GOVDESK_DATABASE_URL to the address your administrator"
            " gave you (postgresql://govdesk_app:…@host/govdesk).",
            2,
        )
    return url


def _ask(name: str, prompt: str, *, hidden: bool = False) -> str:
    value = os.environ.get(name)
    if value is not None:
        return value
    if not sys.stdin.isatty():
        raise Trouble(f"{prompt} is missing. Set {name}, or run this on a terminal.", 2)
    return getpass.getpass(f"{prompt}: ") if hidden else input(f"{prompt}: ")


def email() -> str:
    """The address of the person."""
    return _ask("GOVDESK_EMAIL", "E-mail address")


def password() -> str:
    """The person's password."""
    return _ask("GOVDESK_PASSWORD", "Password", hidden=True)


def code() -> str:
    """A TOTP code: given, computed from the secret, or asked for."""
    given = os.environ.get("GOVDESK_TOTP")
    if given is not None:
        return given.strip()
    secret = os.environ.get("GOVDESK_TOTP_SECRET")
    if secret:
        with _readable_secret():
            return accounts.totp(secret)
    return _ask("GOVDESK_TOTP", "Code (empty if you have none yet)").strip()


@contextmanager
def _readable_secret() -> Iterator[None]:
    try:
        yield
    except ValueError:
        raise Trouble("GOVDESK_TOTP_SECRET is not a base32 secret.", 2) from None


def device() -> bytes | None:
    """This device's own allowance of guesses: 32 bytes in a private file."""
    path = Path(platformdirs.user_state_dir("govdesk", appauthor=False)) / "device"
    with suppress(OSError):
        if path.exists():
            data = path.read_bytes()
            return data if len(data) == 32 else None
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = secrets.token_bytes(32)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(fresh)
        return fresh
    return None


def sign_in(tenant: str | None) -> accounts.Started:
    """Sign in; with a secret whose code is used already, wait for the next one and say so."""
    path = tenant or os.environ.get("GOVDESK_TENANT", "")
    url, person, word = database_url(), email(), password()
    try:
        return accounts.start(url, path, person, word, code(), device())
    except Refused as refusal:
        again = "GOVDESK_TOTP_SECRET" in os.environ and "GOVDESK_TOTP" not in os.environ
        if refusal.key != "sign_in_failed" or not again:
            raise
    wait = STEP_SECONDS - time.time() % STEP_SECONDS
    say(f"Refused; if this code was used already, the next one comes in {wait:.0f} s. Waiting.")
    time.sleep(wait)
    return accounts.start(url, path, person, word, code(), device())


@contextmanager
def session(tenant: str | None = None) -> Iterator[Session]:
    """A session for one command: the given one, or a new one that ends with the command."""
    url = database_url()
    token = os.environ.get("GOVDESK_SESSION")
    if token:
        current = accounts.open_session(url, token, _tenant_of(url, token))
        try:
            yield current
        finally:
            current.close()
        return
    started = sign_in(tenant)
    if not started.mfa:
        accounts.end(url, started.token)
        raise Trouble("This account has no second factor yet. Run govdesk mfa enrol first.", 4)
    current = accounts.open_session(url, started.token, started.tenant_path)
    try:
        yield current
    finally:
        current.close()
        with suppress(DatabaseProblem):
            accounts.end(url, started.token)


def _tenant_of(url: str, token: str) -> str:
    with connect(url) as connection, explained():
        row = connection.execute("SELECT govdesk_api.tenant_of(%s)", (token,)).fetchone()
    return str(row[0]) if row and row[0] else ""
