"""The text of an API key: ``gd_<environment>_<id>_<secret>_<checksum>``.

The id is 12 and the secret 43 characters of base 62 (256 bits). The checksum is the CRC-32 (ISO
3309, as in zlib) of everything before the last underscore, as 6 characters of base 62, most
significant first. It finds every mistyped character and every swap of two neighbours before
anything is looked up: both are bursts of at most 16 bits, and CRC-32 finds all bursts of up to 32.
It is no secret and proves nothing.
"""

from __future__ import annotations

import re
import secrets
import zlib
from hashlib import sha256
from hmac import compare_digest
from typing import Final, Literal, cast

from govdesk.domain.problem import Problem

Environment = Literal["dev", "staging", "prod"]
Reason = Literal["shape", "environment", "checksum"]

ENVIRONMENTS: Final[tuple[Environment, ...]] = ("dev", "staging", "prod")
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTH: Final = 12
SECRET_LENGTH: Final = 43
CHECKSUM_LENGTH: Final = 6

_SHAPE: Final = re.compile(
    r"gd_([A-Za-z]{1,12})_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})_[0-9A-Za-z]{6}"
)
_SENTENCES: Final[dict[Reason, str]] = {
    "shape": "This is not an API key of GovDesk.",
    "environment": "This API key names an environment that does not exist.",
    "checksum": "This API key has a typing error.",
}
_REMEDIES: Final[dict[Reason, str]] = {
    "shape": "A key begins with gd_ and is copied as a whole, without spaces.",
    "environment": "The second part of a key is dev, staging or prod.",
    "checksum": "Copy the key again from where it is kept.",
}


class MalformedKey(Problem):
    """A text that cannot be a key. `reason` says why; the text itself is kept nowhere."""

    def __init__(self, reason: Reason):
        super().__init__(_SENTENCES[reason], _REMEDIES[reason], exit_code=2)
        self.reason: Reason = reason


class ApiKey:
    """A key with its secret. Only `raw` shows it; `repr`, `str` and formatting do not."""

    __slots__ = ("_environment", "_key_id", "_raw")

    def __init__(self, raw: str, environment: Environment, key_id: str):
        self._raw = raw
        self._environment = environment
        self._key_id = key_id

    @classmethod
    def generate(cls, environment: Environment) -> ApiKey:
        """A new key from the operating system's random source."""
        if environment not in ENVIRONMENTS:
            raise MalformedKey("environment")
        body = f"gd_{environment}_{_random(ID_LENGTH)}_{_random(SECRET_LENGTH)}"
        return cls.parse(f"{body}_{checksum(body)}")

    @classmethod
    def parse(cls, text: str) -> ApiKey:
        """The key that `text` is, to the character; raises `MalformedKey`."""
        match = _SHAPE.fullmatch(text)
        if match is None:
            raise MalformedKey("shape")
        environment, key_id, _ = match.groups()
        if environment not in ENVIRONMENTS:
            raise MalformedKey("environment")
        body, _, claimed = text.rpartition("_")
        if not compare_digest(claimed, checksum(body)):
            raise MalformedKey("checksum")
        return cls(text, cast(Environment, environment), key_id)

    @property
    def raw(self) -> str:
        """The whole key: to be shown once, or sent; never to be logged or kept."""
        return self._raw

    @property
    def environment(self) -> Environment:
        """Where the key is meant to be used."""
        return self._environment

    @property
    def key_id(self) -> str:
        """The public part by which the database finds the key."""
        return self._key_id

    @property
    def prefix(self) -> str:
        """The part of the key that may be shown: ``gd_prod_<id>``."""
        return f"gd_{self._environment}_{self._key_id}"

    @property
    def inner(self) -> bytes:
        """SHA-256 of the raw key: what the pepper's HMAC is computed over."""
        return sha256(self._raw.encode("ascii")).digest()

    def __repr__(self) -> str:
        return f"ApiKey({self.prefix}…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ApiKey):
            return NotImplemented
        return compare_digest(self._raw, other._raw)

    def __hash__(self) -> int:
        return hash(self.prefix)


def checksum(body: str) -> str:
    """The six characters that end a key which begins with `body`."""
    rest, digits = zlib.crc32(body.encode("utf-8")), ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
