"""Claims: what the pages of the second human and of access can, commands can as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

import pytest

from govdesk.cli.program import run
from govdesk.database.demo import Person
from tests.doors import later
from tests.end_to_end.conftest import Answer
from tests.people import ADA, CARLA, MEI, OLGA, OTIS, Cast

As = Callable[..., Answer]
CHANGE = {"id", "changed", "seq", "decision"}
COUNSEL = json.dumps(
    {"reviewer": "counsel@firm.example", "display_name": "Nina Counsel", "status": "active"}
)


@pytest.fixture
def person(cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> As:
    """Run a command as one of the cast."""
    tokens: dict[str, str] = {}
    monkeypatch.setenv("GOVDESK_DATABASE_URL", cast.database.app_url)

    def command(who: Person, *arguments: str) -> Answer:
        if who.email not in tokens:
            tokens[who.email] = cast.sign_in(who).token
        monkeypatch.setenv("GOVDESK_SESSION", tokens[who.email])
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return Answer(code, out, err).without_traceback()

    return command


@pytest.fixture
def asked(person: As) -> str:
    """Carla may decide, and Olga asks for a second reviewer."""
    added = person(OLGA, "decisions", "reviewers", "add", CARLA.email, "--name", "Carla", "--json")
    assert added.code == 0, added.err
    assert added.document["changed"] is True
    assert added.document["seq"] is not None
    made = person(
        OLGA, "decisions", "request", "policy.change", "--payload", COUNSEL,
        "--reason", "Our counsel joins.", "--json",
    )  # fmt: skip
    assert made.code == 0, made.err
    document = made.document
    assert set(document) == CHANGE
    assert (document["changed"], document["seq"]) == (False, None)
    assert document["decision"] == document["id"]
    return str(UUID(document["decision"]))


def test_a_request_waits_for_its_reviewer_only(person: As, asked: str) -> None:
    for who, waits in ((CARLA, True), (OLGA, False), (ADA, False)):
        listed = person(who, "decisions", "list", "--json").document
        assert listed["next"] is None
        (item,) = listed["items"]
        assert (item["id"], item["status"], item["waits_for_me"]) == (asked, "pending", waits)
    assert len(person(CARLA, "decisions", "list", "--waiting", "--json").document["items"]) == 1
    assert person(ADA, "decisions", "list", "--waiting", "--json").document["items"] == []


def test_approving_executes_and_names_the_row(person: As, asked: str, cast: Cast) -> None:
    done = person(CARLA, "decisions", "approve", asked, "--reason", "I met her.", "--json")
    assert done.code == 0, done.err
    document = done.document
    assert set(document) == CHANGE
    assert (document["id"], document["changed"], document["decision"]) == (asked, True, asked)
    assert document["seq"] <= cast.last_seq()
    (row,) = [r for r in cast.rows(document["seq"] - 1) if r["seq"] == document["seq"]]
    assert row["actor"] == f"user:{CARLA.email}"
    reviewers = person(OLGA, "decisions", "reviewers", "list", "--json").document["items"]
    assert {r["email"] for r in reviewers} == {CARLA.email, "counsel@firm.example"}
    shown = person(CARLA, "decisions", "show", asked)
    assert f"Approved by {CARLA.email} and done." in shown.out


def test_rejecting_is_a_change_of_the_decision_and_of_nothing_else(person: As, asked: str) -> None:
    done = person(CARLA, "decisions", "reject", asked, "--reason", "Not her.", "--json")
    assert (done.code, done.document["changed"]) == (0, True)
    reviewers = person(OLGA, "decisions", "reviewers", "list", "--json").document["items"]
    assert [r["email"] for r in reviewers] == [CARLA.email]


def test_whoever_may_not_decide_gets_exit_4_and_one_line(person: As, asked: str) -> None:
    for who in (OLGA, ADA, MEI):
        refused = person(who, "decisions", "approve", asked, "--reason", "Let us.", "--json")
        assert refused.code == 4, (who.email, refused.err)
        assert refused.out == ""
        assert len(refused.err.strip().splitlines()) == 1
    assert person(OLGA, "decisions", "show", asked, "--json").document["status"] == "pending"


def test_deciding_twice_counts_once(person: As, asked: str) -> None:
    assert person(CARLA, "decisions", "approve", asked, "--reason", "Yes.").code == 0
    again = person(CARLA, "decisions", "reject", asked, "--reason", "No, wait.", "--json")
    assert (again.code, again.out) == (4, "")


def test_one_takes_back_only_what_one_asked_for(person: As, asked: str) -> None:
    assert person(ADA, "decisions", "cancel", asked).code == 4
    mine = person(OLGA, "decisions", "cancel", asked, "--json")
    assert (mine.code, mine.document["changed"]) == (0, True)
    assert person(OLGA, "decisions", "show", asked, "--json").document["status"] == "cancelled"


def test_what_became_void_is_said_with_exit_4(person: As, asked: str) -> None:
    added = ("decisions", "reviewers", "add", "counsel@firm.example", "--name", "N")
    assert person(OLGA, *added).code == 0
    void = person(CARLA, "decisions", "approve", asked, "--reason", "I met her.", "--json")
    assert (void.code, void.document["changed"]) == (4, False)
    assert "Void because" in void.err


def test_a_policy_is_set_and_loosening_it_is_asked_for(person: As, asked: str) -> None:
    on = ("decisions", "policy", "set", "owner.promote", "--on", "--hours", "24", "--json")
    assert person(OLGA, *on).document["changed"] is True
    items = person(MEI, "decisions", "policy", "list", "--json").document["items"]
    (row,) = [item for item in items if item["action"] == "owner.promote"]
    assert (row["enabled"], row["expires_hours"]) == (True, 24)
    off = ("decisions", "policy", "set", "owner.promote", "--off", "--json")
    assert person(OLGA, *off).code == 4
    wanted = person(OLGA, *off, "--reason", "Too slow for us.")
    assert (wanted.code, wanted.document["changed"]) == (0, False)
    made = wanted.document["decision"]
    done = person(CARLA, "decisions", "approve", made, "--reason", "Agreed.", "--json")
    assert done.document["changed"] is True
    items = person(MEI, "decisions", "policy", "list", "--json").document["items"]
    assert not next(item for item in items if item["action"] == "owner.promote")["enabled"]


def test_a_policy_without_a_reviewer_cannot_be_switched_on(person: As) -> None:
    refused = person(OLGA, "decisions", "policy", "set", "member.remove", "--on")
    assert refused.code == 2
    assert "nobody who could decide" in refused.err


def test_a_session_confirmed_long_ago_is_asked_to_confirm(
    person: As, asked: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(CARLA, "decisions", "list")
    later(cast, "govdesk_private.session", "stepped_up_at", "1 hour")
    monkeypatch.setenv("GOVDESK_PASSWORD", "correct horse battery staple")
    monkeypatch.setenv("GOVDESK_TOTP", cast.fresh_code(CARLA))
    done = person(CARLA, "decisions", "approve", asked, "--reason", "Yes.", "--json")
    assert (done.code, done.document["changed"]) == (0, True), done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("decisions", "show", "not-an-id"),
        ("decisions", "show", "00000000-0000-0000-0000-000000000000"),
        ("decisions", "request", "policy.change", "--payload", "{", "--reason", "Because."),
        ("decisions", "request", "policy.change", "--payload", "[]", "--reason", "Because."),
        ("decisions", "policy", "set", "no.such", "--on"),
        ("decisions", "reviewers", "remove", "nobody@acme.example"),
        ("access", "explain", "nobody@acme.example", "audit.read", "acme"),
        ("access", "explain", "mei@acme.example", "no.such", "acme"),
        ("access", "who", "audit.read", "acme.nothing"),
    ],
)
def test_bad_input_is_exit_2_and_one_line(person: As, arguments: tuple[str, ...]) -> None:
    refused = person(OLGA, *arguments)
    assert (refused.code, refused.out) == (2, "")
    assert len(refused.err.strip().splitlines()) == 1


# Access


def test_explain_names_the_path_or_what_is_missing(person: As) -> None:
    yes = person(OLGA, "access", "explain", ADA.email, "member.manage", "acme.claims", "--json")
    assert yes.document["allowed"] is True
    (path,) = yes.document["paths"]
    assert (path["node_path"], path["role_key"]) == ("acme", "admin")
    no = person(OLGA, "access", "explain", MEI.email, "member.manage", "Claims triage", "--json")
    assert (no.document["allowed"], no.document["missing"]) == (False, "no_permission")
    assert no.document["menders"] == [ADA.email, OLGA.email]
    words = person(OLGA, "access", "explain", ADA.email, "member.manage", "Claims triage").out
    assert "because Ada Admin holds Admin on Acme Ltd, and Claims triage lies below it" in words


def test_who_lists_everybody_with_the_paths(person: As) -> None:
    found = person(OLGA, "access", "who", "key.manage", "acme", "--json").document
    assert found["next"] is None
    assert [item["email"] for item in found["items"]] == [ADA.email, OLGA.email, OTIS.email]
    assert "Operator on Acme Ltd" in person(OLGA, "access", "who", "key.manage", "acme").out
