"""Signing in and out: sessions, second factors, tenants."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import pyotp

from govdesk import __version__
from govdesk.database import administration, rows, sign_in
from govdesk.database.connection import Session, connect, explained
from govdesk.database.unlocked import Unlocked
from govdesk.domain.permissions import COMPLIANCE_PERMISSIONS, RANKS, held_by
from govdesk.services import vault_identity


@dataclass(frozen=True, slots=True)
class Started:
    """A session as `session start --json` prints it, with whether a factor was verified.

    `unlocked` is the person's key to the vault, which the password opened.
    """

    token: str = field(repr=False)
    expires_at: datetime
    tenant_path: str
    mfa: bool
    unlocked: Unlocked | None = field(default=None, repr=False, compare=False)


def new_seed() -> str:
    """Return a fresh TOTP seed of 160 random bits, base32."""
    return base64.b32encode(secrets.token_bytes(sign_in.TOTP_SEED_BYTES)).decode()


def seed_bytes(secret: str) -> bytes:
    """Read a base32 TOTP secret as people paste it; raises ValueError if it is none."""
    compact = secret.replace(" ", "").upper()
    return base64.b32decode(compact + "=" * (-len(compact) % 8))


def totp(secret: str, at: float | None = None) -> str:
    """Return the code of a secret, now or at a time in seconds since 1970."""
    return pyotp.TOTP(secret.replace(" ", "").upper()).at(int(time.time() if at is None else at))


def provisioning_uri(secret: str, email: str, tenant_path: str) -> str:
    """Return the otpauth:// address that authenticator apps read."""
    app = pyotp.TOTP(secret, name=email, issuer=f"GovDesk {tenant_path}")
    return app.provisioning_uri()


def start(
    url: str, tenant_path: str, email: str, password: str, code: str, device: bytes | None
) -> Started:
    """Sign in once; an empty code is for accounts without a second factor."""
    with connect(url) as connection, explained():
        salted = sign_in.derive_salted(password, sign_in.parameters(connection, email))
        key = sign_in.client_key_of(salted)
        signed = sign_in.sign_in(connection, email, tenant_path, key, code, device=device)
        unlocked = vault_identity.at_sign_in(connection, signed, salted)
    return Started(signed.token, signed.expires_at, signed.tenant_path, signed.mfa, unlocked)


def open_session(url: str, token: str, tenant_path: str) -> Session:
    """Connect with a running session and touch it; raises `SessionEnded` if it is over."""
    session = Session(connect(url), token, tenant_path, f"cli-{secrets.token_hex(8)}")
    try:
        session.touch()
    except BaseException:
        session.close()
        raise
    return session


def end(url: str, token: str) -> bool:
    """End a session; False if it was over already."""
    with connect(url) as connection, explained():
        row = connection.execute("SELECT govdesk_api.end_session(%s)", (token,)).fetchone()
    return bool(row and row[0])


def end_of(session: Session) -> bool:
    """End the session that a connection works with; False if it was over already."""
    with explained():
        row = session.connection.execute(
            "SELECT govdesk_api.end_session(%s)", (session.token,)
        ).fetchone()
    return bool(row and row[0])


def set_first_password(url: str, code: str, password: str) -> tuple[str, str]:
    """Use a one-time set-up code; returns address and tenant path."""
    with connect(url) as connection, explained():
        kdf = sign_in.parameters(connection, "")
        return sign_in.set_password_by_code(connection, code, password, kdf)


def enrol(
    url: str,
    tenant_path: str,
    email: str,
    password: str,
    secret: str,
    ask_code: Callable[[], str],
) -> tuple[Started, list[str]]:
    """Enrol a TOTP factor for an account without one; returns its session and recovery codes."""
    seed = seed_bytes(secret)
    with connect(url) as connection, explained():
        salted = sign_in.derive_salted(password, sign_in.parameters(connection, email))
        key = sign_in.client_key_of(salted)
        signed = sign_in.sign_in(connection, email, tenant_path, key)
        codes = sign_in.enrol_totp(connection, signed.token, key, seed, ask_code())
        session = Session(connection, signed.token, signed.tenant_path)
        own = next(row for row in list_sessions(session) if row["current"])
        until = cast(datetime, own["expires_at"])
        unlocked = vault_identity.ensure(session, salted)
    return Started(signed.token, until, signed.tenant_path, True, unlocked), codes


def built_in_roles() -> list[dict[str, object]]:
    """The roles every tenant begins with: four base roles and two for compliance."""
    roles: list[dict[str, object]] = [
        {"key": base, "title": base.title(), "base": base, "permissions": held_by(base)}
        for base in RANKS
    ]
    for key, title in (("auditor", "Auditor"), ("compliance_officer", "Compliance Officer")):
        roles.append(
            {"key": key, "title": title, "base": "admin", "permissions": COMPLIANCE_PERMISSIONS}
        )
    return roles


def create_tenant(
    admin_url: str,
    path: str,
    name: str,
    environment: str,
    email: str,
    owner_name: str,
    reviewer: str | None = None,
) -> str:
    """Found a tenant and return the one-time set-up code of its first owner.

    With a `reviewer`, an address, a second human decides from the start what the policy lists.
    """
    code = secrets.token_urlsafe(20)
    administration.create_tenant(
        admin_url,
        path=path,
        name=name,
        environment=environment,
        owner_email=email,
        owner_name=owner_name,
        release=__version__,
        code=code,
        roles=json.dumps(built_in_roles()),
        reviewer=reviewer,
    )
    return code


def list_sessions(session: Session) -> list[dict[str, object]]:
    """Return one's own sessions; everyone's with the permission session.manage."""
    with session.transaction() as connection:
        cursor = connection.execute("SELECT * FROM govdesk_api.sessions()")
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def revoke(session: Session, session_id: str) -> tuple[bool, int | None]:
    """Revoke a session; returns whether it was alive, and its row in the log."""
    with session.transaction() as connection:
        row = connection.execute("SELECT govdesk_api.revoke_session(%s)", (session_id,)).fetchone()
    did = bool(row and row[0])
    newest = rows.head(session) if did else None
    return did, newest.seq if newest else None
