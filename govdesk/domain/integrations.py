"""Kinds of connections to outside services, and what has to be entered for each.

A field stands in one of three columns. ``open`` is readable for everybody who sees the connection,
and searched for raw secrets. ``ref`` says where a secret is kept; there is no field into which a
secret itself belongs. ``sealed`` is private but no secret (a login's name, a topic that nobody
should guess) and kept in an envelope of the vault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from govdesk.domain import setting_checks as checks
from govdesk.domain.setting_checks import Check

Column = Literal["open", "ref", "sealed"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to enter; `check` returns what is wrong with a text, or nothing.

    `choices` are value and words, where only a few values are possible.
    """

    name: str
    title: str
    help: str
    column: Column = "open"
    required: bool = False
    default: str = ""
    check: Check | None = None
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of service: `purpose` says in a sentence what the connection is for."""

    name: str
    title: str
    purpose: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field of a name, if the kind has it."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def defaults(self) -> dict[str, str]:
        """What a new connection begins with."""
        return {one.name: one.default for one in self.fields if one.default}


_CA: Final = Field(
    "ca",
    "Certificate authority",
    "Only if the service's certificate is issued by an authority of your own: its certificate.",
    check=checks.certificate,
    example="-----BEGIN CERTIFICATE-----",
    multiline=True,
)


def _host(example: str) -> Field:
    return Field(
        "host", "Host", "Name or address of the server.", "open", True, "", checks.host,
        example=example,
    )  # fmt: skip


def _port(usual: str, words: str) -> Field:
    return Field("port", "Port", words, "open", False, usual, checks.port, example=usual)


def _url(words: str, example: str, check: Check = checks.https) -> Field:
    return Field("url", "Address", words, "open", True, "", check, example=example)


def _ref(name: str, title: str, words: str, example: str, *, required: bool = False) -> Field:
    return Field(
        name, title, f"{words} Enter where it is kept, not the secret itself.", "ref", required,
        "", checks.reference, example=example,
    )  # fmt: skip


def _private(name: str, title: str, words: str, check: Check, *, required: bool = False) -> Field:
    return Field(name, title, words, "sealed", required, "", check)


def _encryption(words: str, *choices: tuple[str, str]) -> Field:
    return Field(
        "encryption", "Encryption", words, "open", False, choices[0][0],
        checks.one_of(*(value for value, _ in choices)), choices,
    )  # fmt: skip


KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "database",
        "Database",
        "A PostgreSQL database from which a system works.",
        (
            _host("db.example.com"),
            _port("5432", "Usually 5432."),
            Field(
                "database", "Database", "Its name on the server.", "open", True, "", checks.line,
                example="billing",
            ),
            _encryption(
                "Without encryption only a database on this machine is reached.",
                ("tls", "TLS"),
                ("none", "None"),
            ),
            _CA,
            _private("user", "User", "The name of the login.", checks.line, required=True),
            _ref("password", "Password", "The login's password.", "vault://billing/db#password"),
        ),
    ),
    Kind(
        "smtp",
        "Mail server (SMTP)",
        "Sends notices by mail.",
        (
            _host("mail.example.com"),
            _port("587", "Usually 587 with STARTTLS, 465 with TLS."),
            _encryption(
                "Without encryption nobody signs in.",
                ("starttls", "STARTTLS"),
                ("tls", "TLS"),
                ("none", "None"),
            ),
            Field(
                "sender", "Sender", "The address from which mail is sent.", "open", False, "",
                checks.sender, example="governance@example.com",
            ),
            _CA,
            _private("user", "User", "The name of the login, if there is one.", checks.line),
            _ref("password", "Password", "The login's password.", "vault://mail/smtp#password"),
        ),
    ),
    Kind(
        "splunk",
        "Splunk",
        "Takes events in its HTTP Event Collector.",
        (
            _url("The collector's address, without /services.", "https://splunk.example.com:8088"),
            Field(
                "index", "Index", "Empty: the index of the token.", "open", False, "",
                checks.line, example="governance",
            ),
            _CA,
            _ref(
                "token", "Token", "The collector's token.", "vault://soc/splunk#token",
                required=True,
            ),
        ),
    ),
    Kind(
        "syslog",
        "Log collector (syslog)",
        "Takes events as syslog over TLS.",
        (_host("logs.example.com"), _port("6514", "Usually 6514."), _CA),
    ),
    Kind(
        "ntfy",
        "ntfy",
        "Notifies the telephones of those on call.",
        (
            _url("The server's address, without the topic.", "https://ntfy.example.com"),
            _CA,
            _private(
                "topic", "Topic", "Whoever knows it may read along, so it is kept private.",
                checks.topic, required=True,
            ),
            _ref("token", "Token", "An access token, if the topic needs one.", "env://NTFY_TOKEN"),
        ),
    ),
    Kind(
        "object-storage",
        "Object storage",
        "Keeps files in a bucket that speaks S3.",
        (
            _url("Without the bucket.", "https://s3.eu-central-1.amazonaws.com"),
            Field(
                "bucket", "Bucket", "Its name.", "open", True, "", checks.bucket,
                example="acme-audit",
            ),
            Field("region", "Region", "As the provider writes it.", "open", False, "us-east-1",
                  checks.region, example="eu-central-1"),
            Field("prefix", "Folder", "In front of every name, if there is one.", "open", False,
                  "", checks.line, example="governance/"),
            _CA,
            _ref("access_key_id", "Access key", "The id of the key.",
                 "awssm://storage/audit#access_key_id", required=True),
            _ref("secret_access_key", "Secret access key", "The key's secret.",
                 "awssm://storage/audit#secret_access_key", required=True),
            _ref("session_token", "Session token", "Only for keys that are lent for a while.",
                 "env://AWS_SESSION_TOKEN"),
        ),
    ),
    Kind(
        "tsa",
        "Time-stamp authority",
        "Stamps checkpoints of the log (RFC 3161).",
        (
            _url("Many authorities use http://; the stamp itself is signed.",
                 "http://timestamp.example.com", checks.http),
            _CA,
        ),
    ),
    Kind(
        "http",
        "Web service (HTTP)",
        "Any other service that is reached by HTTPS.",
        (
            _url("The whole address.", "https://tickets.example.com/api/v2/tickets"),
            _CA,
            _ref("token", "Token", "Sent as Authorization: Bearer, if there is one.",
                 "keyring://govdesk/tickets"),
        ),
    ),
)  # fmt: skip

BY_NAME: Final[dict[str, Kind]] = {kind.name: kind for kind in KINDS}
