"""Codes of the second factor as people type and paste them (RFC 6238: six digits, 30 seconds)."""

from __future__ import annotations

import re
from typing import Final

STEP_SECONDS: Final = 30
_SIX_DIGITS: Final = re.compile(r"[0-9]{6}", re.ASCII)


def normal(typed: str) -> str:
    """Drop the spaces with which apps group digits; recovery codes get capitals."""
    return "".join(typed.split()).upper()


def is_whole(typed: str) -> bool:
    """Whether these are the six digits of an app's code."""
    return _SIX_DIGITS.fullmatch(normal(typed)) is not None


def seconds_left(now: float) -> int:
    """Seconds until the next code comes, 1 to 30; `now` in seconds since 1970."""
    return STEP_SECONDS - int(now) % STEP_SECONDS


def in_groups(secret: str) -> str:
    """A base32 secret in groups of four, as it is easiest to type."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
