"""What the mouse holds of the histogram's brush: an end of it, all of it, or a new one."""

from __future__ import annotations

from typing import Literal

from govdesk.desktop.timeline.histogram_brush import Brush

Part = Literal["end", "middle", "outside"]


class Grip:
    """A drag on a `Brush`, from taking hold until letting go."""

    def __init__(self, brush: Brush) -> None:
        self._brush = brush
        self._part: Part | None = None
        self._pressed_x = 0.0
        self._start = 0
        self._covered = (0, 0)
        self._has_moved = False

    @property
    def holds(self) -> bool:
        """Whether the button is down."""
        return self._part is not None

    def part_at(self, x: float, ends: tuple[int, int] | None, reach: float) -> Part:
        """Tell what lies at `x`, where the brush's `ends` can be taken within `reach`."""
        if ends is None or self._brush.covered() is None:
            return "outside"
        if min(abs(x - end) for end in ends) <= reach:
            return "end"
        return "middle" if ends[0] < x < ends[1] else "outside"

    def take(self, x: float, index: int, ends: tuple[int, int] | None, reach: float) -> None:
        """Take hold at `x`, which is in bucket `index`."""
        self._part = self.part_at(x, ends, reach)
        self._pressed_x, self._start, self._has_moved = x, index, False
        self._covered = self._brush.covered() or (index, index)
        if self._part == "end" and ends is not None:
            is_left = abs(x - ends[0]) <= abs(x - ends[1])
            self._start = self._covered[1] if is_left else self._covered[0]
        self._brush.cursor = index

    def drag(self, x: float, index: int, least: int) -> None:
        """Follow the mouse to bucket `index`; less than `least` pixels are still a click."""
        if not self._has_moved and abs(x - self._pressed_x) < least:
            return
        self._has_moved = True
        if self._part == "middle":
            first, last = self._covered
            by = max(-first, min(index - self._start, self._brush.last - last))
            self._brush.cover(first + by, last + by)
        else:
            self._brush.cover(self._start, index)

    def let_go(self) -> bool:
        """Hold nothing any more; tell whether the brush was moved."""
        moved = self._has_moved and self.holds
        self._part, self._has_moved = None, False
        return moved
