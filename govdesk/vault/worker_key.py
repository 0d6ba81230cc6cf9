"""The worker's own key pair: a private file on the machine where it runs, made at first start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from govdesk.vault import key_files
from govdesk.vault.identities import PrivateKey

WHAT: Final = "The worker's key file"
_KIND: Final = "govdesk worker key"


def read_or_create(path: Path) -> PrivateKey:
    """Return the worker's private key; of workers that start together, all get the same one.

    Raises `KeyFileProblem` when the file is damaged, open to others or cannot be written.
    """
    if not path.exists():
        text = json.dumps({"kind": _KIND, "x25519": PrivateKey.generate().reveal().hex()})
        key_files.create(path, text + "\n", WHAT)
    return read(path)


def read(path: Path) -> PrivateKey:
    """Return the private key of an existing file; raises `KeyFileProblem`."""
    try:
        held = json.loads(key_files.read(path, WHAT))
        if held["kind"] != _KIND:
            raise ValueError
        return PrivateKey(bytes.fromhex(held["x25519"]))
    except (ValueError, TypeError, KeyError):
        raise key_files.damaged(path, WHAT) from None
