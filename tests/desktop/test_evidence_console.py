"""Evidence in the whole window: real files, a real worker that signs, the real database."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPlainTextEdit

from govdesk.desktop.evidence.erasing import FieldsErasure, PersonErasure
from govdesk.desktop.evidence.holds import LiftDialog, PlaceDialog
from govdesk.desktop.evidence.kinds import BUNDLE
from govdesk.desktop.evidence.making import Wanted
from govdesk.desktop.evidence.ordering import OrderDialog
from govdesk.desktop.evidence.written import WrittenDialog
from govdesk.domain.filter_language import parse
from govdesk.evidence.bundle import verify_bundle
from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.services import audit, decisions, holds, snapshots
from govdesk.services.audit import Export
from govdesk.services.link import Unreachable
from govdesk.services.trust import Trust
from tests.deciding import COUNSEL, name_reviewer
from tests.desktop.driving import find, opened, wait_for
from tests.desktop.evidence_parts import SECONDS, banner, drop, evidence, is_gone, read
from tests.desktop.governed import help_of, words_of
from tests.desktop.office import Form, Office
from tests.doors import cooled, join, member_id, seat
from tests.evidences import fill
from tests.people import CARLA, MEI, OLGA, Cast
from tests.worker.signing.workers import Signing

IGOR = "igor.petrov@acme.example"


@pytest.fixture(scope="module")
def home_of_worker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the worker of this module keeps its key."""
    return tmp_path_factory.mktemp("signing")


@pytest.fixture
def signing(module_cast: Cast, home_of_worker: Path) -> Iterator[Signing]:
    """A worker that signs when it is asked."""
    made = Signing(module_cast, home_of_worker, seconds=3600)
    with made.worker():
        yield made


def decided(cast: Cast) -> list[Any]:
    return decisions.all_of(seat(cast, OLGA.email))


# Files


def test_a_bundle_of_the_filter_is_made_checked_and_found_again(
    office: Office, signing: Signing
) -> None:
    desk = office.desk(OLGA)
    desk.filter("actor:user:olga@*")
    desk.settle()
    desk.export("export.bundle")
    dialog = opened("bundle_dialog", OrderDialog)
    assert find(dialog, "bundle_filter", QLineEdit).text() == "actor:user:olga@*"
    wait_for(lambda: dialog.is_settled, what="the count")
    said = words_of(dialog, "bundle_reveals")
    expected = desk.timeline.count
    assert f"{expected:,} events in full" in said
    assert "shows who acted in" in said
    assert words_of(dialog, "bundle_complete").startswith("Complete, and provably so")
    target = office.folder / "olga.zip"
    Form(dialog).type("bundle_target", str(target))
    Form(dialog).push("bundle_go")
    wait_for(lambda: is_gone(dialog), what="the dialog to close")
    assert desk.exports()
    assert "olga.zip holds" in banner(desk, "olga.zip holds")
    report = verify_bundle(target, [signing.vkey()])
    assert (report.ok, report.complete) == (True, True), report.as_json()
    with zipfile.ZipFile(target) as archive:
        assert len(archive.read("events.jsonl").splitlines()) >= expected
    find(desk.place.window.banner, "banner_action_1").click()
    written = opened("written_dialog", WrittenDialog)
    digest = written.digest.text
    written.accept()
    # The log knows it, and leads to the event that sealed it.
    Trust().add(signing.vkey().text)
    page = evidence(desk, "Check a file")
    drop(page.provenance.drop, target)
    wait_for(lambda: page.provenance.pill.isVisible(), SECONDS, "the answer")
    wait_for(lambda: not page.provenance.verdict.is_busy, SECONDS, "the verdict")
    assert page.provenance.verdict.pill.word == "Verified"
    assert page.provenance.pill.word == "a sealed export made it"
    assert page.provenance.digest.text == digest
    assert words_of(page, "origin_1_actor") == f"user:{OLGA.email}"
    find(page, "origin_1_show").click()
    wait_for(lambda: desk.timeline.detail.seq is not None, what="the event")
    shown = desk.timeline.detail.shown_detail
    assert shown is not None
    assert shown.event.action == "audit.bundle_created"


def test_a_snapshot_opens_with_the_generated_passphrase_only(
    office: Office, signing: Signing
) -> None:
    desk = office.desk(OLGA)
    desk.place.actions.run("export.snapshot")
    dialog = opened("snapshot_dialog", OrderDialog)
    form = Form(dialog)
    form.type("snapshot_filter", "action:session.*")
    form.press("Escape") if dialog.scope.completion.is_open else None
    find(dialog, "snapshot_generate").click()
    secret = find(dialog, "secret_text", QLineEdit).text()
    target = office.folder / "acme.govsnap"
    find(dialog, "snapshot_target", QLineEdit).setText(str(target))
    wait_for(lambda: dialog.is_settled, what="the count")
    dialog.submit()
    banner(desk, "acme.govsnap holds")
    log = snapshots.open_snapshot(target, secret)
    rows = [row.seq for row in log.rows(parse("action:session.*", zone=UTC).to_terms())]
    log.close()
    assert rows
    assert set(desk.expected("action:session.*")) >= set(rows)
    with pytest.raises(snapshots.SnapshotProblem):
        snapshots.open_snapshot(target, secret + "x")


def test_a_cancelled_bundle_leaves_nothing(office: Office, signing: Signing) -> None:
    desk = office.desk(OLGA, events=3000)
    dialog = desk.place.evidencing.order(BUNDLE)
    target = office.folder / "gone.zip"
    find(dialog, "bundle_target", QLineEdit).setText(str(target))
    dialog.submit()
    (job,) = desk.exports()
    job.cancel()
    wait_for(lambda: job.has_ended, SECONDS, "the job to end")
    assert job.state == "cancelled"
    wait_for(lambda: not list(office.folder.glob(".gone*")), SECONDS, "the part to go")
    assert not target.exists()


def test_what_failed_is_said_and_ordered_again_with_one_press(
    office: Office, signing: Signing
) -> None:
    desk = office.desk(OLGA)
    dialog = desk.place.evidencing.order(BUNDLE, "actor:user:olga@*")
    folder = office.folder / "later"
    folder.mkdir()
    find(dialog, "bundle_target", QLineEdit).setText(str(folder / "b.zip"))
    find(dialog, "bundle_redact_ip").click()
    wait_for(lambda: dialog.is_settled, what="the count")
    dialog.submit()
    folder.rmdir()
    assert "b.zip was not written" in banner(desk, "b.zip was not written")
    find(desk.place.window.banner, "banner_action_1").click()
    again = opened("bundle_dialog", OrderDialog)
    assert again.wanted().query == "actor:user:olga@*"
    assert again.wanted().redact == {"ip"}
    assert find(again, "bundle_target", QLineEdit).text() == str(folder / "b.zip")
    again.reject()


def test_what_a_lost_connection_interrupted_is_offered_again(office: Office) -> None:
    desk = office.desk(OLGA)
    evidencing = desk.place.evidencing
    told: list[object] = []
    wanted = Wanted(BUNDLE, office.folder / "b.zip", "actor:user:olga@*", then=told.append)
    lost = Unreachable("The server does not answer.", "Check the network, then try again.")
    evidencing.maker.failed.emit(wanted, lost)
    assert "does not answer" in desk.banner()
    desk.place.window.connection.ask()
    banner(desk, "b.zip was not written: the connection broke")
    find(desk.place.window.banner, "banner_action_1").click()
    again = opened("bundle_dialog", OrderDialog)
    assert again.wanted().query == "actor:user:olga@*"
    assert again.wanted().then == told.append
    again.reject()


def test_a_system_is_exported_from_its_page(office: Office) -> None:
    desk = office.desk(OLGA)
    window = desk.place.window
    window.show_page("systems")
    systems = desk.place.organizing.systems
    wait_for(lambda: systems.forest is not None, what="the tree")
    systems.select("acme.claims")
    wait_for(
        lambda: systems.panel.node is not None and systems.panel.node.kind == "system",
        what="the system",
    )
    find(systems, "node_bundle").click()
    dialog = opened("bundle_dialog", OrderDialog)
    text = find(dialog, "bundle_filter", QLineEdit).text()
    assert text == 'system:"Claims triage"'
    dialog.reject()


# Checkpoints


def test_a_checkpoint_is_signed_now_shown_and_saved(office: Office, signing: Signing) -> None:
    desk = office.desk(OLGA)
    page = evidence(desk)
    part = read(page.checkpoints)
    before = part.found.rows[0].size if part.found.rows else 0
    fill(office.cast, 3)
    find(page, "checkpoint_sign").click()
    wait_for(lambda: part.found.rows and part.found.rows[0].size > before, SECONDS, "a checkpoint")
    newest = part.found.rows[0]
    assert f"covers {newest.size:,} events" in words_of(page, "evidence_checkpoints_lead")
    fingerprint = signing.vkey().fingerprint
    assert find(page, "checkpoint_fingerprint").text.replace(" ", "") == fingerprint  # type: ignore[attr-defined]
    desk.place.actions.run("evidence.save")
    path = office.folder / f"acme-{newest.size}.checkpoint"
    wait_for(path.exists, what="the file")
    saved = SignedCheckpoint.parse(path.read_text())
    assert saved.verified_by([signing.vkey()])
    assert saved.tree.size == newest.size


def test_without_a_worker_it_says_why_there_is_none(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from govdesk.services import checkpoints

    def refuse(*_: Any, **__: Any) -> None:
        raise checkpoints.NotSigned("No worker is alive, and only a worker can sign.", "Start one.")

    monkeypatch.setattr(checkpoints, "sign_now", refuse)
    page = evidence(office.desk(OLGA))
    part = read(page.checkpoints)
    part.sign.click()
    wait_for(lambda: words_of(page, "evidence_checkpoints_message"), what="the reason")
    assert "No worker is alive" in words_of(page, "evidence_checkpoints_message")
    assert part.sign.isEnabled()


# Holds


def test_a_hold_is_placed_by_keyboard_and_lifted_with_a_reason(office: Office) -> None:
    desk = office.desk(OLGA)
    desk.place.actions.run("evidence.hold")
    dialog = opened("place_hold", PlaceDialog)
    form = Form(dialog)
    form.type("hold_name", "Case 7")
    form.type("hold_filter", "actor:user:mei@*")
    if dialog.scope.completion.is_open:
        form.press("Escape")
    wait_for(lambda: dialog.is_settled, what="the count")
    count = len(desk.expected("actor:user:mei@*"))
    events = "1 event" if count == 1 else f"{count:,} events"
    assert words_of(dialog, "hold_covered") == f"It covers {events} now."
    find(dialog, "place_hold_go").click()
    assert "Say why" in help_of(dialog, "hold_reason")
    find(dialog, "hold_reason", QPlainTextEdit).setPlainText("The court asked for it")
    form.push("place_hold_go")
    wait_for(lambda: is_gone(dialog), what="the hold")
    (hold,) = [one for one in held(office.cast) if one.name == "Case 7"]
    assert (hold.query, hold.is_active) == ("actor:user:mei@*", True)
    part = read(desk.place.evidencing.page.holds)
    wait_for(lambda: part.list.item() is not None, what="the row")
    part.list.go_to(hold.id)
    part.lift.click()
    lift = opened("lift_hold", LiftDialog)
    find(lift, "lift_reason", QPlainTextEdit).setPlainText("The case is closed")
    Form(lift).push("lift_hold_go")
    wait_for(lambda: is_gone(lift), what="the end of the hold")
    (hold,) = [one for one in held(office.cast) if one.name == "Case 7"]
    assert (hold.is_active, hold.lift_reason) == (False, "The case is closed")


def held(cast: Cast) -> list[Any]:
    return holds.list_holds(seat(cast, OLGA.email))


def test_placing_asks_for_a_confirmation_when_the_last_one_is_old(office: Office) -> None:
    desk = office.desk(OLGA)
    cooled(office.cast)
    desk.place.actions.run("evidence.hold")
    dialog = opened("place_hold", PlaceDialog)
    find(dialog, "hold_name", QLineEdit).setText("Case 8")
    find(dialog, "hold_reason", QPlainTextEdit).setPlainText("The court asked for it")
    dialog.submit()
    confirm = opened("ConfirmForm", QDialog)
    confirm.reject()
    assert dialog.isVisible()
    assert find(dialog, "hold_name", QLineEdit).text() == "Case 8"
    assert not [one for one in held(office.cast) if one.name == "Case 8"]
    dialog.reject()


# Erasure


def test_a_hold_prevents_an_erasure_by_name_and_without_it_two_decide(office: Office) -> None:
    cast = office.cast
    name_reviewer(cast, COUNSEL)
    join(cast, IGOR, "admin")
    which = member_id(cast, IGOR)
    olga = seat(cast, OLGA.email)
    with olga.transaction() as connection:
        connection.execute("UPDATE govdesk.member SET status = 'removed' WHERE id = %s", (which,))
    hold = holds.place(olga, "Case 12", f"entity:{which}", "The court asked for it")
    desk = office.desk(OLGA)
    page = evidence(desk, "Erasure")
    part = read(page.erasure)
    assert part.list.go_to(which)
    part.erase.click()
    dialog = opened("erasure", PersonErasure)
    wait_for(lambda: dialog.is_settled, SECONDS, "the count")
    assert "“Case 12” keeps" in words_of(dialog, "erasure_effect_held")
    assert not find(dialog, "erasure_go").isEnabled()
    assert "webhooks delivered" in words_of(dialog, "erasure_beyond")
    dialog.reject()
    assert hold.id is not None
    holds.lift(olga, hold.id, "The case is closed")
    part.erase.click()
    dialog = opened("erasure", PersonErasure)
    wait_for(lambda: find(dialog, "erasure_go").isEnabled(), SECONDS, "the count")
    assert "go for good" in words_of(dialog, "erasure_effect_goes")
    find(dialog, "erasure_reason", QPlainTextEdit).setPlainText("He asked for it")
    Form(dialog).push("erasure_go")
    wait_for(lambda: is_gone(dialog), SECONDS, "the decision to be asked for")
    asked = [one for one in decided(cast) if one.payload == {"member_id": which}]
    assert [one.action for one in asked] == ["audit.erase"]
    wait_for(lambda: part.list.item() and part.list.item().waits, what="the row to say so")
    assert not part.erase.isEnabled()


def test_fields_of_an_event_are_erased_from_its_detail(office: Office) -> None:
    cast = office.cast
    name_reviewer(cast, COUNSEL)
    desk = office.desk(OLGA)
    desk.press("Return")
    wait_for(lambda: desk.timeline.detail.seq is not None, what="the event")
    seq = desk.timeline.detail.seq
    find(desk.timeline, "detail_erase").click()
    dialog = opened("erasure", FieldsErasure)
    assert not find(dialog, "erasure_go").isEnabled()
    find(dialog, "erase_summary").click()
    wait_for(lambda: find(dialog, "erasure_go").isEnabled(), SECONDS, "the count")
    assert words_of(dialog, "erasure_effect_goes") == "1 value in 1 event goes for good."
    find(dialog, "erasure_reason", QPlainTextEdit).setPlainText("A name was in it")
    Form(dialog).push("erasure_go")
    wait_for(lambda: is_gone(dialog), SECONDS, "the decision to be asked for")
    assert {"fields": [{"seq": seq, "fields": ["summary"]}]} in [
        one.payload for one in decided(cast) if one.action == "audit.erase"
    ]


# Rights and what is said


def test_who_reads_a_part_is_told_what_is_missing(office: Office) -> None:
    desk = office.desk(MEI, page="home")
    desk.place.window.show_page("evidence")
    page = desk.place.evidencing.page
    if "audit.read" in desk.place.here.permissions:
        assert page.tabs.isVisible() == desk.place.here.everywhere("audit.read")
    reason = desk.place.actions.reason("export.bundle")
    assert "make bundles and snapshots" in reason
    assert not page.bundle.isEnabled() or not page.bundle.isVisible()


def test_compliance_may_look_and_find_out_but_not_hold(office: Office) -> None:
    desk = office.desk(CARLA)
    page = evidence(desk, "Legal holds")
    read(page.holds)
    assert not page.holds.place.isEnabled()
    assert "policy.manage" in page.holds.place.toolTip()
    assert "set second human" in desk.place.actions.reason("evidence.hold")
    assert not find(desk.timeline, "detail_erase").isVisible()


def test_a_changed_file_is_not_vouched_for(office: Office) -> None:
    cast = office.cast
    path = office.folder / "log.csv"
    audit.export(seat(cast, OLGA.email), Export(path, "csv", force=True))
    path.write_bytes(path.read_bytes() + b"one more\n")
    page = evidence(office.desk(OLGA), "Check a file")
    page.provenance.choose = lambda parent, title: str(path)
    find(page, "provenance_choose").click()
    wait_for(lambda: page.provenance.pill.isVisible(), SECONDS, "the answer")
    assert page.provenance.pill.word == "no sealed export made it"
    assert "nothing vouches for it" in words_of(page, "provenance_answer")
    wait_for(lambda: not page.provenance.verdict.is_busy, SECONDS, "the verdict")
    assert words_of(page, "verdict_meaning").startswith("A CSV cannot prove itself")
    assert find(page, "provenance_file", QLabel).text() == "log.csv"
