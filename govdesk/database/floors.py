"""Releases of PostgreSQL below which a trail is not kept: they have known holes in row security."""

from __future__ import annotations

from govdesk.database.errors import ServerTooOld

FLOORS = {15: 150014, 16: 160010, 17: 170006}
"""Oldest acceptable release of each major version."""


def refuse_old(version: int) -> None:
    """Raise `ServerTooOld` for a `server_version` below its floor."""
    floor = FLOORS.get(version // 10000, min(FLOORS.values()))
    if version < floor:
        raise ServerTooOld(version, floor)
