"""Assembles the commands and turns every expected error into one line and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from govdesk import __version__
from govdesk.cli import commands, identity, window
from govdesk.cli.output import Trouble, say
from govdesk.diagnostics.logs import set_up
from govdesk.domain.filter_language import FilterError
from govdesk.domain.problem import Problem
from govdesk.exports import leftovers
from govdesk.services.audit import Cancelled

_UsageError: Any = typer.BadParameter.__mro__[1]
"""What wrong usage raises; newer releases of Typer carry a click of their own."""


def program(words: Iterable[str] | None = None) -> typer.Typer:
    """Return the program with what these first words stand for, or with everything."""
    made = typer.Typer(
        name="govdesk",
        help="Governance administration with a sealed, independently verifiable audit trail.",
        no_args_is_help=False,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for word in commands.words() if words is None else words:
        commands.add(made, word)
    made.callback(invoke_without_command=True)(_root)
    return made


def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version."),
) -> None:
    """Without a command the console opens."""
    if version:
        print(f"govdesk {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        window.open_console(identity.profile_name())


def needed(arguments: Sequence[str]) -> list[str] | None:
    """Return the first word that a command line asks for, so that the others cost it no time.

    None stands for everything: help is wanted, or a word that is not known, which is answered
    with those that are like it.
    """
    word = next((one for one in arguments if not one.startswith("-")), None)
    if word is None:
        return None if "--help" in arguments else []
    return [word] if word in commands.words() else None


def main() -> None:
    """Run the program; see the contract for the exit codes."""
    set_up()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; nothing a person can cause is a traceback."""
    leftovers.sweep()
    try:
        if files := window.snapshots_in(arguments):
            return window.open_snapshots(files)
        arguments = identity.take_profile(arguments)
        app = program(needed(arguments))
        result = app(arguments, standalone_mode=False, prog_name="govdesk")
        return result if isinstance(result, int) else 0
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            say(error.format_message())
        else:
            sentence = error.format_message().rstrip(".")
            say(f"govdesk: {sentence}. See govdesk --help.")
        return 2
    except FilterError as error:
        place = "\n".join(error.pointed().split("\n")[:2])
        say(f"govdesk: {error.sentence} {error.remedy}\n{place}")
        return 2
    except (Trouble, Problem) as error:
        say(f"govdesk: {error}")
        return error.exit_code
    except (Cancelled, KeyboardInterrupt, typer.Abort):
        say("govdesk: cancelled; nothing was left behind.")
        return 3
    except BrokenPipeError:
        sys.stderr.close()
        return 0
