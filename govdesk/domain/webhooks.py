"""Endpoints: their kinds, and what is entered for each.

Fields are those of connections: ``open`` ones are readable settings, ``ref`` ones say where a
secret is kept. The endpoint's own signing secret is no field: it is made or pasted apart, and shown
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from govdesk.domain import setting_checks as checks
from govdesk.domain.integrations import Field
from govdesk.domain.raw_secrets import find
from govdesk.domain.webhook_checks import (
    FORBIDDEN_HEADERS,
    LONGEST_DESCRIPTION,
    LONGEST_URL,
    MOST_HEADERS,
    MOST_THROTTLE,
    check_allow,
    check_description,
    check_header,
    check_headers,
    check_throttle,
    check_url,
    is_forbidden_header,
)
from govdesk.domain.webhook_secrets import (
    GENERATED_BYTES,
    LEAST_BYTES,
    MOST_BYTES,
    Secret,
    check_secret,
    new_secret,
    read_secret,
)
from govdesk.domain.webhook_words import (
    DISABLED_WORDS,
    ENDPOINT_STATUS_WORDS,
    ORIGIN_WORDS,
    OUTCOME_BY_NAME,
    OUTCOMES,
    STATUS_WORDS,
    Outcome,
    OutcomeName,
)

__all__ = [
    "BY_NAME",
    "DETAILS",
    "DISABLED_WORDS",
    "ENDPOINT_STATUS_WORDS",
    "FORBIDDEN_HEADERS",
    "FORMATS",
    "GENERATED_BYTES",
    "GRACE_HOURS",
    "KINDS",
    "LEAST_BYTES",
    "LONGEST_DESCRIPTION",
    "LONGEST_URL",
    "MOST_BYTES",
    "MOST_HEADERS",
    "MOST_THROTTLE",
    "ORIGIN_WORDS",
    "OUTCOMES",
    "OUTCOME_BY_NAME",
    "STATUS_WORDS",
    "Field",
    "Kind",
    "KindName",
    "Outcome",
    "OutcomeName",
    "Secret",
    "check_allow",
    "check_description",
    "check_field",
    "check_header",
    "check_headers",
    "check_secret",
    "check_settings",
    "check_throttle",
    "check_url",
    "is_forbidden_header",
    "new_secret",
    "read_secret",
]

KindName = Literal["webhook", "splunk", "syslog", "ntfy"]

GRACE_HOURS: Final = (0, 1, 24, 72, 168)
"""How long the secret before lives on after a rotation; any whole number up to the last."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of receiver; `purpose` is a sentence, `url_hint` says what its address looks like.

    `is_signed`: deliveries carry our signatures, so the endpoint has a secret.
    """

    name: KindName
    title: str
    purpose: str
    url_hint: str
    url_example: str
    fields: tuple[Field, ...]
    is_signed: bool = False

    def field(self, name: str) -> Field | None:
        """The field of a name, if the kind has it."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def defaults(self) -> dict[str, str]:
        """What a new endpoint begins with."""
        return {one.name: one.default for one in self.fields if one.default}


def _server_name(text: str) -> str:
    is_name = checks.host(text) == "" and not text.replace(".", "").isdigit() and ":" not in text
    return "" if is_name else "Enter the name that stands in the certificate, as siem.example.com."


def _tags(text: str) -> str:
    one = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+"
    parts = [part.strip() for part in text.split(",")]
    fits = len(parts) <= 5 and all(
        part and set(part) <= set(one) and len(part) <= 32 for part in parts
    )
    return (
        "" if fits else "Use at most five words with commas between them, for example lock,audit."
    )


def _app_name(text: str) -> str:
    fits = 0 < len(text) <= 48 and text.isascii() and all(33 <= ord(sign) <= 126 for sign in text)
    return "" if fits else "Use 1 to 48 letters, digits and signs, without blanks."


def _choice(name: str, title: str, words: str, default: str, *values: tuple[str, str]) -> Field:
    return Field(
        name, title, words, "open", False, default, checks.one_of(*(one for one, _ in values)),
        values,
    )  # fmt: skip


def _line(name: str, title: str, words: str, example: str) -> Field:
    return Field(name, title, words, "open", False, "", checks.line, example=example)


def _ref(name: str, title: str, words: str, example: str, *, required: bool = False) -> Field:
    return Field(
        name, title, f"{words} Enter where it is kept, not the secret itself.", "ref", required,
        "", checks.reference, example=example,
    )  # fmt: skip


_CA: Final = Field(
    "ca",
    "Certificate authority",
    "Only if the receiver's certificate is issued by an authority of your own: its certificate.",
    check=checks.certificate,
    example="-----BEGIN CERTIFICATE-----",
    multiline=True,
)
_SERVER_NAME: Final = Field(
    "server_name",
    "Name in the certificate",
    "Only if the receiver's certificate bears another name than its address.",
    check=_server_name,
    example="siem.example.com",
)
_CLIENT: Final = (
    _ref(
        "client_certificate",
        "Client certificate",
        "Only if the receiver asks for one: the certificate, as PEM.",
        "vault://siem/client#certificate",
    ),
    _ref(
        "client_key",
        "Client key",
        "The private key that belongs to the client certificate, as PEM.",
        "vault://siem/client#key",
    ),
)
_FACILITIES: Final = (
    ("10", "Security (authpriv)"),
    ("13", "Audit"),
    ("4", "Authorization (auth)"),
    ("1", "User"),
    *((str(16 + number), f"Local {number}") for number in range(8)),
)

KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "webhook",
        "Webhook",
        "Sends each event by HTTPS to a program of your own, signed so that it can be checked.",
        "The whole address to which events are sent, beginning with https://.",
        "https://siem.example.com/hooks/govdesk",
        (
            _ref(
                "token",
                "Token",
                "Sent as Authorization: Bearer, if the receiver wants one.",
                "vault://siem/govdesk#token",
            ),
            _CA,
            _SERVER_NAME,
            *_CLIENT,
        ),
        is_signed=True,
    ),
    Kind(
        "splunk",
        "Splunk",
        "Puts each event into a Splunk index through its HTTP Event Collector.",
        "The collector's address with its port, without /services.",
        "https://splunk.example.com:8088",
        (
            _ref(
                "token", "Token", "The collector's token.", "vault://siem/splunk#token",
                required=True,
            ),
            _line("index", "Index", "Empty: the index of the token.", "governance"),
            _line("source", "Source", "Empty: the source of the token.", "govdesk"),
            _line("sourcetype", "Source type", "Empty: the one of the token.", "govdesk:audit"),
            _choice(
                "ack",
                "Confirmation",
                "An event counts as delivered when Splunk has written it into the index, where the"
                " token offers that.",
                "auto",
                ("auto", "Wait until it is indexed, if the token offers it"),
                ("off", "Do not wait"),
            ),
            _CA,
            _SERVER_NAME,
            *_CLIENT,
        ),
    ),
    Kind(
        "syslog",
        "Log collector (syslog)",
        "Sends each event as syslog over TLS (RFC 5424, RFC 5425). Collectors confirm nothing, so"
        " deliveries are marked as sent, not as delivered.",
        "The collector's name and port, beginning with syslog+tls://.",
        "syslog+tls://logs.example.com:6514",
        (
            _choice(
                "facility", "Facility", "Under what the collector files it.", "13", *_FACILITIES
            ),
            Field(
                "app_name", "Program name", "What the collector shows as the program.", "open",
                False, "govdesk", _app_name, example="govdesk",
            ),
            _CA,
            _SERVER_NAME,
            *_CLIENT,
        ),
    ),
    Kind(
        "ntfy",
        "ntfy",
        "Notifies the telephones of those on call. A message shows the event's name and sentence,"
        " never what changed.",
        "The server's address and one topic. Whoever knows the topic may read along, so choose one"
        " that nobody guesses.",
        "https://ntfy.example.com/on-call",
        (
            _ref(
                "token", "Token", "An access token, if the topic needs one.",
                "vault://on-call/ntfy#token",
            ),
            _choice(
                "priority",
                "Priority",
                "How loud the telephone is.",
                "auto",
                ("auto", "As the event's severity"),
                ("1", "Silent"),
                ("2", "Low"),
                ("3", "Normal"),
                ("4", "High"),
                ("5", "Urgent"),
            ),
            Field(
                "tags", "Tags", "Words or emoji names that stand beside the title.", "open", False,
                "", _tags, example="lock,audit",
            ),
            _CA,
        ),
    ),
)  # fmt: skip

BY_NAME: Final[dict[str, Kind]] = {kind.name: kind for kind in KINDS}

FORMATS: Final = (
    ("govdesk", "GovDesk JSON"),
    ("ocsf", "OCSF 1.6 (Open Cybersecurity Schema Framework)"),
)
DETAILS: Final = (
    ("full", "Everything: who, what changed, from where"),
    ("thin", "Without personal data: the event's name, number and ids only"),
)


def check_field(field: Field, text: str) -> str | None:
    """What is wrong with what was entered into a field, or None."""
    if not text:
        return f"{field.title} is needed." if field.required else None
    if field.check is not None and (fault := field.check(text)):
        return fault
    if field.column == "open" and field.name != "ca" and (found := find(text)) is not None:
        return (
            f"This contains what looks like {found.title}; everybody could read it here. Take it"
            " out, and replace it if it was in use."
        )
    return None


def check_settings(
    kind: str, settings: Mapping[str, str], refs: Mapping[str, str]
) -> dict[str, str]:
    """What is wrong with an endpoint's fields, by name; nothing is wrong with an empty answer."""
    fields = BY_NAME[kind].fields
    faults = {
        name: "This kind of endpoint has no such setting."
        for column, entered in (("open", settings), ("ref", refs))
        for name in entered
        if not any(one.name == name and one.column == column for one in fields)
    }
    for one in fields:
        entered = (settings if one.column == "open" else refs).get(one.name, "")
        if fault := check_field(one, entered):
            faults[one.name] = fault
    if bool(refs.get("client_key")) != bool(refs.get("client_certificate")):
        missing = "client_key" if refs.get("client_certificate") else "client_certificate"
        faults.setdefault(missing, "A client certificate and its key belong together. Enter both.")
    return faults
