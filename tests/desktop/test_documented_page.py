"""Claim: the page that docs/desktop.md shows to copy is a page that works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from govdesk.desktop.borrowing import borrowed
from govdesk.jobs import Jobs, Task
from govdesk.services import organization
from govdesk.services.link import Link, Unreachable
from govdesk.services.organization import Here
from tests.desktop.conftest import Linked
from tests.desktop.driving import find, show, wait_for
from tests.people import CARLA

_PAGE = Path(__file__).parents[2] / "docs" / "desktop.md"
_KNOWN = (Here, Jobs, Link, QLabel, QVBoxLayout, QWidget, Signal, Task, borrowed)


def page() -> Any:
    """The class that the one Python block of the page defines."""
    blocks = re.findall(r"```python\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    names = {"organization": organization} | {known.__name__: known for known in _KNOWN}
    exec(compile(blocks[0], str(_PAGE), "exec"), names)
    return names["WhoPage"]


def test_the_page_to_copy_reads_off_the_main_thread_and_shows_it(
    linked: Linked, jobs: Jobs
) -> None:
    shown = show(page()(linked(CARLA), jobs))
    words = find(shown, "who_words", QLabel)
    wait_for(lambda: words.text().startswith("Carla Compliance, "), what="the answer")


def test_the_page_to_copy_passes_on_what_went_wrong(jobs: Jobs) -> None:
    told: list[Exception] = []
    made = page()(Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme"), jobs)
    made.trouble.connect(told.append)
    show(made)
    wait_for(lambda: told, what="the error")
    assert isinstance(told[0], Unreachable)
