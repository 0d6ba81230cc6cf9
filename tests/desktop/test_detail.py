"""Claims: the detail of an event says who, what, when and why, shows the change, and proves it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QPlainTextEdit, QPushButton, QToolButton, QWidget

from govdesk.desktop.timeline.detail import WIDTH, EventDetail
from govdesk.desktop.timeline.diff_pieces import MOST_CHARACTERS, compared
from govdesk.desktop.timeline.diff_row import DiffRow
from govdesk.desktop.widgets import MonoField, Pill
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services.seals import SealFault, SealState
from govdesk.services.timeline import Detail
from tests.desktop import accessibility
from tests.desktop.driving import find, opened, press, settle, show, wait_for
from tests.desktop.events import EVENT, sealed

MELBOURNE = ZoneInfo("Australia/Melbourne")
BIG = "word " * 200_000


class Panel:
    """The panel, and what it asked for."""

    def __init__(self, jobs: Jobs):
        self.widget = show(EventDetail(MELBOURNE, jobs), WIDTH, 900)
        self.asked: list[tuple[str, object, bool]] = []
        self.arrived: list[object] = []
        self.widget.filter_requested.connect(self._on_asked)
        self.widget.shown.connect(self.arrived.append)

    def _on_asked(self, key: str, value: object, negated: bool) -> None:
        self.asked.append((key, value, negated))

    def show(self, detail: Detail, seal: str = "verified", state: SealState | None = None) -> None:
        self.arrived.clear()
        self.widget.show_event(detail, seal, state)
        wait_for(lambda: self.arrived)
        settle()

    def text(self, name: str) -> str:
        return find(self.widget, name, QLabel).text().replace("\u200b", "")

    def seal(self) -> str:
        return find(self.widget, "detail_seal", Pill).word

    def mono(self, name: str) -> str:
        return find(self.widget, name, MonoField).text

    def choose(self, fact: str, action: str) -> None:
        """Open a fact's menu with the keyboard and choose."""
        button = find(self.widget, f"{fact}_menu", QToolButton)
        button.setFocus()
        press(button, "Space")
        menu = opened("fact_menu", QMenu)
        wanted = [a.objectName() for a in menu.actions()].index(action)
        for _ in range(wanted + 1):
            press(menu, "Down")
        press(menu, "Return")
        settle()

    def diff_row(self, place: int = 0) -> DiffRow:
        return find(self.widget, f"diff_row_{place}", DiffRow)


@pytest.fixture
def panel(jobs: Jobs) -> Panel:
    return Panel(jobs)


# What is shown


def test_it_says_who_did_what_when_and_why(panel: Panel) -> None:
    panel.show(sealed())
    assert panel.text("detail_summary") == EVENT.summary
    assert find(panel.widget, "detail_severity", Pill).word == "High"
    assert panel.text("detail_number") == "Event 48,213"
    assert panel.text("actor_value") == "user:ada@meridian.example"
    assert panel.text("at_value") == "2026-03-02 20:14:07 +11:00"
    assert find(panel.widget, "at_value", QLabel).toolTip() == "2026-03-02 09:14:07.482913 UTC"
    assert panel.text("reason_value") == "Covers for Cy in March"
    assert panel.text("system_value") == "Claims triage"


def test_when_it_occurred_is_said_only_where_it_differs(panel: Panel) -> None:
    panel.show(sealed(occurred_at=EVENT.at))
    assert panel.widget.findChild(QWidget, "occurred_at_value") is None
    panel.show(sealed(occurred_at=datetime(2026, 3, 1, 9, tzinfo=UTC)))
    assert panel.text("occurred_at_value") == "2026-03-01 20:00:00 +11:00"


def test_an_event_without_a_person_or_a_reason_says_so(panel: Panel) -> None:
    panel.show(sealed(actor=None, reason=None))
    assert panel.text("actor_value") == "Nobody: the system itself"
    assert panel.text("reason_value") == "No reason was given."


@pytest.mark.parametrize("field", ["actor", "summary", "reason", "ip", "session_id", "diff"])
def test_a_field_that_is_not_here_says_that_its_commitment_is(panel: Panel, field: str) -> None:
    panel.show(sealed(absent=(field,)))
    place = {"summary": "detail_summary", "diff": "no_diff", "reason": "reason_value"}
    words = panel.text(place.get(field, f"{field}_value"))
    assert words == "Redacted: the value is not here, its commitment is."
    find(panel.widget, "commitments_toggle", QToolButton).click()
    said = find(panel.widget, f"commitment_{field}").accessibleName()
    assert said == f"{field} value not here"
    assert "this row matches its leaf hash" in find(panel.widget, "row_check").accessibleName()


# Filters


@pytest.mark.parametrize(
    ("fact", "key", "value"),
    [
        ("actor", "actor", EVENT.actor),
        ("action", "action", EVENT.action),
        ("entity_type", "entity", EVENT.entity_type),
        ("entity_id", "entity", EVENT.entity_id),
        ("system", "system", EVENT.system),
        ("ip", "ip", EVENT.ip),
        ("session_id", "session", EVENT.session_id),
        ("request_id", "request", EVENT.request_id),
    ],
)
def test_everything_with_a_value_and_everything_without_it_is_two_keys_away(
    panel: Panel, fact: str, key: str, value: str
) -> None:
    panel.show(sealed())
    panel.choose(fact, "everything")
    panel.choose(fact, "exclude")
    assert panel.asked == [(key, value, False), (key, value, True)]


def test_a_value_can_be_copied_and_a_time_is_copied_in_utc(panel: Panel) -> None:
    panel.show(sealed())
    panel.choose("actor", "copy")
    assert QGuiApplication.clipboard().text() == EVENT.actor
    panel.choose("at", "copy")
    assert QGuiApplication.clipboard().text() == "2026-03-02T09:14:07.482913Z"


def test_other_events_of_the_request_are_a_press_away(panel: Panel) -> None:
    panel.show(sealed())
    related = find(panel.widget, "related_events", QPushButton)
    assert related.text() == "Other events of this request"
    panel.widget.set_related(3)
    assert related.text() == "3 other events of this request"
    press(related, "Space")
    assert panel.asked == [("request", "req-4f1c", False)]
    panel.show(sealed(request_id=None))
    assert not related.isVisible()


# The change


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"new": "admin", "old": "member"}, "f, changed from member to admin"),
        ({"new": "admin"}, "f, added: admin"),
        ({"old": "member"}, "f, removed: it was member"),
        ({"new": None, "old": "x"}, "f, changed from x to null"),
        ({"new": "null", "old": None}, 'f, changed from null to "null"'),
        ({"new": True, "old": False}, "f, changed from false to true"),
        ({"new": "true", "old": True}, 'f, changed from true to "true"'),
        ({"new": 7, "old": "7"}, 'f, changed from "7" to 7'),
        ({"new": "", "old": 0}, 'f, changed from 0 to ""'),
        ({"new": "Zoë 🔑", "old": "Zoe\u0308"}, "f, changed from Zoe\u0308 to Zoë 🔑"),
        ({"new": [], "old": {}}, "f, changed from {} to []"),
        ({"new": "a\u202eb"}, "f, added: a‹U+202E›b"),
        ("no pair", "f, added: no pair"),
        ({}, "f, added: {}"),
    ],
)
def test_a_line_reads_as_a_sentence(entry: Any, sentence: str) -> None:
    (line,) = compared({"f": entry})
    assert line.sentence() == sentence


def test_null_is_not_the_same_as_no_value() -> None:
    nulled, added = compared({"a": {"new": 1, "old": None}, "b": {"new": 1}})
    assert (nulled.before.kind, added.before.kind) == ("null", "absent")
    assert (nulled.change, added.change) == ("changed", "added")


def test_words_that_differ_within_a_long_text_are_marked() -> None:
    (line,) = compared(
        {"f": {"old": "The quick brown fox jumps", "new": "The slow brown fox jumps"}}
    )
    assert [p.text for p in line.before.pieces if p.is_marked] == ["quick"]
    assert [p.text for p in line.after.pieces if p.is_marked] == ["slow"]
    assert line.after.shown == "The slow brown fox jumps"


def test_nested_values_are_written_on_lines_of_their_own() -> None:
    (line,) = compared({"f": {"old": {"a": 1}, "new": {"a": 2, "b": [True]}}})
    assert line.before.whole == '{\n  "a": 1\n}'
    assert "true" in line.after.shown


def test_a_difference_far_inside_a_long_value_is_what_one_sees() -> None:
    changed = BIG[:700_000] + "HERE " + BIG[700_000:]
    (line,) = compared({"f": {"old": BIG, "new": changed}})
    assert "HERE" in line.after.shown
    assert len(line.after.shown) <= MOST_CHARACTERS
    assert line.after.skipped + len(line.after.shown) + line.after.left == len(changed)


def test_a_diff_of_a_megabyte_neither_stalls_nor_is_lost(panel: Panel) -> None:
    detail = sealed({"text": {"old": BIG, "new": BIG + "x"}, "role": {"new": "admin"}})
    panel.show(sealed())
    panel.arrived.clear()
    began = time.perf_counter()
    panel.widget.show_event(detail, "verified")
    asked = time.perf_counter() - began
    wait_for(lambda: panel.arrived)
    on_result = panel.widget._on_prepared
    prepared = panel.widget._shown
    assert prepared is not None
    began = time.perf_counter()
    on_result(prepared)
    panel.widget.grab()
    built = time.perf_counter() - began
    assert asked < 0.05
    assert built < 0.25  # 0.013 s on a quiet machine.
    row = panel.diff_row()
    press(row, "Space")
    menu = opened("diff_menu", QMenu)
    press(menu, "Down")
    press(menu, "Return")
    assert QGuiApplication.clipboard().text() == BIG


def test_arrows_go_through_the_fields_and_ctrl_c_copies_one(panel: Panel) -> None:
    panel.show(sealed({"a": {"new": 1}, "b": {"old": "x y", "new": "x z"}, "c": {"old": None}}))
    panel.diff_row().setFocus()
    press(panel.diff_row(), "Down")
    assert panel.diff_row(1).hasFocus()
    press(panel.diff_row(1), "Ctrl+C")
    assert QGuiApplication.clipboard().text() == "b\tx y\tx z"
    press(panel.diff_row(1), "Up")
    press(panel.diff_row(0), "Up")
    assert panel.diff_row(0).hasFocus()


def test_of_very_many_fields_the_rest_is_counted(panel: Panel) -> None:
    panel.show(sealed({f"field_{n}": {"new": n} for n in range(140)}))
    assert len(panel.widget.diff.rows) == 100
    panel.show(sealed())
    assert len(panel.widget.diff.rows) == 1


def test_an_event_that_changed_nothing_says_so(panel: Panel) -> None:
    panel.show(sealed(None))
    assert panel.text("no_diff") == "This event changed no field."
    assert not panel.widget.diff.isVisible()


# The proof


def test_a_verified_seal_says_when_and_against_what(panel: Panel) -> None:
    at = datetime(2026, 3, 3, tzinfo=UTC)
    state = SealState.of([], verified_to=50_000, newest=50_000, verified_at=at)
    panel.show(sealed(), "verified", state)
    assert panel.seal() == "Verified"
    assert "2026-03-03 11:00:00 +11:00" in panel.text("seal_sentence")
    assert "this row matches its leaf hash" in find(panel.widget, "row_check").accessibleName()


def test_a_broken_seal_says_what_is_wrong(panel: Panel) -> None:
    fault = SealFault(48_213, 48_213, "altered", "not what was sealed: summary")
    state = SealState.of([fault], verified_to=50_000, newest=50_000)
    panel.show(sealed(), state.seal_of(48_213), state)
    assert panel.seal() == "Seal broken"
    assert panel.text("seal_sentence") == "Event 48,213 is altered: not what was sealed: summary."


def test_a_row_changed_after_it_was_verified_is_broken_here(panel: Panel) -> None:
    detail = sealed()
    panel.show(replace(detail, event=replace(detail.event, severity="info")), "verified")
    assert panel.seal() == "Seal broken"
    assert "does not match what was sealed (severity)" in (
        find(panel.widget, "row_check").accessibleName()
    )


def test_the_seal_follows_the_verification(panel: Panel) -> None:
    panel.show(sealed(), "not_yet")
    assert panel.seal() == "Not yet verified"
    panel.widget.set_seal("verified")
    assert panel.seal() == "Verified"


def test_everything_that_repeats_the_proof_can_be_copied(panel: Panel) -> None:
    detail = sealed()
    panel.show(detail)
    assert panel.mono("leaf_hash") == detail.event.leaf_hash
    assert panel.mono("previous_hash") in detail.leaf
    toggle = find(panel.widget, "leaf_toggle", QToolButton)
    assert not find(panel.widget, "leaf_text").isVisible()
    press(toggle, "Space")
    assert find(panel.widget, "leaf_text", QPlainTextEdit).toPlainText() == detail.leaf
    press(find(panel.widget, "leaf_copy"), "Space")
    assert QGuiApplication.clipboard().text() == detail.leaf


# States and keyboard


def test_esc_closes_from_anywhere(panel: Panel) -> None:
    panel.show(sealed())
    closed: list[None] = []
    panel.widget.closed.connect(lambda: closed.append(None))
    panel.widget.setFocus()
    press(panel.widget, "Esc")
    find(panel.widget, "leaf_toggle", QToolButton).click()
    for name in ("actor_menu", "diff_row_0", "leaf_text", "detail_export"):
        find(panel.widget, name).setFocus()
        press(panel.widget, "Esc")
    assert len(closed) == 5


def test_export_gives_the_whole_event(panel: Panel) -> None:
    given: list[object] = []
    panel.widget.export_requested.connect(given.append)
    button = find(panel.widget, "detail_export", QPushButton)
    assert not button.isEnabled()
    detail = sealed()
    panel.show(detail)
    press(button, "Space")
    assert given == [detail]


def test_an_error_says_what_to_do_and_offers_retry(panel: Panel) -> None:
    retried: list[None] = []
    panel.widget.retry_requested.connect(lambda: retried.append(None))
    panel.widget.show_error(Problem("The server is away.", "Try again in a moment."))
    assert panel.text("state_sentence") == "The server is away. Try again in a moment."
    press(find(panel.widget, "state_action"), "Space")
    assert retried == [None]
    panel.show(sealed())
    assert panel.text("detail_summary") == EVENT.summary


def test_the_last_of_several_events_is_the_one_that_stays(panel: Panel) -> None:
    for seq in range(1, 20):
        panel.widget.show_event(sealed(seq=seq), "verified")
    wait_for(lambda: panel.widget.seq == 19)
    assert panel.text("detail_number") == "Event 19"


def test_clear_forgets_the_event(panel: Panel) -> None:
    panel.show(sealed())
    panel.widget.clear()
    assert panel.widget.seq is None
    assert panel.text("state_title") == "No event chosen"


@pytest.mark.parametrize("width", [WIDTH, 320])
def test_nothing_is_nameless_cut_or_out_of_reach(panel: Panel, width: int) -> None:
    panel.widget.resize(width, 1400)
    panel.show(
        sealed(
            {"role": {"new": "admin", "old": "member"}, "note": {"new": "long " * 100}},
            occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
            on_behalf_of="user:a-rather-long-address-of-somebody@a-long-domain.example",
        )
    )
    find(panel.widget, "leaf_toggle", QToolButton).click()
    find(panel.widget, "commitments_toggle", QToolButton).click()
    settle()
    assert accessibility.faults(panel.widget) == []


def test_the_panel_reads_as_a_sentence(panel: Panel) -> None:
    panel.show(sealed())
    said = find(panel.widget, "detail_scroll").accessibleName()
    assert said == (
        f"Event 48,213: {EVENT.summary}. high, member.role_changed by {EVENT.actor},"
        " 2026-03-02 20:14:07 +11:00. Verified."
    )
