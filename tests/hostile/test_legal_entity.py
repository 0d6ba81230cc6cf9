"""Attacks on the second human of the legal entity: numbers, country, days, history."""

from __future__ import annotations

import pytest

from govdesk.database.connection import Session
from tests.deciding import (
    COUNSEL,
    decide_by_link,
    decision,
    link,
    name_reviewer,
    need_second_human,
    request,
)
from tests.doors import raw, refusal, seat, table
from tests.people import ADA, OLGA, Cast

ACTION = "organization.legal_entity"
ENTITY: dict[str, object] = {
    "legal_entity": "Acme Holdings Ltd",
    "country": "AU",
    "abn": "51824753556",
    "lei": "5493001KJTIIGC8Y1R12",
    "vat": "DE136695976",
}
OTHER: dict[str, object] = {
    "legal_entity": "Acme Group Ltd",
    "country": "DE",
    "abn": "83914571673",
    "lei": "213800KUD8LAJWSQ9D15",
    "vat": "FR40303265045",
}
INSERT = (
    "INSERT INTO govdesk.organization_metadata (tenant_id, tenant_path, version, effective_from,"
    " legal_entity, country, abn, lei, vat, restored_from) SELECT tenant_id, tenant_path,"
    " (SELECT coalesce(max(version), 0) + 1 FROM govdesk.organization_metadata),"
    " now() + %s::interval, %s, %s, %s, %s, %s,"
    " (SELECT id FROM govdesk.organization_metadata WHERE version = %s) FROM govdesk.tenant"
)
"""A version, its day counted from now, its five values, and the version it says to repeat."""


def values(said: dict[str, object], day: str, restores: int | None = None) -> tuple[object, ...]:
    return (day, *said.values(), restores)


def save(session: Session, said: dict[str, object], day: str = "0", restores: object = None) -> int:
    with raw(session) as connection:
        return connection.execute(INSERT, (day, *said.values(), restores)).rowcount


@pytest.fixture
def ada(cast: Cast) -> Session:
    """Acme is one entity since a year, will be another in a month; from now on two decide."""
    ada = seat(cast, ADA.email)
    save(ada, ENTITY, "-1 year")
    save(ada, OTHER, "30 days")
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, ACTION)
    return ada


@pytest.mark.parametrize("field", ENTITY)
@pytest.mark.parametrize("value", ["another", "none"])
def test_every_part_of_the_legal_entity_takes_two(cast: Cast, field: str, value: str) -> None:
    ada = seat(cast, ADA.email)
    save(ada, ENTITY)
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, ACTION)
    nothing = "" if field == "legal_entity" else None
    changed = ENTITY | {field: OTHER[field] if value == "another" else nothing}
    assert refusal(ada, INSERT, *values(changed, "0")) == "GD018"
    assert refusal(ada, INSERT, *values(changed, "10 days")) == "GD018"
    assert save(ada, ENTITY) == 1


def test_the_first_number_takes_two_as_well(cast: Cast) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, ACTION)
    ada, blank = seat(cast, ADA.email), dict.fromkeys(ENTITY) | {"legal_entity": ""}
    assert refusal(ada, INSERT, *values(blank | {"abn": ENTITY["abn"]}, "0")) == "GD018"
    assert save(ada, blank) == 1


@pytest.mark.parametrize(
    ("said", "day", "restores"),
    [
        (OTHER, "0", None),
        (OTHER, "0", 2),
        (OTHER, "29 days", 2),
        (ENTITY, "0", 1),
        (ENTITY, "20 days", 1),
        (ENTITY, "40 days", 1),
        (ENTITY | {"vat": None}, "0", 1),
        (ENTITY, "-2 years", 1),
        (OTHER, "-1 day", 2),
        (OTHER, "-900 years", 2),
    ],
)
def test_neither_a_moved_day_nor_a_restored_version_passes_by_the_second_human(
    ada: Session, said: dict[str, object], day: str, restores: int | None
) -> None:
    assert refusal(ada, INSERT, *values(said, day, restores)) == "GD018"
    assert len(table(ada, "SELECT FROM govdesk.organization_metadata")) == 2


def test_what_is_said_again_for_days_on_which_it_holds_needs_nobody(ada: Session) -> None:
    assert save(ada, OTHER, "31 days", 2) == 1


def test_a_past_that_two_did_not_decide_about_is_not_written(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    save(ada, ENTITY | {"abn": None}, "-1 year")
    save(ada, ENTITY)
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, ACTION)
    assert refusal(ada, INSERT, *values(ENTITY, "-2 years")) == "GD018"
    assert refusal(ada, INSERT, *values(ENTITY, "-1 month")) == "GD018"


def test_a_version_that_never_comes_into_force_binds_nobody(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    for said, day in ((ENTITY, "-1 year"), (OTHER, "30 days"), (ENTITY, "0")):
        save(ada, said, day)
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, ACTION)
    assert save(ada, ENTITY, "10 days") == 1


@pytest.mark.parametrize(
    ("changed", "summary"),
    [
        (("abn",), "Change ABN of the legal entity Acme Holdings Ltd"),
        (("country", "vat"), "Change country, EU VAT number of the legal entity Acme Holdings Ltd"),
        (("legal_entity", "abn"), "Change the legal entity to Acme Group Ltd"),
        ((), "Change the first day of the legal entity Acme Holdings Ltd"),
    ],
)
def test_the_second_human_is_told_what_changes_and_it_is_done(
    cast: Cast, changed: tuple[str, ...], summary: str
) -> None:
    ada = seat(cast, ADA.email)
    save(ada, ENTITY)
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, ACTION)
    wanted = ENTITY | {field: OTHER[field] for field in changed}
    made = request(seat(cast, OLGA.email), ACTION, wanted | {"effective_from": None})
    assert decision(cast, made)["summary"] == summary
    assert decide_by_link(cast, link(cast))[0] == "executed"
    newest = table(ada, "SELECT * FROM govdesk.organization_metadata ORDER BY version DESC")[0]
    assert {field: newest[field] for field in wanted} == wanted
