"""Where a sealed value belongs: bound to it, so that it opens nowhere else."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final
from uuid import UUID

_LABEL: Final = b"govdesk envelope context v1"
_COPY_LABEL: Final = b"govdesk tenant key copy v1"
_NAMES: Final = ("tenant_id", "table", "row_id", "column", "schema_version")


@dataclass(frozen=True, slots=True)
class Context:
    """The place of one value; `schema_version` is that of the plaintext's own form."""

    tenant_id: UUID
    table: str
    row_id: UUID
    column: str
    schema_version: int

    def encode(self) -> bytes:
        """Return the canonical bytes: a label and five texts, each after its length."""
        return join(_LABEL, *(value.encode() for value in self.pairs().values()))

    def pairs(self) -> dict[str, str]:
        """Return the five parts as text, as a key service logs them."""
        values = (self.tenant_id, self.table, self.row_id, self.column, self.schema_version)
        return dict(zip(_NAMES, map(str, values), strict=True))


@dataclass(frozen=True, slots=True)
class CopyContext:
    """What a copy of a tenant key is for; `recipient` is the public key it is sealed to."""

    tenant_id: UUID
    version: int
    recipient: bytes

    def encode(self) -> bytes:
        """Return the canonical bytes: a label and three values, each after its length."""
        version = struct.pack(">I", self.version)
        return join(_COPY_LABEL, str(self.tenant_id).encode(), version, self.recipient)


def join(*parts: bytes) -> bytes:
    """Return the parts, each after its length as four bytes: no two lists give the same bytes."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def pairs_of(encoded: bytes) -> dict[str, str]:
    """Read `Context.encode` back as text; raises ValueError for anything else."""
    parts: list[bytes] = []
    rest = encoded
    while rest:
        (length,) = struct.unpack_from(">I", rest) if len(rest) >= 4 else (len(rest),)
        parts.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    if len(parts) != 6 or parts[0] != _LABEL or join(*parts) != encoded:
        raise ValueError("not the context of an envelope")
    return dict(zip(_NAMES, (part.decode() for part in parts[1:]), strict=True))
