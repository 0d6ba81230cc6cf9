"""What nobody may find again: every secret of a story, and the forms in which it might turn up."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from govdesk.domain.api_keys import ApiKey

_SHORTEST = 8
"""Shorter ones stand in any text by chance."""


@dataclass
class Ledger:
    """Secrets and what they are; none is ever printed."""

    kept: set[tuple[str, bytes]] = field(default_factory=set, repr=False)

    def note(self, what: str, secret: str | bytes) -> None:
        """Remember a secret."""
        data = secret.encode() if isinstance(secret, str) else secret
        assert len(data) >= _SHORTEST, what
        self.kept.add((what, data))

    def note_key(self, raw: str) -> None:
        """Remember a raw key, its secret part, and the hash that is kept while it waits."""
        key = ApiKey.parse(raw)
        self.note(f"key {key.prefix}", raw)
        self.note(f"secret part of {key.prefix}", raw.split("_")[3])
        self.note(f"bare hash of {key.prefix}", key.inner)

    @property
    def raw_keys(self) -> dict[str, str]:
        """Raw keys by prefix."""
        return {
            what.removeprefix("key "): data.decode()
            for what, data in self.kept
            if what.startswith("key ")
        }

    def found_in(self, places: Mapping[str, bytes]) -> list[str]:
        """Say which secrets stand in which places, without repeating any."""
        return [
            f"{what} ({form}) in {place}"
            for what, secret in sorted(self.kept)
            for form, needle in forms(secret)
            for place, text in places.items()
            if needle in text
        ]


def forms(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """The secret itself, and how programs write bytes down."""
    yield "as it is", secret
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    yield "in a URL", quote(secret, safe="").encode()
    yield "escaped", repr(secret)[2:-1].encode()
    yield "backwards", secret[::-1]
    for shift in range(3):
        coded = _base64(secret, shift)
        yield f"base64, {shift} bytes in", coded
        yield f"base64url, {shift} bytes in", coded.translate(bytes.maketrans(b"+/", b"-_"))


def _base64(secret: bytes, shift: int) -> bytes:
    """The letters that stand for nothing but the secret, however many bytes go before it."""
    coded = base64.b64encode(bytes(shift) + secret).rstrip(b"=")
    first = (shift * 8 + 5) // 6
    return coded[first : -1 if (shift + len(secret)) % 3 else None]
