"""A draft says everything that is wrong with it at once, at its field, and repeats no secret."""

from __future__ import annotations

import secrets
import string
from dataclasses import fields, replace
from typing import Any

import pytest

from govdesk.database.errors import Refused
from govdesk.domain.refusals import BY_KEY
from govdesk.services.webhook_drafts import Draft, Misfilled, check, draft_of, misfilled, values
from tests.made_webhooks import GOOD, endpoint


def raw_token() -> str:
    """A made-up token in the form of a vendor's."""
    return "ghp_" + "".join(secrets.choice(string.ascii_letters) for _ in range(36))


def test_a_good_draft_has_no_fault() -> None:
    assert check(GOOD) == {}
    assert check(GOOD, "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == {}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"description": " "}, "description", "for example"),
        ({"url": ""}, "url", "Enter the receiver's address"),
        ({"url": "http://siem.example.com/"}, "url", "begins with https://"),
        ({"url": "https://ada:pw@siem.example.com/"}, "url", "before the @"),
        ({"url": "https://siem.example.com/#x"}, "url", "never sent"),
        ({"url": "https://10.1.2.3/hook"}, "url", "Whoever may manage webhooks can list"),
        ({"url": "https://127.0.0.1:8443/hook"}, "url", "127.0.0.1/32:8443"),
        ({"url": "https://169.254.169.254/"}, "url", "never contacted"),
        ({"events": ("member.invted",)}, "events", "Did you mean member.invited?"),
        ({"events": ("*",)}, "events", "audit.row"),
        ({"events": ()}, "events", "at least one event"),
        ({"format": "xml"}, "format", "govdesk or ocsf"),
        ({"detail": "none"}, "detail", "full or thin"),
        ({"headers": {"webhook-id": "1"}}, "headers", "set by GovDesk itself"),
        ({"headers": {"Authorization": "Bearer x"}}, "headers", "under Token"),
        ({"settings": {"colour": "red"}}, "colour", "no such setting"),
        ({"settings": {"ca": "not pem"}}, "ca", "PEM"),
        ({"secret_refs": {"token": "hunter2"}}, "token", "not a reference"),
        ({"secret_refs": {"client_key": "env://KEY"}}, "client_certificate", "Enter both"),
        ({"allow": ("10.0.0.0/8",)}, "allow", "a port"),
        ({"allow": ("169.254.169.254/32:80",)}, "allow", "nobody can open"),
        ({"throttle": 0}, "throttle", "1 to 6,000"),
        ({"kind": "telex"}, "kind", "Use one of webhook"),
        ({"kind": "splunk", "url": "https://splunk.example.com:8088", "settings": {},
          "secret_refs": {}}, "token", "needed"),
        ({"kind": "syslog", "url": "syslog://logs.example.com:514", "settings": {},
          "secret_refs": {}}, "url", "syslog+tls://"),
    ],
)  # fmt: skip
def test_each_fault_stands_at_its_field(changed: dict[str, Any], field: str, words: str) -> None:
    faults = check(replace(GOOD, **changed))
    assert list(faults) == [field], faults
    assert words in faults[field]


def test_every_fault_is_told_at_once() -> None:
    bad = replace(GOOD, url="http://x.example", description="", events=("nope.nope",), throttle=-1)
    faults = check(bad, "short")
    assert set(faults) == {"url", "description", "events", "throttle", "secret"}
    assert Misfilled(faults).field == "description"


def test_a_private_address_is_fine_once_it_is_opened() -> None:
    private = replace(GOOD, url="https://10.1.2.3:6514/hook", allow=("10.1.0.0/16:6514",))
    assert check(private) == {}
    assert "url" in check(replace(private, allow=("10.1.0.0/16:443",)))


@pytest.mark.parametrize(
    "changed",
    [
        lambda raw: {"description": f"SIEM {raw}"},
        lambda raw: {"url": f"https://x.example/?k={raw}"},
        lambda raw: {"headers": {"X-Key": raw}},
        lambda raw: {"settings": {"server_name": raw}},
        lambda raw: {"secret_refs": {"token": raw}},
    ],
)
def test_a_raw_secret_is_refused_in_every_field_and_never_repeated(changed: Any) -> None:
    raw = raw_token()
    faults = check(replace(GOOD, **changed(raw)))
    assert faults
    assert raw not in str(faults)


def test_only_what_is_signed_has_a_secret_of_its_own() -> None:
    logs = Draft(None, "syslog", "Logs", "syslog+tls://logs.example.com:6514", ("audit.row",))
    assert check(logs) == {}
    assert list(check(logs, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")) == ["secret"]


def test_what_is_kept_has_no_blanks_no_doubles_and_no_empty_values() -> None:
    kept = values(
        replace(
            GOOD,
            description="  Security   team ",
            url=" https://siem.example.com/hooks/govdesk ",
            events=("member.*", " api_key.revoked", "member.*", ""),
            settings={"ca": "", "server_name": " siem.example.com "},
            allow=(" 10.0.0.0/8:443", "10.0.0.0/8:443", ""),
        )
    )
    assert kept["description"] == "Security team"
    assert kept["url"] == "https://siem.example.com/hooks/govdesk"
    assert kept["events"] == ("api_key.revoked", "member.*")
    assert kept["settings"] == {"server_name": "siem.example.com"}
    assert kept["allow"] == ("10.0.0.0/8:443",)


def test_the_editor_of_a_webhook_begins_with_everything_that_it_has() -> None:
    one = endpoint(headers={"X-A": "1"}, throttle=60, alerts=True, system_id="s")
    draft = draft_of(one)
    assert draft.before is one
    for name in {field.name for field in fields(Draft)} - {"before"}:
        assert getattr(draft, name) == getattr(one, name), name


@pytest.mark.parametrize(
    ("key", "detail", "field"),
    [
        ("raw_secret", '{"field": "url", "title": "a token", "fingerprint": "ab12"}', "url"),
        ("not_a_reference", "token", "token"),
        ("metadata_address", "", "allow"),
    ],
)
def test_what_the_database_refuses_stands_at_its_field(key: str, detail: str, field: str) -> None:
    problem = misfilled(Refused(BY_KEY[key], detail))
    assert isinstance(problem, Misfilled)
    assert problem.field == field


def test_what_names_no_field_stays_as_it_is() -> None:
    for key in ("step_up_needed", "decision_needed", "not_permitted"):
        refused = Refused(BY_KEY[key], "webhook.open")
        assert misfilled(refused) is refused
