"""A worker's settings name a key of AWS KMS: real logs are signed with it, and it is tried."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from govdesk.cli.program import run
from govdesk.database.connection import connect
from govdesk.evidence.checkpoints import SignedCheckpoint, origin
from govdesk.evidence.notes import VerifierKey
from govdesk.services.checkpoint_keys import VARIABLE
from govdesk.services.ticking import sign_of_life
from govdesk.worker.settings import settings
from govdesk.worker.signing.signer import once
from tests.evidences import fill
from tests.key_service import Key, KeyService, kms, kms_of_module
from tests.people import ACME, Cast
from tests.strictness import ExpectLog

__all__ = ["kms", "kms_of_module"]


def _mark(key: Key) -> str:
    return VerifierKey(origin(ACME), key.public).fingerprint[:16]


def _signed(cast: Cast, key: Key) -> int:
    """The size of the newest checkpoint, verified with the key; 0 if there is none."""
    found = cast.admin.execute(
        "SELECT note FROM govdesk.audit_checkpoint JOIN govdesk.tenant t USING (tenant_id)"
        " WHERE t.tenant_path = %s::ltree ORDER BY size DESC LIMIT 1",
        (ACME,),
    ).fetchone()
    if found is None:
        return 0
    checkpoint = SignedCheckpoint.parse(found[0])
    assert checkpoint.verified_by([VerifierKey(origin(ACME), key.public)])
    return checkpoint.tree.size


def test_a_worker_signs_with_kms_and_the_doctor_says_what_it_says(
    cast: Cast,
    kms: KeyService,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    expected_log: ExpectLog,
) -> None:
    key, url = kms.add(), cast.database.worker_url
    for name, value in {
        VARIABLE: key.reference,
        "GOVDESK_PEPPER_FILE": str(tmp_path / "peppers.json"),
        "GOVDESK_WORKER_URL": url,
    }.items():
        monkeypatch.setenv(name, value)

    def work() -> int:
        told = settings(url, "one", os.environ)
        with connect(url) as connection:
            sign_of_life(connection, told.host)
            once(connection, told.signing, told.host)
        return _signed(cast, key)

    def doctor() -> tuple[int, str]:
        code = run(["doctor", "--worker", "--json"])
        (check,) = json.loads(capsys.readouterr().out)["items"][1:]
        return code, check["sentence"]

    size = work()
    assert size > 0
    assert doctor() == (0, f"{key.reference} signs, as {_mark(key)}…")
    key.state = "Disabled"
    fill(cast, 3)
    expected_log(f"nothing is signed: The AWS KMS key {key.arn} is disabled")
    assert work() == size
    assert doctor() == (1, f"The AWS KMS key {key.arn} is disabled.")
    key.state = "Enabled"
    wanted = cast.last_seq()
    assert work() >= wanted
    assert [path.name for path in (tmp_path / "signing").iterdir()] == ["checkpoint-key.signed"]
