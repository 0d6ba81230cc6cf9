"""What the status bar says of the log is explained, to the keyboard and to a screen reader too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow, QPushButton
from shiboken6 import isValid

from govdesk.desktop import log_status
from govdesk.desktop.log_status import ALARM, Explanation, LogStatus, explained
from govdesk.desktop.sealing import Seals
from govdesk.desktop.witness.watching import Watching
from govdesk.evidence.checkpoints import Tree
from govdesk.services.seals import SealFault, SealState
from govdesk.services.witness_verdict import ALARMS, TITLES, Found, State, Verdict
from tests.desktop.driving import find, opened, press, show, wait_for


def bar() -> tuple[QMainWindow, LogStatus]:
    window = QMainWindow()
    field = QLineEdit(window)
    window.setCentralWidget(field)
    status = LogStatus(window)
    window.statusBar().addWidget(status)
    show(window, 800, 400)
    field.setFocus()
    return window, status


def test_every_kind_of_word_is_explained_by_a_sentence_of_its_own() -> None:
    said = [
        "verified to 402", "not yet verified", "1 fault found", "12 faults found",
        "witnessed at 1,399", "verified to 500 of acme", "verifying 7 %", "not verified",
        "not verified: 3 faults",
    ]  # fmt: skip
    meanings = [meaning for words in said for _, meaning in explained(words)]
    assert ALARM not in meanings
    assert len(set(meanings)) == len(log_status.MEANINGS) == len(said) - 1
    alarms = [TITLES[state].lower() for state in sorted(ALARMS)]
    assert {meaning for words in alarms for _, meaning in explained(words)} == {ALARM}


@pytest.mark.parametrize(
    ("state", "meaning"),
    [
        (SealState(), "still recomputing"),
        (SealState(verified_to=1_402), "found each as it was sealed"),
        (SealState(faults=(SealFault(3, 3, "altered", "its hash differs"),)), "not as they were"),
    ],
)
def test_what_verification_says_is_explained(state: SealState, meaning: str) -> None:
    ((_, told),) = explained(said_of(Seals, state=state))
    assert meaning in told


@pytest.mark.parametrize("state", sorted(ALARMS | {"consistent"}))
def test_what_the_witness_says_is_explained(state: State) -> None:
    tree = Tree(1_399, bytes(32))
    words = said_of(Watching, verdict=Verdict(state, "acme", found=Found(tree)))
    ((_, told),) = explained(words)
    assert (told == ALARM) == (state in ALARMS)


def said_of(kind: type, **known: object) -> str:
    """What the status bar says when this is known."""
    return str(kind.words.fget(SimpleNamespace(**known)))  # type: ignore[attr-defined]


def test_pressed_by_the_keyboard_it_explains_itself_and_leads_on() -> None:
    window, status = bar()
    asked: list[str] = []
    status.offer("Show the witness", lambda: asked.append("witness"))
    status.setText("verified to 402 · witnessed at 399")
    assert status.accessibleName() == status.text()
    for told in (status.accessibleDescription(), status.toolTip(), status.whatsThis()):
        assert "found each as it was sealed" in told
        assert "has proof that the log still continues it" in told
    press(window, "Tab")
    assert window.focusWidget() is status
    press(window, "Space")
    shown = opened("log_status_explanation", Explanation)
    texts = [label.text() for label in shown.findChildren(QLabel)]
    assert [texts[0], texts[2]] == ["Verified to 402", "Witnessed at 399"]
    assert all(
        one.visibleRegion().boundingRect() == one.rect() for one in shown.findChildren(QLabel)
    )
    press(shown, "Escape")
    wait_for(lambda: not isValid(shown) or not shown.isVisible(), what="it to close")
    press(window, "Space")
    shown = opened("log_status_explanation", Explanation)
    find(shown, "log_status_more", QPushButton).click()
    assert asked == ["witness"]
    assert not isValid(shown) or not shown.isVisible()


def test_without_words_it_takes_no_room_and_no_key() -> None:
    window, status = bar()
    assert not status.isVisible()
    press(window, "Tab")
    assert window.focusWidget() is window.centralWidget()
    status.setText("not yet verified")
    assert status.isVisible()
