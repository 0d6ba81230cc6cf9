"""The evidence dialogs alone: period and filter, what is refused, passphrases, what is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPlainTextEdit, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.evidence import samples, scenes
from govdesk.desktop.evidence.kinds import BUNDLE, SNAPSHOT, Kind
from govdesk.desktop.evidence.making import EvidenceMaker, Range, Wanted
from govdesk.desktop.evidence.months import PruneDialog
from govdesk.desktop.evidence.ordering import UNREADABLE, OrderDialog, Ordering
from govdesk.desktop.evidence.page import EvidencePage
from govdesk.desktop.evidence.periods import (
    end_moment,
    end_words,
    first_moment,
    first_words,
    when,
)
from govdesk.desktop.evidence.written import proof_words, sentence
from govdesk.desktop.widgets import Words
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here
from tests.desktop import driving
from tests.desktop.driving import find, show, wait_for
from tests.desktop.evidence_parts import is_gone
from tests.desktop.governed import help_of, words_of
from tests.desktop.office import Form

OpenedOrder = Callable[..., OrderDialog]
SYDNEY = ZoneInfo("Australia/Sydney")


class Noting(EvidenceMaker):
    """Notes what is ordered, and makes nothing."""

    def __init__(self, link: Link, jobs: Jobs, parent: QWidget):
        super().__init__(link, jobs, parent)
        self.ordered: list[tuple[Wanted, str]] = []

    def start(self, wanted: Wanted, passphrase: str = "") -> Any:
        self.ordered.append((wanted, passphrase))


@pytest.fixture
def order(jobs: Jobs, tmp_path: Path) -> OpenedOrder:
    """Open the dialog over a server that is away."""
    link = Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme", email="x@example.com")
    driving.ending.callback(link.close)
    window = show(QWidget(), 1000, 760)

    def open_it(kind: Kind = BUNDLE, query: str = "", between: Range | None = None) -> OrderDialog:
        about = Ordering(
            link, jobs, Noting(link, jobs, window), "acme", ("Acme Ltd", "olga@acme.example"),
            lambda: UTC, lambda parent, title, name, kinds: name,
        )  # fmt: skip
        wanted = Wanted(kind, tmp_path / f"acme{kind.suffix}", query, range=between)
        dialog = OrderDialog(kind, about, window, wanted=wanted)
        dialog.effect.is_staged = True
        dialog.effect.stop()
        dialog.open()
        wait_for(dialog.isActiveWindow, what="the dialog")
        return dialog

    return open_it


def ordered(dialog: OrderDialog) -> list[tuple[Wanted, str]]:
    maker = dialog._about.maker
    assert isinstance(maker, Noting)
    return maker.ordered


# Days


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-05-31", datetime(2026, 5, 31, tzinfo=SYDNEY), datetime(2026, 6, 1, tzinfo=SYDNEY)),
        ("2026-12", datetime(2026, 12, 1, tzinfo=SYDNEY), datetime(2027, 1, 1, tzinfo=SYDNEY)),
        # Clocks go back on this day: it is over 25 hours after it began.
        ("2026-04-05", datetime(2026, 4, 5, tzinfo=SYDNEY), datetime(2026, 4, 6, tzinfo=SYDNEY)),
    ],
)
def test_a_day_and_a_month_begin_and_end_in_the_zone_shown(
    text: str, begin: datetime, end: datetime
) -> None:
    assert first_moment(text, SYDNEY) == begin
    assert end_moment(text, SYDNEY) == end
    assert end_moment(end_words(end, SYDNEY), SYDNEY) == end
    assert first_moment(first_words(begin, SYDNEY), SYDNEY) == begin


@pytest.mark.parametrize("text", ["2026-02-30", "yesterday", "2026-13", "2026-5-", "31.5.2026"])
def test_what_is_no_day_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="Write a day as"):
        first_moment(text, UTC)


# The filter and its period


def test_days_are_written_into_the_filter_and_read_from_it(order: OpenedOrder) -> None:
    dialog = order(query="actor:user:mei@* at:2026-05..2026-06")
    assert find(dialog, "bundle_from", QLineEdit).text() == "2026-05-01"
    assert find(dialog, "bundle_to", QLineEdit).text() == "2026-06-30"
    form = Form(dialog)
    form.type("bundle_to", "2026-05-31")
    form.press("Tab")
    assert "at:2026-05" in dialog.scope.text
    assert "actor:user:mei@*" in dialog.scope.text
    find(dialog, "bundle_go").setFocus()
    form.press("Space")
    ((wanted, _),) = ordered(dialog)
    terms = {term["key"]: term for term in wanted.filter.to_terms()} if wanted.filter else {}
    assert str(terms["at"]["low"]).startswith("2026-05-01T00:00:00")
    assert str(terms["at"]["high"]).startswith("2026-06-01T00:00:00")


def test_an_end_of_the_period_that_nobody_touched_stays_to_the_minute(order: OpenedOrder) -> None:
    dialog = order(query="at:2026-05-01T10:30..2026-06")
    assert find(dialog, "bundle_from", QLineEdit).text() == "2026-05-01 10:30"
    form = Form(dialog)
    form.type("bundle_to", "2026-05-31")
    form.press("Return")
    ((wanted, _),) = ordered(dialog)
    assert wanted.filter is not None
    (term,) = wanted.filter.to_terms()
    assert str(term["low"]).startswith("2026-05-01T10:30:00")
    assert str(term["high"]).startswith("2026-06-01T00:00:00")


def test_a_faulty_day_stays_as_it_was_typed(order: OpenedOrder) -> None:
    dialog = order()
    form = Form(dialog)
    form.type("bundle_from", "yesterday")
    form.press("Return")
    assert "Write a day as" in help_of(dialog, "bundle_from")
    dialog.scope.field.setFocus()
    form.write("actor:user:mei@*")
    wait_for(lambda: dialog.scope.is_settled, what="the filter to be heard")
    assert find(dialog, "bundle_from", QLineEdit).text() == "yesterday"
    assert ordered(dialog) == []


def test_a_faulty_filter_is_marked_and_nothing_is_started(order: OpenedOrder) -> None:
    dialog = order(query="severty:high")
    Form(dialog).press("Return")
    assert "no key “severty”" in help_of(dialog, "bundle_filter")
    assert dialog.scope.field.marked
    assert dialog.isVisible()
    assert ordered(dialog) == []


def test_days_the_wrong_way_round_are_refused(order: OpenedOrder) -> None:
    dialog = order()
    form = Form(dialog)
    form.type("bundle_from", "2026-06-01")
    form.type("bundle_to", "2026-05-01")
    form.press("Return")
    assert help_of(dialog, "bundle_to") == "This is before the first day."
    assert ordered(dialog) == []


def test_what_is_redacted_and_a_range_go_into_the_order(order: OpenedOrder) -> None:
    dialog = order()
    for name in ("ip", "actor"):
        find(dialog, f"bundle_redact_{name}", QCheckBox).click()
    dialog.submit()
    ((wanted, _),) = ordered(dialog)
    assert (wanted.redact, wanted.filter, wanted.range) == ({"ip", "actor"}, None, None)
    month = Range("All of 2026-05.", 21, 40)
    fixed = order(between=month)
    assert words_of(fixed, "bundle_range") == "All of 2026-05."
    assert not find(fixed, "bundle_filter").isVisible()
    fixed.submit()
    assert ordered(fixed)[0][0].range == month


# Where it goes


def test_a_file_that_is_there_is_only_replaced_once_it_was_chosen(
    order: OpenedOrder, tmp_path: Path
) -> None:
    (tmp_path / "acme.zip").write_bytes(b"mine")
    dialog = order()
    dialog.submit()
    assert "There is a file of this name" in help_of(dialog, "bundle_target")
    assert ordered(dialog) == []
    find(dialog, "bundle_choose").setFocus()
    Form(dialog).press("Space")
    dialog.submit()
    ((wanted, _),) = ordered(dialog)
    assert wanted.force
    assert wanted.target == tmp_path / "acme.zip"


def test_a_folder_that_is_not_there_is_named(order: OpenedOrder, tmp_path: Path) -> None:
    dialog = order()
    find(dialog, "bundle_target", QLineEdit).setText(str(tmp_path / "nowhere" / "b"))
    dialog.submit()
    assert f"no folder {tmp_path / 'nowhere'}" in help_of(dialog, "bundle_target")
    find(dialog, "bundle_target", QLineEdit).setText(str(tmp_path / "b"))
    dialog.submit()
    assert ordered(dialog)[0][0].target == tmp_path / "b.zip"


# What it will show


def test_what_it_reveals_and_whether_it_is_provable_is_said_before(order: OpenedOrder) -> None:
    dialog = order(query="actor:user:mei@*")
    dialog.effect.show_preview(samples.PREVIEW)
    assert "shows who acted in 41,200 other events" in words_of(dialog, "bundle_reveals")
    assert words_of(dialog, "bundle_complete").startswith("Complete, and provably so")
    dialog.effect.show_preview(samples.UNPROVABLE)
    assert "cannot be proved from this file" in words_of(dialog, "bundle_complete")
    assert dialog.effect.mark.name == "triangle-alert"


def test_a_filter_that_is_whole_again_is_counted_again(order: OpenedOrder) -> None:
    dialog = order(query="actor:user:mei@*")
    effect, wanted = dialog.effect, dialog.wanted()
    effect.is_staged = False
    effect.look(wanted)
    effect.stop()
    effect.say(UNREADABLE)
    effect.look(wanted)
    assert words_of(dialog, "bundle_reveals") == "Counting …"


def test_a_count_that_was_given_up_is_not_shown(order: OpenedOrder) -> None:
    dialog = order(query="actor:user:mei@*")
    effect, wanted = dialog.effect, dialog.wanted()
    effect.is_staged = False
    effect.look(wanted)
    effect.stop()
    effect.say(UNREADABLE)
    effect._on_counted(wanted, samples.PREVIEW)
    assert words_of(dialog, "bundle_reveals") == UNREADABLE


@pytest.mark.parametrize("kind", [BUNDLE, SNAPSHOT])
def test_what_is_shown_and_where_it_goes_are_in_sight_in_the_least_window(
    order: OpenedOrder, kind: Kind
) -> None:
    dialog = order(kind, "actor:user:mei@* at:2026-05..2026-06")
    dialog.effect.show_preview(samples.PREVIEW)
    dialog.resize(912, 492)
    driving.settle()
    assert dialog.height() == 492
    for name in ("effect", "reveals", "complete", "target", "choose", "cancel", "go"):
        part = find(dialog, f"{kind.name}_{name}")
        shown = part.visibleRegion().boundingRect()
        assert shown == part.rect(), name
    words = find(dialog, f"{kind.name}_reveals", Words)
    assert words.height() >= words.heightForWidth(words.width())
    focus = dialog.focusWidget()
    assert focus is not None
    assert focus.visibleRegion().boundingRect() == focus.rect()


# Passphrases


def test_a_passphrase_is_typed_twice_and_a_weak_one_refused(order: OpenedOrder) -> None:
    dialog = order(SNAPSHOT)
    form = Form(dialog)
    form.type("snapshot_passphrase", "x")
    dialog.submit()
    assert help_of(dialog, "snapshot_passphrase") not in ("", "x")
    form.type("snapshot_passphrase", "seven quiet harbours wait")
    form.type("snapshot_passphrase_again", "seven quiet harbours wail")
    dialog.submit()
    assert "The two differ" in help_of(dialog, "snapshot_passphrase_again")
    assert ordered(dialog) == []
    form.type("snapshot_passphrase_again", "seven quiet harbours wait")
    dialog.submit()
    assert ordered(dialog)[0][1] == "seven quiet harbours wait"


def test_a_generated_one_is_shown_once_and_forgotten_with_the_dialog(order: OpenedOrder) -> None:
    dialog = order(SNAPSHOT)
    assert "cannot be recovered" in words_of(dialog, "snapshot_lost")
    find(dialog, "snapshot_generate").setFocus()
    Form(dialog).press("Space")
    shown = find(dialog, "secret_text", QLineEdit)
    made = shown.text()
    assert shown.isVisible()
    assert len(made) > 15
    said = [w.accessibleName() + w.toolTip() for w in dialog.findChildren(QWidget)]
    assert not any(made in one for one in said)
    dialog.submit()
    assert ordered(dialog)[0][1] == made
    assert made not in repr(ordered(dialog)[0][0])
    assert shown.text() == ""
    assert dialog.secret.secret == ""


# Keys


def test_escape_over_what_was_typed_is_asked_for_twice(order: OpenedOrder) -> None:
    dialog = order(SNAPSHOT)
    form = Form(dialog)
    form.type("snapshot_passphrase", "seven quiet harbours wait")
    form.press("Escape")
    assert dialog.isVisible()
    assert "once more" in words_of(dialog, "snapshot_message")
    form.type("snapshot_passphrase", "seven quiet harbours wait for")
    form.press("Escape")
    assert dialog.secret.secret == "seven quiet harbours wait for"
    form.press("Escape")
    wait_for(lambda: is_gone(dialog), what="the dialog to close")


def test_escape_over_nothing_typed_closes_at_once(order: OpenedOrder) -> None:
    dialog = order(BUNDLE, "actor:user:olga@*")
    Form(dialog).press("Escape")
    wait_for(lambda: is_gone(dialog), what="the dialog to close")


def test_tab_goes_as_one_reads_and_ends_at_the_buttons(order: OpenedOrder) -> None:
    dialog = order(SNAPSHOT)
    reached = []
    for _ in range(16):
        driving.press(dialog, "Tab")
        focus = dialog.focusWidget()
        assert focus is not None
        reached.append(focus.objectName())
    assert reached[1:3] == ["snapshot_to", "snapshot_redact_actor"]
    assert reached[9:12] == [
        "snapshot_passphrase", "snapshot_passphrase_again", "snapshot_generate",
    ]  # fmt: skip
    assert reached[-2:] == ["snapshot_cancel", "snapshot_go"]


# What was made, and what is asked for


def test_the_result_says_what_can_be_proved() -> None:
    made = samples.Written()
    assert sentence(made) == "acme-filtered.zip holds 12,304 events."
    assert "nothing was left out." in proof_words(made)
    unsigned = samples.Written(checkpoint=None)
    assert "cannot tell it from a forgery" in proof_words(unsigned)


def test_pruning_says_what_goes_what_stays_and_needs_a_reason(jobs: Jobs) -> None:
    link = Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme", email="x@example.com")
    driving.ending.callback(link.close)
    month = samples.months()[1]
    dialog: QDialog = show(PruneDialog(link, jobs, month, print, None))
    assert words_of(dialog, "prune_month_effect_goes").startswith("12,288 events of 2026-04 go")
    assert words_of(dialog, "prune_month_effect_kept").startswith("12 events stay")
    Form(dialog).push("prune_month_go")
    assert "Say why" in help_of(dialog, "prune_month_reason")
    find(dialog, "prune_month_reason", QPlainTextEdit).setPlainText("x" * 10_000)
    Form(dialog).push("prune_month_go")
    assert "at most 2,000 characters" in help_of(dialog, "prune_month_reason")
    assert not jobs.running


def page_of(jobs: Jobs, folder: Path, here: Here) -> EvidencePage:
    """The page over a server that is away, with what the pictures show."""
    link = Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme", email="x@example.com")
    driving.ending.callback(link.close)
    kept = Preferences(folder / "preferences.json", policy=folder / "policy.json")
    driving.ending.callback(kept.close)
    page = EvidencePage(link, jobs, kept, here, UTC)
    scenes.fill(page)
    return show(page, 1000, 760)


def test_why_a_button_is_greyed_stands_beside_it(jobs: Jobs, tmp_path: Path) -> None:
    page = page_of(jobs, tmp_path, scenes._HERE)
    page.show_tab("Months")
    assert words_of(page, "evidence_months_why_not") == "Select a month first."
    page.months.list.table.go_to(1)
    assert words_of(page, "evidence_months_why_not") == "Prune: archive it first."
    page.show_tab("Legal holds")
    assert words_of(page, "evidence_holds_why_not").startswith("Lift: select a hold")
    page.holds.list.table.go_to(0)
    assert words_of(page, "evidence_holds_why_not") == ""
    assert words_of(page, "page_note") == ""


def test_a_missing_permission_is_named_in_sight(jobs: Jobs, tmp_path: Path) -> None:
    page = page_of(jobs, tmp_path, scenes._READER)
    assert "evidence.create" in words_of(page, "page_note")
    page.show_tab("Months")
    told = words_of(page, "evidence_months_why_not")
    assert "Archive: this needs the permission evidence.create" in told
    assert "Prune: this needs the permission policy.manage" in told


def test_times_are_written_with_their_zone(jobs: Jobs, tmp_path: Path) -> None:
    page = page_of(jobs, tmp_path, scenes._HERE)
    assert "signed 2026-06-30 09:12 UTC" in words_of(page, "evidence_checkpoints_lead")
    assert page.checkpoints.list.model.index(0, 0).data() == "2026-06-30 09:12 UTC"
    assert when(datetime(2026, 6, 30, 9, 12, tzinfo=UTC), SYDNEY) == "2026-06-30 19:12 +10:00"


def test_a_late_checkpoint_says_whom_to_ask(jobs: Jobs, tmp_path: Path) -> None:
    page = page_of(jobs, tmp_path, scenes._HERE)
    scenes._late(page)
    said = words_of(page, "evidence_checkpoints_lead")
    assert said.endswith("Ask whoever runs the worker to look after it.")
    assert said.count("Ask whoever") == 1


def test_checkpoints_that_cannot_be_read_are_not_said_to_be_none(
    jobs: Jobs, tmp_path: Path
) -> None:
    link = Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme", email="x@example.com")
    driving.ending.callback(link.close)
    kept = Preferences(tmp_path / "preferences.json", policy=tmp_path / "policy.json")
    driving.ending.callback(kept.close)
    page = show(EvidencePage(link, jobs, kept, scenes._HERE, UTC), 1000, 760)
    part = page.checkpoints
    wait_for(lambda: part.list.state.state == "error", what="the error")
    assert not part.pill.isVisible()
    assert not part.fingerprint_field.isVisible()
    assert part.save.toolTip() == "The checkpoints are not read yet."
    part.stage(samples.found())
    assert part.pill.word == "signed"
    assert part.fingerprint_field.isVisible()
    # The key of a row is the one whose fingerprint stands above the list.
    assert part.list.model.index(0, 3).data() == f"{part.fingerprint.text[:9]} …"
