"""One deadline over a whole conversation: looking up, dialling, TLS, asking and reading."""

from __future__ import annotations

import time

from govdesk.domain.problem import Problem


class TooSlow(Problem):
    """The other side did not finish in time."""


class Deadline:
    """So many seconds from now; every wait asks it how long it may last."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._began = time.monotonic()

    @property
    def spent_ms(self) -> int:
        """Whole milliseconds since the beginning."""
        return round(self.elapsed_ms)

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the beginning."""
        return (time.monotonic() - self._began) * 1000

    def left(self, most: float | None = None) -> float:
        """Seconds that a wait may last now, at most `most`; raises `TooSlow` when none are left."""
        rest = self._began + self.seconds - time.monotonic()
        if rest <= 0:
            raise self.over()
        return rest if most is None else min(rest, most)

    @property
    def words(self) -> str:
        """How long it is: "15 seconds"."""
        # What is left of 15 seconds when the work begins is 15 seconds to whoever reads it.
        seconds = float(f"{self.seconds:.2g}")
        return f"{seconds:g} second{'' if seconds == 1 else 's'}"

    def over(self) -> TooSlow:
        """The error that says the time is up."""
        return TooSlow(
            f"It took longer than {self.words}.",
            "See whether the service answers slowly, or whether a firewall drops what is sent.",
        )
