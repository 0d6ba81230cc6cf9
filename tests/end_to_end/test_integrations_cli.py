"""``integrations``, ``keys vault`` and ``keys rewrap`` as a script sees them."""

from __future__ import annotations

import io
import itertools
import secrets
import string
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.commands import Shell, Someone, founded, shell
from tests.end_to_end.conftest import Answer, Office
from tests.mail_servers import mail_server

__all__ = ["shell"]

CHANGE = {"id", "changed", "seq", "decision"}
_numbers = itertools.count(1)


class Desk:
    """An organization of this test's own; each command signs its owner in."""

    def __init__(self, office: Office, shell: Shell, owner: Someone):
        self.office, self.owner, self._shell = office, owner, shell

    def __call__(self, *arguments: str, **more: str) -> Answer:
        """With the owner's password and code, so that sealed values open."""
        return self._shell(self.owner.environment(self.office) | more, *arguments)

    def alone(self, *arguments: str, **more: str) -> Answer:
        """With a session and nothing else."""
        return self._shell({"GOVDESK_SESSION": self.owner.token} | more, *arguments)


@pytest.fixture
def desk(office: Office, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("GOVDESK_PASSWORD", "GOVDESK_TOTP_SECRET", "GOVDESK_TOTP"):
        monkeypatch.delenv(name, raising=False)
    number = next(_numbers)
    return Desk(office, shell, founded(office, f"desk{number}", f"olga@desk{number}.example"))


def done(answer: Answer, *more: str) -> Any:
    assert answer.code == 0, answer.err
    assert set(answer.document) == CHANGE | set(more)
    return answer.document


MAIL = (
    "integrations", "set", "Mail", "--kind", "smtp", "--field", "host=mail.example.com",
    "--field", "password=env://BILLING_SMTP_PASSWORD", "--field", "user=reports",
)  # fmt: skip


def test_a_connection_is_made_shown_changed_and_removed(desk: Desk) -> None:
    made = done(desk(*MAIL, "--json"))
    assert made["changed"]
    listed = desk.alone("integrations", "list", "--json").document
    assert listed["next"] is None
    (one,) = listed["items"]
    assert (one["id"], one["kind"], one["has_sealed"]) == (made["id"], "smtp", True)
    assert one["settings"]["port"] == "587"
    assert "sealed" not in one
    shown = desk("integrations", "show", "Mail", "--private", "--json").document
    assert shown["sealed"] == {"user": "reports"}
    assert not done(desk.alone(*MAIL[:3], "--field", "port=587", "--json"))["changed"]
    assert done(desk.alone(*MAIL[:3], "--field", "port=2525", "--rename", "Post", "--json"))["seq"]
    shown = desk.alone("integrations", "show", "Post", "--json").document
    assert (shown["settings"]["port"], shown["has_sealed"]) == ("2525", True)
    done(desk("integrations", "set", "Post", "--field", "user=other", "--json"))
    shown = desk("integrations", "show", "Post", "--private", "--json").document
    assert shown["sealed"] == {"user": "other"}
    for act in ("disable", "enable", "remove"):
        assert done(desk.alone("integrations", act, "Post", "--json"))["changed"]
    assert desk.alone("integrations", "list", "--json").document["items"] == []
    assert desk.alone("integrations", "show", "Post").code == 2


def private(desk: Desk) -> Any:
    return desk("integrations", "show", "Mail", "--private", "--json").document["sealed"]


def test_a_private_value_need_not_be_an_argument(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("reports at night\nnobody's line\n"))
    done(desk(*MAIL[:-1], "user=-", "--json"))
    assert private(desk) == {"user": "reports at night"}
    kept = tmp_path / "user"
    kept.write_text("from-a-file\n")
    done(desk("integrations", "set", "Mail", "--field", f"user=@{kept}", "--json"))
    assert private(desk) == {"user": "from-a-file"}
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    for value, words in (
        ("-", "Standard input is empty"),
        (f"@{tmp_path / 'nothing'}", "cannot be read"),
    ):
        refused = desk("integrations", "set", "Mail", "--field", f"user={value}", "--json")
        assert (refused.code, refused.out) == (2, "")
        assert words in refused.err
    monkeypatch.setattr("sys.stdin", io.StringIO("x" * 5000 + "\n"))
    refused = desk("integrations", "set", "Mail", "--field", "user=-", "--json")
    assert refused.code == 2
    assert "more than 4,096 characters" in refused.err
    assert private(desk) == {"user": "from-a-file"}


def test_on_a_terminal_a_private_value_is_asked_for_unseen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "typed-unseen"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", answer)
    done(desk(*MAIL[:-1], "user=-", "--json"))
    assert asked == ["User: "]
    assert private(desk) == {"user": "typed-unseen"}


def test_a_session_alone_says_that_private_values_need_the_password(desk: Desk) -> None:
    done(desk(*MAIL, "--json"))
    refused = desk.alone("integrations", "show", "Mail", "--private")
    assert (refused.code, refused.out) == (2, "")
    assert "needs your password" in refused.err
    assert "GOVDESK_PASSWORD" in refused.err
    word = {"GOVDESK_PASSWORD": desk.owner.password}
    shown = desk.alone("integrations", "show", "Mail", "--private", "--json", **word)
    assert shown.document["sealed"] == {"user": "reports"}
    wrong = desk.alone("integrations", "show", "Mail", "--private", GOVDESK_PASSWORD="not mine")
    assert wrong.code == 3
    assert "does not open with this password" in wrong.err


def test_kinds_say_what_is_to_be_entered_and_where_it_is_kept(desk: Desk) -> None:
    items = desk.alone("integrations", "kinds", "--json").document["items"]
    assert [item["kind"] for item in items] == [
        "database", "smtp", "splunk", "syslog", "ntfy", "object-storage", "tsa", "http",
    ]  # fmt: skip
    columns = {field["name"]: field["column"] for field in items[1]["fields"]}
    assert (columns["host"], columns["user"], columns["password"]) == ("open", "sealed", "ref")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["set", "X"], "Give --kind"),
        (["set", "X", "--kind", "telex"], "Use one of database"),
        (["set", "X", "--kind", "syslog"], "host: Host is missing"),
        (["set", "X", "--kind", "syslog", "--field", "host"], "NAME=VALUE"),
        (["set", "X", "--kind", "syslog", "--field", "colour=red"], "no field colour"),
        (["set", "X", "--kind", "http", "--field", "url=https://x.example", "--field",
          "token=hunter2"], "not a reference"),
        (["set", "X", "--kind", "http", "--field", "url=https://x.example", "--field",
          "ca=@/nowhere.pem"], "cannot be read"),
        (["set", "X", "--kind", "syslog", "--field", "host=x.example", "--allow",
          "169.254.169.254/32:80"], "allow:"),
        (["set", "X", "--kind", "syslog", "--system", "nowhere"], "nowhere"),
        (["test", "X"], "no such connection"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_that_names_the_field(
    desk: Desk, arguments: list[str], words: str
) -> None:
    answer = desk.alone("integrations", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    assert words in answer.err


def test_a_raw_secret_is_refused_and_not_repeated(desk: Desk) -> None:
    token = "ghp_" + "".join(secrets.choice(string.ascii_letters) for _ in range(36))
    for field in (f"token={token}", f"url=https://x.example/?key={token}"):
        answer = desk.alone(
            "integrations", "set", "X", "--kind", "http", "--field", "url=https://x.example",
            "--field", field,
        )  # fmt: skip
        assert answer.code == 2
        assert "fingerprint" in answer.err
        assert token not in answer.err + answer.out


def test_a_test_says_whether_it_works_and_leaves_with_it(desk: Desk) -> None:
    with mail_server() as office:
        port = str(office.port)
        done(desk.alone(
            "integrations", "set", "Here", "--kind", "smtp", "--field", "host=127.0.0.1",
            "--field", f"port={port}", "--field", "encryption=none",
            "--allow", f"127.0.0.0/8:{port}", "--json",
        ))  # fmt: skip
        good = desk.alone("integrations", "test", "Here", "--json")
        assert (good.code, good.document["ok"]) == (0, True), good.out
        done(desk.alone("integrations", "set", "Here", "--allow", "none", "--json"))
        bad = desk.alone("integrations", "test", "Here", "--json")
    assert (bad.code, bad.document["ok"]) == (1, False)
    assert "not contacted" in bad.document["sentence"]
    shown = desk.alone("integrations", "show", "Here", "--json").document
    assert (shown["test_ok"], shown["test_ms"]) == (False, bad.document["ms"])


# The vault


def test_the_vault_is_shown_rotated_wrapped_again_and_proved(desk: Desk) -> None:
    assert "No key yet" in desk.alone("keys", "vault").out
    nothing = desk("keys", "vault", "--self-test", "--json")
    assert (nothing.code, nothing.document["ok"]) == (3, None)
    done(desk(*MAIL, "--json"))
    shown = desk.alone("keys", "vault", "--json").document
    assert shown["left"] == 0
    (version,) = shown["versions"]
    assert (version["version"], version["status"], version["envelopes"]) == (1, "current", 1)
    people = [holder["email"] for holder in version["holders"] if holder["member_id"]]
    assert people == [desk.owner.email], "beside the worker, which may have its copy already"
    assert done(desk("keys", "vault", "--rotate", "--json"))["seq"]
    made = done(desk("keys", "rewrap", "--json"), "rewrapped", "retired", "left")
    assert made["left"] == 0
    shown = desk.alone("keys", "vault", "--json").document
    found = {one["version"]: (one["status"], one["envelopes"]) for one in shown["versions"]}
    assert shown["left"] == 0
    assert found == {1: ("retired", 0), 2: ("current", 1)}, "by the command or by the worker"
    proved = desk("keys", "vault", "--self-test", "--json")
    assert (proved.code, proved.document["ok"], proved.document["decrypted"]) == (0, True, 0)
    again = done(desk("keys", "rewrap", "--json"), "rewrapped", "retired", "left")
    assert (again["changed"], again["rewrapped"]) == (False, 0)


def test_a_vault_command_does_one_thing(desk: Desk) -> None:
    answer = desk.alone("keys", "vault", "--rotate", "--share")
    assert answer.code == 2
    assert "Give one of" in answer.err


def test_another_key_of_the_workers_needs_a_reason(office: Office, desk: Desk) -> None:
    answer = desk.alone("server", "worker-key", "--reason", "why", "--admin-url", office.admin_url)
    assert (answer.code, answer.out) == (2, "")
    assert "Say why" in answer.err
