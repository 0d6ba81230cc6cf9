"""``govdesk trust``: the keys that this computer trusts to sign checkpoints."""

from __future__ import annotations

from dataclasses import asdict

import typer

from govdesk.cli.output import changed, emit, say
from govdesk.services.trust import Trust, TrustedKey, grouped, key_in

app = typer.Typer(help="Keys that are trusted to sign checkpoints.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")


@app.command()
def add(
    key: str = typer.Argument(..., help="The key, name+hash+base64, or a file that holds one."),
    note: str = typer.Option("", "--note", help="Where it comes from, for yourself."),
    as_json: bool = JSON,
) -> None:
    """Trust a key on this computer; compare its fingerprint with whoever runs the log first."""
    trust = Trust()
    text = key_in(key).text
    is_new = all(one.vkey != text for one in trust.list())
    kept = trust.add(text, note)
    emit(
        changed(kept.fingerprint, is_new, None) | asdict(kept),
        as_json=as_json,
        text=f"{'Trusted' if is_new else 'Was trusted already'}: {kept.name}\n"
        f"{grouped(kept.fingerprint)}",
    )


@app.command("list")
def list_command(as_json: bool = JSON) -> None:
    """List the trusted keys."""
    trust = Trust()
    found = trust.list()
    if trust.notice:
        say(f"govdesk: {trust.notice}")
    emit(
        {"items": [asdict(one) for one in found], "next": None},
        as_json=as_json,
        text="\n\n".join(_told(one) for one in found) or "No key is trusted here.",
    )


@app.command()
def remove(
    which: str = typer.Argument(..., help="Fingerprint (eight digits or more), log, or the key."),
    as_json: bool = JSON,
) -> None:
    """Trust a key no longer; what it signed is then not judged any more."""
    gone = Trust().remove(which)
    names = ", ".join(one.name for one in gone)
    emit(
        changed(gone[0].fingerprint, True, None),
        as_json=as_json,
        text=f"No longer trusted: {names} {gone[0].fingerprint[:16]}…",
    )


def _told(one: TrustedKey) -> str:
    note = f"\n{one.note}" if one.note else ""
    return f"{one.name}  since {one.added_at}{note}\n{grouped(one.fingerprint)}\n{one.vkey}"
