"""Assembles the commands and turns every expected error into one line and an exit code."""

from __future__ import annotations

import sys
from typing import Any

import typer

from govdesk import __version__
from govdesk.cli import audit, demo, doctor, identity, server, session, verify, window
from govdesk.cli.output import Trouble, say
from govdesk.diagnostics.logs import set_up
from govdesk.domain.filter_language import FilterError
from govdesk.domain.problem import Problem
from govdesk.services.audit import Cancelled

_UsageError: Any = typer.BadParameter.__mro__[1]
"""What wrong usage raises; newer releases of Typer carry a click of their own."""

app = typer.Typer(
    name="govdesk",
    help="Governance administration with a sealed, independently verifiable audit trail.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(server.app, name="server")
app.add_typer(server.tenants, name="tenants")
app.add_typer(session.app, name="session")
app.add_typer(session.mfa, name="mfa")
app.add_typer(audit.app, name="audit")
app.command("verify")(verify.verify)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)


@app.callback(invoke_without_command=True)
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


def main() -> None:
    """Run the program; see the contract for the exit codes."""
    set_up()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; nothing a person can cause is a traceback."""
    try:
        result = app(identity.take_profile(arguments), standalone_mode=False, prog_name="govdesk")
        return result if isinstance(result, int) else 0
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            say(error.format_message())
        else:
            say(f"govdesk: {error.format_message()} See govdesk --help.")
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
