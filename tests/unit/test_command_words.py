"""Claims: a command line loads what its first word needs, and has all that the whole has of it."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer.main

from govdesk.cli import commands
from govdesk.cli.program import needed, program

WHOLE = typer.main.get_command(program())
LOADED = "from govdesk.cli.program import run; run({!r}); import sys; print(*sys.modules)"


@pytest.mark.parametrize("word", commands.words())
def test_a_word_alone_has_every_command_that_it_has_in_the_whole(word: str) -> None:
    assert below(typer.main.get_command(program([word])), word) == below(WHOLE, word)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["audit", "list"], ["audit"]),
        (["--version"], []),
        ([], []),
        (["--help"], None),
        (["audti"], None),
        (["nodes", "--help"], ["nodes"]),
    ],
)
def test_the_first_word_says_what_is_needed(arguments: list[str], words: list[str] | None) -> None:
    assert needed(arguments) == words


def test_what_another_word_needs_is_not_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(["nodes", "--help"])], capture_output=True, text=True
    )
    loaded = done.stdout.splitlines()[-1].split()
    assert "govdesk.cli.nodes" in loaded
    assert not {"govdesk.cli.webhooks", "govdesk.delivery.http", "keyring", "PySide6"} & {*loaded}


def below(group: object, word: str) -> list[str]:
    """Commands and options below a word, in their order."""
    found = group.commands[word]  # type: ignore[attr-defined]
    names = [option for parameter in found.params for option in parameter.opts]
    inner = getattr(found, "commands", {})
    return names + [f"{one} {rest}" for one in inner for rest in ["", *below(found, one)]]
