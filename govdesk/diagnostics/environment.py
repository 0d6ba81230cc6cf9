"""What a report says about the machine: versions and habits, never names of people or hosts."""

from __future__ import annotations

import locale
import platform
import sys
from collections.abc import Mapping


def describe(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return facts in the order a reader wants them; `more` adds those of other libraries."""
    import govdesk

    return {
        "GovDesk": govdesk.__version__,
        **(more or {}),
        "Python": platform.python_version(),
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
        "C library": " ".join(platform.libc_ver()).strip() or "unknown",
        "Language": ".".join(part for part in locale.getlocale() if part) or "C",
        "Optimised": "yes" if sys.flags.optimize else "no",
    }
