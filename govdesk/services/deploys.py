"""A deploy tells how it went: quietly when all is well, loudly with the step when not.

A deploy has two moments: the migration of the schema, and the first worker of the new release. A
notice that does not get through is said where the deploy runs, and never makes it fail.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from govdesk import __version__
from govdesk.database import installation
from govdesk.database import migrate as schema
from govdesk.database.connection import connect
from govdesk.database.errors import Unreachable
from govdesk.domain.problem import Problem
from govdesk.services import peppers
from govdesk.services.operators import Notice, Operators, first_line, passwords_of

logger = logging.getLogger(__name__)

Say = Callable[[str], object]
_STAMP: Final = "start-failed"


def migrate(admin_url: str, environment: Mapping[str, str], say: Say) -> schema.Migration:
    """Bring the schema to this release and tell the operators.

    Raises what `govdesk.database.migrate.migrate` raises, with sentences. `say` gets each trouble
    of telling.
    """
    operators = Operators(environment, passwords_of(admin_url))
    step, begun = _Step(), time.monotonic()
    try:
        with schema.explained_steps(lambda: step.name):
            done = schema.migrate(admin_url, step)
    except Exception as error:
        schema.note_deploy(admin_url, step.name, operators.clean(_said(error)))
        _tell(operators, _migration_failed(operators, step.name, error), say)
        raise
    _tell(operators, _migrated(operators, done, time.monotonic() - begun), say)
    return done


class _Step:
    """The step that a migration is at."""

    name = "beginning"

    def __call__(self, name: str) -> None:
        self.name = name


def _migrated(operators: Operators, done: schema.Migration, seconds: float) -> Notice:
    moved = f"{done.before or 'nothing'} to {done.after}"
    what = f"revision {moved}" if done.before != done.after else f"revision {done.after}, as before"
    release = done.release_before
    came = f", from {release}" if release and release != __version__ else ""
    return Notice(
        f"GovDesk {__version__}: schema migrated",
        f"GovDesk {__version__}{came}: {what}, in {seconds:.1f} s.\nOn {operators.where}.",
    )


def _migration_failed(operators: Operators, step: str, error: BaseException) -> Notice:
    left = "Nothing was changed; the release before goes on."
    if step == schema.ANNOUNCING:
        left = "The schema is migrated already; run govdesk server migrate once more."
    return Notice(
        f"GovDesk {__version__}: migration failed",
        f"Step: {step}\n{_said(error)}\n{left}\nOn {operators.where}.",
        is_loud=True,
    )


def _said(error: BaseException) -> str:
    return error.said if isinstance(error, schema.MigrationFailed) else first_line(error)


def note_start(url: str, host: str, environment: Mapping[str, str]) -> threading.Thread | None:
    """Tell, from a thread of its own, that the first worker of this release is at work.

    Never raises. Returns the thread, or None when there is nothing to tell.
    """
    try:
        with connect(url) as connection:
            is_first = installation.worker_started(connection, host, __version__)
    except Problem as problem:
        logger.warning("the start was not noted: %s", problem)
        return None
    _forget(_stamp(environment))
    if not is_first:
        return None
    operators = Operators(environment)
    notice = Notice(
        f"GovDesk {__version__}: first worker at work",
        f"The worker {host} runs this release.\nOn {operators.where}.",
    )
    return _in_background(operators, notice)


@contextmanager
def starting(host: str, environment: Mapping[str, str]) -> Iterator[None]:
    """Tell loudly, once for each release on this machine, if a worker cannot start.

    A database that does not answer yet is waited for; the dead-man alarm watches over that.
    """
    try:
        yield
    except Problem as problem:
        if not isinstance(problem, Unreachable) and not _is_told(_stamp(environment)):
            operators = Operators(environment)
            notice = _start_failed(operators, host, problem)
            if _tell(operators, notice, logger.warning):
                _remember(_stamp(environment))
        raise


def _start_failed(operators: Operators, host: str, problem: Problem) -> Notice:
    return Notice(
        f"GovDesk {__version__}: a worker cannot start",
        f"Step: start of the worker {host}\n{first_line(problem)}\nOn {operators.where}.",
        is_loud=True,
    )


def _stamp(environment: Mapping[str, str]) -> Path:
    return peppers.own_folder(environment) / _STAMP


def _is_told(stamp: Path) -> bool:
    """Whether this was told of this release already; a service is started again and again."""
    try:
        return stamp.read_text(encoding="utf-8") == __version__
    except (OSError, ValueError):
        return False


def _remember(stamp: Path) -> None:
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(__version__, encoding="utf-8")
    except OSError as error:
        logger.warning("%s cannot be kept: %s", stamp, error.strerror)


def _forget(stamp: Path) -> None:
    with suppress(OSError):
        stamp.unlink(missing_ok=True)


def _in_background(operators: Operators, notice: Notice) -> threading.Thread:
    thread = threading.Thread(
        target=_tell, args=(operators, notice, logger.warning), name="notice", daemon=True
    )
    thread.start()
    return thread


def _tell(operators: Operators, notice: Notice, say: Say) -> bool:
    """Whether somebody was told."""
    told = operators.tell(notice)
    for trouble in told.troubles:
        say(trouble)
    return bool(told.by)
