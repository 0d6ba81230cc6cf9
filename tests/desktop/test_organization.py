"""The pages Organization and Organization Metadata: by keyboard, over a real database."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from govdesk.desktop.organization.metadata_page import MetadataPage
from govdesk.desktop.organization.page import OrganizationPage
from govdesk.jobs import Jobs
from govdesk.services import decisions, metadata, organization, places
from govdesk.services.metadata import Draft
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.desktop.governed import OpenedPage, help_of, opened_page, settle, words_of
from tests.desktop.office import Form
from tests.organizations import ENTITY, code_of
from tests.people import ADA, CARLA, MEI, OLGA, Cast

__all__ = ["opened_page"]


def make_metadata(link: Any, jobs: Jobs, here: Any) -> MetadataPage:
    return MetadataPage(link, jobs, here, lambda: UTC)


def fill(page: MetadataPage, **values: str) -> Form:
    """Write into fields, by Tab."""
    form = Form(page)
    for name, text in values.items():
        form.type(name, text)
    return form


# Organization


def test_the_organization_gets_another_name_by_keyboard(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, OrganizationPage)
    names: list[str] = []
    page.renamed.connect(names.append)
    form = Form(page)
    form.type("organization_name", "  Acme  Group ")
    form.push("organization_save")
    settle(jobs)
    assert names == ["Acme Group"]
    assert organization.profile(cast.sign_in(MEI)).name == "Acme Group"
    assert find(page, "organization_name", QLineEdit).text() == "Acme Group"


def test_a_name_that_somebody_else_changed_is_shown_with_both(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, OrganizationPage)
    organization.rename(cast.sign_in(OLGA), "Acme World", "Acme Ltd")
    form = Form(page)
    form.type("organization_name", "Acme Group")
    form.press("Return")
    settle(jobs)
    assert "it is now “Acme World”" in words_of(page, "organization_conflict_sentence")
    assert find(page, "organization_name", QLineEdit).text() == "Acme Group"
    assert organization.profile(cast.sign_in(MEI)).name == "Acme World"
    form.push("organization_conflict_keep")
    settle(jobs)
    assert organization.profile(cast.sign_in(MEI)).name == "Acme Group"


def test_a_site_is_added_changed_and_closed_by_keyboard(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, OrganizationPage)
    form = Form(page)
    form.push("site_add")
    form.type("site_name", "Brisbane")
    press(page, "Tab")
    write(page, "1 Queen Street")
    form.type("site_country", "austrlia")
    form.push("site_save")
    assert "Did you mean Australia?" in help_of(page, "site_country")
    assert find(page, "site_address", QPlainTextEdit).toPlainText() == "1 Queen Street"
    form.type("site_country", "Australia")
    form.push("site_save")
    settle(jobs)
    (site,) = places.sites(cast.sign_in(OLGA))
    assert (site.name, site.address, site.country) == ("Brisbane", "1 Queen Street", "AU")
    page.sites.table.setFocus()
    press(page, "Home")
    press(page, "Return")
    form.push("site_toggle")
    settle(jobs)
    assert places.sites(cast.sign_in(OLGA))[0].status == "closed"


def test_escape_leaves_a_site_as_it_was(cast: Cast, jobs: Jobs, opened_page: OpenedPage) -> None:
    page = opened_page(ADA, OrganizationPage)
    Form(page).push("team_add")
    write(page, "Claims")
    press(page, "Escape")
    assert not find(page, "team_panel").isVisible()
    assert places.teams(cast.sign_in(OLGA)) == []


@pytest.mark.parametrize("person", [MEI, CARLA], ids=["member", "compliance officer"])
def test_who_may_not_change_it_reads_it_and_is_told_who_could(
    opened_page: OpenedPage, person: Any
) -> None:
    page = opened_page(person, OrganizationPage)
    assert "organization.manage" in words_of(page, "organization_read_only")
    assert "owner or an admin" in words_of(page, "organization_read_only")
    assert find(page, "organization_name", QLineEdit).isReadOnly()
    for name in ("organization_save", "site_add", "team_add"):
        assert not find(page, name).isVisible()


def test_a_lost_connection_loses_nothing_that_was_typed(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, OrganizationPage)
    troubles: list[object] = []
    page.trouble.connect(troubles.append)
    url, page._link.url = page._link.url, "host=127.0.0.1 port=1 dbname=govdesk"
    form = Form(page)
    form.type("organization_name", "Acme Group")
    form.push("organization_save")
    settle(jobs)
    assert len(troubles) == 1
    assert "reached" in words_of(page, "organization_message")
    assert find(page, "organization_name", QLineEdit).text() == "Acme Group"
    page._link.url = url
    page.go_on()
    settle(jobs)
    assert not words_of(page, "organization_message")
    form.push("organization_save")
    settle(jobs)
    assert organization.profile(cast.sign_in(MEI)).name == "Acme Group"


def test_that_the_server_was_away_is_no_longer_said_once_it_answers(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, make_metadata)
    Form(page).push("state_action")
    url, page._link.url = page._link.url, "host=127.0.0.1 port=1 dbname=govdesk"
    fill(page, legal_entity="Acme Holdings Ltd").push("metadata_save")
    settle(jobs)
    assert "reached" in words_of(page, "metadata_message")
    page._link.url = url
    page.go_on()
    settle(jobs)
    assert not words_of(page, "metadata_message")
    assert find(page, "legal_entity", QLineEdit).text() == "Acme Holdings Ltd"


# The fields of the metadata


def test_the_first_legal_identity_is_recorded_by_keyboard(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, make_metadata)
    assert page.states.state == "empty"
    Form(page).push("state_action")
    form = fill(
        page,
        legal_entity="Acme Holdings Ltd",
        country="australia",
        abn="51 824 753 556",
        lei="213800kud8lajwsq9d15",
        vat="de 136 695 976",
    )
    form.push("metadata_save")
    settle(jobs)
    found = metadata.read(cast.sign_in(MEI))
    assert found.in_force is not None
    assert found.in_force.draft == Draft(
        "Acme Holdings Ltd", "AU", "51824753556", "213800KUD8LAJWSQ9D15", "DE136695976"
    )
    assert "version 1, Acme Holdings Ltd" in words_of(page, "metadata_standing")
    assert page.history.model.rowCount() == 1


def test_numbers_are_put_into_their_form_on_leaving_and_faults_said_beside_them(
    cast: Cast, opened_page: OpenedPage
) -> None:
    metadata.save(cast.sign_in(OLGA), ENTITY, based_on=0)
    page = opened_page(ADA, make_metadata)
    fill(page, abn="51824753556", lei="213800kud8lajwsq9d51", vat="us1", country="Atlantis")
    press(page, "Tab")
    assert find(page, "abn", QLineEdit).text() == "51 824 753 556"
    assert "The last two digits, 51, are check digits" in help_of(page, "lei")
    assert "“US” is not one of them" in help_of(page, "vat")
    assert "no country of ISO 3166" in help_of(page, "country")
    Form(page).push("metadata_save")
    assert find(page, "lei", QLineEdit).text() == "213800kud8lajwsq9d51"
    assert page.focusWidget().objectName() == "country"
    assert len(metadata.versions(cast.sign_in(MEI))) == 1
    form = fill(page, lei="213800KUD8LAJWSQ9D15")
    assert "20 characters" in help_of(page, "lei"), "a fault that is mended goes at once"
    form.type("country", "Austral")
    press(page, "Down")
    press(page, "Return")
    wait_for(lambda: find(page, "country", QLineEdit).text() == "Australia", what="the completion")


def test_a_version_for_later_is_shown_as_coming(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    metadata.save(cast.sign_in(OLGA), ENTITY, based_on=0)
    page = opened_page(ADA, make_metadata)
    form = fill(page, legal_entity="Acme Group Ltd", effective_from="someday")
    form.push("metadata_save")
    assert "Write it as 2026-12-01" in help_of(page, "effective_from")
    form.type("effective_from", "2199-12-01")
    form.push("metadata_save")
    settle(jobs)
    assert "From 2199-12-01: version 2, Acme Group Ltd" in words_of(page, "metadata_standing")
    assert find(page, "legal_entity", QLineEdit).text() == ENTITY.legal_entity
    assert metadata.read(cast.sign_in(MEI)).draft == ENTITY


def test_what_is_typed_survives_a_refresh_and_cancel_takes_it_back(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    metadata.save(cast.sign_in(OLGA), ENTITY, based_on=0)
    page = opened_page(ADA, make_metadata)
    form = fill(page, legal_entity="Typed by hand")
    page.refresh()
    settle(jobs)
    assert find(page, "legal_entity", QLineEdit).text() == "Typed by hand"
    form.push("metadata_cancel")
    assert find(page, "legal_entity", QLineEdit).text() == ENTITY.legal_entity


def test_a_version_saved_meanwhile_is_shown_beside_ones_own(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    olga = cast.sign_in(OLGA)
    metadata.save(olga, ENTITY, based_on=0)
    page = opened_page(ADA, make_metadata)
    metadata.save(olga, Draft("Olga's Ltd", "DE", None, ENTITY.lei), based_on=1)
    form = fill(page, legal_entity="Ada's Ltd")
    form.press("Return")
    settle(jobs)
    assert OLGA.email in words_of(page, "metadata_conflict_sentence")
    rows = [row.accessibleName() for row in page.conflict._both.rows]
    assert "Legal entity, changed from Olga's Ltd to Ada's Ltd" in rows
    assert find(page, "legal_entity", QLineEdit).text() == "Ada's Ltd"
    form.push("metadata_conflict_keep")
    settle(jobs)
    assert metadata.versions(olga)[0].legal_entity == "Ada's Ltd"


def test_taking_what_was_saved_forgets_ones_own(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    olga = cast.sign_in(OLGA)
    metadata.save(olga, ENTITY, based_on=0)
    page = opened_page(ADA, make_metadata)
    metadata.save(olga, Draft("Olga's Ltd", None, None, ENTITY.lei), based_on=1)
    fill(page, legal_entity="Ada's Ltd").press("Return")
    settle(jobs)
    Form(page).push("metadata_conflict_take")
    settle(jobs)
    assert find(page, "legal_entity", QLineEdit).text() == "Olga's Ltd"
    assert not find(page, "metadata_conflict").isVisible()


# Its history


def test_versions_are_compared_and_restored_as_a_new_one(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    olga = cast.sign_in(OLGA)
    metadata.save(olga, ENTITY, based_on=0)
    metadata.save(olga, Draft("Other Ltd", "DE", None, ENTITY.lei), based_on=1)
    page = opened_page(ADA, make_metadata)
    page.history.table.setFocus()
    press(page, "Home")
    assert "version 2 says against version 1" in words_of(page, "metadata_compared")
    press(page, "Down")
    assert "Version 1 is the first one" in words_of(page, "metadata_compared")
    Form(page).push("metadata_restore")
    settle(jobs)
    found = metadata.versions(olga)
    assert [one.version for one in found] == [3, 2, 1]
    assert found[0].draft == ENTITY
    assert found[0].created_by == f"user:{ADA.email}"


def test_restoring_a_version_keeps_what_is_being_typed(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    olga = cast.sign_in(OLGA)
    metadata.save(olga, ENTITY, based_on=0)
    metadata.save(olga, Draft("Other Ltd", "DE", None, ENTITY.lei), based_on=1)
    page = opened_page(ADA, make_metadata)
    fill(page, legal_entity="Typed by hand")
    page.history.restore_wanted.emit(1)
    settle(jobs)
    assert metadata.versions(olga)[0].draft == ENTITY
    assert find(page, "legal_entity", QLineEdit).text() == "Typed by hand"


def test_a_restoration_that_came_too_late_writes_nothing_and_offers_no_other_text(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    olga = cast.sign_in(OLGA)
    metadata.save(olga, ENTITY, based_on=0)
    metadata.save(olga, Draft("Other Ltd", "DE", None, ENTITY.lei), based_on=1)
    page = opened_page(ADA, make_metadata)
    metadata.save(olga, Draft("Third Ltd", "DE", None, ENTITY.lei), based_on=2)
    page.history.restore_wanted.emit(1)
    settle(jobs)
    assert "Version 1 was not restored" in words_of(page, "metadata_message")
    assert not find(page, "metadata_conflict").isVisible()
    assert metadata.versions(olga)[0].legal_entity == "Third Ltd"


# A second person


def test_where_two_decide_the_change_is_asked_for_and_waits_on_the_page(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    olga = cast.sign_in(OLGA)
    metadata.save(olga, ENTITY, based_on=0)
    for reviewer in (OLGA, CARLA):
        decisions.set_reviewer(olga, reviewer.email, reviewer.name, "active")
    decisions.set_policy(olga, metadata.ACTION, True, 72)
    page = opened_page(ADA, make_metadata)
    fill(page, legal_entity="Acme Group Ltd").push("metadata_save")
    dialog = opened("ask_dialog")
    asked = Form(dialog)
    find(dialog, "ask_reason").setFocus()
    asked.write("We have merged")
    asked.push("ask_submit")
    wait_for(lambda: page.waiting.isVisible(), what="the decision to wait on the page")
    assert "Acme Group Ltd" in page.waiting.sentence
    assert metadata.read(olga).draft == ENTITY
    (waiting,) = metadata.read(olga).waiting
    decisions.decide(olga, waiting.id, "approve", "")
    page.refresh()
    settle(jobs)
    assert not page.waiting.isVisible()
    assert "Acme Group Ltd" in words_of(page, "metadata_standing")


def test_a_number_alone_is_asked_for_with_the_reason_why_two_decide(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    olga = cast.sign_in(OLGA)
    metadata.save(olga, ENTITY, based_on=0)
    for reviewer in (OLGA, CARLA):
        decisions.set_reviewer(olga, reviewer.email, reviewer.name, "active")
    decisions.set_policy(olga, metadata.ACTION, True, 72)
    page = opened_page(ADA, make_metadata)
    assert "a change of any of them is decided by two" in words_of(page, "metadata_standing")
    fill(page, abn="83 914 571 673").push("metadata_save")
    dialog = opened("ask_dialog")
    assert "a change of any of them is decided by two" in words_of(dialog, "ask_what")
    find(dialog, "ask_reason").setFocus()
    asked = Form(dialog)
    asked.write("It was given another")
    asked.push("ask_submit")
    wait_for(lambda: page.waiting.isVisible(), what="the decision to wait on the page")
    assert "Change ABN of the legal entity Acme Holdings Ltd" in page.waiting.sentence
    assert metadata.read(olga).draft == ENTITY


# The compliance contact


def test_a_contact_is_proposed_and_confirmed_by_the_mailed_code(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    metadata.save(cast.sign_in(OLGA), ENTITY, based_on=0)
    page = opened_page(ADA, make_metadata)
    form = fill(page, contact_name="Jane Counsel", contact_email="no address")
    form.push("contact_propose")
    settle(jobs)
    assert "not an e-mail address" in help_of(page, "contact_email")
    assert find(page, "contact_name", QLineEdit).text() == "Jane Counsel"
    form.type("contact_email", "counsel@firm.example")
    form.push("contact_propose")
    settle(jobs)
    assert "Not confirmed yet. The mail with the code to counsel@firm.example: queued" in words_of(
        page, "contact_told"
    )
    form.type("contact_code", "AAAA-BBBB-CCCC")
    form.push("contact_confirm")
    settle(jobs)
    assert "not right" in help_of(page, "contact_code")
    form.type("contact_code", code_of(cast).lower())
    form.push("contact_confirm")
    settle(jobs)
    assert "Confirmed at" in words_of(page, "contact_told")
    assert metadata.contacts(cast.sign_in(MEI))[0].status == "confirmed"


def test_a_member_reads_everything_and_changes_nothing(cast: Cast, opened_page: OpenedPage) -> None:
    metadata.save(cast.sign_in(OLGA), ENTITY, based_on=0)
    page = opened_page(MEI, make_metadata)
    assert "organization.manage" in words_of(page, "metadata_read_only")
    assert find(page, "abn", QLineEdit).text() == "51 824 753 556"
    for field in page.form.fields.values():
        assert field.line.isReadOnly()
    for name in ("metadata_save", "metadata_restore", "contact_propose"):
        assert not find(page, name).isVisible()
