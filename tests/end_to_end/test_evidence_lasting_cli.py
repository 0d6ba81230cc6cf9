"""Claims: holds, erasures and months can be handled by command, with the contract's documents."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from govdesk.cli.program import run
from govdesk.database.demo import Person
from tests.deciding import COUNSEL, decide_by_link, link, name_reviewer
from tests.doors import join, member_id
from tests.end_to_end.conftest import Answer
from tests.people import ADA, MEI, OLGA, Cast

As = Callable[..., Answer]
CHANGE = {"id", "changed", "seq", "decision"}
IGOR = "igor.petrov@acme.example"
WHY = ("--reason", "It is time.")


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


def test_a_hold_is_placed_listed_and_lifted(person: As) -> None:
    made = person(OLGA, "audit", "hold", "place", "Case 7", "--query", "is:high", *WHY, "--json")
    assert made.code == 0, made.err
    assert set(made.document) == CHANGE
    assert made.document["seq"] is not None
    (hold,) = person(ADA, "audit", "hold", "list", "--json").document["items"]
    assert (hold["name"], hold["query"], hold["status"]) == ("Case 7", "is:high", "active")
    assert person(OLGA, "audit", "hold", "lift", "Case 8", *WHY).code == 2
    assert person(OLGA, "audit", "hold", "lift", "Case 7", *WHY).code == 0
    (hold,) = person(ADA, "audit", "hold", "list", "--json").document["items"]
    assert hold["status"] == "lifted"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("hold", "place", "x", "--query", "nokey:1", *WHY), "nokey"),
        (("hold", "place", "x", "--time-zone", "Mars/Here", *WHY), "no time zone"),
        (("hold", "place", " ", *WHY), "needs a name"),
        (("hold", "place", "x", "--reason", "no"), "reason"),
        (("erase", *WHY), "either --member"),
        (("erase", "--field", "x:ip", *WHY), "812:ip"),
        (("erase", "--field", "1:seq", *WHY), "cannot be erased"),
        (("erase", "--field", "1:ip"), "--reason"),
        (("erase", "--member", "nobody@acme.example", *WHY), "Remove the member first"),
        (("prune", "yesterday", *WHY), "2026-05"),
        (("prune", "1999-01", *WHY), "no events"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_sealed(
    cast: Cast, person: As, arguments: tuple[str, ...], says: str
) -> None:
    person(OLGA, "audit", "hold", "list")
    before = cast.last_seq()
    answer = person(OLGA, "audit", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
    assert cast.last_seq() == before


def test_who_may_not_is_told_so(person: As) -> None:
    for arguments in (("hold", "place", "x", *WHY), ("erase", "--field", "1:ip", *WHY)):
        assert person(MEI, "audit", *arguments).code == 4


def test_a_person_is_erased_by_command_and_a_second_human(cast: Cast, person: As) -> None:
    name_reviewer(cast, COUNSEL)
    join(cast, IGOR, "admin")
    which = member_id(cast, IGOR)
    refused = person(OLGA, "audit", "erase", "--member", which, *WHY)
    assert refused.code == 2
    assert "still a member" in refused.err
    assert person(OLGA, "members", "remove", IGOR).code == 0
    counted = person(OLGA, "audit", "erase", "--member", IGOR, "--preview", "--json").document
    assert counted["rows"] > 0
    assert counted["places"]["member"] == 1
    made = person(OLGA, "audit", "erase", "--member", IGOR, *WHY, "--json")
    assert made.code == 0, made.err
    assert set(made.document) == CHANGE
    assert "backups" in made.err
    assert decide_by_link(cast, link(cast)) == ("executed", "Done.")
    verified = person(OLGA, "audit", "verify", "--json").document
    assert verified["faults"] == []
    assert verified["erased"] >= counted["fields"]


def test_months_are_listed(person: As) -> None:
    months = person(ADA, "audit", "months", "--json").document["items"]
    assert months[0]["first"] == 1
    assert months[-1]["state"] == "open"
