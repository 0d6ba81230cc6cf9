"""Whether the keys of AWS KMS sign that sign checkpoints here: asked of them, not of the worker."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.services import checkpoint_keys
from govdesk.services.doctor import Check

NAME: Final = "checkpoint key"


def examine(environment: Mapping[str, str]) -> list[Check]:
    """Return one check where a key of AWS KMS is named, with one trial signature; else none.

    A private key is not looked at: the worker says what is wrong with it, and only it may read it.
    """
    file = checkpoint_keys.file_of(environment)
    if file is None or not file.names_kms:
        return []
    with closing(file):
        try:
            keys = file.tried()
        except Problem as problem:
            return [Check(NAME, False, problem.sentence, problem.remedy)]
    marks = [
        checkpoint_keys.fingerprint(one.public)[:16] for one in keys.signing(datetime.now(UTC))
    ]
    return [Check(NAME, True, f"{file} signs, as {' and '.join(f'{mark}…' for mark in marks)}")]
