"""Places, keys and envelopes that the tests of the vault share."""

from __future__ import annotations

from uuid import UUID

from govdesk.vault.context import Context
from govdesk.vault.envelope import seal
from govdesk.vault.providers import KeyEncrypter
from govdesk.vault.self_test import Sample

MERIDIAN = UUID("5b0c3c1e-52a4-4c3b-9a70-7d1f1f1d2a11")
HARBOUR = UUID("c7b1a0de-0d52-4f0e-8d6c-2a52a6f0b1aa")
HOME = Context(MERIDIAN, "integration", UUID(int=1), "sealed", 1)


def places() -> list[Context]:
    """Two tenants, two tables, three rows, two columns, two schema versions: 48 places."""
    return [
        Context(tenant, table, UUID(int=row), column, version)
        for tenant in (MERIDIAN, HARBOUR)
        for table in ("integration", "webhook")
        for row in (1, 2, 3)
        for column in ("sealed", "headers")
        for version in (1, 2)
    ]


def samples(*keys: KeyEncrypter) -> list[Sample]:
    """Return an envelope for each place, the keys in turn."""
    return [
        Sample(place, seal(keys[number % len(keys)], place, f"note {number}".encode()))
        for number, place in enumerate(places())
    ]
