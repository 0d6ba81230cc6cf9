"""Mails from the transaction that wants them to the person's mail server, with a real database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from govdesk.database import mail as outbox
from govdesk.database.connection import Connection, Session
from govdesk.delivery import letters
from govdesk.domain.problem import Problem
from govdesk.services import mail, mail_state
from govdesk.services.mail import NO_SERVER
from govdesk.services.mail_state import MailState
from govdesk.worker import postman, run
from govdesk.worker.postman import Postman
from govdesk.worker.settings import Settings, settings
from tests.doors import later, refusal, seat
from tests.mail_servers import MailServer, mail_server, read, text_of
from tests.people import ACME, ADA, Cast

WEB = "http://127.0.0.1:8420"
FROM = "GovDesk <no-reply@govdesk.example.com>"
OUTBOX = "govdesk_private.mail"


@pytest.fixture
def office() -> Iterator[MailServer]:
    with mail_server() as one:
        yield one


@pytest.fixture
def ada(cast: Cast) -> Session:
    return seat(cast, ADA.email)


def told(cast: Cast, office: MailServer | None, host: str = "one") -> Settings:
    """Settings of a worker that sends through a server, or has none."""
    url = f"smtp://127.0.0.1:{office.port}" if office else ""
    environment = {"GOVDESK_SMTP_URL": url, "GOVDESK_SMTP_FROM": FROM, "GOVDESK_WEB_URL": WEB}
    return settings(cast.database.worker_url, host, environment)


def invite(session: Session, email: str, name: str = "Nia New") -> UUID:
    """Invite somebody; returns the invitation's id."""
    with session.transaction() as connection:
        row = connection.execute(
            "SELECT govdesk_api.invite(%s, %s, 'member', %s::ltree, 'Welcome')", (email, name, ACME)
        ).fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def state(session: Session, entity: UUID) -> MailState:
    found = mail_state.state(session, entity)
    assert found is not None
    return found


def overdue(cast: Cast) -> None:
    """Let the next attempt of every mail be due, and every lease be over."""
    later(cast, OUTBOX, "due_at", "2 hours")
    later(cast, OUTBOX, "leased_until", "2 hours", "leased_until IS NOT NULL")


def test_an_invitation_arrives_with_a_link_that_works(
    cast: Cast, ada: Session, office: MailServer
) -> None:
    invited = invite(ada, "nia@new.example")
    assert state(ada, invited).words == "queued"
    assert run.once(told(cast, office)) == 0
    (message,) = office.messages
    assert message["To"].addresses[0].addr_spec == "nia@new.example"
    assert str(message["Subject"]) == "Ada Admin invites you to Acme Ltd"
    (link,) = (line for line in text_of(message).splitlines() if line.startswith(WEB))
    token = link.removeprefix(f"{WEB}/invitation/")
    shown = cast.open(cast.database.worker_url).execute(
        "SELECT email FROM govdesk_api.invitation_view(%s)", (token,)
    )
    assert shown.fetchone() == ("nia@new.example",)
    assert state(ada, invited).status == "sent"
    assert cast.one(f"SELECT count(*) FROM {OUTBOX} WHERE token IS NOT NULL") == 0


def test_a_server_that_is_down_leaves_the_mail_queued_and_says_so(
    cast: Cast, ada: Session, office: MailServer
) -> None:
    invited = invite(ada, "nia@new.example")
    with mail_server() as gone:
        down = told(cast, gone)
    assert run.once(down) == 1
    found = state(ada, invited)
    assert (found.status, found.attempts) == ("queued", 1)
    assert "cannot be reached" in found.words
    assert run.once(told(cast, office)) == 0, "not before its time"
    assert office.envelopes == []
    overdue(cast)
    assert run.once(told(cast, office)) == 0
    assert len(office.envelopes) == 1


def test_4xx_is_tried_again_and_5xx_is_final(cast: Cast, ada: Session, office: MailServer) -> None:
    first = invite(ada, "first@new.example")
    office.to_address = ["451 greylisted, come again"]
    assert run.once(told(cast, office)) == 1
    assert state(ada, first).status == "queued"
    overdue(cast)
    assert run.once(told(cast, office)) == 0
    assert state(ada, first).status == "sent"
    second = invite(ada, "second@new.example")
    office.to_address = ["550 no such user"]
    assert run.once(told(cast, office)) == 1
    found = state(ada, second)
    assert found.status == "failed"
    assert "refused the address second@new.example: 550 no such user" in found.words
    overdue(cast)
    assert run.once(told(cast, office)) == 0
    assert len(office.envelopes) == 1


def test_waits_grow_from_a_minute_to_an_hour_and_end_after_two_days(
    cast: Cast, ada: Session, office: MailServer
) -> None:
    invited = invite(ada, "nia@new.example")
    waits = []
    for _ in range(9):
        office.to_address = ["451 later"]
        run.once(told(cast, office))
        waits.append(
            cast.one(f"SELECT extract(epoch FROM due_at - clock_timestamp())::int FROM {OUTBOX}")
        )
        overdue(cast)
    for wait, middle in zip(waits, [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600], strict=True):
        assert 0.75 * middle <= wait <= 1.25 * middle, waits
    later(cast, OUTBOX, "created_at", "49 hours")
    office.to_address = ["451 later"]
    assert run.once(told(cast, office)) == 1
    assert state(ada, invited).status == "failed"


def test_without_a_mail_server_mails_wait_and_say_so(cast: Cast, ada: Session) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.getLogger("govdesk.worker.run"), "disabled", True)
        invited = invite(ada, "nia@new.example")
        assert run.once(told(cast, None)) == 0
    found = state(ada, invited)
    assert found.status == "queued"
    assert NO_SERVER.rstrip(".") in found.words


def test_two_workers_side_by_side_send_each_mail_once(
    cast: Cast, ada: Session, office: MailServer
) -> None:
    for number in range(30):
        invite(ada, f"person{number}@new.example")
    begin = threading.Barrier(3)

    def work(host: str) -> None:
        begin.wait()
        run.once(told(cast, office, host))

    workers = [threading.Thread(target=work, args=(f"host{n}",)) for n in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    sent = [envelope.rcpt_tos[0] for envelope in office.envelopes]
    assert sorted(sent) == sorted(f"person{number}@new.example" for number in range(30))


def test_a_worker_that_dies_before_it_could_say_sent_repeats_that_one_mail_only(
    cast: Cast, ada: Session, office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        invite(ada, f"{name}@new.example")

    class Died(BaseException):
        """The process is gone."""

    def die(connection: object, mail_id: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "done", die)
        with pytest.raises(Died):
            run.once(told(cast, office))
    assert len(office.envelopes) == 1
    run.once(told(cast, office, "two"))
    assert len(office.envelopes) == 2, "the lease of the first still holds"
    overdue(cast)
    run.once(told(cast, office, "two"))
    ids = [str(message["Message-ID"]) for message in office.messages]
    assert len(ids) == 3
    assert len(set(ids)) == 2


def worked(settings: Settings, until: Callable[[], object]) -> None:
    """Have a postman of these settings work until something holds."""
    ending, faults = threading.Event(), list[bool]()
    one = Postman(settings.url, settings.post, ending, lambda: faults.append(True))
    one.start()
    deadline, pause = time.monotonic() + 30, threading.Event()
    while not until() and time.monotonic() < deadline:
        pause.wait(0.05)
    ending.set()
    one.join(10)
    assert until()
    assert not faults


def test_a_database_that_goes_away_after_the_mail_went_makes_no_second_one(
    cast: Cast,
    ada: Session,
    office: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: Callable[[str], None],
) -> None:
    expected_log("mails wait")
    invited = invite(ada, "nia@new.example")
    real, cut = outbox.done, list[UUID]()

    def done(connection: Connection, mail: UUID) -> None:
        if not cut:
            cut.append(mail)
            cast.admin.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        real(connection, mail)

    monkeypatch.setattr(outbox, "done", done)
    worked(told(cast, office), lambda: state(ada, invited).status == "sent")
    overdue(cast)
    run.once(told(cast, office, "two"))
    assert len(office.envelopes) == 1


def test_what_could_not_be_said_within_the_lease_is_left_to_the_next_worker(
    cast: Cast,
    ada: Session,
    office: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: Callable[[str], None],
) -> None:
    expected_log("sent, but that was not said in time")
    monkeypatch.setattr(postman, "_SAY_SECONDS", 0.0)
    invited = invite(ada, "nia@new.example")
    worked(told(cast, office), lambda: office.envelopes)
    assert state(ada, invited).status == "queued"


def test_a_mail_that_meets_a_fault_of_ours_holds_up_no_other_and_ends_no_worker(
    cast: Cast,
    ada: Session,
    office: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: Callable[[str], None],
) -> None:
    expected_log("met a fault of ours")
    odd = invite(ada, "odd@new.example")
    nia = invite(ada, "nia@new.example")
    real = mail.compose

    def compose(letter: Any, identity: UUID, sender: Any, to: Any, now: Any) -> Any:
        if to.address == "odd@new.example":
            raise AssertionError("planted")
        return real(letter, identity, sender, to, now)

    monkeypatch.setattr(mail, "compose", compose)
    worked(told(cast, office), lambda: state(ada, nia).status == "sent")
    assert state(ada, odd).status == "queued"
    assert "fault of its own (AssertionError)" in str(state(ada, odd).error)


def test_a_link_that_is_over_is_not_mailed_any_more(
    cast: Cast, ada: Session, office: MailServer
) -> None:
    invited = invite(ada, "nia@new.example")
    cast.admin.execute(
        f'UPDATE {OUTBOX} SET facts = facts || \'{{"expires_at": "2026-01-01T00:00:00Z"}}\''
    )
    assert run.once(told(cast, office)) == 1
    assert office.envelopes == []
    assert state(ada, invited).status == "failed"


@pytest.mark.parametrize("facts", ['{"expires_at": "soon"}', '{"expires_at": null}'])
def test_one_odd_mail_does_not_hold_up_the_others(
    cast: Cast, ada: Session, office: MailServer, expected_log: Callable[[str], None], facts: str
) -> None:
    expected_log("cannot be written")
    invite(ada, "odd@new.example")
    cast.admin.execute(f"UPDATE {OUTBOX} SET facts = %s::jsonb", (facts,))
    invite(ada, "nia@new.example")
    assert run.once(told(cast, office)) == 1
    assert [e.rcpt_tos for e in office.envelopes] == [["nia@new.example"]]


def test_the_log_has_a_line_for_each_mail_without_address_link_or_code(
    cast: Cast, ada: Session, office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    invite(ada, "nia@new.example")
    token = cast.one(f"SELECT token FROM {OUTBOX}")
    run.once(told(cast, office))
    assert "(invitation) sent" in caplog.text
    assert "nia@new.example" not in caplog.text
    assert token not in caplog.text


def test_names_of_people_and_organisations_in_any_script_arrive_whole(
    cast: Cast, ada: Session, office: MailServer
) -> None:
    invite(ada, "用户@例子.公司", "山田 太郎 مرحبا")
    run.once(told(cast, office))
    (envelope,) = office.envelopes
    assert envelope.rcpt_tos == ["用户@xn--fsqu00a.xn--55qx5d"]
    # The library reads no raw UTF-8 in headers, which SMTPUTF8 allows.
    assert isinstance(envelope.content, bytes)
    assert "To: 山田 太郎 مرحبا <用户@" in envelope.content.decode()


def test_what_is_due_besides_mail_is_done_once(cast: Cast, ada: Session) -> None:
    invited = invite(ada, "nia@new.example")
    later(cast, "govdesk.invitation", "expires_at", "8 days")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.getLogger("govdesk.worker.run"), "disabled", True)
        run.once(told(cast, None, "night.shift"))
    assert cast.one("SELECT status FROM govdesk.invitation WHERE id = %s", invited) == "expired"
    assert cast.one("SELECT host FROM govdesk_private.worker_seen") == "night.shift"
    (row,) = [r for r in cast.rows(0) if r["action"] == "invitation.expired"]
    assert row["actor"] == "worker:night.shift"


def test_the_console_s_login_is_told_that_it_is_none_of_a_worker(cast: Cast) -> None:
    with pytest.raises(Problem, match="govdesk_worker") as caught:
        run.once(settings(cast.database.app_url, "one", {}))
    assert caught.value.exit_code == 4


def test_what_is_in_a_mail_is_closed_to_everyone_but_the_worker(cast: Cast, ada: Session) -> None:
    invited = invite(ada, "nia@new.example")
    for statement in (
        f"SELECT * FROM {OUTBOX}",
        "SELECT * FROM govdesk_api.mail_claim('me', 1)",
        "SELECT govdesk_api.mail_done(gen_random_uuid())",
    ):
        assert refusal(ada, statement) == "42501"
    with ada.transaction() as connection:
        row = connection.execute("SELECT * FROM govdesk_api.mail_state(%s)", (invited,)).fetchone()
    assert row is not None
    assert cast.one(f"SELECT token FROM {OUTBOX}") not in str(row)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"GOVDESK_SMTP_URL": "smtp://h", "GOVDESK_SMTP_FROM": "us"}, "GOVDESK_SMTP_FROM"),
        ({"GOVDESK_SMTP_URL": "mail.example.com"}, "GOVDESK_SMTP_URL"),
        ({"GOVDESK_SMTP_URL": "file:/x", "GOVDESK_WEB_URL": "http://govdesk.example.com"}, "https"),
    ],
)
def test_settings_that_cannot_work_are_said_at_the_start(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(Problem, match=words) as caught:
        settings("postgresql://nowhere", "one", environment)
    assert caught.value.exit_code == 2


def test_every_kind_of_mail_of_the_database_has_its_letter(cast: Cast) -> None:
    check = cast.one(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'govdesk_private.mail'::regclass AND conname = 'mail_kind_check'"
    )
    # Operators are told past the outbox, which may be what is broken.
    kinds = set(letters.KINDS) - {"notice"}
    assert all(f"'{kind}'" in check for kind in kinds)
    assert check.count("'::text") == len(kinds)


def test_a_folder_is_a_mail_server_for_trying_things_out(
    cast: Cast, ada: Session, tmp_path: Path
) -> None:
    invite(ada, "nia@new.example")
    environment = {"GOVDESK_SMTP_URL": f"file:{tmp_path}", "GOVDESK_WEB_URL": WEB}
    assert run.once(settings(cast.database.worker_url, "one", environment)) == 0
    (file,) = tmp_path.glob("invitation-*.eml")
    assert f"{WEB}/invitation/" in text_of(read(file.read_bytes()))
