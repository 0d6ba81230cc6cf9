"""Real `govdesk worker` processes: prompt, side by side, quick to stop, back after a loss."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import Database
from tests.doors import later, seat
from tests.mail_servers import MailServer, mail_server
from tests.people import ADA, Cast
from tests.worker.test_post import FROM, WEB, invite

ROOT = Path(__file__).parents[2]
_DATA = Path(tempfile.mkdtemp(prefix="govdesk-workers-"))
"""Where workers keep the key files that no test names: not in the home of who runs the tests."""
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
PROGRAM = [sys.executable, "-c", "from govdesk.cli import main; main()", "worker"]


def environment(database: Database, office: MailServer | None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GOVDESK_", "PG"))}
    mails = {
        "GOVDESK_SMTP_URL": f"smtp://127.0.0.1:{office.port}" if office else "",
        "GOVDESK_SMTP_FROM": FROM,
        "GOVDESK_WEB_URL": WEB,
    }
    own = {"XDG_DATA_HOME": str(_DATA), "GOVDESK_WORKER_URL": database.worker_url}
    # Databases of other tests are other logs under the same names: who tests signing names a key.
    own["GOVDESK_CHECKPOINT_KEY"] = "none"
    return kept | mails | own


class Running:
    """A worker process whose log is read as it comes."""

    def __init__(self, process: subprocess.Popen[str]):
        self.process = process
        self.log: list[str] = []
        self._news = threading.Condition()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.log.append(line)
                self._news.notify_all()

    def wait_for(self, words: str, seconds: float = 30.0) -> None:
        with self._news:
            came = self._news.wait_for(lambda: any(words in line for line in self.log), seconds)
        assert came, "".join(self.log)

    def stop(self) -> float:
        """Send SIGTERM; returns how long the end took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(15) == 0, "".join(self.log)
        return time.monotonic() - begun

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reading.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


@contextmanager
def at_work(
    database: Database, office: MailServer | None, host: str = "one", *,
    folder: Path | None = None, more: Mapping[str, str] | None = None,
) -> Iterator[Running]:  # fmt: skip
    """A worker that has said it is at work; `folder` is where its peppers are, if it matters.

    `more` are variables of its environment.
    """
    files = {"GOVDESK_PEPPER_FILE": str(folder / "peppers.json")} if folder else {}
    process = subprocess.Popen(
        [*PROGRAM, "--host", host],
        cwd=ROOT,
        env=environment(database, office) | files | dict(more or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    running = Running(process)
    try:
        running.wait_for("is at work")
        yield running
    finally:
        running.close()


@pytest.fixture
def office() -> Iterator[MailServer]:
    with mail_server() as one:
        yield one


def test_a_mail_leaves_within_two_seconds_of_the_commit(cast: Cast, office: MailServer) -> None:
    ada = seat(cast, ADA.email)
    with at_work(cast.database, office) as worker:
        waits = []
        for number in range(5):
            invite(ada, f"person{number}@new.example")
            begun = time.monotonic()
            office.wait_for(number + 1)
            waits.append(time.monotonic() - begun)
        assert worker.stop() < 5
    assert max(waits) < 2, waits
    assert not any("@" in line for line in worker.log)


def test_two_workers_go_on_after_the_database_threw_them_out_and_send_each_mail_once(
    cast: Cast, office: MailServer
) -> None:
    ada = seat(cast, ADA.email)
    with at_work(cast.database, office, "one") as one, at_work(cast.database, office, "two") as two:
        cast.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            " AND usename = 'govdesk_worker'",
            (cast.database.name,),
        )
        for number in range(20):
            invite(ada, f"person{number}@new.example")
        office.wait_for(20)
        ended = [worker.stop() for worker in (one, two)]
    assert max(ended) < 5, ended
    sent = [envelope.rcpt_tos[0] for envelope in office.envelopes]
    assert sorted(sent) == sorted(f"person{number}@new.example" for number in range(20))
    assert "Traceback" not in "".join(one.log + two.log)


def test_the_mail_in_hand_is_finished_when_a_worker_is_told_to_stop(
    cast: Cast, office: MailServer
) -> None:
    ada = seat(cast, ADA.email)
    office.hold = threading.Event()
    with at_work(cast.database, office) as worker:
        invite(ada, "nia@new.example")
        office.wait_for(1)
        threading.Timer(1.0, office.hold.set).start()
        assert worker.stop() < 5
    assert cast.one("SELECT status FROM govdesk_private.mail") == "sent"


def test_a_mail_server_that_hangs_holds_up_nobody(cast: Cast, office: MailServer) -> None:
    ada = seat(cast, ADA.email)
    office.hold = threading.Event()
    with at_work(cast.database, office) as worker:
        invite(ada, "nia@new.example")
        office.wait_for(1)
        assert worker.stop() < 6
    assert any("left to its lease" in line for line in worker.log)
    assert cast.one("SELECT status FROM govdesk_private.mail") == "queued"


def test_the_clock_does_what_falls_due(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    invited = invite(ada, "nia@new.example")
    with at_work(cast.database, None, "clock") as worker:
        later(cast, "govdesk.invitation", "expires_at", "8 days")
        deadline = time.monotonic() + 40
        query = "SELECT status FROM govdesk.invitation WHERE id = %s"
        while cast.one(query, invited) != "expired" and time.monotonic() < deadline:
            cast.admin.execute("SELECT pg_sleep(0.2)")
        assert cast.one(query, invited) == "expired"
        assert cast.one("SELECT count(*) FROM govdesk_private.worker_seen") == 1
        assert worker.stop() < 5
    assert cast.one("SELECT count(*) FROM govdesk_queue.procrastinate_workers") == 0
    assert any("no mail server is configured" in line for line in worker.log)


def test_a_fault_of_ours_ends_the_worker_instead_of_leaving_it_deaf(
    cast: Cast,
) -> None:
    broken = (
        "from govdesk.services.mail import Post\n"
        "def try_next(post, connection): raise RuntimeError('planted')\n"
        "Post.try_next = try_next\n"
        "from govdesk.cli import main; main()"
    )
    given = environment(cast.database, None)
    done = subprocess.run(
        [sys.executable, "-c", broken, "worker"],
        cwd=ROOT, env=given, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 3
    assert "planted" in done.stderr


@pytest.mark.parametrize(
    ("seconds", "is_finished"), [(3, True), (60, False)], ids=["in hand", "hangs"]
)
def test_a_fault_of_the_clock_lets_what_is_in_hand_be_finished_and_is_never_a_good_end(
    cast: Cast, tmp_path: Path, seconds: int, *, is_finished: bool
) -> None:
    done = tmp_path / "done"
    broken = (
        "import asyncio, pathlib, time\n"
        "from govdesk.worker import clock\n"
        "from govdesk.worker.postman import Postman\n"
        "async def run(ticker, stopping):\n"
        "    await asyncio.sleep(1)\n"
        "    raise RuntimeError('planted')\n"
        "def work(postman, connection):\n"
        f"    time.sleep({seconds})\n"
        f"    pathlib.Path({str(done)!r}).touch()\n"
        "    return True\n"
        "clock.run, Postman.work = run, work\n"
        "from govdesk.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", broken, "worker"],
        cwd=ROOT, env=environment(cast.database, None), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode != 0
    assert done.exists() == is_finished
    assert ("planted" if is_finished else "hangs") in ended.stderr


def test_once_says_what_it_did_and_whether_a_mail_did_not_go(
    cast: Cast, office: MailServer
) -> None:
    ada = seat(cast, ADA.email)
    invite(ada, "nia@new.example")
    office.to_address = ["550 no such user"]
    answers = [
        subprocess.run(
            [*PROGRAM, "--once", "--json"],
            cwd=ROOT,
            env=environment(cast.database, office),
            capture_output=True,
            text=True,
            timeout=60,
        )
        for _ in range(2)
    ]
    assert [a.returncode for a in answers] == [1, 0]
    assert [json.loads(a.stdout) for a in answers] == [{"mails_not_sent": n} for n in (1, 0)]


def test_no_address_a_wrong_one_and_a_wrong_login_are_one_line_each(cast: Cast) -> None:
    given = environment(cast.database, None)
    for changed, code in (
        ({"GOVDESK_WORKER_URL": ""}, 2),
        ({"GOVDESK_WORKER_URL": "postgresql://govdesk_worker:x@127.0.0.1:1/govdesk"}, 3),
        ({"GOVDESK_WORKER_URL": cast.database.app_url}, 4),
        ({"GOVDESK_SMTP_URL": "imap://x"}, 2),
    ):
        answer = subprocess.run(
            PROGRAM, cwd=ROOT, env=given | changed, capture_output=True, text=True, timeout=60
        )
        assert answer.returncode == code, answer.stderr
        assert len(answer.stderr.strip().splitlines()) == 1, answer.stderr
