"""Claims: silence of every worker is alarmed once and loudly, and its end told once and quietly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from govdesk.cli.program import run
from govdesk.database.connection import connect
from govdesk.services import worker_watch
from govdesk.services.operators import Operators
from govdesk.services.ticking import sign_of_life
from govdesk.services.worker_watch import GRACE_SECONDS, Watch
from tests.mail_servers import MailServer, mail_server, text_of
from tests.people import Cast
from tests.strictness import ExpectLog
from tests.unit.delivery.ntfy_server import NtfyServer, ntfy_server

TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"


@pytest.fixture
def ntfy() -> Iterator[NtfyServer]:
    with ntfy_server(token=TOKEN) as made:
        yield made


@pytest.fixture
def office() -> Iterator[MailServer]:
    with mail_server() as one:
        yield one


class Clock:
    """Seconds since the start of a process, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def given(ntfy: NtfyServer) -> dict[str, str]:
    return {"GOVDESK_NTFY_URL": ntfy.url(), "GOVDESK_NTFY_TOKEN": TOKEN}


def watch(cast: Cast, told: dict[str, str], url: str = "") -> tuple[Watch, Clock]:
    """A watch whose process has been there for long enough."""
    clock = Clock()
    made = Watch(url or cast.database.worker_url, Operators(told, wait=lambda _: None), clock)
    clock.now = GRACE_SECONDS
    return made, clock


def beat(cast: Cast, host: str = "one") -> None:
    with connect(cast.database.worker_url) as connection:
        sign_of_life(connection, host)


def later(cast: Cast, interval: str, host: str = "one") -> None:
    """As if a worker's last sign of life had been so long ago."""
    cast.admin.execute(
        "UPDATE govdesk_private.worker_seen SET seen_at = clock_timestamp() - %s::interval"
        " WHERE host = %s",
        (interval, host),
    )


def test_one_silence_is_one_loud_alarm_and_one_quiet_end(
    cast: Cast, ntfy: NtfyServer, expected_log: ExpectLog
) -> None:
    expected_log("no worker has been heard of since")
    one, _ = watch(cast, given(ntfy))
    two, _ = watch(cast, given(ntfy))
    beat(cast)
    one.look()
    later(cast, "4 minutes 50 seconds")
    one.look()
    assert ntfy.published == []
    later(cast, "5 minutes 1 second")
    for looker in (one, two, one, two):
        looker.look()
    (alarm,) = ntfy.published
    assert (alarm.title, alarm.priority) == ("GovDesk: no worker for 5 minutes", 5)
    assert "Last heard of at" in alarm.message
    assert ": one." in alarm.message
    beat(cast, "two")
    for looker in (two, one, two, one):
        looker.look()
    back = ntfy.published[1:]
    assert [(b.title, b.priority) for b in back] == [("GovDesk: a worker is back", 1)]
    assert back[0].message.startswith("Alive: two. The alarm was at 20")
    later(cast, "6 minutes")
    later(cast, "6 minutes", "two")
    for looker in (one, two):
        looker.look()
    assert [came.priority for came in ntfy.published] == [5, 1, 5]


def test_one_worker_that_lives_is_enough(cast: Cast, ntfy: NtfyServer) -> None:
    one, _ = watch(cast, given(ntfy))
    beat(cast, "one")
    beat(cast, "two")
    later(cast, "2 hours", "one")
    one.look()
    assert ntfy.published == []


def test_after_a_start_of_everything_a_worker_has_a_minute(
    cast: Cast, ntfy: NtfyServer, expected_log: ExpectLog
) -> None:
    expected_log("no worker has been heard of since")
    one, clock = watch(cast, given(ntfy))
    beat(cast)
    later(cast, "2 days")
    clock.now = GRACE_SECONDS - 1
    one.look()
    assert ntfy.published == []
    clock.now = GRACE_SECONDS
    one.look()
    assert len(ntfy.published) == 1


def test_an_installation_without_any_worker_is_alarmed_once(
    cast: Cast, ntfy: NtfyServer, expected_log: ExpectLog
) -> None:
    expected_log("no worker has been heard of since")
    one, _ = watch(cast, given(ntfy))
    for _ in range(3):
        one.look()
    (alarm,) = ntfy.published
    assert "No worker has ever been here" in alarm.message


def test_an_alarm_that_nobody_took_is_tried_again_until_somebody_does(
    cast: Cast, ntfy: NtfyServer, office: MailServer, expected_log: ExpectLog
) -> None:
    for words in ("no worker has been heard of", "ntfy did not take", "mail did not go"):
        expected_log(words)
    mails = {
        "GOVDESK_OPERATORS": "ops@example.com",
        "GOVDESK_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "GOVDESK_SMTP_FROM": "govdesk@example.com",
    }
    one, _ = watch(cast, given(ntfy) | mails)
    beat(cast)
    later(cast, "6 minutes")
    ntfy.token, office.to_address = "another", ["451 not now"]
    one.look()
    assert office.envelopes == []
    one.look()
    (mail,) = office.messages
    assert "no worker for 5 minutes" in str(mail["Subject"])
    assert "does not let us publish" in text_of(mail)
    one.look()
    assert len(office.envelopes) == 1


def test_a_database_that_is_gone_for_five_minutes_is_alarmed_too(
    cast: Cast, ntfy: NtfyServer, expected_log: ExpectLog
) -> None:
    expected_log("the workers cannot be watched")
    gone = "postgresql://govdesk_worker:secret-word@127.0.0.1:1/govdesk"
    one, clock = watch(cast, given(ntfy), gone)
    for seconds in (0, 100, 200, 299):
        clock.now = 1000 + seconds
        one.look()
    assert ntfy.published == []
    for seconds in (300, 400):
        clock.now = 1000 + seconds
        one.look()
    (alarm,) = ntfy.published
    assert alarm.priority == 5
    assert "secret-word" not in alarm.message
    assert "127.0.0.1" not in alarm.message


def test_the_doctor_says_whether_a_worker_lives(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GOVDESK_WORKER_URL", cast.database.worker_url)

    def doctor() -> tuple[int, dict[str, object]]:
        code = run(["doctor", "--worker", "--json"])
        return code, json.loads(capsys.readouterr().out)

    assert doctor()[0] == 1
    beat(cast)
    code, said = doctor()
    assert (code, said["ok"]) == (0, True)
    later(cast, "6 minutes")
    code, said = doctor()
    assert (code, said["ok"]) == (1, False)
    assert run(["doctor", "--worker"]) == 1
    assert "govdesk worker" in capsys.readouterr().out
    monkeypatch.setenv("GOVDESK_WORKER_URL", cast.database.app_url)
    assert run(["doctor", "--worker"]) == 4
    assert "govdesk_worker" in capsys.readouterr().err


def test_the_pages_watch_as_a_process_and_go_at_once_when_told(
    cast: Cast, ntfy: NtfyServer
) -> None:
    sooner = (
        "from govdesk.services import worker_watch\n"
        "worker_watch.LOOK_SECONDS, worker_watch.GRACE_SECONDS = 0.2, 0.0\n"
        "from govdesk.cli import main; main()"
    )
    beat(cast)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GOVDESK_")}
    with subprocess.Popen(
        [sys.executable, "-c", sooner, "web", "--listen", "127.0.0.1:0"],
        env=kept | given(ntfy) | {"GOVDESK_WORKER_URL": cast.database.worker_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            later(cast, "6 minutes")
            ntfy.wait_for(1)
            beat(cast)
            ntfy.wait_for(2)
        finally:
            process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [came.priority for came in ntfy.published] == [5, 1]
    assert TOKEN not in log
    assert "worker%20password" not in log


def test_it_watches_twice_a_minute() -> None:
    assert worker_watch.LOOK_SECONDS == 30
    assert worker_watch.SILENT.total_seconds() == 300
