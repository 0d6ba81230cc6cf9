"""``govdesk checkpoints``: sign now, list, export, prove; and the key of the workers."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, changed, emit, table
from govdesk.services import checkpoint_keys, checkpoint_rotation, checkpoints
from govdesk.services.checkpoint_keys import KeyFile

app = typer.Typer(help="Signed checkpoints of the log.", no_args_is_help=True)

JSON = typer.Option(False, "--json", help="Print one JSON document.")
TENANT = typer.Option(None, "--tenant", help="Path of the organization, if you have several.")
_REASON = 3
_TO = "The next key, of AWS KMS: awskms://ARN (ECC_NIST_EDWARDS25519). Else one is made here."


@app.command()
def sign(
    wait: int = typer.Option(20, "--wait", min=1, max=600, help="Seconds to wait for a worker."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Have a worker sign the log as it is now."""
    with identity.session(tenant) as session:
        found = checkpoints.sign_now(session, wait)
    emit(
        {
            **changed(found.tree.size, True, None),
            "tenant_path": found.tenant_path,
            "size": found.tree.size,
            "root": found.tree.root.hex(),
            "note": found.note,
        },
        as_json=as_json,
        text=found.note.rstrip("\n"),
    )


@app.command("list")
def list_command(
    limit: int = typer.Option(50, min=1, max=1000),
    before: int | None = typer.Option(None, help="Smaller than this; the cursor of a page before."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """List checkpoints, the newest first."""
    with identity.session(tenant) as session:
        page = checkpoints.list_checkpoints(session, before=before, limit=limit)
    rows = [{**asdict(row), "keys": list(row.keys)} for row in page.items]
    shown = [row | {"keys": " ".join(row["keys"])} for row in rows]
    emit(
        {"items": rows, "next": page.next},
        as_json=as_json,
        text=table(shown, ("size", "created_at", "root", "keys")),
    )


@app.command()
def keys(tenant: str | None = TENANT, as_json: bool = JSON) -> None:
    """List the keys that workers say they sign with. Compare fingerprints on another way."""
    with identity.session(tenant) as session:
        found = checkpoints.keys(session)
    rows = [
        {
            "vkey": one.vkey,
            "fingerprint": checkpoint_keys.fingerprint(one.public),
            "host": one.host,
            "created_at": one.created_at,
            "retired_at": one.retired_at,
        }
        for one in found
    ]
    columns = ("fingerprint", "host", "created_at", "retired_at")
    emit({"items": rows, "next": None}, as_json=as_json, text=table(rows, columns))


@app.command()
def export(
    output: Path = typer.Option(..., "--output", help="Folder to write to."),
    every: bool = typer.Option(False, "--all", help="Every checkpoint, not only the newest."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Write checkpoints as files, to compare with other computers' or to keep elsewhere."""
    with identity.session(tenant) as session:
        written = [str(path) for path in checkpoints.export(session, output, every=every)]
    emit({"items": written, "next": None}, as_json=as_json, text="\n".join(written))


@app.command()
def proof(
    seq: int = typer.Argument(help="Number of the event."),
    output: Path | None = typer.Option(None, "--output", help="File to write; else it is printed."),
    force: bool = typer.Option(False, "--force", help="Replace an existing file."),
    tenant: str | None = TENANT,
    as_json: bool = JSON,
) -> None:
    """Prove that an event stands in the newest checkpoint (a C2SP tlog-proof)."""
    with identity.session(tenant) as session:
        text = checkpoints.proof(session, seq)
    if output is not None:
        checkpoints.write_proof(output, text, force=force)
    document = {"seq": seq, "path": None if output is None else str(output), "proof": text}
    emit(document, as_json=as_json, text=text.rstrip("\n") if output is None else str(output))


# On a worker's machine


@app.command("rotate-key")
def rotate_key(
    days: int = typer.Option(30, "--days", min=1, max=730, help="How long both keys sign."),
    to: str = typer.Option("", "--to", help=_TO),
    as_json: bool = JSON,
) -> None:
    """Make a new key on this worker's machine; the one before signs as well for a while.

    Consoles that trust the key before learn the new one from checkpoints that both signed. The file
    is GOVDESK_CHECKPOINT_KEY; copy it and FILE.previous to the other workers' machines. With --to
    the file names a key of AWS KMS from then on; without, a new private key is made in it.
    """
    file, until = _file(), datetime.now(UTC) + timedelta(days=days)
    made = checkpoint_rotation.rotate(file, until, _reference(to))
    with closing(made):
        found = made.keys()
    mark = checkpoint_keys.fingerprint(found.current.public)
    emit(
        {"fingerprint": mark, "path": str(made), "until": found.until},
        as_json=as_json,
        text=f"The new key is {mark}, {_in(made)}. The one before signs beside it until"
        f" {found.until:%Y-%m-%d %H:%M} UTC. {_left(file, made)}",
    )


@app.command("replace-key")
def replace_key(
    reason: str = typer.Option(..., "--reason", help="Why; it is sealed in every log."),
    to: str = typer.Option("", "--to", help=_TO),
    as_json: bool = JSON,
) -> None:
    """Sign with the key file here from now on, after the old one was lost or stolen.

    It is made if there is none; with --to it names a key of AWS KMS. Every console asks about the
    new key: tell people its fingerprint on another way. Needs GOVDESK_WORKER_URL and
    GOVDESK_CHECKPOINT_KEY.
    """
    from govdesk.worker.signing import replacing

    if len(reason.strip()) < _REASON:
        raise Trouble(
            f"Say why with --reason, in {_REASON} characters or more; it stands in the log.", 2
        )
    with closing(_file()) as file:
        done = replacing.replace(identity.worker_url(), file, reason.strip(), _reference(to))
    emit(
        {"fingerprint": done.fingerprint, "path": str(file), "tenant_paths": done.tenant_paths},
        as_json=as_json,
        text=f"Checkpoints are signed with {done.fingerprint} from now on, of {file}. Give every"
        " worker this key, and tell people this fingerprint: every console asks about it.",
    )


def _file() -> KeyFile:
    file = checkpoint_keys.file_of(os.environ)
    if file is None:
        raise Trouble(
            f"{checkpoint_keys.VARIABLE} says that no key is here. Run this where the worker"
            " signs.",
            2,
        )
    return file


def _reference(to: str) -> str:
    return checkpoint_rotation.reference(to) if to else ""


def _in(made: KeyFile) -> str:
    return made.reference or f"in {made.path}"


def _left(file: KeyFile, made: KeyFile) -> str:
    """What there is left to do on the workers' machines."""
    if not file.reference:
        return "Workers here notice by themselves; copy both files to the other workers' machines."
    copied = "" if made.reference else f"{made.path} and "
    return (
        f"Copy {copied}{made.previous_path} to the other workers' machines; then set"
        f" {checkpoint_keys.VARIABLE}={made} for each, and start it again."
    )
