"""What a letter says, and what a name in it cannot do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from govdesk.delivery import letters
from govdesk.delivery.addresses import recipient, sender
from govdesk.delivery.messages import compose
from govdesk.domain.problem import Problem
from tests.mail_servers import html_of, read, text_of

MAIL = UUID("0b0f3a52-94d8-4e4b-b6f1-3f3a3f1a7c11")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKEN = "t" * 60
LINK = f"https://govdesk.example.com/invitation/{TOKEN}"
FACTS = {
    "organization": "Acme Ltd",
    "inviter": "Olga Owner",
    "requester": "Olga Owner",
    "role": "Operator",
    "node": "Claims triage",
    "title": "Make Mei Member an owner",
    "message": "Welcome\nto the team",
    "what": "Your password was changed.",
    "code": "04219377",
    "link_path": "/invitation/",
    "expires_at": "2026-11-28T13:40:00+00:00",
    "webhook": "SIEM https://ops:pw@siem.acme.example/in?token=s3cret#x of Acme",
    "host": "siem.acme.example:8443",
    "reason": "failing",
    "since": "2026-11-16T09:05:00+00:00",
    "pending": 312,
    "why": "ntfy did not take the notice.",
}


def message(kind: str, **facts: object) -> tuple[str, str, str]:
    """Subject, plain text and HTML of a letter that went through a message and back."""
    letter = letters.write(kind, FACTS | facts, LINK)
    composed = compose(
        letter, MAIL, sender("GovDesk <no-reply@govdesk.example.com>"),
        recipient("Mei", "mei@acme.example"), NOW,
    )  # fmt: skip
    parsed = read(composed.as_bytes())
    assert not parsed.defects
    return str(parsed["Subject"]), text_of(parsed), html_of(parsed)


@pytest.mark.parametrize("kind", letters.KINDS)
def test_a_link_or_code_stands_alone_on_its_line_and_never_in_the_subject(kind: str) -> None:
    subject, text, html = message(kind)
    marks = [LINK] if kind in ("invitation", "decision", "recover", "factor") else []
    marks += ["04219377"] if kind in ("decision_code", "contact_code") else []
    for mark in marks:
        assert mark in text.splitlines()
        assert mark in html
    assert TOKEN not in subject
    assert "04219377" not in subject
    assert bool(marks) == (kind not in ("security", "webhook_disabled", "notice"))


def test_an_invitation_says_who_asks_what_for_until_when_and_what_to_do_if_unexpected() -> None:
    subject, text, _ = message("invitation")
    assert subject == "Olga Owner invites you to Acme Ltd"
    for words in ("as Operator at Claims triage", "28 November 2026, 13:40 UTC", "did not expect"):
        assert words in text
    assert "> Welcome\n> to the team" in text


def test_a_letter_about_a_disabled_webhook_says_what_happened_and_what_to_do() -> None:
    subject, text, html = message("webhook_disabled")
    assert subject == "A webhook of Acme Ltd was disabled"
    assert "> SIEM https://siem.acme.example/in of Acme\n> siem.acme.example:8443" in text
    flat = " ".join(text.split())
    assert "Nothing has arrived there since 16 November 2026, 09:05 UTC." in flat
    assert "312 deliveries wait" in flat
    for words in ("Settings, Webhooks", "test it and resume it", "send what was missed"):
        assert words in flat
    for hidden in ("s3cret", "token=", "ops:pw", "pw@"):
        assert hidden not in text + html + subject


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"reason": "gone"},
            "answered 410 Gone, which asks us to send nothing more. Nothing has arrived",
        ),
        (
            {"reason": "gone", "since": None},
            "answered 410 Gone, which asks us to send nothing more. Nothing is lost",
        ),
        ({"since": None}, "failed for five days. Nothing is lost"),
        ({"pending": 1}, "1 delivery waits"),
        ({"pending": 0}, "0 deliveries wait"),
        ({"pending": None}, "0 deliveries wait"),
        ({"webhook": "Is it on? #2"}, "> Is it on? #2"),
    ],
)
def test_what_is_not_known_about_a_webhook_is_left_out(
    facts: dict[str, object], words: str
) -> None:
    _, text, _ = message("webhook_disabled", **facts)
    assert words in " ".join(text.split())


def test_a_notice_to_operators_has_its_title_its_text_and_why_it_came_by_mail() -> None:
    subject, text, _ = message("notice", title="GovDesk: no worker", message="Line 1\nLine 2")
    assert subject == "GovDesk: no worker"
    assert "> Line 1\n> Line 2" in text
    assert "ntfy did not take the notice." in text


def test_a_decision_letter_warns_that_opening_decides_nothing() -> None:
    _, text, _ = message("decision")
    assert "> Make Mei Member an owner" in text
    assert "Opening it decides nothing" in text
    assert "04219377" not in text


@pytest.mark.parametrize(
    "name",
    [
        "Acme\r\nBcc: thief@example.com",
        "Acme\nSubject: other",
        "Acme\u2028Bcc: thief@example.com",
        "Acme\x85Bcc: x",
        "Acme\x00\x0b\x0cBcc: x",
        "株式会社 検証",
        "شركة الامتثال",
        "Ćma & Söhne <script>alert(1)</script>",
        "\u202eemcA",
        "🦉" * 300,
        '"; ,:<a@b.c>',
        "\ud800",
    ],
)
def test_a_name_can_be_in_any_script_and_never_becomes_a_header_or_a_tag(name: str) -> None:
    to = recipient(name, "mei@acme.example")
    letter = letters.write("invitation", FACTS | {"organization": name, "inviter": name}, LINK)
    composed = compose(letter, MAIL, sender("no-reply@govdesk.example.com"), to, NOW)
    raw = composed.as_bytes()
    parsed = read(raw)
    assert sorted(parsed.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
         "Content-Type"]
    )  # fmt: skip
    assert [one.addr_spec for one in parsed["To"].addresses] == ["mei@acme.example"]
    assert letters.one_line(name) in str(parsed["Subject"]) or len(name) > 100
    assert "<script>" not in html_of(parsed)
    assert "\u202e" not in html_of(parsed)
    assert raw.isascii()


def test_the_headers_are_stable_and_keep_automatic_answers_away() -> None:
    letter = letters.write("security", FACTS, "")
    to, own = recipient("Mei", "mei@acme.example"), sender("GovDesk <no-reply@govdesk.example.com>")
    first, second = (compose(letter, MAIL, own, to, NOW + timedelta(hours=h)) for h in (0, 1))
    assert first["Message-ID"] == second["Message-ID"] == f"<{MAIL}@govdesk.example.com>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["From"].addresses[0].display_name == "GovDesk"


def test_a_link_or_code_that_is_over_is_not_sent() -> None:
    assert letters.expired(FACTS, datetime(2026, 11, 28, 13, 40, tzinfo=UTC))
    assert not letters.expired(FACTS, NOW)
    assert not letters.expired({"what": "x"}, NOW)


def test_a_kind_of_a_newer_release_is_refused_with_a_sentence() -> None:
    with pytest.raises(Problem, match="knows no letter of the kind later"):
        letters.write("later", FACTS, LINK)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("mei@münchen.example", "mei@xn--mnchen-3ya.example"),
        ("o'neil+x@localhost", "o'neil+x@localhost"),
        ("用户@例子.公司", "用户@xn--fsqu00a.xn--55qx5d"),
    ],
)
def test_a_domain_in_any_script_is_written_as_mail_servers_know_it(
    address: str, wanted: str
) -> None:
    assert recipient("", address).address == wanted


@pytest.mark.parametrize(
    "address",
    ["", "a@", "@b.c", "a b@c.d", "a@b\r\n.c", "x\r\nRCPT TO:<y@z.w>@b.c", "a@b>.c", "a,b@c.d",
     "a..b@c.d", "a" * 65 + "@b.c", "a\u2028@b.c"],
)  # fmt: skip
def test_what_is_no_address_never_reaches_a_mail_server(address: str) -> None:
    with pytest.raises(Problem):
        recipient("Mei", address)
