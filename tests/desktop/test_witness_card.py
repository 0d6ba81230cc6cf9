"""A checkpoint as it is read on the telephone: digits in groups, the time in the zone shown."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QToolButton

from govdesk.desktop.timeline.columns import time_text
from govdesk.desktop.witness.card import CheckpointCard
from govdesk.evidence.checkpoints import Tree
from govdesk.evidence.notes import VerifierKey
from govdesk.services import trust
from tests.desktop.driving import find, show

AT = datetime(2026, 6, 30, 4, 12, 8, tzinfo=UTC)
SYDNEY = ZoneInfo("Australia/Sydney")
TREE = Tree(412_933, sha256(b"root").digest())
KEYS = tuple(VerifierKey("govdesk/acme", sha256(seed).digest()) for seed in (b"one", b"two"))


def card() -> CheckpointCard:
    shown = show(CheckpointCard("found", "Shown by the server now"), 480, 240)
    shown.show_checkpoint(TREE, AT, KEYS[:1], SYDNEY, "this computer's clock")
    return shown


def test_root_and_key_stand_in_the_groups_that_a_fingerprint_has_elsewhere() -> None:
    shown = card()
    for part, digits in ((shown.root, TREE.root.hex()), (shown.key, KEYS[0].fingerprint)):
        words = find(part, "fingerprint_small", QLabel)
        assert words.text() == trust.grouped(digits)
        assert [len(line) for line in words.text().split("\n")] == [39, 39]
        assert words.visibleRegion().boundingRect() == words.rect()
        find(part, "fingerprint_copy", QToolButton).click()
        assert QGuiApplication.clipboard().text() == words.text()


def test_two_keys_stand_below_each_other() -> None:
    shown = card()
    shown.show_checkpoint(TREE, AT, KEYS, SYDNEY)
    lines = find(shown.key, "fingerprint_small", QLabel).text().split("\n")
    assert "".join(lines).replace(" ", "") == "".join(key.fingerprint for key in KEYS)
    assert [len(line) for line in lines] == 4 * [39]


def test_the_time_is_written_as_the_timeline_writes_it() -> None:
    assert find(card(), "found_time", QLabel).text() == (
        f"{time_text(AT, SYDNEY)} · this computer's clock"
    )
    assert time_text(AT, SYDNEY) == "2026-06-30 14:12:08 +10:00"


def test_without_a_checkpoint_there_is_nothing_to_copy() -> None:
    shown = card()
    shown.show_checkpoint(None, None, (), SYDNEY, "The server shows none.")
    assert find(shown.root, "fingerprint_small", QLabel).text() == "–"
    assert not find(shown.root, "fingerprint_copy", QToolButton).isEnabled()
