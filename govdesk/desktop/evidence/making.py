"""Evidence files are written in the background; each appears when it is whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from govdesk.desktop.evidence.kinds import Kind
from govdesk.domain.filter_language import Filter
from govdesk.jobs import Cancelled, Job, Jobs, Task
from govdesk.services import audit
from govdesk.services.link import Link


@dataclass(frozen=True, slots=True)
class Range:
    """Events that a file is about whatever a person types: all numbers from `first` to `last`."""

    words: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person ordered; `query` is the filter as it was written.

    `then` also gets what was written, whichever try it was.
    """

    kind: Kind
    target: Path
    query: str = ""
    filter: Filter | None = None
    redact: frozenset[str] = frozenset()
    range: Range | None = None
    force: bool = False
    then: Callable[[Any], object] | None = field(default=None, compare=False)


class Written(Protocol):
    """What a finished file says of itself; bundles and snapshots have more than that."""

    path: str
    rows: int
    sha256: str


class EvidenceMaker(QObject):
    """`written` carries what was `Wanted` and what was `Written`, `failed` the former and why."""

    written = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, link: Link, jobs: Jobs, parent: QObject | None = None):
        super().__init__(parent)
        self._link, self._jobs = link, jobs

    def start(self, wanted: Wanted, passphrase: str = "") -> Job:
        """Write it. The passphrase is kept for the job only."""

        def done(made: Any) -> None:
            self.written.emit(wanted, made)
            if wanted.then is not None:
                wanted.then(made)

        return self._jobs.start(
            lambda task: self._work(task, wanted, passphrase),
            owner=self,
            on_result=done,
            on_error=lambda error: self.failed.emit(wanted, error),
            lane="export",
            title=f"{wanted.kind.title} {wanted.target.name}",
            visible=True,
        )

    def _work(self, task: Task, wanted: Wanted, passphrase: str) -> Any:
        try:
            if wanted.kind.has_passphrase:
                return self._snapshot(task, wanted, passphrase)
            return self._bundle(task, wanted)
        except audit.Cancelled:
            raise Cancelled from None

    # What writes them loads much that a console without exports does not need.

    def _bundle(self, task: Task, wanted: Wanted) -> Any:
        from govdesk.services import bundles
        from govdesk.services.beside import beside

        order = replace(bundle_order(wanted), cancel=task.cancel)
        return beside(bundles.create, self._link, order, task.progress)

    def _snapshot(self, task: Task, wanted: Wanted, passphrase: str) -> Any:
        from govdesk.services import snapshots

        order = snapshots.Order(
            target=wanted.target,
            passphrase=passphrase,
            filter=wanted.filter,
            redact=wanted.redact,
            force=wanted.force,
            cancel=task.cancel,
        )
        return snapshots.create_beside(self._link, order, task.progress)


def bundle_order(wanted: Wanted) -> Any:
    """Return the order of a bundle; a snapshot shows the same, so it is counted by this too."""
    from govdesk.services import bundles

    between = wanted.range
    return bundles.Order(
        target=wanted.target,
        filter=wanted.filter,
        first=between.first if between else 1,
        last=between.last if between else None,
        redact=wanted.redact,
        force=wanted.force,
    )
