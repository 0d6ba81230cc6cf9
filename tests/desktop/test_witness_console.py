"""The console as a witness: an alarm over the whole window, the first key, exchange of files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton, QWidget

from govdesk.desktop.witness import dialog as dialogs
from govdesk.desktop.witness.alarm import AlarmScreen
from govdesk.evidence.checkpoints import Tree, body, origin
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.notes import KeyPair, sign
from govdesk.services.trust import Trust, in_line
from govdesk.services.witness_judge import now
from govdesk.services.witness_memory import Known
from tests.deciding import COUNSEL, name_reviewer
from tests.desktop.driving import find, opened, press, wait_for
from tests.desktop.office import Desk, Office
from tests.evidences import ACME, HOST, fill, grow, told
from tests.people import MEI, OLGA, Cast

PAIR = KeyPair.generate()
KEY = PAIR.vkey(origin(ACME))
FOREIGN = bytes(range(32))


def signed(cast: Cast) -> Tree:
    """Let a worker sign the log as it stands."""
    fill(cast, 3)
    grow(cast)
    announce = "SELECT govdesk_api.announce_checkpoint_key(%s, %s, %s, %s)"
    told(cast, announce, ACME, HOST, KEY.text, KEY.public)
    size = cast.last_seq()
    hashes = "SELECT govdesk_api.worker_leaf_hashes(%s, %s, 1, %s)"
    found = bytes(told(cast, hashes, ACME, HOST, size))
    frontier = Frontier()
    for at in range(0, len(found), 32):
        frontier.push(found[at : at + 32])
    tree = Tree(size, frontier.root())
    put = "SELECT govdesk_api.put_checkpoint(%s, %s, %s, %s, %s)"
    assert told(cast, put, ACME, HOST, size, tree.root, note_of(tree)) == "signed"
    return tree


def note_of(tree: Tree) -> str:
    return sign(body(origin(ACME), tree), origin(ACME), [PAIR])


def compared(desk: Desk) -> None:
    """Have the console compare once more, to the end."""
    watching = desk.place.witnessing.watching
    watching.verdict = None
    watching.check()
    wait_for(lambda: watching.verdict is not None, what="a verdict")


def remember(desk: Desk, tree: Tree) -> None:
    """Let this computer have seen something that the worker signed."""
    witness = desk.place.witnessing.watching.witness
    before = witness.remembered()
    known = Known(note_of(tree), now(), KEY)
    after = replace(before.with_pin(KEY, now(), is_compared=False), newest=known)
    assert witness._file.change(before, after)


def alarmed(desk: Desk) -> AlarmScreen:
    """A log that this computer knew longer."""
    tree = signed(desk.office.cast)
    remember(desk, Tree(tree.size + 1000, FOREIGN))
    compared(desk)
    screen = desk.place.witnessing.screen
    assert screen is not None
    return screen


def words(part: QWidget, name: str) -> str:
    return str(find(part, name).text())  # type: ignore[attr-defined]


def band(desk: Desk) -> str:
    one = desk.place.witnessing.band
    return one.sentence if one.isVisible() else ""


def test_a_log_in_order_is_said_in_the_status_bar_and_nowhere_else(office: Office) -> None:
    size = signed(office.cast).size
    desk = office.desk(OLGA)
    wait_for(lambda: "witnessed" in desk.status("seal"), what="the comparison")
    assert f"witnessed at {size:,}" in desk.status("seal")
    assert desk.place.witnessing.screen is None
    assert "for the first time" in band(desk)
    compared(desk)
    assert band(desk) == ""


def test_the_first_key_is_shown_to_be_compared_and_then_counts_as_trusted(office: Office) -> None:
    signed(office.cast)
    desk = office.desk(OLGA)
    wait_for(lambda: band(desk), what="the notice")
    find(desk.place.witnessing.band, "banner_action_1", QPushButton).click()
    dialog = opened("witness_dialog", QDialog)
    shown = words(dialog, "fingerprint")
    assert shown.replace(" ", "").replace("\n", "") == KEY.fingerprint
    assert [len(line) for line in shown.split("\n")] == [39, 39]
    find(dialog, "witness_accept_0", QPushButton).click()
    wait_for(lambda: Trust().list(), what="the key to be trusted")
    wait_for(
        lambda: desk.place.witnessing.watching.witness.remembered().keys[0].is_compared,
        what="the key to count as compared",
    )
    assert Trust().keys_for(origin(ACME)) == (KEY,)
    find(dialog, "witness_close", QPushButton).click()


def test_a_rolled_back_log_covers_the_window_and_names_both_checkpoints(office: Office) -> None:
    desk = office.desk(OLGA)
    screen = alarmed(desk)
    assert screen.isVisible()
    assert screen.size() == desk.window.size()
    assert words(screen, "alarm_title") == "The log was rolled back"
    newest = int(words(screen, "found_size").split()[0].replace(",", ""))
    assert words(screen, "known_size") == f"{newest + 1000:,} events"
    assert screen.before.root.text == FOREIGN.hex()
    assert screen.now.key.text == KEY.fingerprint
    assert desk.focus() == "alarm_save"
    assert "audit.fault_found" in {row["action"] for row in office.cast.rows(newest)}
    page = desk.place.window.page
    press(desk.window, "Ctrl+1")
    press(desk.window, "Ctrl+K")
    assert desk.place.window.page == page
    assert not desk.place.window.centralWidget().isEnabled()
    reached = set()
    for _ in range(20):
        press(desk.window, "Tab")
        reached.add(desk.focus())
    assert {"alarm_save", "alarm_declare", "alarm_again", "alarm_go_on"} <= reached
    assert all(
        screen.isAncestorOf(find(desk.window, name)) for name in ("alarm_save", "alarm_go_on")
    )


def test_going_on_leaves_a_band_that_leads_back(office: Office) -> None:
    desk = office.desk(OLGA)
    screen = alarmed(desk)
    screen.go_on.click()
    assert desk.place.witnessing.screen is None
    assert desk.place.window.centralWidget().isEnabled()
    assert "Do not sign off" in band(desk)
    compared(desk)
    assert desk.place.witnessing.screen is None
    assert "rolled back" in band(desk)
    assert "the log was rolled back" in desk.status("seal")
    find(desk.place.witnessing.band, "banner_action_1", QPushButton).click()
    assert desk.place.witnessing.screen is not None
    desk.place.witnessing.screen.go_on.click()


def test_both_checkpoints_are_saved_word_for_word(office: Office) -> None:
    desk = office.desk(OLGA)
    screen = alarmed(desk)
    screen.save.click()
    path = office.folder / "acme-alarm.txt"
    wait_for(path.exists, what="the file")
    text = path.read_text()
    watching = desk.place.witnessing.watching
    assert watching.verdict is not None
    assert watching.verdict.remembered is not None
    assert watching.verdict.remembered.note in text
    assert watching.verdict.found.note in text
    screen.go_on.click()


def test_an_owner_declares_a_restore_prefilled_and_the_alarm_lifts_itself(office: Office) -> None:
    name_reviewer(office.cast, COUNSEL)
    desk = office.desk(OLGA)
    screen = alarmed(desk)
    watching = desk.place.witnessing.watching
    assert watching.verdict is not None
    screen.declare.click()
    ask = opened("ask_dialog", QDialog)
    assert in_line(FOREIGN.hex()) in words(ask, "ask_what")
    find(ask, "ask_reason", QPlainTextEdit).setPlainText("The disk failed on Sunday")
    find(ask, "ask_submit", QPushButton).click()
    asked = "SELECT payload FROM govdesk.decision WHERE action = 'audit.restore'"
    wait_for(lambda: office.cast.admin.execute(asked).fetchall(), what="the request")
    known, found = watching.verdict.remembered, watching.verdict.found.tree
    assert known is not None
    assert found is not None
    payload = office.cast.one(asked)
    assert (json.loads(payload) if isinstance(payload, str) else payload) == {
        "known": {"size": known.tree.size, "root": known.tree.root.hex()},
        "found": {"size": found.size, "root": found.root.hex()},
    }
    remember(desk, found)
    screen.again.click()
    wait_for(lambda: desk.place.witnessing.screen is None, what="the alarm to be lifted")
    assert band(desk) == ""


def test_who_may_not_declare_is_told_who_can(office: Office) -> None:
    desk = office.desk(MEI)
    screen = alarmed(desk)
    assert not screen.declare.isEnabled()
    assert "policy.manage" in screen.declare.toolTip()
    assert "policy.manage" in words(screen, "alarm_foot_words")
    screen.go_on.click()


def test_a_checkpoint_is_given_and_taken_as_a_file(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = signed(office.cast)
    desk = office.desk(OLGA)
    compared(desk)
    desk.place.actions.run("witness.show")
    dialog = opened("witness_dialog", QDialog)
    find(dialog, "witness_export", QPushButton).click()
    path = office.folder / f"acme-{tree.size}.checkpoint"
    wait_for(path.exists, what="the file")
    assert path.read_text() == note_of(tree)

    other = office.folder / "other.checkpoint"
    given: list[Path] = [path]
    monkeypatch.setattr(dialogs.QFileDialog, "getOpenFileName", lambda *_: (str(given[0]), ""))
    find(dialog, "witness_import", QPushButton).click()
    wait_for(lambda: "newer one already" in desk.window.statusBar().currentMessage(), what="words")  # type: ignore[attr-defined]
    other.write_text("nothing")
    given[0] = other
    find(dialog, "witness_import", QPushButton).click()
    wait_for(lambda: "no checkpoint" in words(dialog, "witness_message"), what="a sentence")
    other.write_text(note_of(Tree(tree.size, FOREIGN)))
    find(dialog, "witness_import", QPushButton).click()
    wait_for(lambda: desk.place.witnessing.screen is not None, what="the alarm")
    screen = desk.place.witnessing.screen
    assert screen is not None
    assert screen.before.root.text == FOREIGN.hex()
    screen.go_on.click()


def test_forgetting_asks_first(office: Office) -> None:
    signed(office.cast)
    desk = office.desk(OLGA)
    compared(desk)
    desk.place.actions.run("witness.show")
    dialog = opened("witness_dialog", QDialog)
    witness = desk.place.witnessing.watching.witness
    for button in ("witness_forget_no", "witness_forget_yes"):
        assert witness.remembered().newest is not None
        find(dialog, "witness_forget", QPushButton).click()
        question = opened("witness_forget_question", QDialog)
        find(question, button, QPushButton).click()
    wait_for(lambda: "for the first time" in band(desk), what="the first key again")
    find(dialog, "witness_close", QPushButton).click()
