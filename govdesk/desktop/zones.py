"""The time zone that is shown."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimeZone


def zone_of(name: str) -> tzinfo:
    """Return the zone of a preference: an IANA name, `UTC`, or `system`; unknown ones are UTC."""
    if name == "system":
        name = os.environ.get("TZ", "").lstrip(":") or system_zone()
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):
        return UTC


def system_zone() -> str:
    """Return the IANA name of this machine's zone."""
    return bytes(QTimeZone.systemTimeZoneId().data()).decode() or "UTC"


def words(zone: tzinfo) -> str:
    """Return the zone as the status bar says it: name and present offset."""
    now = datetime.now(zone)
    offset = f"{now:%z}"
    name = getattr(zone, "key", "UTC")
    return "UTC" if offset == "+0000" else f"{name} (UTC{offset[:3]}:{offset[3:5]})"
