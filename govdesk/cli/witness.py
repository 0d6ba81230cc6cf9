"""``govdesk witness``: what this computer saw signed, and what it says to every sign-in."""

from __future__ import annotations

from pathlib import Path

import typer

from govdesk.cli import identity, witnessing
from govdesk.cli.output import Trouble, changed, emit, stop
from govdesk.exports.files import WholeFile
from govdesk.services.trust import grouped, key_in
from govdesk.services.witness import report_fault
from govdesk.services.witness_memory import Remembered
from govdesk.services.witness_verdict import Verdict, report

app = typer.Typer(help="What this computer saw signed of a log.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
FAULT = 1


# Commands


@app.command()
def show(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """Compare now, and show what is remembered of the log on this computer."""
    with identity.session(tenant) as session:
        witness = identity.witness(session)
        verdict = witness.check(session)
        kept = witness.remembered()
    document = _document(verdict, kept)
    emit(document, as_json=as_json, text=_words(verdict, kept))
    stop(FAULT if verdict.is_alarm else 0)


@app.command("export")
def export_command(
    output: Path = typer.Option(..., "--output", help="File to write."),
    force: bool = typer.Option(False, "--force", help="Replace an existing file."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Write the newest checkpoint seen here to a file, for another computer."""
    with identity.session(tenant) as session:
        note = identity.witness(session).exported()
    file = WholeFile(output, {}, force=force, resume=False)
    file.write(note.encode())
    file.finish(None)
    emit(
        {"path": str(output), "sha256": file.sha256},
        as_json=as_json,
        text=f"Written: {output}",
    )


@app.command("import")
def import_command(
    file: Path = typer.Argument(..., help="A checkpoint that another computer saw."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Prove that the log holds a checkpoint from elsewhere, and remember it if it is newer."""
    with identity.session(tenant) as session:
        done = identity.witness(session).import_file(session, file)
        if done.verdict.is_alarm:
            report_fault(session, done.verdict)
    size = done.checkpoint.tree.size
    witnessing.tell(done.verdict)
    words = "was news here" if done.is_new else "is not newer than what was seen here"
    emit(
        changed(size, done.is_new and not done.verdict.is_alarm, None)
        | {"state": done.verdict.state},
        as_json=as_json,
        text=f"{done.verdict.title}."
        if done.verdict.is_alarm
        else f"The log holds this checkpoint of {size} events; it {words}.",
    )
    stop(FAULT if done.verdict.is_alarm else 0)


@app.command()
def accept(
    key: str = typer.Argument(..., help="The key, name+hash+base64, or a file that holds one."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Let a new key count for the log, after comparing its fingerprint with whoever runs it."""
    chosen = key_in(key)
    with identity.session(tenant) as session:
        witness = identity.witness(session)
        is_new = chosen not in witness.accepted()
        witness.accept(chosen)
    emit(
        changed(chosen.fingerprint, is_new, None),
        as_json=as_json,
        text=f"This key counts for {chosen.name} from now on.\n{grouped(chosen.fingerprint)}",
    )


@app.command()
def forget(
    yes: bool = typer.Option(False, "--yes", help="Yes, begin anew: a roll-back goes unnoticed."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Forget the log on this computer, for a database that was set up anew on purpose."""
    if not yes:
        raise Trouble("What was seen here is then gone for good. Say so with --yes.", 2)
    with identity.session(tenant) as session:
        did = identity.witness(session).forget()
    emit(
        changed(None, did, None),
        as_json=as_json,
        text="Forgotten." if did else "Nothing to forget.",
    )


def _document(verdict: Verdict, kept: Remembered) -> dict[str, object]:
    newest = kept.newest
    found = verdict.found.tree
    return {
        "state": verdict.state,
        "ok": not verdict.is_alarm,
        "tenant_path": verdict.tenant_path,
        "witnessed_to": verdict.witnessed_to,
        "remembered": None
        if newest is None
        else {"size": newest.tree.size, "root": newest.tree.root.hex(), "at": newest.at},
        "found": None if found is None else {"size": found.size, "root": found.root.hex()},
        "verified_to": None if kept.verified is None else kept.verified.tree.size,
        "keys": [
            {
                "vkey": pin.key.text,
                "fingerprint": pin.key.fingerprint,
                "since": pin.since,
                "compared": pin.is_compared,
            }
            for pin in kept.keys
        ],
        "new_keys": [key.text for key in verdict.new_keys],
        "detail": verdict.detail,
    }


def _words(verdict: Verdict, kept: Remembered) -> str:
    if verdict.is_alarm:
        return report(verdict)
    lines = [f"{verdict.title}. {verdict.sentence}"]
    if kept.newest is not None:
        tree = kept.newest.tree
        lines.append(f"Witnessed: {tree.size} events, root {tree.root.hex()}")
    for pin in kept.keys:
        compared = "compared" if pin.is_compared else "seen here first, not compared yet"
        lines.append(f"Key {pin.key.name}, {compared}:\n{grouped(pin.key.fingerprint)}")
    return "\n".join(lines)
