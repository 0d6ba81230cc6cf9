"""The words of the command line and where each is made; imported only when it is asked for."""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any, Final

import typer

_COMMANDS: Final = {
    "server": "server:app",
    "tenants": "server:tenants",
    "session": "session:app",
    "mfa": "session:mfa",
    "account": "account:app",
    "platform": "platform:app",
    "nodes": "nodes:app",
    "organization": "organization:app",
    "members": "members:app",
    "audit": "audit:app",
    "bundles": "bundles:app",
    "snapshots": "snapshots:app",
    "checkpoints": "checkpoints:app",
    "checkpoint": "checkpoints:app",
    "decisions": "decisions:app",
    "access": "access:app",
    "keys": "keys:app",
    "integrations": "integrations:app",
    "webhooks": "webhooks:app",
    "webhook": "webhooks:app",
    "trust": "trust:app",
    "witness": "witness:app",
    "attention": "attention:attention",
    "verify": "verify:verify",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "worker": "worker:worker",
    "web": "web:web",
}
"""Word and, in a module of this package, the group or function that it stands for."""
_ALSO: Final = ("checkpoint", "webhook")
"""Second names, which no list shows."""
_BELOW: Final = {
    "audit": {
        "hold": "audit_holds:app",
        "provenance": "audit_evidence:provenance",
        "drill": "audit_evidence:drill",
        "erase": "audit_lasting:erase",
        "months": "audit_lasting:months",
        "archive": "audit_lasting:archive",
        "prune": "audit_lasting:prune",
    },
    "keys": {"vault": "vault:show", "rewrap": "vault:rewrap"},
}
"""What a group's own module does not hold."""


def words() -> list[str]:
    """Every first word, in the order of the help."""
    return list(_COMMANDS)


def add(root: typer.Typer, word: str) -> None:
    """Put what a first word stands for into the program; raises KeyError for an unknown one."""
    _put(root, word, _made(_COMMANDS[word], word), hidden=word in _ALSO)


@functools.cache
def _made(place: str, word: str) -> Any:
    """Return a group or function of a module of ours, whole."""
    part = _found(place)
    for name, below in _BELOW.get(word, {}).items():
        _put(part, name, _found(below))
    return part


def _found(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"govdesk.cli.{module}"), name)


def _put(group: typer.Typer, word: str, part: Any, *, hidden: bool = False) -> None:
    if isinstance(part, typer.Typer):
        group.add_typer(part, name=word, hidden=hidden)
    else:
        group.command(word)(part)
