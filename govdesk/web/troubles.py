"""What the database refuses, as sentences next to fields; what ends a page goes on up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.services.connecting import key_of
from govdesk.web.forms import Faults

_WRONG: Final = frozenset({"sign_in_failed", "wrong_code"})
_OFTEN: Final = "Too many attempts. Wait ten minutes, then try again."


def is_gone(problem: Problem) -> bool:
    """Whether the link is not, or no longer, good for anything."""
    return key_of(problem) == "link_unknown"


@contextmanager
def said(field: str, sentence: str, often: str = _OFTEN) -> Iterator[Faults]:
    """Collect what the person can mend; a secret that is not right is `field`'s `sentence`.

    `often` is what is said after too many attempts.

    Raises what concerns no field: a dead link, an unreachable database, a bug.
    """
    faults = Faults()
    try:
        yield faults
    except Problem as problem:
        key = key_of(problem)
        if is_gone(problem) or (problem.exit_code == 3 and key != "busy"):
            raise
        if key in _WRONG:
            faults[field] = sentence
        elif key == "throttled":
            faults[""] = often
        else:
            faults[""] = f"{problem.sentence} {problem.remedy}".strip()


def status(faults: Mapping[str, str]) -> int:
    """422 for a form that needs another look."""
    return 422 if faults else 200
