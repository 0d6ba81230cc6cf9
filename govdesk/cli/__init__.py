"""The command line. Each command calls one service; see ``docs/cli.md``."""

from govdesk.cli.program import main

__all__ = ["main"]
