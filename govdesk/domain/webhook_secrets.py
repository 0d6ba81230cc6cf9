"""The secret of an endpoint: made here or pasted, with its text hidden from everything but `text`.

Standard Webhooks 1.0.0: 24 to 64 bytes, written as ``whsec_`` and base64.
"""

from __future__ import annotations

import re
import secrets
from base64 import b64decode, b64encode
from hmac import compare_digest
from typing import Final, NoReturn

PREFIX: Final = "whsec_"
LEAST_BYTES: Final = 24
MOST_BYTES: Final = 64
GENERATED_BYTES: Final = 32
_LEAST_VARIETY: Final = 8
_BASE64: Final = re.compile("[A-Za-z0-9+/]*={0,2}")
_OTHER_PREFIXES: Final = {"whsk_": "a private signing key", "whpk_": "a public key"}


class Secret:
    """A secret as both sides hold it. Its repr hides it, and it is written to no file."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes):
        """Raises ValueError unless `raw` has 24 to 64 bytes."""
        if not LEAST_BYTES <= len(raw) <= MOST_BYTES:
            raise ValueError(f"a secret has {LEAST_BYTES} to {MOST_BYTES} bytes")
        self._raw = raw

    @property
    def raw(self) -> bytes:
        """The bytes that sign: to be sealed, never to be logged."""
        return self._raw

    @property
    def text(self) -> str:
        """``whsec_`` and base64: to be shown once, never to be logged."""
        return PREFIX + b64encode(self._raw).decode("ascii")

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and compare_digest(self._raw, other._raw)

    __hash__ = None  # type: ignore[assignment]

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is not written to a file or another process")


def new_secret() -> Secret:
    """What Auto-generate makes: 32 bytes of the operating system's randomness."""
    return Secret(secrets.token_bytes(GENERATED_BYTES))


def read_secret(text: str) -> Secret:
    """The secret that a pasted text is; raises ValueError with the sentence of `check_secret`.

    ``whsec_`` is decoded, and so is base64 of 24 to 64 bytes without it: every library of Standard
    Webhooks reads it like that. Any other text is the secret itself, in UTF-8.
    """
    if fault := check_secret(text):
        raise ValueError(fault)
    return Secret(_raw(text))


def check_secret(text: str) -> str | None:
    """What is wrong with a pasted secret, exactly; the sentence never repeats any of it."""
    if not text:
        return "Paste a secret, or choose Auto-generate."
    if text != text.strip():
        return "Leave out the blank or line end at the beginning or end."
    if not text.isprintable():
        return "The secret contains a line end or another invisible character. Paste it again."
    if other := next(
        (words for head, words in _OTHER_PREFIXES.items() if text.startswith(head)), ""
    ):
        return f"This is {other}, not a secret. A secret begins with whsec_, or is plain text."
    if text.startswith(PREFIX) and (fault := _base64_fault(text.removeprefix(PREFIX))):
        return fault
    return _length_fault(text) or _variety_fault(text)


def _base64_fault(text: str) -> str:
    if not text:
        return "Nothing follows whsec_."
    if "-" in text or "_" in text:
        return (
            "After whsec_ comes base64 with + and /, not with - and _. Copy the secret as the"
            " receiver shows it."
        )
    if _BASE64.fullmatch(text) is None:
        return "After whsec_ stands a character that base64 does not have. Paste it again."
    digits = text.rstrip("=")
    if len(digits) % 4 == 1 or (digits != text and len(text) % 4):
        return "The base64 after whsec_ is not whole: a part of it is missing. Paste it again."
    return ""


def _length_fault(text: str) -> str | None:
    length = len(_raw(text))
    words = "After decoding" if text.startswith(PREFIX) else "As it stands"
    counted = f"{words} the secret has {length} byte{'' if length == 1 else 's'}"
    if length < LEAST_BYTES:
        return f"{counted}; it needs at least {LEAST_BYTES}. Auto-generate makes a good one."
    if length > MOST_BYTES:
        return f"{counted}; it may have at most {MOST_BYTES}."
    return None


def _variety_fault(text: str) -> str | None:
    if len(set(_raw(text))) < _LEAST_VARIETY:
        return "The secret repeats the same few characters. Auto-generate makes a good one."
    return None


def _raw(text: str) -> bytes:
    if text.startswith(PREFIX):
        return _decoded(text.removeprefix(PREFIX))
    if not _base64_fault(text) and LEAST_BYTES <= len(raw := _decoded(text)) <= MOST_BYTES:
        return raw
    return text.encode()


def _decoded(text: str) -> bytes:
    digits = text.rstrip("=")
    return b64decode(digits + "=" * (-len(digits) % 4))
