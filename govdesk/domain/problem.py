"""Expected errors: whatever a person, a network or a disk can cause.

Everything else that is raised is a bug and opens the crash window.
"""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """`sentence` says what happened, `remedy` what to do; `exit_code` as in the contract.

    Travels between processes with everything it carries.
    """

    def __init__(self, sentence: str, remedy: str = "", *, exit_code: int = 3):
        super().__init__(f"{sentence} {remedy}".strip())
        self.sentence = sentence
        self.remedy = remedy
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[Any, ...]:
        return _revived, (type(self), self.args, self.__dict__)


def _revived(kind: type[Problem], args: tuple[object, ...], state: dict[str, object]) -> Problem:
    problem = kind.__new__(kind, *args)
    problem.__dict__.update(state)
    return problem
