"""The ways in without a session: invited, password forgotten, phone lost; and mending an account.

Each proves something that is not in the link alone, enrols a second factor, and is sealed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from uuid import UUID

from govdesk.config.profiles import Profile
from govdesk.database import sign_in, web_links
from govdesk.database.connection import Connection, Session, connect, explained
from govdesk.database.web_links import AccountLink, Credential, Invitation
from govdesk.domain.problem import Problem
from govdesk.services import connecting, vault_identity
from govdesk.services.accounts import seed_bytes
from govdesk.services.changes import writing
from govdesk.services.entrance import PasswordCheck

Door = Callable[[], AbstractContextManager[Connection]]
"""Opens an autocommit connection without a session."""
Kind = Literal["invitation", "recover", "decision", ""]

_TOKEN: Final = re.compile(r"[A-Za-z0-9_.\-]{40,200}")
_PLACES: Final = {"invitation": "an invitation", "recover": "a link for an account"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account that can sign in now. The recovery codes exist nowhere else."""

    email: str
    tenant_path: str
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)


def door_of(profile: Profile, login: Callable[[], str]) -> Door:
    """Open connections as the console does, with the password of the profile's login."""
    return lambda: connecting.opened(profile, login())


def door_at(url: str) -> Door:
    """Open connections to an address."""
    return lambda: connect(url)


def token_in(pasted: str, kind: Kind) -> str:
    """Return the token of a pasted link, or the token itself; raises `Problem` for anything else.

    `kind` is what belongs here: a link of another kind is named, so that nobody searches long.
    """
    text = pasted.strip().strip("<>").rstrip("/")
    path, _, token = text.rpartition("/")
    place = path.rpartition("/")[2] if path else ""
    if place == "decision":
        raise Problem(
            "This link is for a decision.", "Open it in a web browser instead.", exit_code=2
        )
    if place in _PLACES and kind and place != kind:
        raise Problem(f"This link is {_PLACES[place]}.", "Go back and choose that.", exit_code=2)
    if not _TOKEN.fullmatch(token):
        raise Problem(
            "This is not a whole link.", "Copy all of it from the mail, to its end.", exit_code=2
        )
    return token


def invitation(door: Door, token: str) -> Invitation:
    """Look at an invitation; nothing is spent. Raises `Refused` (link_unknown)."""
    with door() as connection:
        return web_links.invitation(connection, token)


def join(door: Door, token: str) -> Account:
    """Accept an invitation with the account that its address has already."""
    with door() as connection:
        place = web_links.accept(connection, token, None, None)
    return Account(place.email, place.tenant_path)


def accept(door: Door, token: str, name: str, password: str, secret: str, code: str) -> Account:
    """Accept an invitation with a new account; the link is spent only when all of it is right."""
    with door() as connection:
        credential = _fresh(connection, password, secret, code)
        place = web_links.accept(connection, token, name, credential)
    return Account(place.email, place.tenant_path, credential.recovery_codes)


def request(door: Door, email: str) -> None:
    """Ask for a link; the answer is the same whether there is such an account or not."""
    with door() as connection:
        web_links.request_recovery(connection, email)


def look(door: Door, token: str) -> AccountLink:
    """Look at a link that mends an account; nothing is spent. Raises `Refused` (link_unknown)."""
    with door() as connection:
        return web_links.account_link(connection, token)


def recover(
    door: Door, token: str, recovery_code: str | None, password: str, secret: str, code: str
) -> Account:
    """Replace password and factor together; `recovery_code` is None after a decision."""
    with door() as connection:
        credential = _fresh(connection, password, secret, code)
        place = web_links.recover(connection, token, recovery_code, credential)
    return Account(place.email, place.tenant_path, credential.recovery_codes)


def renew_factor(
    door: Door, token: str, link: AccountLink, password: str, secret: str, code: str
) -> Account:
    """Enrol another factor after a decision reset the old one: link and password together."""
    with door() as connection, explained():
        kdf = sign_in.parameters(connection, link.email)
        seed = seed_bytes(secret)
        credential = web_links.new_credential(kdf, password, seed, code, fresh_salt=False)
        path = web_links.replace_factor(connection, token, link, credential)
    return Account(link.email, path, credential.recovery_codes)


def change_password(session: Session, email: str, old: str, new: str) -> PasswordCheck:
    """Take another password; every other session of the person ends.

    The person's key to the vault stays the same and is wrapped under the new one. Returns what
    tells the new password from another, for the locked screen.

    Needs a confirmation of the last minute. Raises `Refused` (sign_in_failed for a wrong old
    password, step_up_needed, throttled); a wrong password is counted and sealed in the log.
    """
    with explained():
        kdf = sign_in.parameters(session.connection, email)
    fresh = replace(kdf, salt=secrets.token_bytes(sign_in.SALT_BYTES))
    before, after = sign_in.derive_salted(old, kdf), sign_in.derive_salted(new, fresh)
    key = sign_in.client_key_of(after)
    attempt, blind = _submitted(session, "change_password", sign_in.client_key_of(before))
    with writing(session) as connection:
        # In the same transaction: no moment at which neither password opens the person's key.
        vault_identity.carry_over(connection, before, after)
        connection.execute(
            "SELECT govdesk_api.change_password(%s, %s, %s, %s, %s)",
            (attempt, blind, sign_in.client_key_of(before), fresh.salt, key),
        )
    return PasswordCheck(fresh, sign_in.stored_key(key))


def replace_factor(
    session: Session, email: str, password: str, secret: str, code: str
) -> tuple[str, ...]:
    """Take another authenticator app and ten new recovery codes; the old ones are void.

    Needs a confirmation of the last minute. A wrong password is counted and sealed in the log.
    """
    with explained():
        kdf = sign_in.parameters(session.connection, email)
    seed = seed_bytes(secret)
    made = web_links.new_credential(kdf, password, seed, code, fresh_salt=False)
    attempt, blind = _submitted(session, "replace_factor", made.client_key)
    with writing(session) as connection:
        connection.execute(
            "SELECT govdesk_api.replace_factor(%s, %s, %s, %s, %s, %s)",
            (attempt, blind, made.client_key, seed, code, made.hashes),
        )
    return made.recovery_codes


def _submitted(
    session: Session, purpose: sign_in.AccountPurpose, client_key: bytes
) -> tuple[UUID, bytes]:
    """Write the attempt down in a transaction of its own: whatever follows, it was made."""
    with session.transaction() as connection:
        return sign_in.submit_account(connection, purpose, client_key)


def _fresh(connection: Connection, password: str, secret: str, code: str) -> Credential:
    kdf = sign_in.parameters(connection, "")
    return web_links.new_credential(kdf, password, seed_bytes(secret), code)


__all__ = [
    "Account",
    "AccountLink",
    "Door",
    "Invitation",
    "accept",
    "change_password",
    "door_at",
    "door_of",
    "invitation",
    "join",
    "look",
    "recover",
    "renew_factor",
    "replace_factor",
    "request",
    "token_in",
]
