"""``govdesk keys rotate-pepper``: what an administrator of the installation does about peppers."""

from __future__ import annotations

import os
import socket
from dataclasses import asdict

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, changed, emit, table
from govdesk.database.connection import Connection, connect, explained
from govdesk.services import peppers
from govdesk.services.peppers import Version
from govdesk.vault.peppers import PepperFile


def rotate_pepper(
    retire: int = typer.Option(
        0, "--retire", min=0, metavar="VERSION", help="Retire an old version instead."
    ),
    meter: bool = typer.Option(False, "--meter", help="Only show how many keys each version has."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Add a pepper and make it current everywhere; keys move to it at their next use.

    Reads GOVDESK_WORKER_URL (or --profile) and GOVDESK_PEPPER_FILE. A version can be retired when
    no key needs it any more; its secret is then removed from the file.
    """
    if retire and meter:
        raise Trouble("Give --retire or --meter, not both.", 2)
    file, host = PepperFile(peppers.path_of(os.environ)), socket.gethostname()
    with connect(identity.worker_url()) as connection, explained():
        if meter:
            _show(connection, file, as_json)
        elif retire:
            _retire(connection, file, retire, host, as_json)
        else:
            _rotate(connection, file, host, as_json)


def _rotate(connection: Connection, file: PepperFile, host: str, as_json: bool) -> None:
    done = peppers.rotate(connection, file, host)
    shown = peppers.meter(connection)
    document = changed(None, True, None) | {"version": done.version, "tenants": list(done.tenants)}
    # A worker that saw the new file first has done some of the organizations, or all.
    words = f"Pepper {done.version} is current in every organization."
    _print(document, words, shown, as_json)


def _retire(
    connection: Connection, file: PepperFile, version: int, host: str, as_json: bool
) -> None:
    tenants = peppers.retire(connection, file, version, host)
    shown = peppers.meter(connection)
    document = changed(None, True, None) | {"version": version, "tenants": list(tenants)}
    _print(document, f"Pepper {version} is retired and out of the file.", shown, as_json)


def _show(connection: Connection, file: PepperFile, as_json: bool) -> None:
    shown, ring = peppers.meter(connection), peppers.ready(connection, file)
    document = changed(None, False, None) | {"version": ring.current, "tenants": []}
    _print(document, f"Pepper {ring.current} is current.", shown, as_json)


def _print(document: dict[str, object], words: str, meter: list[Version], as_json: bool) -> None:
    rows = [asdict(one) for one in meter]
    shown = table(rows, ("version", "status", "fingerprint", "keys")) if rows else "No keys yet."
    emit(document | {"meter": rows}, as_json=as_json, text=f"{words}\n{shown}")
