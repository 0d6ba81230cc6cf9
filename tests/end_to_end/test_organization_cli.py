"""``nodes``, ``organization`` and subsidiaries as a script sees them: documents and exit codes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import PASSWORD, SECRET, Answer, Office, Program
from tests.printed import Printed

Command = Callable[..., Answer]
CHANGE = {"id", "changed", "seq", "decision"}
_numbers = itertools.count(1)
LEI = "213800KUD8LAJWSQ9D15"


@dataclass
class Firm:
    """An organization of this test's own; its owner is signed in."""

    path: str
    run: Command

    def __call__(self, *arguments: str) -> Answer:
        return self.run(*arguments)

    def action(self, seq: int) -> str:
        """The action of a row of its log."""
        items = self("audit", "list", "--limit", "30", "--json").document["items"]
        return str(next(item["action"] for item in items if item["seq"] == seq))


@pytest.fixture
def firm(office: Office, inside: Command, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Founded by commands; what it writes stays in the shared installation, in its own log."""
    name = f"Firm {next(_numbers)}"
    owner = f"owner@{name.lower().replace(' ', '-')}.example"
    made = inside("tenants", "create", name, "--owner", owner, "--admin-url", office.admin_url,
                  "--json")  # fmt: skip
    assert made.code == 0, made.err
    monkeypatch.delenv("GOVDESK_SESSION")
    monkeypatch.setenv("GOVDESK_SETUP_CODE", made.document["setup_code"])
    monkeypatch.setenv("GOVDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("GOVDESK_TOTP_SECRET", SECRET)
    enrolled = inside("mfa", "enrol", "--json")
    assert enrolled.code == 0, enrolled.err
    monkeypatch.delenv("GOVDESK_SETUP_CODE")
    monkeypatch.setenv("GOVDESK_SESSION", enrolled.document["token"])
    return Firm(made.document["tenant_path"], inside)


def done(answer: Answer, *more: str) -> Any:
    """The document of a change that was made."""
    assert answer.code == 0, answer.err
    assert set(answer.document) == CHANGE | set(more)
    return answer.document


# Systems and customers


def test_a_system_is_created_listed_renamed_retired_and_restored(firm: Firm) -> None:
    made = done(firm("nodes", "create", "Claims triage", "--json"), "node_path")
    path = made["node_path"]
    assert path == f"{firm.path}.claims_triage"
    assert firm.action(made["seq"]) == "node.created"
    below = done(
        firm("nodes", "create", "Northside", "--kind", "customer", "--below", path, "--json"),
        "node_path",
    )
    listed = firm("nodes", "list", "--json").document
    assert listed["next"] is None
    assert [item["node_path"] for item in listed["items"]] == [path, below["node_path"]]
    renamed = done(firm("nodes", "rename", path, "Claims desk", "--json"))
    assert firm.action(renamed["seq"]) == "node.renamed"
    assert not done(firm("nodes", "rename", path, "Claims desk", "--json"))["changed"]
    asked = firm("nodes", "retire", path, "--json")
    assert asked.document["changed"] is False
    assert asked.document["ends"] == [{"kind": "node", "name": "Northside", "detail": "customer"}]
    assert "Add --yes" in asked.err
    retired = done(firm("nodes", "retire", path, "--yes", "--json"), "ends")
    assert firm.action(retired["seq"]) == "node.retired"
    assert firm("nodes", "list", "--active", "--json").document["items"] == []
    restored = done(firm("nodes", "restore", path, "--json"))
    assert firm.action(restored["seq"]) == "node.restored"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nodes", "create", "X", "--kind", "planet"], "system or customer"),
        (["nodes", "create", " "], "A name is missing"),
        (["nodes", "create", "X", "--kind", "customer", "--below", "office.nothing"], "no place"),
        (["nodes", "rename", "office.nothing", "X"], "no system or customer"),
        (["nodes", "retire", "HERE"], "never retired"),
        (["organization", "set"], "Give one of"),
        (["organization", "set", "--name", "X", "--abn", "1"], "Give one of"),
        (["organization", "set", "--name", " "], "A name is missing"),
        (["organization", "set", "--legal-entity", "X", "--abn", "52824753556"], "check digits"),
        (["organization", "set", "--legal-entity", "X", "--country", "Austrlia"], "Australia"),
        (["organization", "set", "--abn", "51824753556"], "--legal-entity"),
        (["organization", "set", "--legal-entity", "X", "--effective", "soon"], "2026-12-01"),
        (["organization", "restore", "9"], "no version 9"),
        (["organization", "sites", "set", "Nowhere"], "no site Nowhere"),
        (["organization", "sites", "add", "X", "--country", "Atlantis"], "no country"),
        (["organization", "contact", "propose", "no address", "--name", "X"], "e-mail address"),
        (["organization", "contact", "confirm", "AAAA-BBBB-CCCC"], "not right"),
    ],
)
def test_bad_input_is_one_line_that_says_how_to_mend_it(
    firm: Firm, arguments: list[str], words: str
) -> None:
    arguments = [firm.path if one == "HERE" else one for one in arguments]
    answer = firm(*arguments, *(["--yes"] if "retire" in arguments else []))
    assert answer.code == 2, answer.err
    assert answer.out == ""
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    assert words in answer.err


def test_the_environment_is_changed_once_and_the_log_has_the_row(firm: Firm) -> None:
    made = done(firm("organization", "set", "--environment", "staging", "--json"))
    assert firm.action(made["seq"]) == "organization.changed"
    assert firm("organization", "show", "--json").document["environment"] == "staging"
    again = done(firm("organization", "set", "--environment", "staging", "--json"))
    assert (again["changed"], again["seq"]) == (False, None)
    assert firm("organization", "set", "--environment", "moon").code == 2
    done(firm("organization", "set", "--environment", "production", "--json"))


# The legal identity


def test_the_legal_identity_is_set_shown_and_restored(firm: Firm) -> None:
    first = done(
        firm(
            "organization", "set", "--legal-entity", "Office Ltd", "--country", "australia",
            "--abn", "51 824 753 556", "--lei", LEI.lower(), "--json",
        )
    )  # fmt: skip
    assert firm.action(first["seq"]) == "organization.metadata_changed"
    shown = firm("organization", "show", "--json").document
    assert shown["tenant_path"] == firm.path
    current = shown["metadata"]
    assert (current["country"], current["abn"], current["lei"]) == ("AU", "51824753556", LEI)
    assert (current["version"], current["standing"]) == (1, "in force")
    assert "ABN: 51 824 753 556" in firm("organization", "show").out
    same = done(firm("organization", "set", "--legal-entity", "Office Ltd", "--json"))
    assert (same["changed"], same["seq"]) == (False, None)
    done(firm("organization", "set", "--legal-entity", "Office Group", "--effective",
                "2199-01-01", "--json"))  # fmt: skip
    shown = firm("organization", "show", "--json").document
    assert [one["legal_entity"] for one in shown["coming"]] == ["Office Group"]
    done(firm("organization", "set", "--abn", "", "--json"))
    assert firm("organization", "show", "--json").document["metadata"]["abn"] is None
    done(firm("organization", "restore", "1", "--json"))
    history = firm("organization", "history", "--json").document
    assert [item["version"] for item in history["items"]] == [4, 3, 2, 1]
    assert history["items"][0]["abn"] == "51824753556"
    assert [item["standing"] for item in history["items"]] == [
        "in force", "past", "never in force", "past",
    ]  # fmt: skip


def test_the_cover_of_a_pdf_names_the_legal_entity_in_force(firm: Firm, tmp_path: Path) -> None:
    target = tmp_path / "log.pdf"
    assert firm("audit", "export", "--format", "pdf", "--output", str(target)).code == 0
    assert "Legal entity Not recorded." in " ".join(Printed(target).texts[0].split())
    done(firm("organization", "set", "--legal-entity", "Firm Holdings Ltd", "--abn",
              "51824753556", "--json"))  # fmt: skip
    done(firm("organization", "set", "--legal-entity", "Firm of Tomorrow", "--effective",
              "2199-01-01", "--json"))  # fmt: skip
    export = firm("audit", "export", "--format", "pdf", "--output", str(target), "--force")
    assert export.code == 0, export.err
    cover = " ".join(Printed(target).texts[0].split())
    assert "Legal entity Firm Holdings Ltd, ABN 51 824 753 556" in cover


def test_sites_and_teams_are_kept_by_command(firm: Firm) -> None:
    done(firm("organization", "sites", "add", "Brisbane", "--country", "AU", "--json"))
    done(firm("organization", "teams", "add", "Claims", "--site", "Brisbane", "--json"))
    (team,) = firm("organization", "teams", "list", "--json").document["items"]
    assert (team["name"], team["site_name"]) == ("Claims", "Brisbane")
    done(firm("organization", "teams", "set", "Claims", "--site", "", "--json"))
    closed = done(firm("organization", "sites", "set", "Brisbane", "--status", "closed", "--json"))
    assert closed["changed"]
    (site,) = firm("organization", "sites", "list", "--json").document["items"]
    assert (site["status"], site["country"]) == ("closed", "AU")


def test_the_organization_is_renamed_by_command(firm: Firm) -> None:
    renamed = done(firm("organization", "set", "--name", "Office Group", "--json"))
    assert firm.action(renamed["seq"]) == "organization.renamed"
    done(firm("organization", "set", "--name", "Office", "--json"))


def test_a_contact_is_proposed_by_command(firm: Firm, office: Office) -> None:
    made = done(
        firm("organization", "contact", "propose", "c@firm.example", "--name", "Jane", "--json")
    )
    (contact,) = firm("organization", "show", "--json").document["contacts"]
    assert (contact["id"], contact["status"]) == (made["id"], "pending")
    assert contact["mail"]["words"] == "queued"
    facts = office.admin(
        "SELECT facts::jsonb ->> 'code' FROM govdesk_private.mail WHERE entity_id = %s", made["id"]
    )
    done(firm("organization", "contact", "confirm", facts[0][0], "--json"))
    (contact,) = firm("organization", "show", "--json").document["contacts"]
    assert contact["status"] == "confirmed"


# Subsidiaries


def test_a_subsidiary_is_founded_below_its_parent_and_the_parent_sees_nothing_of_it(
    init: Program, office: Office, firm: Firm
) -> None:
    made = init(
        "tenants", "create", "Harbour Care", "--owner", "h@harbour.example", "--parent", firm.path,
        "--reviewer", "counsel@firm.example", "--admin-url", office.admin_url, "--json",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert made.document["tenant_path"] == f"{firm.path}.harbour_care"
    assert made.document["reviewer"] == "counsel@firm.example"
    assert firm("nodes", "list", "--json").document["items"] == []
    below = firm("nodes", "create", "Harbour Care", "--json").document
    assert below["node_path"] == f"{firm.path}.harbour_care_2"
    orphan = init(
        "tenants", "create", "Orphan", "--owner", "o@o.example", "--parent", "nobody",
        "--admin-url", office.admin_url,
    )  # fmt: skip
    assert orphan.code == 2
    assert "no organization nobody" in orphan.err
