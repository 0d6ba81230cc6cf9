"""What a command prints: one JSON document with ``--json``, sentences otherwise."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from datetime import UTC, datetime
from typing import Any, NoReturn
from uuid import UUID

import typer

from govdesk.diagnostics.logs import without_keys

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Trouble(Exception):
    """One line that says what and how to mend it, and the exit code of the contract."""

    def __init__(self, sentence: str, exit_code: int):
        super().__init__(sentence)
        self.exit_code = exit_code


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(type(value).__name__)


def emit(document: object, *, as_json: bool, text: str) -> None:
    """Print a document as JSON, or its text for people."""
    if as_json:
        print(json.dumps(document, default=_plain, ensure_ascii=False))
    else:
        print(harmless(text))


def harmless(text: str) -> str:
    """Text that moves no cursor and hides nothing: names and filters are other people's words.

    Line ends and tabs stay; other control characters, and marks that turn the direction of
    writing, are shown as escapes.
    """
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)


def changed(identity: object, did: bool, seq: int | None) -> dict[str, object]:
    """The answer of every change."""
    return {"id": identity, "changed": did, "seq": seq, "decision": None}


def say(text: str) -> None:
    """Print one line for people on standard error.

    It may repeat what was typed, and end in the log of a build: API keys are masked.
    """
    print(harmless(without_keys(text)), file=sys.stderr, flush=True)


def stop(code: int) -> NoReturn:
    """Leave with an exit code of the contract."""
    raise typer.Exit(code)


class Bar:
    """A progress bar on a terminal; silent when piped."""

    def __init__(self, what: str):
        self._what = what
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is."""
        if self._shown:
            share = min(1.0, done / total) if total else 1.0
            filled = "█" * int(share * 30)
            print(f"\r{self._what} {filled:<30} {share:4.0%} ", end="", file=sys.stderr)

    def close(self) -> None:
        """End the line of the bar."""
        if self._shown:
            print(file=sys.stderr)


def table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    """Columns aligned by width; an empty list says so."""
    if not rows:
        return "Nothing found."
    cells = [[str("" if (v := row.get(c)) is None else _shown(v)) for c in columns] for row in rows]
    widths = [max(len(c), *(len(r[i]) for r in cells)) for i, c in enumerate(columns)]
    lines = [columns, *cells]
    return "\n".join(
        "  ".join(v.ljust(w) for v, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _shown(value: object) -> object:
    return _plain(value) if isinstance(value, datetime) else value
