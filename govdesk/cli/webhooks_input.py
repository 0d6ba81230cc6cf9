"""What the commands of webhooks have in common: options, and how what was given is read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import typer

from govdesk.cli.output import Trouble
from govdesk.services.webhook_drafts import Misfilled

T = TypeVar("T")
LONGEST_SECRET: Final = 4096

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
WHICH = typer.Argument(..., help="Id, description or URL; see govdesk webhooks list.")
EVENTS = typer.Option(
    [], "--events", metavar="A,B,C.*",
    help="Events, with commas between; see govdesk webhooks events. audit.row is everything.",
)  # fmt: skip
ALERT = typer.Option(False, "--alert", help="Send the systems' alerts (system.alert).")
BLOCK = typer.Option(False, "--block", help="Send what the systems blocked (system.block).")
CA = typer.Option(
    "", "--ca", metavar="FILE",
    help="Certificate of the authority that issued the receiver's, as PEM.",
)  # fmt: skip
ALLOW = typer.Option(
    [], "--allow", metavar="CIDR:PORT",
    help="A private network that this webhook may reach; may repeat.",
)  # fmt: skip
HEADERS = typer.Option(
    [], "--header", metavar="NAME=VALUE", help="A header of your own, not secret; may repeat."
)
REFS = typer.Option(
    [], "--ref", metavar="NAME=REFERENCE",
    help="Where a secret is kept, such as token=env://SIEM_TOKEN; may repeat.",
)  # fmt: skip
FIELDS = typer.Option(
    [], "--field", metavar="NAME=VALUE",
    help="Another field of the kind; see govdesk webhooks kinds; may repeat.",
)  # fmt: skip
FORMAT = typer.Option("govdesk", "--format", help="govdesk or ocsf.")
DETAIL = typer.Option("full", "--detail", help="full, or thin: without personal data.")
ASK = typer.Option(
    "", "--ask", metavar="REASON", help="Where two decide about --allow: ask for it."
)


def read_secret() -> str:
    """Read a secret from standard input, one line."""
    text = sys.stdin.readline(LONGEST_SECRET).rstrip("\r\n")
    if not text:
        raise Trouble("secret: Standard input is empty. Give the secret there, on one line.", 2)
    return text


def names(given: Sequence[str]) -> tuple[str, ...]:
    """Read names with commas between."""
    return tuple(name.strip() for text in given for name in text.split(",") if name.strip())


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """Read what an option was given as NAME=VALUE, each time it stood there."""
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Trouble(f"{option.strip('-')}: Give it as {option} NAME=VALUE.", 2)
        found[name.strip()] = value.strip()
    return found


def authority(path: str) -> dict[str, str]:
    """Return the setting that a file with a certificate makes, nothing without a file."""
    if not path:
        return {}
    try:
        return {"ca": Path(path).read_text(encoding="utf-8").strip()}
    except (OSError, UnicodeDecodeError):
        raise Trouble(f"ca: The file {path} cannot be read as PEM.", 2) from None


def filled(act: Callable[[], T]) -> T:
    """Do it; what was filled in wrongly becomes one line that names the field."""
    try:
        return act()
    except Misfilled as fault:
        others = [name for name in fault.faults if name != fault.field]
        fields = "field is" if len(others) == 1 else "fields are"
        named = f"{len(others)} more {fields} not right: {', '.join(others)}."
        more = f" {named}" if others else ""
        raise Trouble(f"{fault.field}: {as_options(fault.sentence)}{more}", 2) from None


_OPTIONS: Final = (
    ("enter under Token where the secret is kept", "give --ref token=env://NAME"),
    ("Enter under Token where the secret is kept", "Give --ref token=env://NAME"),
    ("enter under Token where it is kept", "give --ref token=env://NAME"),
    ("under “Allow private addresses”", "with --allow"),
    ("or choose Auto-generate", "or give --secret auto"),
    ("Auto-generate makes", "--secret auto makes"),
    ("Choose one from the list", "See govdesk webhooks events"),
)


def as_options(sentence: str) -> str:
    """The same advice for whoever has options instead of a form."""
    for form, option in _OPTIONS:
        sentence = sentence.replace(form, option)
    return sentence
