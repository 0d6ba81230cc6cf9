"""Claims: the keys of a system are listed, made, rotated, ended and governed, by keyboard."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from govdesk.database.migrate import claim_setup
from govdesk.desktop.keys import columns
from govdesk.desktop.keys.attention import what_it_needs
from govdesk.desktop.keys.chips import GROUPS
from govdesk.desktop.keys.columns import STATUS
from govdesk.desktop.keys.generate import make as make_key
from govdesk.desktop.keys.meter import sentence as meter_sentence
from govdesk.desktop.keys.page import IntegrationPage
from govdesk.desktop.keys.samples import VERSIONS, sample_facts, sample_key, sample_uses
from govdesk.desktop.keys.uses import sentence as use_sentence
from govdesk.desktop.systems.reading import ForestReader
from govdesk.domain.api_keys import ApiKey
from govdesk.jobs import Jobs
from govdesk.services import api_keys, key_changes, key_settings, nodes
from govdesk.services.api_keys import STATUSES
from govdesk.services.key_changes import NewKey, Revealed
from govdesk.services.key_settings import Policy
from govdesk.services.link import Session, Unreachable
from tests.desktop.driving import SECONDS, find, opened, press, wait_for
from tests.desktop.governed import opened_page, settle, words_of
from tests.desktop.keys_parts import OpenedKeys, opened_keys, order_key, raw_of, store
from tests.desktop.office import Desk, Form, Office
from tests.keys import CLAIMS, PORTAL, Door, actions, days_pass, generate, shown
from tests.people import ADA, MEI, OLGA, OTIS, PASSWORD, Cast

__all__ = ["opened_keys", "opened_page"]


def prefixes(page: IntegrationPage) -> list[str]:
    """The keys in the table, from the top."""
    model = page.keys.list.model
    return [model.item(row).prefix for row in range(model.rowCount())]


def go_to_key(page: IntegrationPage, made: Revealed) -> None:
    """Find a key by the filter and open its panel with Enter."""
    form = Form(page)
    line = page.keys.list.filter
    line.setFocus()
    press(line, "Ctrl+A")
    form.write(made.key.prefix)
    form.press("Down")
    form.press("Return")
    wait_for(lambda: words_of(page, "key_panel_title"), what="the panel")


# Making


def test_a_key_is_made_by_keyboard_and_stands_in_the_list(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    page = opened_keys(OTIS)
    before = cast.last_seq()
    dialog = order_key(page, "  Claims   intake ")
    key = ApiKey.parse(raw_of(dialog))
    store(dialog)
    settle(jobs)
    assert prefixes(page) == [key.prefix]
    made = api_keys.find(cast.sign_in(OLGA), key.prefix)
    assert (made.owner_label, made.scopes, made.environment) == (
        "Claims intake",
        ("events:write",),
        "prod",
    )
    assert round((made.expires_at - made.created_at) / timedelta(days=1)) == 90
    assert actions(cast, before) == ["api_key.created"]
    assert words_of(page, "key_panel_title") == "Claims intake"


def test_the_form_says_what_is_missing_and_writes_nothing(
    cast: Cast, opened_keys: OpenedKeys
) -> None:
    page = opened_keys(OTIS)
    before = cast.last_seq()
    form = Form(page)
    form.push("keys_generate")
    page.keys.panels.generate.scopes.choose(())
    form.push("generate_go")
    assert "An owner label is missing" in words_of(page, "generate_label_help")
    assert "at least one scope" in words_of(page, "key_scopes_help")
    assert page.window().focusWidget() is find(page, "generate_label")
    assert cast.last_seq() == before


def test_the_policys_longest_life_is_said_and_kept_before_anything_is_sent(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    key_settings.set_policy(cast.sign_in(OLGA), Policy(max_days=60))
    page = opened_keys(OTIS)
    Form(page).push("keys_generate")
    days = find(page, "generate_days", QSpinBox)
    assert (days.value(), days.maximum()) == (60, 60)
    assert "at most 60 days" in words_of(page, "generate_days_help")
    dialog = order_key(page)
    assert ApiKey.parse(raw_of(dialog))
    store(dialog)
    settle(jobs)


def test_a_key_whose_answer_was_lost_is_shown_at_the_second_press(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened_keys(OLGA)
    real = key_changes.introduce

    def lose(session: Session, order: NewKey, fresh: ApiKey) -> Revealed:
        real(session, order, fresh)
        raise Unreachable("The server does not answer.", "")

    monkeypatch.setattr(key_changes, "introduce", lose)
    form = Form(page)
    form.push("keys_generate")
    form.type("generate_label", "Claims intake")
    form.push("generate_go")
    wait_for(lambda: "is not known" in words_of(page, "generate_fault"), what="the fault")
    assert find(page, "generate_label").text() == "Claims intake"
    monkeypatch.setattr(key_changes, "introduce", real)
    form.push("generate_go")
    dialog = opened("reveal_dialog", QDialog)
    raw = raw_of(dialog)
    store(dialog)
    settle(jobs)
    assert prefixes(page) == [ApiKey.parse(raw).prefix]


def test_another_order_after_a_lost_answer_is_another_key(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened_keys(OLGA)
    real = key_changes.introduce

    def lose(session: Session, order: NewKey, fresh: ApiKey) -> Revealed:
        raise Unreachable("The server does not answer.", "")

    monkeypatch.setattr(key_changes, "introduce", lose)
    form = Form(page)
    form.push("keys_generate")
    form.type("generate_label", "Claims intake")
    form.push("generate_go")
    wait_for(lambda: "is not known" in words_of(page, "generate_fault"), what="the fault")
    monkeypatch.setattr(key_changes, "introduce", real)
    box = find(page, "generate_environment", QComboBox)
    box.setCurrentIndex(box.findData("staging"))
    form.push("generate_go")
    dialog = opened("reveal_dialog", QDialog)
    assert ApiKey.parse(raw_of(dialog)).environment == "staging"
    store(dialog)
    settle(jobs)
    assert {key.environment for key in api_keys.list_keys(cast.sign_in(OLGA))} == {"staging"}


def test_a_second_order_is_another_key(cast: Cast) -> None:
    session = cast.sign_in(OLGA)
    first = generate(cast, session)
    order = NewKey(first.key.system_id, "prod", "Other", ("events:write",), first.key.expires_at)
    assert make_key(order, ApiKey.generate("prod"), True, session).key.id != first.key.id


# The list


def test_every_state_has_its_word_icon_and_chip() -> None:
    assert set(STATUS) == set(STATUSES)
    assert {state for name, (_, _, states) in GROUPS.items() if name == "all" for state in states} \
        == set(STATUSES)  # fmt: skip
    assert len({(word, icon) for word, _, icon in STATUS.values()}) == len(STATUS)


def test_chips_count_and_show_what_wants_somebody(opened_keys: OpenedKeys) -> None:
    page = opened_keys(OLGA)
    page.keys.stage(sample_facts())
    chip = find(page, "key_chip_stale", QToolButton)
    assert chip.text() == "Stale 1"
    find(page, "key_chip_all", QToolButton).setFocus()
    form = Form(page)
    form.press("Right")
    form.press("Right")
    assert page.keys.chips.chosen == "stale"
    assert prefixes(page) == [sample_key(3).prefix]
    page.keys.stage(sample_facts(3))
    assert page.keys.chips.chosen == "all"
    assert not chip.isEnabled()
    assert len(prefixes(page)) == 3


def test_a_key_unused_for_long_is_stale_and_its_panel_says_what_comes(
    cast: Cast, opened_keys: OpenedKeys, tmp_path: Path
) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    door = Door.of(cast, tmp_path)
    assert door.reason(made.raw) == "ok"
    days_pass(cast, 31)
    door.expire()
    page = opened_keys(OLGA)
    assert find(page, "key_chip_stale", QToolButton).text() == "Stale 1"
    go_to_key(page, made)
    assert "suspended after 60 and revoked after 90 days" in words_of(page, "key_needs")


def test_the_panel_shows_uses_and_leads_to_the_events_of_the_key(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, tmp_path: Path
) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    Door.of(cast, tmp_path).used(made, (0, 3), (2, 1204))
    page = opened_keys(MEI)
    asked: list[str] = []
    page.timeline_asked.connect(asked.append)
    go_to_key(page, made)
    settle(jobs)
    assert "Used 1,207 times in the last 30 days" in words_of(page, "key_use_words")
    Form(page).push("key_events")
    assert asked == [f"actor:key:{made.key.prefix}"]


def test_who_may_only_read_sees_why_nothing_can_be_changed(
    cast: Cast, opened_keys: OpenedKeys
) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    page = opened_keys(MEI)
    assert not find(page, "keys_generate", QPushButton).isEnabled()
    assert "permission" in find(page, "keys_generate").toolTip()
    go_to_key(page, made)
    hidden = ("key_rotate", "key_revoke", "key_reactivate", "key_label_save")
    assert not any(find(page, name).isVisible() for name in hidden)
    assert "An owner or an admin can grant it" in words_of(page, "key_why_not")


# Rotating


def test_rotating_says_what_becomes_of_the_old_key_and_keeps_the_family(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    session = cast.sign_in(OLGA)
    made = generate(cast, session)
    page = opened_keys(OTIS)
    go_to_key(page, made)
    form = Form(page)
    form.push("key_rotate")
    find(page, "rotate_grace", QSpinBox).setValue(0)
    assert "first time, and no longer" in words_of(page, "rotate_grace_help")
    find(page, "rotate_grace", QSpinBox).setValue(3)
    sentence = words_of(page, "rotate_grace_help")
    assert sentence == (
        f"{made.key.prefix} works until 3 days after the new key is used for the first time."
    )
    form.push("rotate_go")
    dialog = opened("reveal_dialog", QDialog)
    assert words_of(dialog, "reveal_also") == sentence
    heir = ApiKey.parse(raw_of(dialog))
    store(dialog)
    settle(jobs)
    old = shown(session, made)
    assert (old.status, old.grace_days) == ("rotated", 3)
    assert sorted(prefixes(page)) == sorted([made.key.prefix, heir.prefix])
    field = page.keys.panels.key.prefix
    wait_for(lambda: field.text == heir.prefix, what="the new key's panel")
    settle(jobs)
    Form(page).push("key_family_1")
    assert words_of(page, "key_needs").startswith("It has a successor.")


def test_rotating_says_which_scopes_are_retired_and_revoking_who_is_active_again(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    session = cast.sign_in(OLGA)
    made = generate(cast, session, scopes=("events:write", "billing:read"))
    key_settings.retire_scope(session, "billing:read")
    page = opened_keys(OTIS)
    go_to_key(page, made)
    form = Form(page)
    form.push("key_rotate")
    lacks = "The scope billing:read is retired: the new key does not have it."
    assert words_of(page, "rotate_about").endswith(lacks)
    form.push("rotate_go")
    dialog = opened("reveal_dialog", QDialog)
    assert words_of(dialog, "reveal_also").endswith(lacks)
    heir = ApiKey.parse(raw_of(dialog))
    store(dialog)
    settle(jobs)
    field = page.keys.panels.key.prefix
    wait_for(lambda: field.text == heir.prefix, what="the new key's panel")
    settle(jobs)
    Form(page).push("key_revoke")
    asked = opened("revoke_dialog", QDialog)
    assert words_of(asked, "revoke_later") == (
        f"{made.key.prefix}, which it was to replace, is active again and can be rotated anew."
    )
    Form(asked).push("revoke_confirm")
    wait_for(lambda: words_of(page, "key_needs").startswith("Nothing can use it"), what="the end")
    settle(jobs)
    assert shown(session, made).status == "active"


def test_a_key_that_staff_made_says_so_and_is_found_by_it() -> None:
    key = replace(sample_key(0), created_by="staff:sam@govdesk.example")
    words = what_it_needs(key, Policy(), UTC)
    assert words.startswith("Somebody of GovDesk's staff made it and has seen it. Rotate it")
    assert "made by staff" in columns.words(key)
    assert columns.said(UTC)(key).endswith("by staff of GovDesk.")
    ended = replace(key, status="revoked", stored_status="revoked")
    assert "staff" not in what_it_needs(ended, Policy(), UTC)
    assert "made by staff" not in columns.words(sample_key(0))


# Ending


def test_revoking_says_first_what_stops_and_keeps_the_reason(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, tmp_path: Path
) -> None:
    session = cast.sign_in(OLGA)
    made = generate(cast, session)
    door = Door.of(cast, tmp_path)
    assert door.reason(made.raw) == "ok"
    page = opened_keys(OTIS)
    go_to_key(page, made)
    form = Form(page)
    form.push("key_revoke")
    dialog = opened("revoke_dialog", QDialog)
    assert "Claims triage (production) is refused at once" in words_of(dialog, "revoke_sentence")
    press(dialog, "Escape")
    assert shown(session, made).status == "active"
    before = cast.last_seq()
    form = Form(page)
    form.push("key_revoke")
    asked = Form(opened("revoke_dialog", QDialog))
    asked.type("revoke_reason", "The laptop is lost")
    asked.push("revoke_confirm")
    wait_for(lambda: words_of(page, "key_needs").startswith("Nothing can use it"), what="the end")
    settle(jobs)
    assert shown(session, made).status == "revoked"
    assert door.reason(made.raw) == "revoked"
    row = next(one for one in cast.rows(before) if one["action"] == "api_key.revoked")
    assert row["reason"] == "The laptop is lost"
    assert not find(page, "key_revoke").isVisible()


def test_a_suspended_key_works_again_after_password_and_code(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys, tmp_path: Path
) -> None:
    session = cast.sign_in(OLGA)
    made = generate(cast, session)
    door = Door.of(cast, tmp_path)
    days_pass(cast, 61)
    while door.expire():
        pass
    assert shown(session, made).status == "suspended"
    page = opened_keys(OLGA)
    go_to_key(page, made)
    assert "refused" in words_of(page, "key_needs")
    with cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        cast.admin.execute("UPDATE govdesk_private.session SET stepped_up_at = NULL")
    Form(page).push("key_reactivate")
    asked = Form(opened("ConfirmForm", QDialog))
    assert shown(session, made).status == "suspended"
    asked.type("password", PASSWORD)
    asked.type("code", cast.fresh_code(OLGA))
    wait_for(lambda: "Nothing has used it yet" in words_of(page, "key_needs"), what="the key")
    settle(jobs)
    assert shown(session, made).status == "active"
    assert door.reason(made.raw) == "ok"


# The label


def test_a_label_that_another_changed_meanwhile_is_not_overwritten_unseen(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    session = cast.sign_in(OLGA)
    made = generate(cast, session)
    page = opened_keys(ADA)
    go_to_key(page, made)
    key_changes.relabel(session, made.key.id, "Claims desk")
    form = Form(page)
    form.type("key_label", "Front office")
    form.press("Return")
    wait_for(lambda: "Claims desk" in words_of(page, "key_label_help"), what="the conflict")
    assert page.keys.panels.key.label.text() == "Front office"
    assert shown(session, made).owner_label == "Claims desk"
    form.push("key_label_save")
    wait_for(lambda: words_of(page, "key_panel_title") == "Front office", what="the label")
    settle(jobs)
    assert shown(session, made).owner_label == "Front office"


# Policy and scopes


def test_owners_set_the_policy_and_others_read_it(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    page = opened_keys(OLGA)
    form = Form(page)
    form.push("keys_policy")
    save = find(page, "policy_save", QPushButton)
    assert not save.isEnabled()
    find(page, "policy_suspend_days", QSpinBox).setValue(30)
    assert "each later than the one before" in words_of(page, "policy_fault")
    assert not save.isEnabled()
    find(page, "policy_suspend_days", QSpinBox).setValue(45)
    form.push("policy_save")
    settle(jobs)
    assert key_settings.policy(cast.sign_in(OLGA)).suspend_days == 45
    other = opened_keys(ADA)
    Form(other).push("keys_policy")
    assert find(other, "policy_suspend_days", QSpinBox).isReadOnly()
    assert not find(other, "policy_save").isVisible()
    assert "which owners have" in words_of(other, "policy_why_not")


def test_two_policies_at_once_are_shown_side_by_side(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    page = opened_keys(OLGA)
    form = Form(page)
    form.push("keys_policy")
    find(page, "policy_max_days", QSpinBox).setValue(180)
    key_settings.set_policy(cast.sign_in(OLGA), Policy(max_days=90))
    form.push("policy_save")
    wait_for(lambda: words_of(page, "policy_conflict_sentence"), what="both versions")
    assert find(page, "policy_max_days", QSpinBox).value() == 180
    form.push("policy_conflict_keep")
    settle(jobs)
    assert key_settings.policy(cast.sign_in(OLGA)).max_days == 180


def test_a_scope_is_added_offered_and_retired(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    page = opened_keys(OLGA)
    form = Form(page)
    form.push("keys_policy")
    form.type("scope_name", "Claims")
    form.press("Return")
    wait_for(lambda: "a noun and a verb" in words_of(page, "scope_name_help"), what="the fault")
    form.type("scope_name", "claim:read")
    form.type("scope_description", "Read claims")
    form.push("scope_add")
    settle(jobs)
    assert "claim:read" in page.keys.panels.generate.scopes.boxes
    find(page, "scope_turn_claim:read", QPushButton).setFocus()
    form.press("Space")
    settle(jobs)
    assert "claim:read" not in page.keys.panels.generate.scopes.boxes
    assert key_settings.find_scope(cast.sign_in(OLGA), "claim:read").status == "retired"


# Sentences


def test_the_meter_and_the_bars_are_sentences_too() -> None:
    assert meter_sentence(VERSIONS) == (
        "9 of 13 live keys are protected by the server's current secret, 3 still by an older one,"
        " 1 waits for the worker."
    )
    assert meter_sentence(()) == "There is no live key to protect yet."
    assert use_sentence([(sample_uses()[0][0], 0)]) == "Not used in the last 1 days."


# In the window


def rows_of(desk: Desk) -> list[str]:
    """What the navigation says, from the top."""
    model = desk.place.window.navigation.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_each_system_has_its_integration_in_the_navigation(office: Office) -> None:
    desk = office.desk(OLGA)
    page = desk.place.integrating.page
    wait_for(lambda: "Integration" in rows_of(desk), what="the systems")
    assert rows_of(desk)[rows_of(desk).index("Claims triage") + 1] == "Integration"
    desk.press("Ctrl+8")
    wait_for(lambda: page.keys.facts is not None, what="the keys")
    assert desk.place.window.page == "integration"
    assert page.system is not None
    assert page.system.node_path == CLAIMS
    assert desk.place.window.navigation.currentIndex().data() == "Integration"
    box = find(page, "integration_system", QComboBox)
    box.setFocus()
    desk.press("Down")
    wait_for(lambda: rows_of(desk)[rows_of(desk).index("Portal") + 1 :][:1] == ["Integration"],
             what="the place to move to the other system")  # fmt: skip
    assert desk.place.organizing.system == "acme.portal"
    assert desk.place.window.navigation.currentIndex().data() == "Integration"
    assert page.system.node_path == "acme.portal"
    assert rows_of(desk).count("Integration") == 1


def test_the_place_below_a_system_leads_to_its_keys(office: Office) -> None:
    desk = office.desk(OLGA)
    wait_for(lambda: "Portal" in rows_of(desk), what="the systems")
    navigation = desk.place.window.navigation
    navigation.setFocus()
    navigation.setCurrentIndex(navigation.model().index(rows_of(desk).index("Portal"), 0))
    wait_for(lambda: desk.place.organizing.system == "acme.portal", what="the system to be chosen")
    desk.press("Down")
    assert desk.place.window.page == "integration"
    page = desk.place.integrating.page
    assert page.system is not None
    assert page.system.node_path == "acme.portal"
    title = find(page, "page_title", QLabel)
    assert title.text() == "Integration · Portal"
    wait_for(lambda: page.keys.facts is not None, what="the keys")


def test_the_palettes_actions_open_form_and_guide(office: Office) -> None:
    desk = office.desk(OLGA)
    actions_ = desk.place.actions
    wait_for(lambda: not actions_.reason("keys.generate"), what="the systems")
    assert actions_.reason("keys.revoke") == "Go to Integration first."
    actions_.run("keys.generate")
    page = desk.place.integrating.page
    assert find(page, "generate_panel", QWidget).isVisible()
    wait_for(lambda: page.keys.facts is not None, what="the keys")
    assert actions_.reason("keys.revoke") == "Select a key that works first."
    actions_.run("keys.guide")
    guide = opened("setup_guide", QDialog)
    press(guide, "Escape")


def test_a_key_that_home_names_opens_with_its_system(office: Office) -> None:
    made = generate(office.cast, office.cast.sign_in(OLGA), PORTAL, days=10)
    desk = office.desk(OLGA, page="home")
    page = desk.place.integrating.page
    wait_for(lambda: page.system is not None, what="the systems")
    assert page.system is not None
    assert page.system.node_path == CLAIMS
    desk.place.open_page("integration", made.key.id)
    wait_for(lambda: page.system.node_path == PORTAL, what="the key's system")  # type: ignore[union-attr]
    wait_for(
        lambda: page.keys.list.table.current_row() == page.keys.list.model.row_of(made.key.id) >= 0,
        what="the key",
    )


def test_a_key_that_is_found_at_once_is_not_left_for_the_system_before(office: Office) -> None:
    made = generate(office.cast, office.cast.sign_in(OLGA), PORTAL, days=10)
    desk = office.desk(OLGA, page="home")
    page = desk.place.integrating.page
    wait_for(lambda: page.system is not None, what="the systems")
    turned: list[str] = []
    desk.place.organizing.system_chosen.connect(turned.append)
    desk.place.open_page("integration", made.key.id)
    # The answer is there before the loop comes to what the page's opening has left for later.
    page._on_found(made.key)
    wait_for(lambda: page.keys.list.model.row_of(made.key.id) >= 0, what="the key")
    settle(office.jobs)
    assert turned == [PORTAL]
    assert desk.place.organizing.system == PORTAL
    assert page.system is not None
    assert page.system.node_path == PORTAL


def test_a_key_that_is_found_before_the_systems_are_read_opens_with_its_system(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = generate(office.cast, office.cast.sign_in(OLGA), PORTAL, days=10)
    with monkeypatch.context() as slow:
        slow.setattr(ForestReader, "read", lambda reader: None)
        desk = office.desk(OLGA, page="home")
        desk.place.open_page("integration", made.key.id)
        settle(office.jobs)
    page = desk.place.integrating.page
    assert page.system is None
    desk.place.organizing.begin()
    wait_for(lambda: page.system is not None, what="the systems")
    assert page.system is not None
    assert page.system.node_path == PORTAL
    wait_for(
        lambda: page.keys.list.table.current_row() == page.keys.list.model.row_of(made.key.id) >= 0,
        what="the key",
    )


def test_a_key_of_a_system_newer_than_what_was_read_opens_with_it(office: Office) -> None:
    desk = office.desk(OLGA, page="home")
    page = desk.place.integrating.page
    wait_for(lambda: page.system is not None, what="the systems")
    session = office.cast.sign_in(OLGA)
    _, node = nodes.create(session, "Zoning", "system")
    made = generate(office.cast, session, node.node_path, days=10)
    desk.place.open_page("integration", made.key.id)
    wait_for(lambda: page.system is not None and page.system.id == node.id, what="the new system")
    wait_for(
        lambda: page.keys.list.table.current_row() == page.keys.list.model.row_of(made.key.id) >= 0,
        what="the key",
    )


def test_whoever_turns_elsewhere_is_not_called_back_to_a_key(office: Office) -> None:
    made = generate(office.cast, office.cast.sign_in(OLGA), PORTAL, days=10)
    desk = office.desk(OLGA, page="home")
    page = desk.place.integrating.page
    wait_for(lambda: page.system is not None, what="the systems")
    desk.place.open_page("integration", made.key.id)
    page.turn_to(CLAIMS)
    settle(office.jobs)
    assert page.system is not None
    assert page.system.node_path == CLAIMS


def test_an_answer_about_the_system_before_comes_too_late(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    generate(cast, cast.sign_in(OLGA))
    page = opened_keys(OLGA)
    counts: list[int] = []
    page.keys.counted.connect(counts.append)
    page.keys.refresh()
    until = time.monotonic() + SECONDS
    # Its beginning and its end wait for the loop, which has not come to them.
    while len(jobs._events) < 2 and time.monotonic() < until:
        time.sleep(0.001)
    page.show_system(PORTAL)
    settle(jobs)
    assert counts == [0]


def test_turning_to_the_same_system_again_keeps_the_counts(
    cast: Cast, opened_keys: OpenedKeys
) -> None:
    generate(cast, cast.sign_in(OLGA))
    page = opened_keys(OLGA)
    assert page.tabs.tabText(0) == "API keys 1"
    page.show_system(CLAIMS)
    assert page.tabs.tabText(0) == "API keys 1"


def test_what_ends_a_key_is_seen_without_scrolling(cast: Cast, opened_keys: OpenedKeys) -> None:
    made = generate(cast, cast.sign_in(OLGA))
    page = opened_keys(OLGA)
    go_to_key(page, made)
    page.window().resize(960, 540)
    panel = page.keys.panels.key
    for button in (panel.rotate, panel.revoke):
        assert button.isVisible()
        assert not panel.inner.isAncestorOf(button)
        assert not button.visibleRegion().isEmpty()


def test_each_tab_offers_its_own_first_action(
    cast: Cast, jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    page = opened_keys(OLGA)
    assert find(page, "keys_generate").isVisible()
    assert not find(page, "connection_add").isVisible()
    page.show_tab("connections")
    settle(jobs)
    assert not find(page, "keys_generate").isVisible()
    # There are none yet: the kinds stand in the place of the list.
    assert page.connections.offering.isVisible()
    assert not find(page, "connection_add").isVisible()


def test_who_may_not_read_keys_sees_which_permission_is_missing(
    jobs: Jobs, opened_keys: OpenedKeys
) -> None:
    page = opened_keys(OLGA)
    page.take_permissions(replace(page.keys._here, permissions={}))
    settle(jobs)
    assert page.keys.state.isVisible()
    assert "key.read" in words_of(page.keys.state, "state_sentence")
    assert not find(page, "keys_guide").isVisible()
    assert not find(page, "keys_generate").isEnabled()
