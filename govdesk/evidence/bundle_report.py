"""The report on a bundle or a snapshot: that of a log, and how much of the range is shown how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govdesk.evidence.report import Report


@dataclass(slots=True)
class BundleReport(Report):
    """`first` to `last` is the range; `rows` events are shown whole, `left_out` by their leaves.

    Of `hidden` events only the hash is there. `opened` left-out ones show fields. `about` are the
    names and the time that the order sealed, where the manifest has the same.
    """

    first: int | None = None
    last: int | None = None
    left_out: int = 0
    opened: int = 0
    hidden: int = 0
    unjudged: int = 0
    about: Mapping[str, str] | None = None

    @property
    def proven_about(self) -> Mapping[str, str] | None:
        """Whom the file is about, who made it and when; None unless the log is proven to say so."""
        return self.about if self.ok else None

    def as_json(self) -> dict[str, object]:
        """Return the document that `--json` prints."""
        # `super()` does not find the class that `slots` made anew.
        document = Report.as_json(self)
        last = {name: document.pop(name) for name in ("not_judged", "faults")}
        span = {"from": self.first, "to": self.last, "left_out": self.left_out}
        about = self.proven_about
        return {**document, **span, "about": None if about is None else dict(about), **last}
