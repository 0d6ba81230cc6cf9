"""Passphrases of files: what one must be, in a sentence, and one that nobody has to think up."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 12
RULE: Final = (
    "12 characters or more; several unrelated words are good. Without it nobody can open the file."
)
_FEWEST: Final = 6
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are taken for each other on paper or on the telephone."""
_GROUPS: Final = 5
_COMMON: Final = ("password", "passwort", "passphrase", "qwertz", "qwerty", "letmein", "govdesk")
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl")


def problem(passphrase: str, names: Iterable[str] = ()) -> str:
    """Return a sentence that says why a passphrase protects nothing, or "" for one that does.

    `names` are those of the organization and its people: whoever finds the file tries them first.
    """
    missing = SHORTEST - len(passphrase)
    if missing > 0:
        return f"A passphrase has {SHORTEST} characters or more: {missing} more."
    if "\0" in passphrase or any(0xD800 <= ord(sign) < 0xE000 for sign in passphrase):
        return "This passphrase holds a character that cannot be typed."
    if passphrase.startswith(("x'", "X'")):
        return "A passphrase cannot begin with x': other programs would take it for a key."
    left = passphrase.casefold()
    if len(set(left)) < _FEWEST:
        return f"A passphrase has {_FEWEST} different characters or more."
    for word in _guessed(left, names):
        left = left.replace(word, "")
    if len(left.strip(" -_.,!0123456789")) < _FEWEST:
        return "This passphrase is easy to guess: it is made of a known name, word or row of keys."
    return ""


def _guessed(passphrase: str, names: Iterable[str]) -> list[str]:
    """What a guesser begins with, the longest first."""
    known = {part for name in names for part in (name.casefold(), *name.casefold().split())}
    runs = {
        run[at : at + 4] for keys in _RUNS for run in (keys, keys[::-1]) for at in range(len(run))
    }
    words = {word for word in known if len(word) > 2} | {run for run in runs if len(run) == 4}
    return sorted((w for w in words | set(_COMMON) if w in passphrase), key=len, reverse=True)


def generate() -> str:
    """Return a passphrase of 25 letters in five groups: 123 bits, which is never guessed."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUPS)) for _ in range(_GROUPS)
    )
