"""Sign-in by commit-to-reveal: what the client computes.

Argon2id (RFC 9106) turns the password into a key here; the database sees a SCRAM-shaped proof
(RFC 5802 §3) and the hash of the guess, never the password nor anything that can be replayed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import psycopg
from argon2.low_level import Type, hash_secret_raw

from govdesk.database.connection import transaction
from govdesk.database.errors import explain

AccountPurpose = Literal["change_password", "replace_factor"]
SALT_BYTES = 16
TOTP_SEED_BYTES = 20


@dataclass(frozen=True, slots=True)
class KeyDerivation:
    """Argon2id parameters, one set per installation, and this account's salt."""

    salt: bytes
    memory_kib: int
    iterations: int
    lanes: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session. Without `mfa` it is good for enrolling a second factor, for 15 minutes."""

    token: str = field(repr=False)
    session_id: UUID
    expires_at: datetime
    tenant_path: str
    mfa: bool


def derive_salted(password: str, kdf: KeyDerivation) -> bytes:
    """Return what Argon2id makes of the password, 32 bytes; takes about 0.1 s by design.

    It never leaves this process: what is sealed under it opens for nobody who reads the database.
    """
    return hash_secret_raw(
        unicodedata.normalize("NFC", password).encode(),
        kdf.salt,
        time_cost=kdf.iterations,
        memory_cost=kdf.memory_kib,
        parallelism=kdf.lanes,
        hash_len=32,
        type=Type.ID,
    )


def client_key_of(salted: bytes) -> bytes:
    """Return the 32-byte client key, which the database may learn (RFC 5802 §3)."""
    return hmac.digest(salted, b"Client Key", "sha256")


def derive_client_key(password: str, kdf: KeyDerivation) -> bytes:
    """Return the client key of a password; takes about 0.1 s by design."""
    return client_key_of(derive_salted(password, kdf))


def stored_key(client_key: bytes) -> bytes:
    """Return what the database keeps of a client key."""
    return hashlib.sha256(client_key).digest()


def proof(client_key: bytes, attempt_id: UUID, nonce: bytes) -> bytes:
    """Return the client key masked for one attempt."""
    message = f"govdesk-sign-in:{attempt_id}:".encode() + nonce
    mask = hmac.digest(stored_key(client_key), message, "sha256")
    return bytes(a ^ b for a, b in zip(client_key, mask, strict=True))


def commitment(blind: bytes, client_key: bytes, code: str) -> bytes:
    """Return the hash that binds a guess before anything is judged."""
    return hashlib.sha256(blind + client_key + code.encode()).digest()


def parameters(connection: psycopg.Connection[Any], email: str) -> KeyDerivation:
    """Ask for the key derivation of an address; unknown ones get a salt that never changes."""
    row = connection.execute(
        "SELECT salt, memory_kib, iterations, lanes FROM govdesk_api.sign_in_parameters(%s)",
        (email,),
    ).fetchone()
    assert row is not None
    return KeyDerivation(*row)


def sign_in(
    connection: psycopg.Connection[Any],
    email: str,
    tenant_path: str,
    client_key: bytes,
    code: str = "",
    *,
    device: bytes | None = None,
) -> SignedIn:
    """Submit in one transaction, reveal in the next; `connection` must be in autocommit.

    `device` is 32 secret bytes of a device that has signed in before: it has its own allowance of
    guesses. Raises `Refused` with the same words for every wrong combination.
    """
    blind = secrets.token_bytes(32)
    try:
        row = connection.execute(
            "SELECT attempt_id, nonce FROM govdesk_api.sign_in_submit(%s, %s, %s, %s)",
            (
                email,
                tenant_path,
                commitment(blind, client_key, code),
                None if device is None else hashlib.sha256(device).digest(),
            ),
        ).fetchone()
        assert row is not None
        attempt, nonce = row
        result = connection.execute(
            "SELECT token, session_id, expires_at, tenant_path, mfa"
            " FROM govdesk_api.sign_in_reveal(%s, %s, %s, %s, %s)",
            (attempt, blind, proof(client_key, attempt, nonce), code, device),
        ).fetchone()
    except psycopg.Error as error:
        raise explain(error) from error
    assert result is not None
    return SignedIn(*result)


def step_up(
    connection: psycopg.Connection[Any],
    token: str,
    tenant_path: str,
    client_key: bytes,
    code: str,
) -> datetime:
    """Confirm a running session with password and a fresh code; returns when it was confirmed."""
    blind = secrets.token_bytes(32)
    try:
        with transaction(connection):
            bind(connection, token, tenant_path)
            row = connection.execute(
                "SELECT attempt_id, nonce FROM govdesk_api.step_up_submit(%s)",
                (commitment(blind, client_key, code),),
            ).fetchone()
        assert row is not None
        attempt, nonce = row
        with transaction(connection):
            bind(connection, token, tenant_path)
            confirmed = connection.execute(
                "SELECT govdesk_api.step_up_reveal(%s, %s, %s, %s)",
                (attempt, blind, proof(client_key, attempt, nonce), code),
            ).fetchone()
    except psycopg.Error as error:
        raise explain(error) from error
    assert confirmed is not None
    at: datetime = confirmed[0]
    return at


def submit_account(
    connection: psycopg.Connection[Any], purpose: AccountPurpose, client_key: bytes
) -> tuple[UUID, bytes]:
    """Write down, in this transaction, that one's password or factor is to change.

    Returns the attempt and what opens it in a later one; to be committed before.
    """
    blind = secrets.token_bytes(32)
    row = connection.execute(
        "SELECT govdesk_api.account_submit(%s, %s)", (purpose, commitment(blind, client_key, ""))
    ).fetchone()
    assert row is not None
    return row[0], blind


def bind(connection: psycopg.Connection[Any], token: str, tenant_path: str) -> None:
    """Make this transaction act as the session; raises psycopg's GD001 if it has ended."""
    connection.execute("SELECT govdesk_api.bind(%s, %s)", (token, tenant_path))


def set_password_by_code(
    connection: psycopg.Connection[Any], code: str, password: str, kdf: KeyDerivation
) -> tuple[str, str]:
    """Set the first password with a one-time code; returns address and tenant path.

    `kdf` carries the installation's parameters; its salt is replaced by a fresh one.
    """
    fresh = KeyDerivation(
        secrets.token_bytes(SALT_BYTES), kdf.memory_kib, kdf.iterations, kdf.lanes
    )
    key = derive_client_key(password, fresh)
    try:
        row = connection.execute(
            "SELECT email, tenant_path FROM govdesk_api.set_password_by_code(%s, %s, %s)",
            (code, fresh.salt, stored_key(key)),
        ).fetchone()
    except psycopg.Error as error:
        raise explain(error) from error
    assert row is not None
    return str(row[0]), str(row[1])


def enrol_totp(
    connection: psycopg.Connection[Any], token: str, client_key: bytes, seed: bytes, code: str
) -> list[str]:
    """Enrol a TOTP seed (RFC 6238, SHA-1, 30 s) and return ten recovery codes, shown once."""
    codes = [new_recovery_code() for _ in range(10)]
    hashes = [hashlib.sha256(c.replace("-", "").encode()).digest() for c in codes]
    try:
        connection.execute(
            "SELECT govdesk_api.enrol_totp(%s, %s, %s, %s, %s)",
            (token, client_key, seed, code, hashes),
        )
    except psycopg.Error as error:
        raise explain(error) from error
    return codes


def new_recovery_code() -> str:
    """Return 120 random bits as six groups of four base32 characters."""
    alphabet = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
    groups = ("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(6))
    return "-".join(groups)
