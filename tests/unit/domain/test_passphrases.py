"""A passphrase of a file is refused where whoever finds the file would try it first."""

from __future__ import annotations

import re

import pytest

from govdesk.domain import passphrases

NAMES = ("Meridian Bank", "meridian_bank")


@pytest.mark.parametrize(
    ("passphrase", "words"),
    [
        ("", "12 more"),
        ("eleven sign", "1 more"),
        ("aaaaaaaaaaaa", "different"),
        ("ababababababab", "different"),
        ("MeridianBank", "easy to guess"),
        ("meridian bank 2026", "easy to guess"),
        ("meridian_bank!!!", "easy to guess"),
        ("password1234", "easy to guess"),
        ("qwertyuiop12", "easy to guess"),
        ("abcdefghijkl", "easy to guess"),
        ("x'0123456789abcdef'", "x'"),
        ("nul\0in the middle", "cannot be typed"),
        ("half of a pair \ud83d", "cannot be typed"),
    ],
)
def test_what_protects_nothing_is_named(passphrase: str, words: str) -> None:
    said = passphrases.problem(passphrase, NAMES)
    assert words in said
    assert said.endswith(".")
    assert not passphrase or passphrase not in said


@pytest.mark.parametrize(
    "passphrase",
    [
        "seven quiet harbours wait",
        "Meridian keeps its own secrets",
        "тихая гавань ждёт",
        "k7#Vq!z0Pw-r",
    ],
)
def test_what_nobody_guesses_is_taken(passphrase: str) -> None:
    assert passphrases.problem(passphrase, NAMES) == ""


def test_a_generated_one_is_strong_and_can_be_read_out() -> None:
    made = {passphrases.generate() for _ in range(200)}
    assert len(made) == 200
    assert all(passphrases.problem(one, NAMES) == "" for one in made)
    assert all(re.fullmatch("([2-9a-hjkmnp-z]{5}-){4}[2-9a-hjkmnp-z]{5}", one) for one in made)
