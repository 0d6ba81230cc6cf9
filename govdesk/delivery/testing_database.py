"""Testing a PostgreSQL: encryption, sign-in and the server's version; no statement is run.

Spoken directly (PostgreSQL documentation, "Frontend/Backend Protocol" 3.0) because the driver
looks names up itself and would dial what the guard has not seen.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from govdesk.delivery.addresses import is_loopback
from govdesk.delivery.egress_line import Line
from govdesk.delivery.letters import one_line
from govdesk.delivery.testing_errand import Errand
from govdesk.delivery.testing_scram import Scram
from govdesk.domain.problem import Problem

_VERSION: Final = 196_608
_SSL_REQUEST: Final = struct.pack("!II", 8, 80_877_103)
_OK, _CLEAR, _MD5, _SASL, _CONTINUE, _FINAL = 0, 3, 5, 10, 11, 12
_LONGEST: Final = 32_768
_CODES: Final = {
    "28P01": ("The database does not accept its user or password.", "Check both."),
    "28000": ("The database does not let this user in from here.", "Check its pg_hba.conf."),
    "3D000": ("There is no database of this name.", "Check the name of the database."),
    "42501": ("This user may not connect to the database.", "Have CONNECT granted."),
    "53300": ("The database has no connection left.", "Try again later."),
    "57P03": ("The database is starting or stopping.", "Try again in a minute."),
}


def try_database(errand: Errand) -> str:
    """Encrypt, sign in, and wait until the server is ready for a first statement."""
    host, encryption = errand.required("host"), errand.choice("encryption", ("tls", "none"))
    if encryption == "none" and not is_loopback(host):
        raise Problem(
            "The connection to the database would not be encrypted.", "Use tls as encryption."
        )
    with errand.line(host, errand.port(5432)) as line:
        try:
            if encryption == "tls":
                _encrypt(line, errand, host)
            _Talk(line, errand).sign_in()
        except (ValueError, KeyError, struct.error, ConnectionError) as error:
            raise _no_postgres() from error
        except TimeoutError as error:
            raise errand.deadline.over() from error
    errand.notes.append("no statement was run")
    return "The database accepts the login."


def _encrypt(line: Line, errand: Errand, host: str) -> None:
    """Exactly one byte is read before TLS: whatever else came in clear is not listened to."""
    line.write(_SSL_REQUEST)
    answer = line.exactly(1)
    if answer == b"N":
        raise Problem("The database offers no encryption.", "Switch ssl on in its settings.")
    if answer != b"S":
        raise _no_postgres()
    line.encrypt(host, errand.trust)


class _Talk:
    """Messages back and forth until the server is ready."""

    def __init__(self, line: Line, errand: Errand):
        self._line, self._errand = line, errand
        self._is_encrypted = bool(errand.trail.tls)
        self._password = errand.text("password")
        self._scram: Scram | None = None
        self._is_proven = self._has_asked = False

    def sign_in(self) -> None:
        pairs = {
            "user": self._errand.required("user"),
            "database": self._errand.required("database"),
            "application_name": "govdesk connection test",
        }
        body = b"".join(f"{name}\0{value}\0".encode() for name, value in pairs.items()) + b"\0"
        self._line.write(struct.pack("!II", len(body) + 8, _VERSION) + body)
        for kind, content in self._messages():
            if kind == b"R":
                self._authenticate(struct.unpack("!I", content[:4])[0], content[4:])
            elif kind == b"E":
                raise _refusal(content)
            elif kind == b"S":
                self._note(content)
            elif kind == b"Z":
                break
        self._line.write(struct.pack("!cI", b"X", 4))

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        while True:
            kind, size = struct.unpack("!cI", self._line.exactly(5))
            if kind not in b"RESZKNv" or not 4 <= size <= _LONGEST:
                raise ValueError("not a message of PostgreSQL")
            yield kind, self._line.exactly(size - 4)

    def _authenticate(self, how: int, content: bytes) -> None:
        if how == _OK:
            self._expect_proof()
        elif how == _SASL:
            self._begin(content.split(b"\0"))
        elif how == _CONTINUE and self._scram is not None:
            self._say(self._scram.final(content))
        elif how == _FINAL and self._scram is not None:
            self._scram.check(content)
            self._is_proven = True
        elif how == _CLEAR and self._is_encrypted:
            self._say(self._password.encode() + b"\0")
        else:
            raise Problem(
                "The database asks for the password in a way that is not safe.",
                "Let it use scram-sha-256.",
            )

    def _expect_proof(self) -> None:
        """Whoever began SCRAM has to finish it: a server that skips its proof is not the one."""
        if self._scram is not None and not self._is_proven:
            raise ValueError("no proof")
        if self._password and not self._has_asked:
            self._errand.notes.append("the server did not ask for the password")

    def _begin(self, mechanisms: list[bytes]) -> None:
        if b"SCRAM-SHA-256" not in mechanisms or self._scram is not None:
            raise Problem("The database offers no sign-in with SCRAM-SHA-256.")
        self._scram = Scram(self._password)
        first = self._scram.first
        self._say(b"SCRAM-SHA-256\0" + struct.pack("!I", len(first)) + first)

    def _say(self, content: bytes) -> None:
        self._has_asked = True
        self._line.write(struct.pack("!cI", b"p", len(content) + 4) + content)

    def _note(self, content: bytes) -> None:
        name, _, value = content.partition(b"\0")
        if name == b"server_version":
            version = one_line(value.rstrip(b"\0").decode("ascii", "replace"), 40)
            self._errand.notes.append(f"PostgreSQL {version}")


def _refusal(content: bytes) -> Problem:
    """By its code; the server's own words may repeat what they were given."""
    fields = {one[:1]: one[1:] for one in content.split(b"\0") if one}
    code = fields.get(b"C", b"").decode("ascii", "replace")
    sentence, remedy = _CODES.get(code, ("", ""))
    if sentence:
        return Problem(sentence, remedy)
    return Problem(f"The database refuses the connection (code {one_line(code, 5)}).")


def _no_postgres() -> Problem:
    return Problem("No PostgreSQL answers there.", "Check host and port.")
