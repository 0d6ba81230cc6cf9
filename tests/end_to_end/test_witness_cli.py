"""Claims: every sign-in by command compares the log, an alarm is said and ends a sign-in, and what
the console's witness can, commands can as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from govdesk.cli.program import run
from govdesk.evidence.notes import KeyPair
from govdesk.services.trust import grouped
from tests.database.test_evidence_witness import signed
from tests.database.test_sealing import as_owner, rechain
from tests.deciding import COUNSEL, decide_by_link, link, name_reviewer
from tests.end_to_end.conftest import Answer
from tests.evidences import fill
from tests.people import ACME, OLGA, PASSWORD, Cast
from tests.witnessing import ORIGIN

As = Callable[..., Answer]
PAIR = KeyPair.generate()
KEY = PAIR.vkey(ORIGIN)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This computer's own folders."""
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path


@pytest.fixture
def olga(
    cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> As:
    """Run a command as the owner, who signs in with password and code each time."""
    monkeypatch.setenv("GOVDESK_DATABASE_URL", cast.database.app_url)
    monkeypatch.setenv("GOVDESK_EMAIL", OLGA.email)
    monkeypatch.setenv("GOVDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("GOVDESK_TENANT", ACME)
    monkeypatch.delenv("GOVDESK_SESSION", raising=False)

    def command(*arguments: str) -> Answer:
        monkeypatch.setenv("GOVDESK_TOTP", cast.fresh_code(OLGA))
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return Answer(code, out, err).without_traceback()

    return command


@pytest.fixture
def log(cast: Cast) -> Cast:
    """A signed log."""
    fill(cast, 300)
    signed(cast, PAIR)
    return cast


def test_a_sign_in_says_the_first_key_once_and_only_on_standard_error(log: Cast, olga: As) -> None:
    first = olga("session", "start", "--json")
    assert first.code == 0
    assert set(first.document) == {"token", "expires_at", "tenant_path"}
    assert grouped(KEY.fingerprint).split("\n")[0] in first.err
    again = olga("session", "start", "--json")
    assert (again.code, again.err) == (0, "")


def test_an_alarm_ends_a_sign_in_names_both_and_can_be_overruled(log: Cast, olga: As) -> None:
    assert olga("session", "start").code == 0
    known = log.one("SELECT encode(root, 'hex') FROM govdesk.audit_checkpoint")
    rechain(log, 100)
    refused = olga("session", "start", "--json")
    assert (refused.code, refused.out) == (1, "")
    assert "ALARM: The log was rewritten" in refused.err
    assert refused.err.count(known) >= 1
    assert "Do not sign off work" in refused.err
    before = log.last_seq()
    assert olga("session", "start").code == 1
    actions = [row["action"] for row in log.rows(before)]
    assert actions.count("session.started") == actions.count("session.ended") == 1
    despite = olga("session", "start", "--despite-alarm", "--json")
    assert despite.code == 0
    assert despite.document["token"]
    assert "ALARM" in despite.err
    listed = olga("members", "list", "--json")
    assert listed.code == 0
    assert "ALARM" in listed.err
    assert listed.document["items"]


def test_verification_uses_what_was_witnessed_and_finds_what_was_rewritten(
    log: Cast, olga: As
) -> None:
    first = olga("audit", "verify", "--json")
    assert first.code == 0, first.out
    assert first.document["checkpoint"]["signed_by"] == KEY.text
    assert any("not compared" in said for said in first.document["not_judged"])
    fill(log, 20)
    signed(log, PAIR)
    after = olga("audit", "verify", "--since-checkpoint", "--json")
    assert after.code == 0, after.out
    assert after.document["rows"] < 60
    assert after.document["ok"] is True
    assert after.document["complete"] is True
    rechain(log, 100)
    for arguments in ((), ("--since-checkpoint",), ("--processes", "2")):
        found = olga("audit", "verify", *arguments, "--json")
        assert found.code == 1
        kinds = {fault["kind"] for fault in found.document["faults"]}
        assert "rechained" in kinds, arguments


def test_without_a_checkpoint_verification_says_so(cast: Cast, olga: As) -> None:
    answer = olga("audit", "verify", "--json")
    assert (answer.code, answer.document["checkpoint"]) == (0, None)
    assert any("no checkpoint was given" in said for said in answer.document["not_judged"])


def test_a_restore_is_declared_from_what_this_computer_knows(log: Cast, olga: As) -> None:
    name_reviewer(log, COUNSEL)
    assert olga("session", "start").code == 0
    ask = ("decisions", "request", "audit.restore", "--reason", "The disk failed", "--json")
    nothing = olga(*ask)
    assert nothing.code == 2
    assert "nothing to declare" in nothing.err
    size = log.one("SELECT max(size) FROM govdesk.audit_checkpoint")
    fill(log, 50)
    lost = signed(log, PAIR)
    assert olga("session", "start").code == 0
    with as_owner(log) as admin:
        admin.execute("ALTER TABLE govdesk.audit_checkpoint DISABLE TRIGGER USER")
        admin.execute("DELETE FROM govdesk.audit_checkpoint WHERE size > %s", (size,))
        admin.execute(
            "DELETE FROM govdesk.audit_log WHERE tenant_path = 'acme' AND seq > %s", (size + 2,)
        )
    assert olga("session", "start").code == 1
    made = olga(*ask)
    assert made.code == 0, made.err
    payload = log.one("SELECT payload FROM govdesk.decision WHERE id = %s",
                      UUID(made.document["decision"]))  # fmt: skip
    payload = json.loads(payload) if isinstance(payload, str) else payload
    assert payload["known"] == {"size": lost.size, "root": lost.root.hex()}
    assert payload["found"]["size"] == size
    shown = olga("decisions", "show", made.document["decision"])
    assert lost.root.hex() in shown.out
    assert olga("session", "start").code == 1
    assert decide_by_link(log, link(log))[0] == "executed"
    told = olga("session", "start")
    assert told.code == 0, told.err
    assert "declared by" in told.err
    assert COUNSEL in told.err
    signed(log, PAIR)
    assert olga("audit", "verify").code == 0


def test_a_checkpoint_travels_as_a_file_between_two_computers(
    log: Cast, olga: As, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "acme.checkpoint"
    assert olga("witness", "export", "--output", str(file), "--json").code == 0
    assert file.read_text().startswith(f"{ORIGIN}\n")
    assert olga("witness", "export", "--output", str(file)).code == 2
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "another"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "another config"))
    taken = olga("witness", "import", str(file), "--json")
    assert taken.code == 0, taken.err
    assert taken.document["state"] == "consistent"
    rechain(log, 100)
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "third"))
    assert olga("trust", "add", KEY.text, "--json").document["changed"] is True
    alarm = olga("witness", "import", str(file), "--json")
    assert alarm.code == 1
    assert "ALARM" in alarm.err
    assert olga("witness", "import", str(home / "nothing")).code == 2


def test_what_is_remembered_is_shown_accepted_and_forgotten(log: Cast, olga: As) -> None:
    shown = olga("witness", "show", "--json")
    assert shown.code == 0
    document = shown.document
    assert (document["state"], document["ok"]) == ("consistent", True)
    assert [(key["fingerprint"], key["compared"]) for key in document["keys"]] == [
        (KEY.fingerprint, False)
    ]
    assert olga("witness", "accept", KEY.text).code == 0
    assert olga("witness", "show", "--json").document["keys"][0]["compared"] is True
    assert [one["vkey"] for one in olga("trust", "list", "--json").document["items"]] == [KEY.text]
    assert olga("trust", "remove", KEY.fingerprint[:8]).code == 0
    assert olga("trust", "remove", KEY.fingerprint[:8]).code == 2
    assert olga("witness", "forget").code == 2
    assert olga("witness", "forget", "--yes", "--json").document["changed"] is True
    assert "first checkpoint" in olga("session", "start").err


def test_a_given_session_is_compared_too_but_not_with_every_command(
    log: Cast, olga: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = olga("session", "start", "--json").document["token"]
    monkeypatch.setenv("GOVDESK_SESSION", token)
    rechain(log, 100)
    quiet = olga("members", "list", "--json")
    assert (quiet.code, quiet.err) == (0, "")
    monkeypatch.setattr("govdesk.cli.witnessing.QUIET_SECONDS", 0.0)
    loud = olga("members", "list", "--json")
    assert loud.code == 0
    assert "ALARM" in loud.err
