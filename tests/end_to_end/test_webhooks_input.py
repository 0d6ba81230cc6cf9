"""``webhooks`` given what cannot be: one line that names the field and says how to mend it."""

from __future__ import annotations

import io
import secrets
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Answer

Inside = Callable[..., Answer]
URL = "https://siem.example.com/hooks"


def refused(answer: Answer, code: int = 2) -> str:
    """The one line of a refusal."""
    assert (answer.code, answer.out) == (code, ""), answer
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    return answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http://siem.example.com/", "--events", "member.*"], ("url:", "begins with https://")),
        (["https://a:b@siem.example.com/", "--events", "member.*"], ("url:", "--ref token=env://")),
        (["https://10.1.2.3/in", "--events", "member.*"],
         ("url:", "an address of a private network", "10.1.2.3/32:443 with --allow",
          "Whoever may manage")),
        (["https://169.254.169.254/", "--events", "member.*"], ("url:", "never contacted")),
        ([URL, "--events", "member.invted"], ("events:", "Did you mean member.invited?")),
        ([URL], ("events:", "at least one event")),
        ([URL, "--events", "*"], ("events:", "audit.row")),
        ([URL, "--events", "member.*", "--kind", "telex"], ("kind:", "webhook, splunk")),
        ([URL, "--events", "member.*", "--format", "xml"], ("format:", "govdesk or ocsf")),
        ([URL, "--events", "member.*", "--header", "webhook-id=1"], ("headers:", "by GovDesk")),
        ([URL, "--events", "member.*", "--header", "X-A"], ("header:", "NAME=VALUE")),
        ([URL, "--events", "member.*", "--ref", "token=hunter2"], ("token:", "not a reference")),
        ([URL, "--events", "member.*", "--ca", "/nowhere.pem"], ("ca:", "cannot be read")),
        ([URL, "--events", "member.*", "--allow", "10.0.0.0/8"], ("allow:", "and a port")),
        ([URL, "--events", "member.*", "--allow", "10.0.0.1/8:443"],
         ("allow: 10.0.0.1/8 is an address inside a network. Enter 10.0.0.0/8:443.",)),
        (["siem.example.com/in", "--events", "member.*"], ("url:", "https://")),
        ([URL, "--events", "member.*", "--throttle", "-1"], ("throttle:", "1 to 6,000")),
        ([URL, "--events", "member.*", "--secret", "whsec_abc"], ("secret:", "--secret -")),
        ([URL, "--events", "member.*", "--system", "nowhere"], ("nowhere",)),
        (["syslog+tls://logs.example.com:6514", "--events", "audit.row", "--secret", "auto"],
         ("secret:", "no secret of its own")),
        (["https://splunk.example.com:8088", "--kind", "splunk", "--events", "audit.row"],
         ("token:", "needed")),
    ],
)  # fmt: skip
def test_add_names_the_field_and_says_how_to_mend_it(
    inside: Inside, arguments: list[str], words: tuple[str, ...]
) -> None:
    said = refused(inside("webhooks", "add", *arguments))
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("whsec_c2hvcnQ=\n", "at least 24. --secret auto makes"),
        ("", "Standard input is empty"),
        ("whsk_AAAA\n", "secret:"),
        ("a" * 40 + "\n", "repeats the same"),
    ],
)
def test_a_bad_secret_from_standard_input_is_refused_and_not_repeated(
    inside: Inside, monkeypatch: pytest.MonkeyPatch, secret: str, words: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(secret))
    said = refused(inside("webhooks", "add", URL, "--events", "member.*", "--secret", "-"))
    assert words in said
    assert not secret or secret.strip() not in said


def test_a_raw_secret_is_refused_wherever_it_stands_and_not_repeated(inside: Inside) -> None:
    raw = "ghp_" + "".join(secrets.choice(string.ascii_letters) for _ in range(36))
    for given in (
        [f"{URL}?key={raw}"], [URL, "--description", raw], [URL, "--header", f"X-Key={raw}"],
        [URL, "--field", f"server_name={raw}"], [URL, "--ref", f"token={raw}"],
        [URL, "--secret", raw],
    ):  # fmt: skip
        said = refused(inside("webhooks", "add", *given, "--events", "member.*"))
        assert raw not in said


def test_the_commands_answer_in_the_singular_as_well(inside: Inside) -> None:
    assert inside("webhook", "kinds").out == inside("webhooks", "kinds").out


def test_all_that_is_wrong_is_counted(inside: Inside) -> None:
    said = refused(inside("webhooks", "add", "http://x.example/", "--throttle", "0"))
    assert "2 more fields are not right: " in said
    assert "events" in said
    assert "throttle" in said


def test_the_vocabulary_and_the_kinds_need_nobody(inside: Inside) -> None:
    events = inside("webhooks", "events", "--json").document["items"]
    assert {"audit.row", "member.*", "member.invited", "x.*"} <= {one["event"] for one in events}
    kinds = inside("webhooks", "kinds", "--json").document["items"]
    assert [kind["kind"] for kind in kinds] == ["webhook", "splunk", "syslog", "ntfy"]
    assert "One of auto, off." in inside("webhooks", "kinds").out
    given = {one["name"]: one["given_by"] for one in kinds[1]["fields"]}
    assert (given["token"], given["index"], given["ca"]) == ("ref", "field", "field")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["redeliver", "x"], "Give one of --delivery"),
        (["redeliver", "x", "--missed", "--delivery", "y"], "Give one of"),
        (["redeliver", "x", "--failed-since", "yesterday"], "failed-since: 'yesterday' is no time"),
        (["redeliver", "x", "--delivery", "y", "--since", "7d"], "since:"),
        (["resume", "x", "--missed", "maybe"], "send or"),
        (["log", "--before", "here"], "next"),
        (["log", "--since", "soon"], "since: 'soon'"),
        (["rotate-secret", "x", "--secret", "hunter2"], "secret:"),
    ],
)
def test_what_cannot_be_read_is_said_before_anything_is_asked(
    inside: Inside, arguments: list[str], words: str
) -> None:
    assert words in refused(inside("webhooks", *arguments))


def test_a_certificate_that_is_none_is_no_certificate(inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    said = refused(
        inside("webhooks", "add", URL, "--events", "member.*", "--ca", str(tmp_path / "ca.pem"))
    )
    assert said.count("ca:") == 1
