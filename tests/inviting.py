"""Invitations in tests: sent, mailed, accepted with a password and a second factor."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pyotp

from govdesk.database import sign_in
from govdesk.database.connection import Session
from tests.doors import Connection, ask, mails
from tests.people import ACME, Cast

INVITE = "SELECT govdesk_api.invite(%s, %s, %s, %s::ltree, %s, %s)"
VIEW = "SELECT * FROM govdesk_api.invitation_view(%s)"
ACCEPT = "SELECT * FROM govdesk_api.accept_invitation(%s, %s, %s, %s, %s, %s, %s)"


@dataclass
class Newcomer:
    """What somebody types on the page: name, password, and a code of a fresh seed."""

    name: str = "Nora New"
    password: str = "a long password of mine"
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    recovery: list[str] = field(
        default_factory=lambda: [sign_in.new_recovery_code() for _ in range(10)]
    )

    @property
    def code(self) -> str:
        """The code of the seed, now."""
        return pyotp.TOTP(base64.b32encode(self.seed).decode()).at(int(time.time()))

    def client_key(self, door: Connection) -> bytes:
        """What the password yields with the salt."""
        kdf = sign_in.parameters(door, "")
        own = sign_in.KeyDerivation(self.salt, kdf.memory_kib, kdf.iterations, kdf.lanes)
        return sign_in.derive_client_key(self.password, own)

    @property
    def hashes(self) -> list[bytes]:
        """Hashes of the ten recovery codes."""
        return [hashlib.sha256(c.replace("-", "").encode()).digest() for c in self.recovery]


def invite(
    session: Session,
    email: str = "nora@new.example",
    role: str = "operator",
    node: str = ACME,
    days: int = 7,
) -> str:
    """Invite somebody; returns the invitation's id."""
    return str(ask(session, INVITE, email, email.split("@")[0].title(), role, node, "Hi", days))


def link(cast: Cast, to: str = "nora@new.example") -> str:
    """The token in the newest invitation mail to an address."""
    return str(mails(cast, "invitation", to)[-1]["token"])


def accept(door: Connection, token: str, who: Newcomer) -> tuple[str, str]:
    """Accept as somebody new; returns address and tenant path."""
    row = door.execute(
        ACCEPT,
        (token, who.name, who.salt, who.client_key(door), who.seed, who.code, who.hashes),
    ).fetchone()
    assert row is not None
    return row[0], str(row[1])


def accept_known(door: Connection, token: str, name: str = "Known") -> tuple[str, str]:
    """Accept as somebody who has an account already."""
    row = door.execute(ACCEPT, (token, name, None, None, None, None, None)).fetchone()
    assert row is not None
    return row[0], str(row[1])


def outcome(door: Connection, token: str, who: Newcomer) -> str:
    """ "ok", or the SQLSTATE of the refusal."""
    try:
        accept(door, token, who)
    except psycopg.Error as error:
        return error.sqlstate or ""
    return "ok"


def enters(cast: Cast, email: str, path: str, who: Newcomer) -> bool:
    """Whether they now sign in with password and code."""
    door: psycopg.Connection[Any] = cast.open(cast.database.app_url)
    cast.admin.execute(
        "UPDATE govdesk_private.factor SET last_step = 0 WHERE person_id ="
        " (SELECT id FROM govdesk_private.person WHERE email = %s)",
        (email,),
    )
    return sign_in.sign_in(door, email, path, who.client_key(door), who.code).mfa
