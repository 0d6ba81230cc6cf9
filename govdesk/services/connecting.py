"""Reaching a server as a profile describes it, and saying why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from govdesk.config.profiles import Profile
from govdesk.config.tls import BY_KEY
from govdesk.database.connection import Connection, connect, explained
from govdesk.database.errors import DatabaseProblem, ServerUnfit, Unreachable
from govdesk.database.floors import refuse_old
from govdesk.services import certificates
from govdesk.services.certificates import Finding

_SIGN_IN = "govdesk_api.sign_in_reveal(uuid,bytea,bytea,text,bytea)"


class CertificateProblem(Unreachable):
    """The server's certificate does not verify; `finding` shows it, `gives_up` warns."""

    def __init__(self, profile: Profile, finding: Finding):
        super().__init__(
            finding.sentence(profile.host, certificates.now()), finding.remedy, key="certificate"
        )
        self.finding = finding
        self.gives_up = BY_KEY["require"].gives_up


@dataclass(frozen=True, slots=True)
class Server:
    """A server that would do: its release and whether the connection is encrypted."""

    version: str
    encryption: str

    @property
    def sentence(self) -> str:
        """Say that it works."""
        return f"Connected: PostgreSQL {self.version}, {self.encryption}."


def address(profile: Profile, password: str) -> str:
    """Return the URL that says all of it to libpq, so that no PG… variable changes it."""
    host, place = quote(profile.host, safe=""), ""
    if ":" in profile.host:
        host = f"[{profile.host}]"
    elif profile.host.startswith("/"):
        host, place = "", profile.host
    more = {"sslmode": profile.tls, "gssencmode": "disable", "hostaddr": ""}
    if place:
        more["host"] = place
    if profile.tls.startswith("verify-"):
        more["sslrootcert"] = certificates.authorities(profile.ca_file)
    user, word, name = (quote(part, safe="") for part in (profile.user, password, profile.database))
    query = urlencode(more, quote_via=quote)
    return f"postgresql://{user}:{word}@{host}:{profile.port}/{name}?{query}"


@contextmanager
def opened(profile: Profile, password: str) -> Iterator[Connection]:
    """Lend an autocommit connection; raises `Unreachable` with a key, or `ServerUnfit`."""
    try:
        connection = connect(address(profile, password))
    except Unreachable as error:
        raise _named(profile, error) from error
    with connection, explained():
        refuse_old(connection.info.server_version)
        yield connection


def check(profile: Profile, password: str) -> Server:
    """Connect and go; raises as `opened` does, and `ServerUnfit` where no GovDesk is."""
    with opened(profile, password) as connection:
        row = connection.execute("SELECT to_regprocedure(%s) IS NOT NULL", (_SIGN_IN,)).fetchone()
        if not (row and row[0]):
            raise ServerUnfit(
                f'The database "{profile.database}" holds no GovDesk, or another release of it.',
                "Check the database's name, or ask the administrator which release it has.",
            )
        version = connection.info.parameter_status("server_version") or "?"
        encryption = "not encrypted"
        if connection.pgconn.ssl_in_use:
            encryption = f"encrypted, {_verified(profile)}"
        return Server(version.split()[0], encryption)


def key_of(error: BaseException) -> str:
    """Return which refusal or reason an error is, to decide which field it belongs to."""
    return error.key if isinstance(error, DatabaseProblem) else ""


def _verified(profile: Profile) -> str:
    return {
        "verify-full": "certificate and host name verified",
        "verify-ca": "certificate verified, host name not",
    }.get(profile.tls, "certificate not verified")


def _named(profile: Profile, error: Unreachable) -> Unreachable:
    """Find out what is wrong with a certificate that libpq refused."""
    if error.key not in ("certificate", "certificate_host"):
        return error
    finding = certificates.examine(
        profile.host, profile.port, profile.ca_file, check_host=profile.tls == "verify-full"
    )
    return error if finding is None else CertificateProblem(profile, finding)
