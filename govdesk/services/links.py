"""What somebody without a session does with a mailed link: join, decide, come back in."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from govdesk.database import sign_in, web_links, webhook_vault
from govdesk.database.connection import explained
from govdesk.database.errors import DatabaseProblem
from govdesk.database.nudging import nudge
from govdesk.database.web_links import AccountLink, Decision, Invitation, Outcome, Verdict
from govdesk.database.web_pool import Pool
from govdesk.database.webhook_vault import PublicKey
from govdesk.services.accounts import seed_bytes

_AT_ONCE: Final = 2
"""Derivations of a key at a time: each takes 64 MiB, and a crowd must not take the machine."""


@dataclass(frozen=True, slots=True)
class Entered:
    """An account that can sign in now; the recovery codes exist nowhere else."""

    email: str
    tenant_path: str
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)


class Links:
    """The use cases of the web surface, over connections with the worker's login.

    Safe to call from several threads. Raises `DatabaseProblem`; its key is `link_unknown` for a
    link that is forged, foreign, used or over.
    """

    def __init__(self, url: str, *, connections: int = 8):
        self._pool = Pool(url, size=connections)
        self._deriving = threading.BoundedSemaphore(_AT_ONCE)
        self._deciding = tuple(threading.Lock() for _ in range(64))

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def is_well(self) -> bool:
        """Whether the database can be reached and is of this release."""
        try:
            with self._pool.lend() as connection:
                return web_links.answers(connection)
        except DatabaseProblem:
            return False

    def signing_keys(self, tenant_path: str) -> list[PublicKey]:
        """Return the public keys that an organization's webhooks are signed with, newest first.

        None for an organization that is not there. They are nobody's secret and need no link.
        """
        with self._pool.lend() as connection:
            return webhook_vault.public_keys(connection, tenant_path)

    def invitation(self, token: str) -> Invitation:
        """Look at an invitation."""
        with self._pool.lend() as connection:
            return web_links.invitation(connection, token)

    def join(self, token: str) -> Entered:
        """Accept an invitation with the account that its address has."""
        with self._pool.lend() as connection:
            place = web_links.accept(connection, token, None, None)
            nudge(connection)
        return Entered(place.email, place.tenant_path)

    def accept(self, token: str, name: str, password: str, secret: str, code: str) -> Entered:
        """Accept an invitation with a new account; `secret` is the app's base32 seed."""
        credential = self._credential("", password, secret, code)
        with self._pool.lend() as connection:
            place = web_links.accept(connection, token, name, credential)
            nudge(connection)
        return Entered(place.email, place.tenant_path, credential.recovery_codes)

    def decision(self, token: str) -> Decision:
        """Look at a decision; never spends the link."""
        with self._pool.lend() as connection:
            return web_links.decision(connection, token)

    def send_code(self, token: str) -> None:
        """Have a one-time code mailed to the reviewer."""
        with self._pool.lend() as connection:
            web_links.send_code(connection, token)

    def decide(self, token: str, verdict: Verdict, reason: str, code: str) -> Outcome:
        """Decide with a mailed code; counts a wrong one whatever happens to this process.

        One after the other for a link: attempts that overlap count against each other, and of
        many at once not even the first would be let through.
        """
        with self._deciding[hash(token) % len(self._deciding)], self._pool.lend() as connection:
            outcome = web_links.decide(connection, token, verdict, reason, code)
            nudge(connection)
            return outcome

    def account_link(self, token: str) -> AccountLink:
        """Look at a link that mends an account."""
        with self._pool.lend() as connection:
            return web_links.account_link(connection, token)

    def request_recovery(self, email: str) -> None:
        """Ask for a link to be mailed; the answer is the same for every address."""
        with self._pool.lend() as connection:
            web_links.request_recovery(connection, email)

    def recover(
        self, token: str, recovery_code: str | None, password: str, secret: str, code: str
    ) -> Entered:
        """Replace password and factor together."""
        credential = self._credential("", password, secret, code)
        with self._pool.lend() as connection:
            place = web_links.recover(connection, token, recovery_code, credential)
            nudge(connection)
        return Entered(place.email, place.tenant_path, credential.recovery_codes)

    def replace_factor(
        self, token: str, link: AccountLink, password: str, secret: str, code: str
    ) -> Entered:
        """Enrol another factor after a reset: the password proves who, the link that it may be."""
        credential = self._credential(link.email, password, secret, code)
        with self._pool.lend() as connection:
            path = web_links.replace_factor(connection, token, link, credential)
            nudge(connection)
        return Entered(link.email, path, credential.recovery_codes)

    def _credential(
        self, email: str, password: str, secret: str, code: str
    ) -> web_links.Credential:
        """Derive a key: of an account that is there if `email` names it, else with fresh salt."""
        seed = seed_bytes(secret)
        with self._pool.lend() as connection, explained():
            kdf = sign_in.parameters(connection, email)
        with self._deriving:
            return web_links.new_credential(kdf, password, seed, code, fresh_salt=not email)


__all__ = [
    "AccountLink", "Decision", "Entered", "Invitation", "Links", "Outcome", "PublicKey", "Verdict",
]  # fmt: skip
