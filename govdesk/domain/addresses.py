"""E-mail addresses and names of people as somebody types or pastes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LONGEST_ADDRESS: Final = 254
"""Characters, RFC 5321 §4.5.3.1 less the angle brackets."""
LONGEST_LOCAL: Final = 64
"""Bytes before the @, RFC 5321 §4.5.3.1.1."""
LONGEST_NAME: Final = 200
LONGEST_MESSAGE: Final = 2000

_ATEXT: Final = re.compile(r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,\"]+\Z")
_LABEL: Final = re.compile(r"(?!-)[\w-]+(?<!-)\Z")
_NAMED: Final = re.compile(r"^\s*\"?([^\"<>]*?)\"?\s*<([^<>]*)>\s*$")
# Joiners belong to the spelling of Persian, Hindi and others; other invisible ones only deceive.
_JOINERS: Final = "\u200c\u200d"


class BadAddress(ValueError):
    """Not an address one can write to; the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """One entry of a pasted list: what stood there, its address and name, or what is wrong."""

    text: str
    email: str = ""
    name: str = ""
    fault: str = ""


def address(text: str) -> str:
    """Return the address in the form it is kept in: NFC, lower case.

    Takes local parts and domains in any script (RFC 6531, RFC 5890). Raises `BadAddress`.
    """
    plain = unicodedata.normalize("NFC", text.strip()).lower()
    if not plain:
        raise BadAddress("Write an e-mail address.")
    local, at, domain = plain.rpartition("@")
    if not at or not local or not domain:
        raise BadAddress("An address looks like name@example.com.")
    if len(plain) > LONGEST_ADDRESS:
        raise BadAddress(
            f"An address has at most {LONGEST_ADDRESS} characters; this has {len(plain):,}."
        )
    _check_local(local)
    _check_domain(domain)
    return plain


def _check_local(local: str) -> None:
    if _has_invisible(local) or not all(_ATEXT.match(part) for part in local.split(".")):
        raise BadAddress(
            "Before the @ stands something that cannot be in an address. Check spaces, dots and"
            " other signs."
        )
    if len(local.encode()) > LONGEST_LOCAL:
        raise BadAddress(f"The part before the @ is longer than {LONGEST_LOCAL} characters.")


def _check_domain(domain: str) -> None:
    labels = domain.split(".")
    if len(labels) < 2 or _has_invisible(domain):
        raise BadAddress("After the @ comes a domain such as example.com.")
    if not all(_LABEL.match(label) for label in labels) or labels[-1].isdigit():
        raise BadAddress("The domain after the @ is not one. Check its dots and letters.")
    try:
        domain.encode("idna")
    except UnicodeError:
        raise BadAddress("The domain after the @ is not one. Check its dots and letters.") from None


def _has_invisible(text: str) -> bool:
    return any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs") for sign in text)


def pasted(text: str) -> Iterator[Pasted]:
    """Read addresses separated by commas, semicolons or lines; ``Name <address>`` brings a name.

    An address that stands there twice comes back the second time with a fault.
    """
    seen: set[str] = set()
    for piece in filter(str.strip, re.split(r"[,;\n\r]+", text)):
        named = _NAMED.match(piece)
        name, bare = (named[1], named[2]) if named else ("", piece)
        try:
            email = address(bare)
        except BadAddress as error:
            yield Pasted(piece.strip(), fault=str(error))
            continue
        fault = "This address stands here twice." if email in seen else ""
        seen.add(email)
        yield Pasted(piece.strip(), email, one_line(name), fault)


def one_line(text: str) -> str:
    """Return a name as one line: spaces for breaks, without signs that only change direction."""
    kept = (
        sign if sign in _JOINERS or unicodedata.category(sign) not in ("Cc", "Cf", "Cs") else " "
        for sign in unicodedata.normalize("NFC", text)
        if not _turns(sign)
    )
    return " ".join("".join(kept).split())


def _turns(sign: str) -> bool:
    """Whether a sign is one of the embeddings, overrides and isolates of UAX #9."""
    return "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"


def name_fault(name: str, noun: str = "A name") -> str:
    """Why this cannot be a name, in a sentence; empty when it can."""
    length = len(one_line(name))
    if length == 0:
        return f"{noun} has at least one character."
    if length > LONGEST_NAME:
        return f"{noun} has at most {LONGEST_NAME} characters; this has {length:,}."
    return ""
