"""The calls that need no session: what the holder of a mailed link may see and do.

Each function runs in one committed transaction of its own on an autocommit connection.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from psycopg.rows import class_row

from govdesk.database import sign_in
from govdesk.database.connection import Connection, explained
from govdesk.database.errors import DatabaseProblem

Verdict = Literal["approve", "reject"]
RECOVERY_CODES = 10
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invitation says to whoever holds its link."""

    organization: str
    tenant_path: str
    email: str
    display_name: str
    role_title: str
    node_name: str
    inviter: str
    message: str | None
    expires_at: datetime
    has_account: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decision says to the reviewer; `payload` and `before` are canonical JSON."""

    organization: str
    action: str
    title: str
    summary: str
    requester: str
    reviewer_email: str
    reason: str | None
    payload: str
    before: str | None
    blast: Any
    digest: str
    created_at: datetime
    expires_at: datetime
    status: str
    codes_left: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision, and one sentence about it."""

    status: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class AccountLink:
    """Whose account a link mends: `recover` replaces all, `factor` the authenticator app."""

    email: str
    kind: Literal["recover", "factor"]
    needs_recovery_code: bool
    expires_at: datetime
    tenant_path: str


@dataclass(frozen=True, slots=True)
class Credential:
    """What a person proves to be from now on; made here, kept by the database in part."""

    salt: bytes = field(repr=False)
    client_key: bytes = field(repr=False)
    seed: bytes = field(repr=False)
    code: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)

    @property
    def hashes(self) -> list[bytes]:
        """What the database keeps of the recovery codes."""
        return [recovery_hash(code) for code in self.recovery_codes]


@dataclass(frozen=True, slots=True)
class Place:
    """An account and the organization it was used for."""

    email: str
    tenant_path: str


def recovery_hash(code: str) -> bytes:
    """Return what the database compares of a recovery code."""
    return hashlib.sha256(code.replace("-", "").encode()).digest()


def new_credential(
    kdf: sign_in.KeyDerivation, password: str, seed: bytes, code: str, *, fresh_salt: bool = True
) -> Credential:
    """Derive everything that is new; takes about 0.1 s by design."""
    salt = secrets.token_bytes(sign_in.SALT_BYTES) if fresh_salt else kdf.salt
    own = sign_in.KeyDerivation(salt, kdf.memory_kib, kdf.iterations, kdf.lanes)
    codes = tuple(sign_in.new_recovery_code() for _ in range(RECOVERY_CODES))
    return Credential(salt, sign_in.derive_client_key(password, own), seed, code, codes)


def invitation(connection: Connection, token: str) -> Invitation:
    """Look at an invitation; raises `Refused` (link_unknown) for a dead link."""
    with explained(), connection.cursor(row_factory=class_row(Invitation)) as cursor:
        cursor.execute(
            "SELECT organization, tenant_path::text, email, display_name, role_title, node_name,"
            " inviter, message, expires_at, has_account FROM govdesk_api.invitation_view(%s)",
            (token,),
        )
        return _one(cursor.fetchone())


def accept(
    connection: Connection, token: str, name: str | None, credential: Credential | None
) -> Place:
    """Accept an invitation; without a credential as somebody who has an account."""
    secret = (
        (None,) * 5
        if credential is None
        else (
            credential.salt,
            credential.client_key,
            credential.seed,
            credential.code,
            credential.hashes,
        )
    )
    with explained(), connection.cursor(row_factory=class_row(Place)) as cursor:
        cursor.execute(
            "SELECT email, tenant_path::text"
            " FROM govdesk_api.accept_invitation(%s, %s, %s, %s, %s, %s, %s::bytea[])",
            (token, name, *secret),
        )
        return _one(cursor.fetchone())


def decision(connection: Connection, token: str) -> Decision:
    """Look at a decision; never spends the link."""
    with explained(), connection.cursor(row_factory=class_row(Decision)) as cursor:
        cursor.execute(
            "SELECT organization, action, title, summary, requester, reviewer_email, reason,"
            " payload::text, before::text, blast, digest, created_at, expires_at, status,"
            " codes_left FROM govdesk_api.decision_view(%s)",
            (token,),
        )
        return _one(cursor.fetchone())


def send_code(connection: Connection, token: str) -> None:
    """Have a one-time code mailed to the reviewer."""
    with explained():
        connection.execute("SELECT govdesk_api.decision_send_code(%s)", (token,))


def decide(connection: Connection, token: str, verdict: Verdict, reason: str, code: str) -> Outcome:
    """Submit and reveal in two committed transactions, so that a guess is always counted."""
    blind = secrets.token_bytes(32)
    commitment = hashlib.sha256(blind + code.encode()).digest()
    with explained(), connection.cursor(row_factory=class_row(Outcome)) as cursor:
        submitted = connection.execute(
            "SELECT govdesk_api.decision_link_submit(%s, %s, %s, %s)",
            (token, verdict, reason, commitment),
        ).fetchone()
        attempt: UUID = _one(submitted)[0]
        cursor.execute(
            "SELECT status, outcome FROM govdesk_api.decision_link_reveal(%s, %s, %s, %s)",
            (attempt, token, blind, code),
        )
        return _one(cursor.fetchone())


def account_link(connection: Connection, token: str) -> AccountLink:
    """Look at a link that mends an account."""
    with explained(), connection.cursor(row_factory=class_row(AccountLink)) as cursor:
        cursor.execute(
            "SELECT email, kind, needs_recovery_code, expires_at, tenant_path"
            " FROM govdesk_api.account_link_view(%s)",
            (token,),
        )
        return _one(cursor.fetchone())


def request_recovery(connection: Connection, email: str) -> None:
    """Ask for a link; answers alike for every address."""
    with explained():
        connection.execute("SELECT govdesk_api.recovery_request(%s)", (email,))


def recover(
    connection: Connection, token: str, recovery_code: str | None, credential: Credential
) -> Place:
    """Replace password and factor together, in two committed transactions as `decide` does."""
    blind, code = secrets.token_bytes(32), recovery_code or ""
    commitment = hashlib.sha256(blind + code.encode()).digest()
    with explained(), connection.cursor(row_factory=class_row(Place)) as cursor:
        submitted = connection.execute(
            "SELECT govdesk_api.recover_submit(%s, %s)", (token, commitment)
        ).fetchone()
        cursor.execute(
            "SELECT email, tenant_path::text"
            " FROM govdesk_api.recover_account(%s, %s, %s, %s, %s, %s, %s, %s, %s::bytea[])",
            (
                _one(submitted)[0],
                token,
                blind,
                code,
                credential.salt,
                credential.client_key,
                credential.seed,
                credential.code,
                credential.hashes,
            ),
        )
        return _one(cursor.fetchone())


def replace_factor(
    connection: Connection, token: str, link: AccountLink, credential: Credential
) -> str:
    """Enrol a factor after a reset; returns the path of the organization.

    The password in `credential` proves who it is, the link's `token` that it may be. The session
    that this takes ends with it; should it not end now, nobody holds its token.
    """
    with explained():
        signed = sign_in.sign_in(connection, link.email, link.tenant_path, credential.client_key)
    try:
        _enrol(connection, signed.token, token, credential)
    finally:
        with suppress(DatabaseProblem), explained():
            connection.execute("SELECT govdesk_api.end_session(%s)", (signed.token,))
    return signed.tenant_path


def _enrol(connection: Connection, session: str, link: str, credential: Credential) -> None:
    with explained():
        connection.execute(
            "SELECT govdesk_api.enrol_totp(%s, %s, %s, %s, %s::bytea[], %s)",
            (
                session,
                credential.client_key,
                credential.seed,
                credential.code,
                credential.hashes,
                link,
            ),
        )


def answers(connection: Connection) -> bool:
    """Whether the database answers and holds this surface's functions."""
    with explained():
        row = connection.execute(
            "SELECT to_regproc('govdesk_api.invitation_view') IS NOT NULL"
        ).fetchone()
    return bool(_one(row)[0])


def _one(row: _T | None) -> _T:
    if row is None:
        raise LookupError("the function answered without a row")
    return row
