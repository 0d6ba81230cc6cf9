"""Warnings about what lasts: a trouble of a night is not a line every second of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

SAY_SECONDS: Final = 600.0


class Lasting:
    """Says each warning once, and again every ten minutes while it lasts. For one thread."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic):
        self._logger, self._clock = logger, clock
        self._said: dict[str, tuple[str, float]] = {}

    def warn(self, about: str, words: str) -> None:
        """Say `words` unless they were the last that was said `about` it, a moment ago."""
        now = self._clock()
        said, at = self._said.get(about, ("", -SAY_SECONDS))
        if said != words or now - at >= SAY_SECONDS:
            self._said[about] = (words, now)
            self._logger.warning("%s", words)

    def is_over(self, about: str) -> None:
        """What is said about it from now on is news."""
        self._said.pop(about, None)
