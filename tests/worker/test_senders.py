"""Mail servers in every mood: what arrives, what does not, and the sentence for it."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from govdesk.delivery import letters, smtp
from govdesk.delivery.addresses import MailServer, mail_place, recipient, sender, web_base
from govdesk.delivery.messages import compose
from govdesk.delivery.senders import NotSent, open_sender, usual_sender
from govdesk.domain.problem import Problem
from tests.certificates import Authority
from tests.mail_servers import PASSWORD, USER, mail_server, read, text_of
from tests.worker.test_letters import FACTS, LINK, TOKEN

FROM = "GovDesk <no-reply@govdesk.example.com>"
LOGIN = f"{USER}:{quote(PASSWORD)}@"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.named("Acme Internal CA")


@pytest.fixture(scope="module")
def certificates(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    (folder / "ca.pem").write_bytes(authority.pem)
    authority.issue("localhost", folder / "good")
    authority.issue("mail.other.example", folder / "other")
    authority.issue("localhost", folder / "expired", last_day=-3)
    return folder


def send(url: str, to: str = "mei@acme.example", kind: str = "invitation") -> None:
    """Send one letter."""
    way = open_sender(url, FROM)
    assert way is not None
    person, mail = recipient("Mei Mémber", to), uuid4()
    letter = letters.write(kind, FACTS, LINK)
    way.send(compose(letter, mail, way.from_address, person, datetime.now(UTC)), person, str(mail))


def trouble(url: str, to: str = "mei@acme.example") -> NotSent:
    """Send one letter in vain."""
    with pytest.raises(NotSent) as caught:
        send(url, to)
    return caught.value


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as server:
        send(f"smtp://127.0.0.1:{server.port}")
    (envelope,), (message,) = server.envelopes, server.messages
    assert envelope.mail_from == "no-reply@govdesk.example.com"
    assert envelope.rcpt_tos == ["mei@acme.example"]
    assert LINK in text_of(message).splitlines()
    assert message["To"].addresses[0].display_name == "Mei Mémber"


@pytest.mark.parametrize("kind", ["smtp+starttls", "smtps"])
def test_mail_travels_encrypted_and_signed_in(kind: str, certificates: Path) -> None:
    with mail_server(kind, certificates / "good", login=True) as server:
        send(f"{kind}://{LOGIN}localhost:{server.port}?ca={certificates / 'ca.pem'}")
    assert len(server.messages) == 1
    assert server.logins == [True]


@pytest.mark.parametrize("kind", ["smtp+starttls", "smtps"])
@pytest.mark.parametrize(
    ("shown", "trusted"), [("good", False), ("other", True), ("expired", True)]
)
def test_a_certificate_that_does_not_verify_stops_the_mail(
    kind: str, shown: str, trusted: bool, certificates: Path
) -> None:
    ca = f"?ca={certificates / 'ca.pem'}" if trusted else ""
    with mail_server(kind, certificates / shown) as server:
        problem = trouble(f"{kind}://localhost:{server.port}{ca}")
    assert "certificate cannot be verified" in problem.sentence
    assert not problem.is_final
    assert server.envelopes == []


def test_a_server_without_starttls_gets_neither_the_login_nor_the_mail() -> None:
    with mail_server() as server:
        problem = trouble(f"smtp+starttls://{LOGIN}127.0.0.1:{server.port}")
    assert "offers no encryption" in problem.sentence
    assert server.envelopes == []


def test_a_wrong_login_is_worth_another_try_once_it_is_mended(certificates: Path) -> None:
    with mail_server("smtps", certificates / "good", login=True) as server:
        url = f"smtps://{USER}:wrong@localhost:{server.port}?ca={certificates / 'ca.pem'}"
        problem = trouble(url)
    assert "does not accept its user or password" in problem.sentence
    assert not problem.is_final
    assert "wrong" not in str(problem)


def test_a_server_that_is_down_or_silent_is_worth_another_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp, "SILENT_SECONDS", 0.2)
    with socket.socket() as quiet:
        quiet.bind(("127.0.0.1", 0))
        port = quiet.getsockname()[1]
        down = trouble(f"smtp://127.0.0.1:{port}")
        quiet.listen()
        silent = trouble(f"smtp://127.0.0.1:{port}")
    assert "cannot be reached" in down.sentence
    assert "does not answer" in silent.sentence
    assert not any(problem.is_final for problem in (down, silent))


def test_4xx_is_put_off_and_5xx_about_the_person_or_the_letter_is_final() -> None:
    with mail_server() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        server.to_address = ["451 greylisted", "550 no such user"]
        later, never = trouble(url), trouble(url)
        server.to_data = ["452 disk full", "554 looks like spam"]
        full, spam = trouble(url), trouble(url)
        send(url)
    assert [p.is_final for p in (later, never, full, spam)] == [False, True, False, True]
    assert "put the mail off: 451 greylisted." in later.sentence
    assert "refused the address mei@acme.example: 550 no such user." in never.sentence
    assert "refused the message: 554" in spam.sentence
    assert len(server.envelopes) == 1


def test_a_server_that_repeats_the_link_or_code_does_not_make_them_public() -> None:
    said = f"554 blocked {LINK} and {TOKEN} and 04219377 and ABCD-EFGH-2345"
    with mail_server() as server:
        server.to_data = [said]
        problem = trouble(f"smtp://127.0.0.1:{server.port}")
    for secret in (LINK, TOKEN, "04219377", "ABCD-EFGH"):
        assert secret not in str(problem)
    assert "554 blocked …" in problem.sentence


def test_an_address_beyond_ascii_goes_where_the_server_takes_it() -> None:
    with mail_server() as server:
        send(f"smtp://127.0.0.1:{server.port}", "用户@例子.公司")
    assert server.envelopes[0].rcpt_tos == ["用户@xn--fsqu00a.xn--55qx5d"]
    assert server.envelopes[0].smtp_utf8


def test_an_address_beyond_ascii_fails_with_a_sentence_where_it_cannot_go() -> None:
    with mail_server(utf8=False) as server:
        problem = trouble(f"smtp://127.0.0.1:{server.port}", "用户@例子.公司")
        send(f"smtp://127.0.0.1:{server.port}", "mei@例子.公司")
    assert problem.is_final
    assert "plain letters" in problem.sentence
    assert server.envelopes[0].rcpt_tos == ["mei@xn--fsqu00a.xn--55qx5d"]


def test_a_folder_takes_each_mail_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    way = open_sender(f"file:{tmp_path / 'mail'}", "")
    assert way is not None
    person, mail = recipient("Mei", "mei@acme.example"), uuid4()
    message = compose(
        letters.write("invitation", FACTS, LINK), mail, way.from_address, person, datetime.now(UTC)
    )
    for _ in range(2):
        way.send(message, person, f"invitation-{mail}")
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"invitation-{mail}.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert LINK in text_of(read(file.read_bytes()))


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert "cannot be written" in trouble(f"file:{tmp_path / 'taken'}").sentence


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.com",
        "smtp://",
        "smtp://host:99999",
        "smtp://host/folder",
        "smtps://user@host",
        "smtps://üser:p@host",
        "smtps://u:p@host?ca=/nowhere.pem",
        "smtps://u:p@host?insecure=1",
        "smtp://u:secret@mail.example.com",
        "file:",
        "mail.example.com",
    ],
)
def test_a_bad_address_of_a_mail_server_is_a_sentence_without_its_password(url: str) -> None:
    with pytest.raises(Problem) as caught:
        mail_place(url)
    assert caught.value.exit_code == 2
    assert "secret" not in str(caught.value)


def test_a_password_never_stands_in_what_is_printed() -> None:
    assert "hidden" not in repr(mail_place("smtps://u:hidden@mail.example.com"))


def test_links_lead_to_an_encrypted_page_or_to_this_machine() -> None:
    assert web_base("https://govdesk.example.com/x/") == "https://govdesk.example.com/x"
    assert web_base("http://127.0.0.1:8420") == "http://127.0.0.1:8420"
    for bad in ("http://govdesk.example.com", "govdesk.example.com", "https://", "https://a/?b"):
        with pytest.raises(Problem):
            web_base(bad)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:25", "govdesk@localhost"),
        ("smtps://mail.example.com", "govdesk@example.com"),
        ("smtps://desk%40example.org:word@mail.example.com", "desk@example.org"),
    ],
)
def test_without_a_sender_it_is_who_signs_in_or_govdesk_at_the_servers_domain(
    url: str, expected: str
) -> None:
    place = mail_place(url)
    assert isinstance(place, MailServer)
    assert usual_sender(place).rstrip(">").endswith(expected)
    assert open_sender(url, "") is not None


def test_a_sender_needs_an_address() -> None:
    assert sender("no-reply@govdesk.example.com").display_name == "GovDesk"
    for bad in ("", "GovDesk", "GovDesk <>"):
        with pytest.raises(Problem, match="GOVDESK_SMTP_FROM"):
            sender(bad)
    assert open_sender("", "") is None
