"""Claims: operators hear what failed, by mail where ntfy fails; nothing said holds a secret."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from govdesk.services import operators
from govdesk.services.operators import Notice, Operators, Told, first_line
from tests.mail_servers import MailServer, mail_server, text_of
from tests.strictness import ExpectLog
from tests.unit.delivery.ntfy_server import NtfyServer, ntfy_server
from tests.unit.delivery.servers import Certificates, answer

TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
PASSWORD = "d4tabase p@ss/word"
LOUD = Notice("GovDesk 1.0: migration failed", "Step: revision 0009", is_loud=True)
QUIET = Notice("GovDesk 1.0: schema migrated", "Revision 0008 to 0009")
BACK = Notice("GovDesk: a worker is back", "Silent since 12:00", ends_alarm=True)
Environment = dict[str, str]


@pytest.fixture
def ntfy() -> Iterator[NtfyServer]:
    with ntfy_server(token=TOKEN) as made:
        yield made


@pytest.fixture
def office() -> Iterator[MailServer]:
    with mail_server() as one:
        yield one


def by_ntfy(ntfy: NtfyServer, **more: str) -> Environment:
    return {"GOVDESK_NTFY_URL": ntfy.url(), "GOVDESK_NTFY_TOKEN": TOKEN} | more


def by_mail(office: MailServer, people: str = "ops@example.com") -> Environment:
    return {
        "GOVDESK_OPERATORS": people,
        "GOVDESK_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "GOVDESK_SMTP_FROM": "GovDesk <govdesk@example.com>",
    }


def told(environment: Environment, notice: Notice) -> Told:
    return Operators(environment, wait=lambda _: None).tell(notice)


def test_a_failure_is_loud_and_a_success_has_no_sound(ntfy: NtfyServer) -> None:
    assert told(by_ntfy(ntfy), LOUD) == Told("ntfy")
    assert told(by_ntfy(ntfy), QUIET) == Told("ntfy")
    loud, quiet = ntfy.published
    assert (loud.title, loud.message, loud.priority) == (LOUD.title, LOUD.text, 5)
    assert (quiet.title, quiet.message, quiet.priority) == (QUIET.title, QUIET.text, 1)


def test_silent_means_that_success_says_nothing_and_the_end_of_an_alarm_still_does(
    ntfy: NtfyServer,
) -> None:
    silent = by_ntfy(ntfy, GOVDESK_NTFY_SUCCESS="silent")
    assert told(silent, QUIET) == Told()
    assert told(silent, BACK) == told(silent, LOUD) == Told("ntfy")
    assert [one.priority for one in ntfy.published] == [1, 5]


def test_where_ntfy_does_not_take_it_every_operator_is_mailed_with_the_reason(
    ntfy: NtfyServer, office: MailServer
) -> None:
    ntfy.token = "another"
    given = by_ntfy(ntfy) | by_mail(office, "ops@example.com, Nia Night <nia@example.com>")
    answer = told(given, LOUD)
    assert answer.by == "mail"
    assert "does not let us publish" in answer.troubles[0]
    assert [one.rcpt_tos for one in office.envelopes] == [["ops@example.com"], ["nia@example.com"]]
    message = office.messages[0]
    assert message["Subject"] == LOUD.title
    assert LOUD.text in text_of(message)
    assert "does not let us publish" in text_of(message)


@pytest.mark.parametrize("reply", [answer(429), answer(500), answer(200, b"<html>"), b"nonsense"])
def test_mail_takes_over_whatever_ntfy_answers(
    ntfy: NtfyServer, office: MailServer, reply: bytes
) -> None:
    ntfy.replies = [reply] * 4
    assert told(by_ntfy(ntfy) | by_mail(office), LOUD).by == "mail"


def test_a_server_that_is_not_there_is_not_waited_for(office: MailServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    given = {"GOVDESK_NTFY_URL": f"https://127.0.0.1:{port}/deploys"}
    answer = told(given | by_mail(office), LOUD)
    assert answer.by == "mail"
    assert "cannot be reached" in answer.troubles[0]


def test_without_ntfy_failures_are_mailed_and_successes_are_not(office: MailServer) -> None:
    assert told(by_mail(office), QUIET) == Told()
    assert told(by_mail(office), LOUD) == Told("mail")
    assert told(by_mail(office), BACK) == Told("mail")
    assert len(office.envelopes) == 2


def test_where_nobody_is_named_nothing_is_said() -> None:
    assert told({}, LOUD) == told({}, QUIET) == Told()


def test_what_cannot_be_told_at_all_is_a_trouble_and_never_an_error(
    ntfy: NtfyServer,
    office: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: ExpectLog,
) -> None:
    ntfy.token = "another"
    assert len(told(by_ntfy(ntfy), LOUD).troubles) == 2
    office.to_address = ["550 no such user", "451 later"]
    answer = told(by_ntfy(ntfy) | by_mail(office, "a@example.com, b@example.com"), LOUD)
    assert answer.by == ""
    assert len(answer.troubles) == 3

    def broken(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(operators, "compose", broken)
    expected_log("a notice to the operators failed")
    assert "fault" in told(by_mail(office), LOUD).troubles[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"GOVDESK_NTFY_URL": "ntfy.example.com/x"},
        {"GOVDESK_NTFY_ALLOW": "nonsense"},
        {"GOVDESK_NTFY_ALLOW": "169.254.169.254/32:80"},
        {"GOVDESK_NTFY_CA": "no-such-file.pem"},
        {"GOVDESK_NTFY_TOKEN": "env://NO_SUCH_VARIABLE"},
        {"GOVDESK_NTFY_TOKEN": "other://x"},
        {"GOVDESK_NTFY_SUCCESS": "loud"},
    ],
)
def test_a_setting_that_is_wrong_is_said_and_mail_takes_over(
    ntfy: NtfyServer, office: MailServer, wrong: Environment
) -> None:
    answer = told(by_ntfy(ntfy) | by_mail(office) | wrong, QUIET)
    assert len(answer.troubles) == 1
    assert answer.by == ("ntfy" if "GOVDESK_NTFY_SUCCESS" in wrong else "mail")


def test_one_address_that_is_refused_keeps_the_notice_from_nobody_else(office: MailServer) -> None:
    office.to_address = ["550 no such user"]
    answer = told(by_mail(office, "gone@example.com, a b@c, ops@example.com"), LOUD)
    assert answer.by == "mail"
    assert len(answer.troubles) == 2
    assert [one.rcpt_tos for one in office.envelopes] == [["ops@example.com"]]


def test_the_token_may_be_a_reference_and_the_authority_ones_own(
    tmp_path: Path,
) -> None:
    certificates = Certificates()
    file = tmp_path / "ca.pem"
    file.write_text(certificates.pem)
    with ntfy_server(certificates.server("localhost"), token=TOKEN) as ntfy:
        given = {
            "GOVDESK_NTFY_URL": ntfy.url("https"),
            "GOVDESK_NTFY_TOKEN": "env://DEPLOY_TOPIC_TOKEN",
            "GOVDESK_NTFY_CA": str(file),
            "DEPLOY_TOPIC_TOKEN": TOKEN,
        }
        assert told(given, LOUD) == Told("ntfy")


def test_secrets_addresses_values_and_places_of_databases_are_taken_out(
    ntfy: NtfyServer, office: MailServer
) -> None:
    url = "postgresql://govdesk_worker:d4tabase%20p%40ss%2Fword@db.internal/govdesk"
    text = (
        f"{url}\n{PASSWORD}\nd4tabase%20p%40ss%2Fword\n{TOKEN}\nmei@acme.example\n"
        'invalid input syntax for type uuid: "Mei Member"\n'
        'connection to server at "10.9.8.7", port 5432 failed\n'
        'relation "govdesk.node" does not exist'
    )
    given = by_ntfy(ntfy, GOVDESK_WORKER_URL=url) | by_mail(office)
    told(given, Notice("GovDesk", text, is_loud=True))
    ntfy.token = "another"
    answer = told(given, Notice("GovDesk", text, is_loud=True))
    (came,), (mail,) = ntfy.published, office.messages
    for said in (came.message, text_of(mail), mail.as_string(), *answer.troubles):
        for hidden in ("p@ss", "p%40ss", TOKEN, "mei@acme", "Mei Member", "10.9.8.7"):
            assert hidden not in said
    assert 'relation "govdesk.node" does not exist' in came.message


def test_an_error_is_its_first_line() -> None:
    assert first_line(ValueError("one\ntwo")) == "ValueError: one"
    assert first_line(KeyError()) == "KeyError"
