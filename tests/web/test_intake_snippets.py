"""The programs that people copy work as they stand, with curl, Python and Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from govdesk.services.snippets import EXAMPLE_KEY, EXAMPLE_URL, first_event, snippets
from tests.people import Cast
from tests.web.sending import Office, office

_PAGE = Path(__file__).resolve().parents[2] / "docs/intake.md"
_RUN = {
    "bash": ["bash", "-e"],
    "python": [sys.executable, "-"],
    "javascript": ["node", "-"],
}
_NEEDS = {"bash": "curl", "python": sys.executable, "javascript": "node"}


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Iterator[Office]:
    """A system with a key."""
    with office(cast, tmp_path) as made:
        yield made


def _run(language: str, text: str) -> subprocess.CompletedProcess[str]:
    if shutil.which(_NEEDS[language]) is None:
        pytest.skip(f"{_NEEDS[language]} is not installed")
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return subprocess.run(
        _RUN[language], input=text, capture_output=True, text=True, timeout=60, env=kept
    )


@pytest.mark.parametrize("language", list(_RUN))
def test_a_snippet_sends_the_first_event(desk: Office, language: str) -> None:
    texts = {kind: text for _, kind, text in snippets(desk.sender.visitor.url, desk.sender.raw)}
    done = _run(language, texts[language])
    assert done.returncode == 0, done.stderr
    assert "accepted" in done.stdout
    (row,) = [row for row in desk.cast.rows(0) if row["action"] == "system.event"]
    assert row["summary"] == first_event()["summary"]


@pytest.mark.parametrize("language", list(_RUN))
def test_a_snippet_shows_what_went_wrong(desk: Office, language: str) -> None:
    typo = desk.sender.raw[:-1] + ("a" if desk.sender.raw[-1] != "a" else "b")
    texts = {kind: text for _, kind, text in snippets(desk.sender.visitor.url, typo)}
    done = _run(language, texts[language])
    assert done.returncode != 0
    assert "invalid" in done.stdout + done.stderr


def test_the_page_shows_the_same_programs() -> None:
    page = _PAGE.read_text(encoding="utf-8")
    for title, language, text in snippets(EXAMPLE_URL, EXAMPLE_KEY):
        assert f"**{title}**\n\n```{language}\n{text}```" in page


def test_an_odd_address_or_key_stays_text() -> None:
    for _, language, text in snippets("https://a.example/$(id)`id`'\"", "k'\"$(id)\\"):
        if language == "python":
            compile(text, "snippet", "exec")
        if language == "bash":
            assert "'https://a.example/$(id)`id`'" in text
