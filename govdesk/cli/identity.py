"""Who runs a command: ``GOVDESK_SESSION``, or address, password and code, else it asks."""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from govdesk.cli import witnessing
from govdesk.cli.output import Trouble, say
from govdesk.config import device
from govdesk.config.profiles import Profile, ProfileStore
from govdesk.database.connection import Session, connect, explained
from govdesk.database.errors import DatabaseProblem, Refused
from govdesk.domain import passwords
from govdesk.services import (
    accounts,
    connecting,
    logins,
    organization,
    stepping_up,
    vault_identity,
)
from govdesk.services.vault import PasswordNeeded
from govdesk.services.witness import Witness, witness_of

T = TypeVar("T")

STEP_SECONDS = 30
_PROFILE = "--profile"

_profile: Profile | None = None
_login_password: str | None = None


def take_profile(arguments: list[str]) -> list[str]:
    """Note the profile that ``--profile NAME`` names, anywhere before ``--``; return the rest."""
    global _profile, _login_password
    _profile, _login_password = None, None
    end = arguments.index("--") if "--" in arguments else len(arguments)
    for at, argument in enumerate(arguments[:end]):
        option, equals, name = argument.partition("=")
        if option != _PROFILE:
            continue
        if not equals and at + 1 == end:
            raise Trouble(f"{_PROFILE} needs the name of a profile.", 2)
        _profile = _known(name if equals else arguments[at + 1])
        return arguments[:at] + arguments[at + (1 if equals else 2) :]
    return arguments


def profile_name() -> str:
    """Name of the profile that the command line names; empty for none."""
    return _profile.name if _profile is not None else ""


def _known(name: str) -> Profile:
    store = ProfileStore()
    profile = store.get(name)
    if profile is None:
        names = ", ".join(one.name for one in store.all())
        known = f"There are: {names}." if names else "There are none; the console makes them."
        raise Trouble(f'No profile is called "{name}". {known}', 2)
    return profile


def _address(profile: Profile) -> str:
    global _login_password
    if _login_password is None:
        _login_password = logins.find(logins.system_safe(), profile)
    if _login_password is None:
        _login_password = _ask(
            "GOVDESK_LOGIN_PASSWORD", f"Password of the login {profile.user}", hidden=True
        )
    return connecting.address(profile, _login_password)


def database_url() -> str:
    """The server's address with the application's login."""
    if _profile is not None:
        return _address(_profile)
    url = os.environ.get("GOVDESK_DATABASE_URL", "")
    if not url:
        raise Trouble(
            "No database is named. Set GOVDESK_DATABASE_URL to the address your administrator"
            " gave you (postgresql://govdesk_app:…@host/govdesk).",
            2,
        )
    return url


def worker_url() -> str:
    """The server's address with the worker's login."""
    if _profile is not None:
        return _address(_profile)
    url = os.environ.get("GOVDESK_WORKER_URL", "")
    if not url:
        raise Trouble(
            "No database is named. Set GOVDESK_WORKER_URL to the address of the worker's login"
            " (postgresql://govdesk_worker:…@host/govdesk).",
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
    if _profile is not None and _profile.email and "GOVDESK_EMAIL" not in os.environ:
        return _profile.email
    return _ask("GOVDESK_EMAIL", "E-mail address")


def password() -> str:
    """The person's password."""
    return _ask("GOVDESK_PASSWORD", "Password", hidden=True)


def new_password() -> str:
    """The person's next password; raises `Trouble` for one that is too short."""
    word = _ask("GOVDESK_NEW_PASSWORD", "New password", hidden=True)
    if len(word) < passwords.SHORTEST:
        raise Trouble(f"A password has {passwords.SHORTEST} characters or more.", 2)
    return word


def link() -> str:
    """A mailed link, kept from the list of processes, where arguments can be read by others."""
    return _ask("GOVDESK_LINK", "Link", hidden=True).strip()


def recovery_code() -> str:
    """One of the ten codes that replace the app."""
    return _ask("GOVDESK_RECOVERY_CODE", "Recovery code").strip().upper()


def snapshot_passphrase() -> str:
    """The passphrase of a snapshot."""
    return _ask("GOVDESK_SNAPSHOT_PASSPHRASE", "Passphrase of the snapshot", hidden=True)


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


def tenant_path(tenant: str | None) -> str:
    """The path of the organization: given, from the environment, or the profile's; may be empty."""
    own = _profile.tenant_path if _profile is not None else ""
    return tenant or os.environ.get("GOVDESK_TENANT", "") or own


def sign_in(tenant: str | None) -> accounts.Started:
    """Sign in; with a secret whose code is used already, wait for the next one and say so."""
    path = tenant_path(tenant)
    url, person, word = database_url(), email(), password()
    return _with_the_next_code(
        lambda: accounts.start(url, path, person, word, code(), device.secret())
    )


def person_of(session: Session) -> str:
    """The address of whoever a session belongs to."""
    return organization.here(session).email


def confirmed(session: Session, act: Callable[[], T], person: str = "") -> T:
    """Do something that may need a fresh confirmation; if so, confirm, and do it once more.

    What the database refused for want of a confirmation was not done.
    """
    try:
        return act()
    except Refused as refusal:
        if refusal.key != "step_up_needed":
            raise
    who, word = person or person_of(session), password()
    _with_the_next_code(lambda: stepping_up.confirm(session, who, word, code()))
    return act()


def opening(session: Session, act: Callable[[], T]) -> T:
    """Do something that may open sealed fields; with a session alone, ask for the password."""
    try:
        return act()
    except PasswordNeeded:
        if session.unlocked is not None:
            raise
    try:
        word = password()
    except Trouble:
        raise PasswordNeeded from None
    vault_identity.unlock(session, person_of(session), word)
    return act()


def _with_the_next_code(attempt: Callable[[], T]) -> T:
    """Try; with a secret whose code is used already, wait for the next one and say so."""
    try:
        return attempt()
    except Refused as refusal:
        again = "GOVDESK_TOTP_SECRET" in os.environ and "GOVDESK_TOTP" not in os.environ
        if refusal.key != "sign_in_failed" or not again:
            raise
    wait = STEP_SECONDS - time.time() % STEP_SECONDS
    say(f"Refused; if this code was used already, the next one comes in {wait:.0f} s. Waiting.")
    time.sleep(wait)
    return attempt()


def witness(current: Session) -> Witness:
    """This computer as a witness of the session's log, for the profile or the server."""
    return witness_of(current, database_url(), profile_name())


@contextmanager
def session(
    tenant: str | None = None, *, stays: Callable[[], bool] = lambda: False
) -> Iterator[Session]:
    """A session for one command: the given one, or a new one that ends with the command.

    A new one for which `stays` answers is left to end by itself: what was made from it needs it.

    The log is compared with what was seen here before: at every sign-in, and with a given session
    once a minute. An alarm is said on standard error; the command goes on, since evidence must
    be collected.
    """
    url = database_url()
    token = os.environ.get("GOVDESK_SESSION")
    if token:
        current = accounts.open_session(url, token, _tenant_of(url, token))
        try:
            witnessing.look(current, witness(current), always=False)
            yield current
        finally:
            current.close()
        return
    started = sign_in(tenant)
    if not started.mfa:
        accounts.end(url, started.token)
        raise Trouble("This account has no second factor yet. Run govdesk mfa enrol first.", 4)
    try:
        current = accounts.open_session(url, started.token, started.tenant_path)
        current.unlocked = started.unlocked
        try:
            witnessing.look(current, witness(current))
            yield current
        finally:
            current.close()
    finally:
        if started.unlocked is not None:
            started.unlocked.wipe()
        if not stays():
            with suppress(DatabaseProblem):
                accounts.end(url, started.token)


def _tenant_of(url: str, token: str) -> str:
    with connect(url) as connection, explained():
        row = connection.execute("SELECT govdesk_api.tenant_of(%s)", (token,)).fetchone()
    return str(row[0]) if row and row[0] else ""
