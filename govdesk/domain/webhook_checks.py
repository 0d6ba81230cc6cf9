"""Checks of what is entered for an endpoint: each says what is wrong and what to do, or None.

The database refuses the same once more. Names are looked up by the worker only, so of hosts only
addresses written out are judged here; a test compares that judgement with the egress guard's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

import idna

from govdesk.domain import setting_checks
from govdesk.domain.raw_secrets import find

LONGEST_URL: Final = 2000
LONGEST_DESCRIPTION: Final = 200
MOST_HEADERS: Final = 20
LONGEST_HEADER_NAME: Final = 64
LONGEST_HEADER_VALUE: Final = 1000
MOST_THROTTLE: Final = 6000
"""Deliveries a minute."""

FORBIDDEN_HEADERS: Final = (
    "accept-encoding",
    "authorization",
    "connection",
    "content-*",
    "cookie",
    "expect",
    "forwarded",
    "govdesk-*",
    "host",
    "keep-alive",
    "proxy-*",
    "sec-*",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "webhook-*",
    "x-forwarded-*",
)
"""Names that no custom header may have; a ``*`` at the end stands for any rest."""

_SCHEMES: Final = {"webhook": "https", "splunk": "https", "ntfy": "https", "syslog": "syslog+tls"}
_EXAMPLES: Final = {
    "webhook": "https://siem.example.com/hooks/govdesk",
    "splunk": "https://splunk.example.com:8088",
    "ntfy": "https://ntfy.example.com/on-call",
    "syslog": "syslog+tls://logs.example.com:6514",
}
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TOPIC: Final = re.compile(r"/[A-Za-z0-9_-]{1,64}")

# The guard's kinds that a person can do something about; the first that holds an address decides.
_RANGES: Final = tuple(
    (ip_network(text), kind)
    for text, kind in (
        ("169.254.169.254/32", "metadata"),
        ("169.254.170.0/24", "metadata"),
        ("168.63.129.16/32", "metadata"),
        ("192.0.0.192/32", "metadata"),
        ("100.100.100.200/32", "metadata"),
        ("fd00:ec2::/32", "metadata"),
        ("fd20:ce::254/128", "metadata"),
        ("fd00:c1::a9fe:a9fe/128", "metadata"),
        ("fd00:42::42/128", "metadata"),
        ("169.254.0.0/16", "link-local"),
        ("fe80::/10", "link-local"),
        ("127.0.0.0/8", "loopback"),
        ("::1/128", "loopback"),
        ("10.0.0.0/8", "private"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("fc00::/7", "private"),
        ("100.64.0.0/10", "shared"),
    )
)
_KIND_WORDS: Final = {
    "metadata": "a cloud's credentials service",
    "link-local": "an address of the local link",
    "loopback": "the worker's own machine",
    "private": "an address of a private network",
    "shared": "an address of a carrier's shared network",
}


def check_url(kind: str, text: str, allow: Iterable[str] = ()) -> str | None:
    """Judge the address of an endpoint of a kind; `allow` is its list of ``CIDR:PORT``."""
    example = _EXAMPLES[kind]
    if fault := _characters(text, example):
        return fault
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return f"The host or port cannot be read. Enter an address such as {example}."
    return (
        _scheme(kind, text, parts, example)
        or _login_or_fragment(text, parts)
        or _host(parts, example)
        or _port(kind, port, example)
        or _path(kind, parts, example)
        or _raw_secret(text, "The address")
        or closed_address(parts.hostname or "", port or 443, allow)
    )


def _characters(text: str, example: str) -> str | None:
    if not text.strip():
        return f"Enter the receiver's address, for example {example}."
    if text != text.strip():
        return "Leave out the blank at the beginning or end of the address."
    if any(sign.isspace() for sign in text) or not text.isprintable():
        return (
            "An address has no blanks, line ends or invisible characters in it. Write a blank as"
            " %20."
        )
    if "\\" in text:
        return "An address has / and no \\ in it."
    if len(text) > LONGEST_URL:
        return f"An address has at most {LONGEST_URL:,} characters; this has {len(text):,}."
    return None


def _scheme(kind: str, text: str, parts: SplitResult, example: str) -> str | None:
    wanted = _SCHEMES[kind]
    if parts.scheme == wanted and not text.startswith(f"{wanted}://"):
        return f"Begin the address with {wanted}:// in small letters, as in {example}."
    if parts.scheme == wanted and parts.netloc:
        return None
    if parts.scheme == "http" and wanted == "https":
        return (
            "Use an address that begins with https://. With http:// everybody on the way could"
            " read the events."
        )
    if parts.scheme in ("syslog", "syslog+tcp", "syslog+udp", "tcp", "udp") and kind == "syslog":
        return (
            "Use syslog+tls://. Without TLS everybody on the way could read and alter the events."
        )
    if parts.scheme == wanted:
        return f"The address has no host. Enter one such as {example}."
    return f"Enter a whole address that begins with {wanted}://, for example {example}."


def _login_or_fragment(text: str, parts: SplitResult) -> str | None:
    if "@" in parts.netloc:
        return (
            "An address does not hold a name or password: it would be shown to everybody and"
            " written into logs. Leave out what stands before the @, and enter under Token where"
            " the secret is kept."
        )
    if "#" in text:
        return "Leave out the # and what follows it: it is never sent."
    return None


def _host(parts: SplitResult, example: str) -> str | None:
    host = parts.hostname or ""
    if not host:
        return f"The address has no host. Enter one such as {example}."
    if not host.isascii() and (name := _in_ascii(host)):
        return f"Write the name of the host as it stands in the DNS: {name}."
    if not _is_name(host):
        return (
            f"{host} is not the name of a host. Write a name such as siem.example.com, or a plain"
            " address such as 203.0.113.7 or [2001:db8::7]."
        )
    return None


def _is_name(host: str) -> bool:
    """A plain address, or a name that IDNA 2008 (RFC 5891) reads in one way only."""
    if setting_checks.host(host) or not host.isascii():
        return False
    labels = host.lower().removesuffix(".").split(".")
    try:
        return all(
            idna.encode(idna.decode(label)).decode() == label
            for label in labels
            if label.startswith("xn--")
        )
    except idna.IDNAError:
        return False


def _in_ascii(host: str) -> str:
    """The same name as it is looked up, or nothing for what is no name."""
    try:
        name = unicodedata.normalize("NFC", host).lower()
        return idna.encode(name, strict=True, std3_rules=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _port(kind: str, port: int | None, example: str) -> str | None:
    if port == 0:
        return "0 is not a port. Enter a number from 1 to 65535, or leave it out."
    if kind == "syslog" and port is None:
        return f"Name the port as well, usually 6514, as in {example}."
    return None


def _path(kind: str, parts: SplitResult, example: str) -> str | None:
    if not (parts.path + parts.query).isascii():
        return "Write letters outside ASCII percent-encoded, for example %C3%BC for ü."
    if kind == "syslog" and (parts.path or parts.query):
        return f"A log collector's address ends with its port, as in {example}."
    if kind == "splunk" and ("/services" in parts.path or parts.query):
        return f"Leave out /services and what follows: it is added. Enter one such as {example}."
    if kind == "ntfy" and (_TOPIC.fullmatch(parts.path) is None or parts.query):
        return f"End the address with one topic, as in {example}."
    return None


def closed_address(host: str, port: int, allow: Iterable[str] = ()) -> str | None:
    """Why an address written out as a host is not contacted, and who may open it."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    kind = address_kind(address)
    if kind is None or (is_openable(kind) and _is_allowed(address, port, allow)):
        return None
    said = f"{address} is {_KIND_WORDS[kind]}"
    if not is_openable(kind):
        return f"{said}; it is never contacted. Enter the receiver's own address."
    bits = address.max_prefixlen
    entry = f"[{address}/{bits}]:{port}" if bits == 128 else f"{address}/{bits}:{port}"
    return (
        f"{said}, closed by the rule for private addresses. Whoever may manage webhooks can list"
        f" {entry} under “Allow private addresses”; where two have to decide, a second person"
        " confirms it."
    )


def address_kind(address: IPv4Address | IPv6Address) -> str | None:
    """What the guard calls a private address, or None: then only the guard itself judges."""
    return next(
        (
            kind
            for network, kind in _RANGES
            if network.version == address.version and address in network
        ),
        None,
    )


def is_openable(kind: str) -> bool:
    """Whether “Allow private addresses” may open this kind."""
    return kind in ("loopback", "private", "shared")


def _is_allowed(address: IPv4Address | IPv6Address, port: int, allow: Iterable[str]) -> bool:
    for entry in allow:
        if setting_checks.opening(entry):
            continue
        cidr, _, opened = entry.rpartition(":")
        network = ip_network(cidr.removeprefix("[").removesuffix("]"))
        if int(opened) == port and network.version == address.version and address in network:
            return True
    return False


def check_allow(entry: str) -> str | None:
    """Judge one line of “Allow private addresses”."""
    if fault := setting_checks.opening(entry):
        return fault
    cidr, _, _ = entry.rpartition(":")
    network = ip_network(cidr.removeprefix("[").removesuffix("]"))
    for closed, kind in _RANGES:
        if (
            not is_openable(kind)
            and network.version == closed.version
            and network.subnet_of(closed)  # type: ignore[arg-type]
        ):
            return f"{network} is {_KIND_WORDS[kind]}; nobody can open it."
    return None


def is_forbidden_header(name: str) -> bool:
    """Whether a name is GovDesk's own or would change how the request is read.

    Programs behind a gateway (RFC 3875 §4.1.18) read an underline as a hyphen.
    """
    lower = name.lower().replace("_", "-")
    return any(
        lower.startswith(one[:-1]) if one.endswith("*") else lower == one
        for one in FORBIDDEN_HEADERS
    )


def check_header(name: str, value: str) -> str | None:
    """Judge one custom header (RFC 9110 §5.1 and §5.5: visible ASCII and blanks within)."""
    if _TOKEN.fullmatch(name) is None:
        return (
            "The name of a header has letters, digits and hyphens only, for example X-Environment."
        )
    if len(name) > LONGEST_HEADER_NAME:
        return f"The name of a header has at most {LONGEST_HEADER_NAME} characters."
    if name.lower() == "authorization":
        return (
            "Authorization is not written here, where everybody could read it. Enter under Token"
            " where the secret is kept; it is sent as Authorization: Bearer."
        )
    if is_forbidden_header(name):
        return f"{name} is set by GovDesk itself. Choose another name, for example X-{name}."
    return _value_fault(name, value) or _raw_secret(value, f"The header {name}")


def _value_fault(name: str, value: str) -> str | None:
    if not value or value != value.strip():
        return f"Give {name} a value without blanks at its beginning or end."
    if not (value.isascii() and value.isprintable()):
        return f"The value of {name} may have ASCII characters and blanks only, on one line."
    if len(value) > LONGEST_HEADER_VALUE:
        return f"The value of {name} has at most {LONGEST_HEADER_VALUE:,} characters."
    return None


def check_headers(headers: Mapping[str, str]) -> str | None:
    """Judge all custom headers together: each alone, their number, and twice the same name."""
    if len(headers) > MOST_HEADERS:
        return f"At most {MOST_HEADERS} headers can be added; these are {len(headers)}."
    if len({name.lower() for name in headers}) < len(headers):
        return "One header stands here twice; capital and small letters are the same to a server."
    return next(filter(None, (check_header(*one) for one in headers.items())), None)


def check_throttle(text: str) -> str | None:
    """Judge how many deliveries a minute are sent at most; empty is no limit."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 5
    if text and not (is_number and 1 <= int(text) <= MOST_THROTTLE):
        return f"Enter a whole number from 1 to {MOST_THROTTLE:,}, or nothing for no limit."
    return None


def check_description(text: str) -> str | None:
    """Judge the name by which people know an endpoint."""
    if not text.strip():
        return "Say what the endpoint is for, for example “Security team's Splunk”."
    if not text.isprintable():
        return "Write the description on one line."
    if len(text) > LONGEST_DESCRIPTION:
        return f"A description has at most {LONGEST_DESCRIPTION} characters; this has {len(text)}."
    return _raw_secret(text, "The description")


def _raw_secret(text: str, where: str) -> str | None:
    found = find(text)
    if found is None:
        return None
    return (
        f"{where} contains what looks like {found.title}; everybody could read it there. Take it"
        " out, enter under Token where it is kept, and replace it if it was in use."
    )
