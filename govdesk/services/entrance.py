"""How a person comes in: password and code, a first password, a second factor, a locked screen."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from govdesk.config.profiles import Profile
from govdesk.database import sign_in
from govdesk.database.connection import Session, connect, explained
from govdesk.database.unlocked import Unlocked
from govdesk.services import connecting, vault_identity
from govdesk.services.accounts import end, seed_bytes

SESSION_HOURS = 12


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Tells the password of who signed in from another, without a server and without keeping it.

    What is kept is what the database keeps: the hash of the key that Argon2id made of it.
    """

    derivation: sign_in.KeyDerivation = field(repr=False)
    stored: bytes = field(repr=False)

    def accepts(self, password: str) -> bool:
        """Whether it is the same password; takes about 0.1 s by design."""
        key = sign_in.derive_client_key(password, self.derivation)
        return hmac.compare_digest(sign_in.stored_key(key), self.stored)


@dataclass(frozen=True, slots=True)
class Entry:
    """A session and all that is needed to use, lock and renew it.

    Without `has_factor` it is good for `enrol` only, for 15 minutes.
    """

    profile: Profile
    url: str = field(repr=False)
    token: str = field(repr=False)
    tenant_path: str
    email: str
    expires_at: datetime
    has_factor: bool
    check: PasswordCheck = field(repr=False)
    salted: bytes = field(repr=False, default=b"")
    """What Argon2id made of the password; kept while a factor is enrolled, empty afterwards."""
    last_code: str = field(repr=False, default="")
    """The code that was used, which is good only once."""
    unlocked: Unlocked | None = field(repr=False, compare=False, default=None)
    """The person's key to the vault, in memory until the sign-out."""


def nobody(profile: Profile, email: str, tenant_path: str) -> Entry:
    """An entry without a session, for pictures; no password is its own."""
    check = PasswordCheck(sign_in.KeyDerivation(bytes(sign_in.SALT_BYTES), 8, 1, 1), b"")
    return Entry(profile, "", "", tenant_path, email, datetime.now(UTC), False, check)


def come_in(
    profile: Profile,
    login_password: str,
    email: str,
    password: str,
    code: str = "",
    *,
    device: bytes | None = None,
    is_cancelled: Callable[[], bool] = _never,
) -> Entry:
    """Sign in; an empty code is for accounts without a second factor.

    A session that was made for somebody who went away meanwhile is ended again. Raises `Refused`,
    and `Unreachable` and `ServerUnfit` as `connecting.opened` does.
    """
    with connecting.opened(profile, login_password) as connection:
        derivation = sign_in.parameters(connection, email)
        salted = sign_in.derive_salted(password, derivation)
        key = sign_in.client_key_of(salted)
        signed = sign_in.sign_in(connection, email, profile.tenant_path, key, code, device=device)
        unlocked = None
        if is_cancelled():
            connection.execute("SELECT govdesk_api.end_session(%s)", (signed.token,))
        else:
            unlocked = vault_identity.at_sign_in(connection, signed, salted)
    check = PasswordCheck(derivation, sign_in.stored_key(key))
    return Entry(
        replace(profile, email=email),
        connecting.address(profile, login_password),
        signed.token,
        signed.tenant_path,
        email,
        signed.expires_at,
        signed.mfa,
        check,
        b"" if signed.mfa else salted,
        code,
        unlocked,
    )


def come_back(entry: Entry, password: str, code: str, *, device: bytes | None = None) -> Entry:
    """Sign the same person in to the same organisation again, where `entry` has ended."""
    with connect(entry.url) as connection, explained():
        derivation = sign_in.parameters(connection, entry.email)
        salted = sign_in.derive_salted(password, derivation)
        key = sign_in.client_key_of(salted)
        signed = sign_in.sign_in(
            connection, entry.email, entry.tenant_path, key, code, device=device
        )
        unlocked = vault_identity.at_sign_in(connection, signed, salted)
    return replace(
        entry,
        token=signed.token,
        expires_at=signed.expires_at,
        check=PasswordCheck(derivation, sign_in.stored_key(key)),
        last_code=code,
        unlocked=unlocked,
    )


def leave(entry: Entry) -> bool:
    """Forget the key to the vault, and end the session; False if it was over already."""
    if entry.unlocked is not None:
        entry.unlocked.wipe()
    return end(entry.url, entry.token)


def set_first_password(
    profile: Profile, login_password: str, setup_code: str, password: str
) -> tuple[str, str]:
    """Use a one-time set-up code; returns e-mail address and tenant path."""
    with connecting.opened(profile, login_password) as connection:
        derivation = sign_in.parameters(connection, "")
        return sign_in.set_password_by_code(connection, setup_code, password, derivation)


def enrol(entry: Entry, secret: str, code: str) -> tuple[Entry, list[str]]:
    """Enrol a TOTP secret (base32) for an entry without a factor; returns ten recovery codes.

    Raises `SessionEnded` after 15 minutes and `Refused` for a wrong code; the entry stays usable.
    """
    with connect(entry.url) as connection, explained():
        key = sign_in.client_key_of(entry.salted)
        codes = sign_in.enrol_totp(connection, entry.token, key, seed_bytes(secret), code)
        session = Session(connection, entry.token, entry.tenant_path)
        unlocked = vault_identity.ensure(session, entry.salted)
    whole = replace(
        entry,
        has_factor=True,
        expires_at=datetime.now(UTC) + timedelta(hours=SESSION_HOURS),
        salted=b"",
        last_code=code,
        unlocked=unlocked,
    )
    return whole, codes
