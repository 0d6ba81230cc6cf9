"""A real worker gives new keys their peppers within seconds, and notices a new pepper by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from govdesk.database.connection import Session
from govdesk.services import peppers
from govdesk.vault.peppers import PepperFile, PepperRing
from govdesk.worker import run
from govdesk.worker.settings import Settings, settings
from tests.doors import seat
from tests.keys import Door, actions, days_pass, generate, shown
from tests.people import OTIS, Cast
from tests.worker.test_processes import at_work

pytestmark = pytest.mark.any_postgres

PATIENCE = 20.0


@pytest.fixture
def otis(cast: Cast) -> Session:
    """An operator, who manages keys."""
    return seat(cast, OTIS.email)


def told(cast: Cast, folder: Path, **more: str) -> Settings:
    """Settings of a worker with files of its own; mails stay in a folder."""
    environment = {
        "GOVDESK_SMTP_URL": f"file:{folder}",
        "GOVDESK_WEB_URL": "http://127.0.0.1:8420",
        "GOVDESK_PEPPER_FILE": str(folder / "peppers.json"),
        "GOVDESK_WORKER_KEY_FILE": str(folder / "worker-key.json"),
        "GOVDESK_CHECKPOINT_KEY": "none",
    } | more
    return settings(cast.database.worker_url, "one", environment)


def under(cast: Cast) -> list[int]:
    """The pepper of every key, by age."""
    rows = cast.admin.execute(
        "SELECT m.pepper_version FROM govdesk_private.api_key_mac m JOIN govdesk.api_key k"
        " ON k.id = m.id ORDER BY k.created_at"
    ).fetchall()
    return [version for (version,) in rows]


def wait_until(cast: Cast, what: Callable[[], bool]) -> float:
    """How long it took until something held."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < PATIENCE
        cast.admin.execute("SELECT pg_sleep(0.05)")
    return time.monotonic() - begun


def test_a_new_key_is_peppered_within_seconds_and_a_new_pepper_is_noticed(
    cast: Cast, otis: Session, tmp_path: Path
) -> None:
    with at_work(cast.database, None, folder=tmp_path) as worker:
        file = PepperFile(tmp_path / "peppers.json")
        wait_until(cast, file.path.exists)
        assert file.path.stat().st_mode & 0o777 == 0o600
        waits = []
        for number in range(3):
            generate(cast, otis)
            waits.append(wait_until(cast, lambda: under(cast).count(1) == number + 1))  # noqa: B023
        PepperRing.rotate(file.path)
        wait_until(
            cast,
            lambda: (
                {one.version: one.status for one in peppers.versions(otis)}
                == {1: "live", 2: "current"}
            ),
        )
        fresh = generate(cast, otis)
        wait_until(cast, lambda: under(cast) == [1, 1, 1, 2])
        assert worker.stop() < 5
    assert max(waits) < 3.5, waits
    log = "".join(worker.log)
    assert "Traceback" not in log
    for secret in [*json.loads(file.path.read_text())["peppers"].values(), fresh.raw]:
        assert secret not in log


def test_without_its_file_a_worker_says_so_and_does_everything_else(
    cast: Cast, otis: Session, tmp_path: Path, expected_log: Callable[[str], None]
) -> None:
    generate(cast, otis)
    there = told(cast, tmp_path)
    assert run.once(there) == 0
    assert under(cast) == [1]
    waiting = generate(cast, otis, days=20)
    (tmp_path / "peppers.json").rename(tmp_path / "kept.json")
    days_pass(cast, 21, key=waiting.key.id)
    expected_log("keys wait for their pepper: .* is missing, and keys need it")
    assert run.once(told(cast, tmp_path)) == 0
    assert not (tmp_path / "peppers.json").exists()
    assert shown(otis, waiting).stored_status == "expired"


def test_two_workers_that_start_together_agree_on_one_file(
    cast: Cast, otis: Session, tmp_path: Path
) -> None:
    keys = [generate(cast, otis) for _ in range(30)]
    with at_work(cast.database, None, "one", folder=tmp_path) as one:
        with at_work(cast.database, None, "two", folder=tmp_path) as two:
            wait_until(cast, lambda: set(under(cast)) == {1})
            two.stop()
        one.stop()
    door = Door.of(cast, tmp_path)
    assert {door.reason(key.raw) for key in keys} == {"ok"}
    assert actions(cast, 0, "pepper") == ["pepper.registered"]


def test_a_worker_with_another_installation_s_file_changes_nothing(
    cast: Cast, otis: Session, tmp_path: Path, expected_log: Callable[[str], None]
) -> None:
    generate(cast, otis)
    assert run.once(told(cast, tmp_path)) == 0
    stray = tmp_path / "stray"
    stray.mkdir()
    PepperRing.create(stray / "peppers.json")
    generate(cast, otis)
    expected_log("keys wait for their pepper: .*another pepper")
    own = str(tmp_path / "worker-key.json")
    assert run.once(told(cast, stray, GOVDESK_WORKER_KEY_FILE=own)) == 0
    assert under(cast) == [1, 0]
