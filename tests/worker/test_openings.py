"""Claim: a worker that several organizations share says that nothing rules what they open."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from govdesk.domain.problem import Problem
from govdesk.services.opening_rules import VARIABLE
from govdesk.services.webhook_keys import EndpointOpener
from govdesk.vault import worker_key
from govdesk.worker import run
from govdesk.worker.settings import settings
from tests.sealed_webhooks import Organization
from tests.strictness import ExpectLog


def opener_of_a_worker(monkeypatch: pytest.MonkeyPatch, file: Path) -> EndpointOpener:
    """What a worker's dispatcher opens endpoints with."""
    given: list[EndpointOpener] = []
    monkeypatch.setattr(run, "Dispatcher", lambda *_, opener, **__: given.append(opener))
    around = {"GOVDESK_WORKER_KEY_FILE": str(file)}
    run._dispatcher(settings("postgresql://nowhere", "w1", around), threading.Event(), lambda: None)
    return given[0]


def test_a_shared_worker_without_rules_warns_once(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    expected_log: ExpectLog,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    ours = Organization(worker_key.read_or_create(tmp_path / "worker-key.json"))
    one = opener_of_a_worker(monkeypatch, tmp_path / "worker-key.json")
    expected_log("several organizations share this worker")
    for _ in range(2):
        one.open(ours.document(organizations=2))
    assert [VARIABLE in record.getMessage() for record in caplog.records] == [True]


@pytest.mark.parametrize("organizations", [1, 2])
def test_a_worker_with_rules_or_alone_warns_of_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, organizations: int
) -> None:
    monkeypatch.setenv(VARIABLE, "*=10.0.0.0/8:443" if organizations > 1 else "")
    ours = Organization(worker_key.read_or_create(tmp_path / "worker-key.json"))
    one = opener_of_a_worker(monkeypatch, tmp_path / "worker-key.json")
    assert one.open(ours.document(organizations=organizations)).is_shared == (organizations > 1)


def test_a_worker_with_rules_that_cannot_be_read_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, "acme=anything")
    with pytest.raises(Problem, match="GOVDESK_OPENINGS cannot be read") as refused:
        opener_of_a_worker(monkeypatch, tmp_path / "worker-key.json")
    assert refused.value.exit_code == 2
