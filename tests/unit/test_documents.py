"""What the code names is documented, and what is generated is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govdesk.cli.reference import reference
from govdesk.database.migrate import migrations_folder

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "migrations/README.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]


def test_the_page_of_the_command_line_is_what_the_commands_say() -> None:
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == reference()


def test_every_function_that_may_be_called_is_documented() -> None:
    page = (ROOT / "migrations/README.md").read_text(encoding="utf-8")
    sources = (migrations_folder() / "sql/functions").glob("*.sql")
    found = {
        name
        for source in sources
        for name in re.findall(r"FUNCTION govdesk_api\.(\w+)", source.read_text(encoding="utf-8"))
    }
    assert len(found) > 15
    assert {name for name in found if f"`{name}(" not in page and f"`{name}" not in page} == set()


def test_every_variable_that_is_read_is_documented() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    found = {
        name
        for source in (ROOT / "govdesk").rglob("*.py")
        for name in re.findall(r'"(GOVDESK_[A-Z_]+)"', source.read_text(encoding="utf-8"))
    }
    assert len(found) > 5
    assert {name for name in found if name not in page} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#]+)", text) if "://" not in t]
    assert [t for t in targets if not (page.parent / t).exists()] == []
