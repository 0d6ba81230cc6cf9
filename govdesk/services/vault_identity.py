"""A person's key pair for the vault: made at a sign-in, opened with the password, kept with it.

What opens it is the Argon2id output of the password, which never leaves this process; the database
learns the client key of a sign-in and could derive nothing from it.
"""

from __future__ import annotations

from govdesk.database import sign_in, vault_store
from govdesk.database.connection import Connection, Session, explained
from govdesk.database.unlocked import Unlocked
from govdesk.services.vault import PasswordNeeded
from govdesk.vault.errors import PasswordDoesNotOpen
from govdesk.vault.identities import PrivateKey, unwrap_private_key, wrap_private_key


def ensure(session: Session, salted: bytes) -> Unlocked:
    """Open the person's key pair right after a sign-in with the password, and remember it.

    Somebody without one gets one, and so does somebody whose pair was wrapped under a password
    that was replaced by a recovery: the worker shares the vault with the new pair.
    """
    with session.reading() as connection:
        found = vault_store.person_key(connection)
    key = opened(found, salted)
    if key is None:
        key = PrivateKey.generate()
        with session.transaction() as connection:
            _keep(connection, key, salted)
    session.unlocked = Unlocked(key)
    return session.unlocked


def at_sign_in(connection: Connection, signed: sign_in.SignedIn, salted: bytes) -> Unlocked | None:
    """`ensure` for a new session; None below a second factor, where nothing can be opened."""
    if not signed.mfa:
        return None
    return ensure(Session(connection, signed.token, signed.tenant_path), salted)


def unlock(session: Session, email: str, password: str) -> Unlocked:
    """Open the pair in a running session; never makes one, since a password may be mistyped.

    Raises `PasswordDoesNotOpen`, and `PasswordNeeded` for somebody who has no pair yet.
    """
    with explained():
        kdf = sign_in.parameters(session.connection, email)
    salted = sign_in.derive_salted(password, kdf)
    with session.reading() as connection:
        found = vault_store.person_key(connection)
    if found is None:
        raise PasswordNeeded
    key = opened(found, salted)
    if key is None:
        raise PasswordDoesNotOpen
    session.unlocked = Unlocked(key)
    return session.unlocked


def carry_over(connection: Connection, before: bytes, after: bytes) -> PrivateKey:
    """Wrap the same pair under another password, in the transaction that changes it.

    A pair that the old password did not open is replaced, as at a sign-in.
    """
    key = opened(vault_store.person_key(connection), before) or PrivateKey.generate()
    _keep(connection, key, after)
    return key


def opened(found: tuple[bytes, bytes] | None, salted: bytes) -> PrivateKey | None:
    """The private key of a kept pair; None without one, or if it opens with another password.

    A public key that is not the private one's own would receive copies that nobody here opens.
    """
    if found is None:
        return None
    public_key, wrapped = found
    try:
        key = unwrap_private_key(wrapped, salted)
    except PasswordDoesNotOpen:
        return None
    return key if key.public == public_key else None


def _keep(connection: Connection, key: PrivateKey, salted: bytes) -> None:
    vault_store.set_person_key(connection, key.public, wrap_private_key(key, salted))
