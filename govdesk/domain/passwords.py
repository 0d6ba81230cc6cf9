"""What a person's own password must be, said before it is typed and while it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SHORTEST: Final = 12
RULE: Final = "12 characters or more. Several unrelated words are easy to keep and hard to guess."
_COMMON: Final = ("password", "passwort", "qwerty", "123456", "abcdef", "letmein", "govdesk")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password may be used, and one honest sentence about it."""

    is_accepted: bool
    sentence: str


def judge(password: str, email: str = "") -> Verdict:
    """Judge by what a guesser tries first; length is the only rule that refuses."""
    missing = SHORTEST - len(password)
    if missing > 0:
        return Verdict(False, f"{missing} more character{'s' if missing > 1 else ''}.")
    lower = password.casefold()
    person = email.partition("@")[0].casefold()
    if len(person) > 2 and person in lower:
        return Verdict(True, "Accepted, but easy to guess: it contains your address.")
    if any(word in lower for word in _COMMON):
        return Verdict(True, "Accepted, but easy to guess: it contains a very common password.")
    if len(set(lower)) < 6:
        return Verdict(True, "Accepted, but easy to guess: few different characters.")
    if len(password) < 16:
        return Verdict(True, "Good, if you use it nowhere else. Four more would make it strong.")
    return Verdict(True, "Strong, if you use it nowhere else.")
