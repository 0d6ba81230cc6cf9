"""Signing in to PostgreSQL by SCRAM-SHA-256 (RFC 5802, RFC 7677), as a client."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import stringprep
import unicodedata
from typing import Final

from govdesk.domain.problem import Problem

_MOST_ROUNDS: Final = 500_000
"""More would let a server keep this machine busy; PostgreSQL's own number is 4,096."""
_PROHIBITED: Final = (
    stringprep.in_table_a1, stringprep.in_table_c12, stringprep.in_table_c21_c22,
    stringprep.in_table_c3, stringprep.in_table_c4, stringprep.in_table_c5,
    stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8, stringprep.in_table_c9,
)  # fmt: skip


class Scram:
    """One sign-in; its three steps raise `ValueError` for what is no such conversation."""

    def __init__(self, password: str, nonce: str = ""):
        self._password = prepared(password)
        self._nonce = nonce or secrets.token_urlsafe(24)
        self._proof_of_server = b""

    @property
    def first(self) -> bytes:
        """What the client begins with; PostgreSQL takes the user from elsewhere."""
        return b"n,," + self._bare

    @property
    def _bare(self) -> bytes:
        return f"n=,r={self._nonce}".encode()

    def final(self, challenge: bytes) -> bytes:
        """The proof of the password, for the server's first message."""
        fields = _fields(challenge)
        nonce, rounds = fields["r"], int(fields["i"])
        if not nonce.startswith(self._nonce) or nonce == self._nonce:
            raise ValueError("not our nonce")
        if not 0 < rounds <= _MOST_ROUNDS:
            raise Problem("The database asks for more work per sign-in than is done here.")
        salt = base64.b64decode(fields["s"], validate=True)
        salted = hashlib.pbkdf2_hmac("sha256", self._password, salt, rounds)
        end = f"c=biws,r={nonce}".encode()
        text = b",".join((self._bare, challenge, end))
        key = hmac.digest(salted, b"Client Key", "sha256")
        signature = hmac.digest(hashlib.sha256(key).digest(), text, "sha256")
        proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        server = hmac.digest(salted, b"Server Key", "sha256")
        self._proof_of_server = hmac.digest(server, text, "sha256")
        return end + b",p=" + base64.b64encode(proof)

    def check(self, last: bytes) -> None:
        """The server knows the password too; raises `Problem` if it does not."""
        shown = base64.b64decode(_fields(last).get("v", ""), validate=True)
        if not self._proof_of_server or not hmac.compare_digest(shown, self._proof_of_server):
            raise Problem(
                "The database does not prove that it knows the password.",
                "This may be another server under the same name: find out before you go on.",
            )


def _fields(message: bytes) -> dict[str, str]:
    parts = message.decode("ascii").split(",")
    found = {name: value for name, equals, value in (one.partition("=") for one in parts) if equals}
    if "r" not in found and "v" not in found:
        raise ValueError("not a message of SCRAM")
    return found


def prepared(password: str) -> bytes:
    """SASLprep (RFC 4013); what it does not take stays as it is, as PostgreSQL has it."""
    if password.isascii():
        return password.encode()
    spaced = (" " if stringprep.in_table_c12(c) else c for c in password)
    mapped = "".join(c for c in spaced if not stringprep.in_table_b1(c))
    text = unicodedata.normalize("NFKC", mapped)
    spoilt = not text or any(table(c) for c in text if not c.isascii() for table in _PROHIBITED)
    return (password if spoilt else text).encode()
