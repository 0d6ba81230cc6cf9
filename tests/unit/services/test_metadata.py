"""Versions of the legal identity: which holds when, and what is said of the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from govdesk.services import metadata
from govdesk.services.metadata import Draft, Metadata, Version

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def version(number: int, days: float, name: str = "Acme") -> Version:
    at = NOW + timedelta(days=days)
    return Version(
        f"id{number}", number, at, name, None, None, None, None, None, NOW, "user:a@b.example"
    )


def found(*versions: Version) -> Metadata:
    return Metadata(sorted(versions, key=lambda v: -v.version), [], [], False, NOW)


def test_the_highest_number_whose_day_has_come_is_in_force() -> None:
    one, two, coming = version(1, -30), version(2, -10), version(3, 5)
    assert found(one, two, coming).in_force == two
    assert found(coming).in_force is None


def test_a_version_that_was_written_later_wins_over_a_later_day() -> None:
    backdated = version(3, -40)
    page = found(version(1, -30), version(2, -10), backdated)
    assert page.in_force == backdated
    assert [page.standing(v) for v in page.versions] == ["in force", "past", "past"]


def test_a_coming_version_is_replaced_by_one_that_is_saved_after_it() -> None:
    page = found(version(1, -30), version(2, 20), version(3, -1))
    assert [page.standing(v) for v in page.versions] == ["in force", "never in force", "past"]
    page = found(version(1, -30), version(2, 20))
    assert [page.standing(v) for v in page.versions] == ["coming", "in force"]


def test_a_form_begins_with_what_holds_now() -> None:
    page = found(version(1, -30, "Now"), version(2, 20, "Later"))
    assert page.draft.legal_entity == "Now"
    assert found(version(1, 20, "Later")).draft.legal_entity == "Later"
    assert found().draft == Draft()


def test_a_difference_names_fields_as_people_do_and_leaves_out_what_is_empty() -> None:
    before = version(1, -30, "Acme Pty Ltd")
    after = Draft("Acme Pty Ltd", "DE", "51824753556")
    assert metadata.difference(before, after) == {
        "Country": {"new": "Germany"},
        "ABN": {"new": "51 824 753 556"},
    }
    assert metadata.difference(before, Draft("")) == {"Legal entity": {"old": "Acme Pty Ltd"}}
    assert metadata.difference(before, before) == {}


def test_everything_in_one_line_is_what_a_cover_prints() -> None:
    draft = Draft("Acme Ltd", "AU", "51824753556", None, "DE136695976")
    assert metadata.told(draft) == "Acme Ltd, Australia, ABN 51 824 753 556, EU VAT DE136695976"


def test_what_is_written_is_judged_field_by_field() -> None:
    draft, faults = metadata.checked(" ", "Atlantis", "1", "2", "3")
    assert set(faults) == {"legal_entity", "country", "abn", "lei", "vat"}
    assert (draft.country, draft.abn) == (None, None)
    draft, faults = metadata.checked(" Acme \n Ltd ", "au", "51 824 753 556", "", "")
    assert (draft, faults) == (Draft("Acme Ltd", "AU", "51824753556"), {})
    assert "legal_entity" in metadata.checked("x" * 301)[1]
