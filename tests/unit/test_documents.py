"""What the code names is documented, and what is generated is current."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from govdesk.cli.reference import reference
from govdesk.database.migrate import migrations_folder
from govdesk.desktop.actions.catalogue import ACTIONS
from govdesk.desktop.reference import PAGES as OF_THE_DESKTOP
from tests.unit.test_walks import named_in, resolves

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


@pytest.mark.parametrize("name", sorted(OF_THE_DESKTOP))
def test_a_page_of_the_desktop_is_what_is_declared(name: str) -> None:
    page = ROOT / f"docs/reference/{name}.md"
    assert page.read_text(encoding="utf-8") == OF_THE_DESKTOP[name]()


def test_every_symbol_and_path_of_the_desktops_page_is_there() -> None:
    names = named_in((ROOT / "docs/desktop.md").read_text(encoding="utf-8"))
    symbols = [name for name in names if re.match(r"govdesk\.|[\w.]+/", name)]
    assert len(symbols) > 30
    assert [s for s in symbols if not resolves(s) and not any(ROOT.glob(s))] == []


def test_the_keys_of_the_readme_are_keys_of_actions() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `((?:Ctrl|F\d)[^`]*)` \| ([^|]+?) \|", table, re.MULTILINE)
    declared = {row.documented_keys: row.title for row in ACTIONS}
    assert len(named) > 10
    assert [pair for pair in named if declared.get(pair[0]) != pair[1]] == []


def test_a_compiled_form_that_differs_from_its_source_is_named_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))  # what stands beside it, as when it runs
    spec = importlib.util.spec_from_file_location("dev", ROOT / "packaging/dev.py")
    assert spec is not None
    assert spec.loader is not None
    dev = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dev)
    assert dev.stale_forms() == []
    copy = tmp_path / "forms"
    shutil.copytree(dev.FORMS, copy)
    monkeypatch.setattr(dev, "FORMS", copy)
    with open(copy / "ui_unlock.py", "a", encoding="utf-8") as file:
        file.write("# by hand\n")
    (copy / "rc_govdesk.py").unlink()
    (copy / "ui_gone.py").touch()
    assert dev.stale_forms() == ["rc_govdesk.py", "ui_gone.py", "ui_unlock.py"]
    assert dev.forms() == 0
    assert dev.stale_forms() == []
    assert (copy / "__init__.py").exists()
