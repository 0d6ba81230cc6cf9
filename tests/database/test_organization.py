"""Nodes, places and the legal identity through the services, against the real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from govdesk.database.connection import Session
from govdesk.database.errors import Refused
from govdesk.domain.problem import Problem
from govdesk.services import access, decisions, metadata, nodes, organization, places
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.metadata import Draft
from govdesk.services.nodes import Node
from tests.organizations import ENTITY, code_of, scoped
from tests.people import ACME, ADA, BEA, CARLA, MEI, OLGA, OTIS, Cast


def action(cast: Cast, seq: int | None) -> str:
    """The action of the row that a change named."""
    assert seq is not None
    return str(next(row["action"] for row in cast.rows(seq - 1) if row["seq"] == seq))


def paths(session: Session) -> list[str]:
    return [node.node_path for node in nodes.all_nodes(session)]


# Systems and customers


def test_a_system_gets_a_path_from_its_name_and_a_row_in_the_log(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    done, node = nodes.create(session, "  Über  Räksmörgås & Co. ", "system")
    assert node.node_path == "acme.uber_raksmorgas_co"
    assert node.name == "Über Räksmörgås & Co."
    assert action(cast, done.seq) == "node.created"
    _, again = nodes.create(session, "Uber raksmorgas co", "system")
    assert again.node_path == "acme.uber_raksmorgas_co_2"
    _, other = nodes.create(session, "北京", "customer", "acme.portal")
    assert other.node_path == "acme.portal.customer"


def test_a_path_of_a_subsidiary_is_not_given_to_a_system(cast: Cast) -> None:
    with cast.admin.transaction():
        cast.admin.execute(
            "SELECT govdesk_private.create_tenant('acme.harbour', 'Harbour', 'dev',"
            ' \'h@h.example\', \'H\', \'0\', NULL, \'[{"key": "owner", "title": "Owner", "base":'
            ' "owner", "permissions": []}]\')'
        )
    _, node = nodes.create(cast.sign_in(ADA), "Harbour", "system")
    assert node.node_path == "acme.harbour_2"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_name_that_cannot_be_is_bad_input(cast: Cast, name: str) -> None:
    with pytest.raises(Problem) as refused:
        nodes.create(cast.sign_in(ADA), name, "system")
    assert refused.value.exit_code == 2


def test_a_node_is_renamed_once_and_a_second_writer_sees_both_names(cast: Cast) -> None:
    ada, olga = cast.sign_in(ADA), cast.sign_in(OLGA)
    seen = nodes.find(olga, "acme.portal")
    done = nodes.rename(ada, nodes.find(ada, "acme.portal"), "Front door")
    assert action(cast, done.seq) == "node.renamed"
    with pytest.raises(ChangedMeanwhile) as refused:
        nodes.rename(olga, seen, "Gate")
    assert "Front door" in refused.value.theirs
    assert isinstance(refused.value.fresh, Node)
    assert nodes.rename(olga, refused.value.fresh, "Gate").changed
    assert not nodes.rename(olga, nodes.find(olga, "acme.portal"), "Gate").changed


def test_retiring_takes_what_is_below_with_it_and_restoring_only_itself(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    claims = nodes.find(session, "acme.claims")
    assert [(e.kind, e.name) for e in access.blast_radius_of_node(session, claims.node_path)] == [
        ("node", "Northside")
    ]
    done = nodes.retire(session, claims)
    assert action(cast, done.seq) == "node.retired"
    assert not nodes.retire(session, claims).changed
    below = nodes.find(session, "acme.claims.northside")
    assert below.status == "retired"
    with pytest.raises(Problem, match="Restore “Claims triage” first"):
        nodes.restore(session, below)
    with pytest.raises(Problem, match="is retired"):
        nodes.create(session, "New", "customer", "acme.claims")
    assert action(cast, nodes.restore(session, claims).seq) == "node.restored"
    assert nodes.find(session, "acme.claims.northside").status == "retired"
    assert nodes.restore(session, below).changed


def test_that_an_admin_s_role_rests_without_a_second_person_is_said_before(cast: Cast) -> None:
    scoped(cast, "acme.claims")
    olga = cast.sign_in(OLGA)

    def said() -> list[str]:
        endings = access.blast_radius_of_node(olga, "acme.claims")
        return [one.detail for one in endings if one.kind == "grant"]

    assert said() == ["Admin on Claims triage"]
    for reviewer in (OLGA, CARLA):
        decisions.set_reviewer(olga, reviewer.email, reviewer.name, "active")
    decisions.set_policy(olga, "member.demote", True, 72)
    assert said() == ["Admin on Claims triage, which two people would have to take away"]
    otis = cast.sign_in(OTIS)
    assert paths(otis) == ["acme.claims", "acme.claims.northside"]
    assert nodes.retire(olga, nodes.find(olga, "acme.claims")).changed
    assert paths(otis) == []
    assert nodes.restore(olga, nodes.find(olga, "acme.claims")).changed
    assert "acme.claims" in paths(otis)


def test_a_system_stands_at_the_top_and_the_organization_stays(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    with pytest.raises(Problem, match="directly below the organization"):
        nodes.create(session, "Inner", "system", "acme.portal")
    with pytest.raises(Problem, match="no place"):
        nodes.create(session, "Foreign", "customer", "beta.intake")
    with pytest.raises(Problem, match="never retired"):
        nodes.retire(session, nodes.find(session, ACME))


def test_an_admin_of_one_system_sees_and_changes_only_its_part(cast: Cast) -> None:
    session = scoped(cast, "acme.claims")
    assert paths(session) == ["acme.claims", "acme.claims.northside"]
    _, made = nodes.create(session, "Southside", "customer", "acme.claims")
    assert made.node_path in paths(session)
    with pytest.raises(Problem):
        nodes.create(session, "Elsewhere", "customer", "acme.portal")
    with pytest.raises(Problem):
        nodes.create(session, "At the top", "system", ACME)
    with pytest.raises(Problem):
        nodes.find(session, "acme.portal")


@pytest.mark.parametrize("person", [OTIS, MEI, CARLA])
def test_who_may_only_read_changes_nothing(cast: Cast, person: Any) -> None:
    session, before = cast.sign_in(person), cast.last_seq()
    portal = nodes.find(session, "acme.portal")
    name = organization.profile(session).name
    for write in (
        lambda: nodes.create(session, "X", "system"),
        lambda: nodes.rename(session, portal, "X"),
        lambda: nodes.retire(session, portal),
        lambda: organization.rename(session, "X", name),
        lambda: places.add_site(session, "X"),
        lambda: places.add_team(session, "X"),
        lambda: metadata.save(session, ENTITY, based_on=0),
        lambda: metadata.propose_contact(session, "x@y.example", "X"),
        lambda: metadata.confirm_contact(session, "ABCD-EFGH-JKLM"),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert refused.value.exit_code == 4
    assert [row for row in cast.rows(before) if row["action"] != "session.started"] == []


def test_another_organization_sees_nothing_of_it(cast: Cast) -> None:
    olga, bea = cast.sign_in(OLGA), cast.sign_in(BEA)
    places.add_site(olga, "Brisbane")
    metadata.save(olga, ENTITY, based_on=0)
    assert places.sites(bea) == []
    assert metadata.versions(bea) == []
    assert paths(bea) == ["beta", "beta.intake"]


# Name, sites, teams


def test_the_organization_is_renamed_and_the_tree_says_so(cast: Cast) -> None:
    ada = cast.sign_in(ADA)
    done = organization.rename(ada, "Acme Group", "Acme Ltd")
    assert action(cast, done.seq) == "organization.renamed"
    assert nodes.find(ada, ACME).name == "Acme Group"
    with pytest.raises(ChangedMeanwhile, match="Acme Group"):
        organization.rename(cast.sign_in(OLGA), "Acme World", "Acme Ltd")


def test_sites_and_teams_are_added_changed_and_closed(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    places.add_site(session, "Brisbane", "1 Queen Street", "Australia")
    (site,) = places.sites(session)
    assert (site.country, site.status) == ("AU", "active")
    places.add_team(session, "Claims 北", site.id)
    (team,) = places.teams(session)
    assert team.site_name == "Brisbane"
    closed = places.Site(site.id, "Brisbane", "1 Queen Street", "AU", "closed")
    assert places.change_site(session, site, closed).changed
    assert not places.change_site(session, closed, closed).changed
    with pytest.raises(ChangedMeanwhile, match="closed"):
        places.change_site(session, site, places.Site(site.id, "Sydney", "", "AU"))
    with pytest.raises(Problem, match="Did you mean Australia"):
        places.add_site(session, "X", country="Austrlia")


# The legal identity


def test_a_version_is_in_force_at_once_or_from_its_day(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    done = metadata.save(session, ENTITY, based_on=0)
    assert action(cast, done.seq) == "organization.metadata_changed"
    later = Draft("Acme Group Ltd", "AU", ENTITY.abn, ENTITY.lei)
    day = datetime.now(UTC) + timedelta(days=30)
    metadata.save(session, later, based_on=1, effective_from=day)
    found = metadata.read(session)
    assert found.in_force is not None
    assert found.in_force.draft == ENTITY
    assert [found.standing(one) for one in found.versions] == ["coming", "in force"]
    assert found.versions[0].created_by == f"user:{ADA.email}"


def test_saving_what_holds_already_writes_nothing(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    metadata.save(session, ENTITY, based_on=0)
    assert not metadata.save(session, ENTITY, based_on=1).changed
    assert len(metadata.versions(session)) == 1


def test_who_saves_over_a_version_he_has_not_seen_is_shown_it(cast: Cast) -> None:
    ada, olga = cast.sign_in(ADA), cast.sign_in(OLGA)
    metadata.save(ada, ENTITY, based_on=0)
    mine = Draft("Acme Worldwide Ltd", "DE", None, ENTITY.lei)
    with pytest.raises(ChangedMeanwhile) as refused:
        metadata.save(olga, mine, based_on=0)
    assert refused.value.by == ADA.email
    assert refused.value.fresh.draft == ENTITY
    assert metadata.save(olga, mine, based_on=refused.value.fresh.version).changed


def test_an_earlier_version_is_restored_as_a_new_one(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    metadata.save(session, ENTITY, based_on=0)
    metadata.save(session, Draft("Other Ltd", None, None, ENTITY.lei), based_on=1)
    metadata.restore(session, 1)
    found = metadata.versions(session)
    assert [one.version for one in found] == [3, 2, 1]
    assert found[0].draft == ENTITY
    assert found[0].restored_from == found[2].id
    with pytest.raises(Problem, match="no version 9"):
        metadata.restore(session, 9)


def test_a_version_without_numbers_can_be_saved(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    assert metadata.save(session, Draft("Plain Ltd"), based_on=0).changed
    assert metadata.legal_entity(session) == "Plain Ltd"


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("abn", "52824753556", "ABN"),
        ("lei", "213800KUD8LAJWSQ9D51", "LEI"),
        ("lei", "2138", "LEI"),
        ("vat", "1", "VAT"),
        ("country", "XX", "country"),
    ],
)
def test_the_database_refuses_what_a_program_should_have_found(
    cast: Cast, column: str, value: str, words: str
) -> None:
    session = cast.sign_in(ADA)
    values = {"country": None, "abn": None, "lei": ENTITY.lei, "vat": None} | {column: value}
    with pytest.raises(Problem, match=words) as refused:
        metadata.save(session, Draft("Acme Ltd", **values), based_on=0)
    assert refused.value.exit_code == 2


def test_a_second_person_decides_about_the_legal_entity(cast: Cast) -> None:
    ada, olga = cast.sign_in(ADA), cast.sign_in(OLGA)
    metadata.save(ada, ENTITY, based_on=0)
    for reviewer in (OLGA, CARLA):
        decisions.set_reviewer(olga, reviewer.email, reviewer.name, "active")
    decisions.set_policy(olga, metadata.ACTION, True, 72)
    wanted = Draft("Acme Group Ltd", "AU", ENTITY.abn, ENTITY.lei)
    with pytest.raises(Refused) as refused:
        metadata.save(ada, wanted, based_on=1)
    assert decisions.needed(refused.value) == metadata.ACTION
    decisions.request(ada, metadata.ACTION, metadata.payload(wanted, None), "We have merged")
    found = metadata.read(ada)
    assert [one.payload["legal_entity"] for one in found.waiting] == ["Acme Group Ltd"]
    assert found.needs_decision
    decided = decisions.decide(olga, found.waiting[0].id, "approve", "")
    assert decided.status == "executed"
    current = metadata.read(ada)
    assert (current.draft, current.waiting) == (wanted, [])


def test_numbers_and_history_are_decided_by_two_as_the_name_is(cast: Cast) -> None:
    ada, olga = cast.sign_in(ADA), cast.sign_in(OLGA)
    metadata.save(ada, replace(ENTITY, lei=None), based_on=0)
    metadata.save(ada, ENTITY, based_on=1)
    decisions.set_reviewer(olga, OLGA.email, OLGA.name, "active")
    decisions.set_reviewer(olga, CARLA.email, CARLA.name, "active")
    decisions.set_policy(olga, metadata.ACTION, True, 72)
    for attempt in (
        lambda: metadata.save(ada, replace(ENTITY, abn=None), based_on=2),
        lambda: metadata.save(ada, replace(ENTITY, country="NZ"), based_on=2),
        lambda: metadata.restore(ada, 1),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert decisions.needed(refused.value) == metadata.ACTION
    assert metadata.restore(ada, 2).changed


# The compliance contact


def test_a_contact_counts_once_the_mailed_code_came_back(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    metadata.propose_contact(session, " Counsel@Firm.Example ", "Jane  Counsel")
    (pending,) = metadata.contacts(session)
    assert (pending.email, pending.display_name) == ("counsel@firm.example", "Jane Counsel")
    assert pending.mail is not None
    assert (pending.status, pending.mail.status) == ("pending", "queued")
    with pytest.raises(Problem, match="not right"):
        metadata.confirm_contact(session, "ABCD-EFGH-JKLM")
    typed = code_of(cast).replace("-", " ").lower()
    assert metadata.confirm_contact(session, f" {typed} ").changed
    assert [one.status for one in metadata.contacts(session)] == ["confirmed"]
    metadata.propose_contact(session, "new@firm.example", "New Counsel")
    assert [one.status for one in metadata.contacts(session)] == ["confirmed", "pending"]


@pytest.mark.parametrize("email", ["", "no address", "a@b c.example", "two@at@signs"])
def test_an_address_that_is_none_is_bad_input(cast: Cast, email: str) -> None:
    with pytest.raises(Problem, match="address") as refused:
        metadata.propose_contact(cast.sign_in(ADA), email, "Jane")
    assert refused.value.exit_code == 2
