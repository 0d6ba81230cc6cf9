"""Walks and reference pages name what exists; pages and code name no machine and no index."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from pathlib import Path

import pytest

from govdesk.domain.events import BY_NAME
from govdesk.domain.permissions import PERMISSIONS
from govdesk.domain.refusals import BY_KEY, REFUSALS
from govdesk.services.reference import PAGES

ROOT = Path(__file__).resolve().parents[2]
WALKS = sorted((ROOT / "docs/walks").glob("*.md"))
SQL = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "migrations/sql").rglob("*.sql"))
CREATED = re.compile(
    r"(?:FUNCTION|TABLE|TRIGGER|POLICY|CONSTRAINT|ROLE|TYPE|AGGREGATE) ((?:govdesk\w*\.)?\w+)"
)
OBJECTS = set(CREATED.findall(SQL)) | set(re.findall(r"govdesk_(?:app|worker|backup)\b", SQL))
COLUMNS = set(re.findall(r"^    (\w+) +[\w.]+", SQL, re.MULTILINE))
FACTS = {p.name for p in PERMISSIONS} | BY_NAME.keys() | BY_KEY.keys()
STANDARD_STATES = {"55P03", "23514"}
"""SQLSTATEs of PostgreSQL itself that walks may name."""


def named_in(text: str) -> list[str]:
    """Code spans of a page, without its fenced blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def in_python(dotted: str) -> bool:
    """Whether the longest importable prefix has the rest as attributes."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def is_test(reference: str) -> bool:
    path, _, name = reference.partition("::")
    file = ROOT / path
    if not file.exists():
        return False
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return name in {node.name for node in body if isinstance(node, ast.FunctionDef)}


def resolves(symbol: str) -> bool:
    if "::" in symbol:
        return is_test(symbol)
    if "/" in symbol:
        return (ROOT / symbol).exists()
    known = OBJECTS | COLUMNS | FACTS
    return symbol in known or (symbol.startswith("govdesk.") and in_python(symbol))


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.stem)
def test_every_symbol_of_a_walk_resolves(walk: Path) -> None:
    symbols = named_in(walk.read_text(encoding="utf-8"))
    assert len(symbols) > 20
    assert [symbol for symbol in symbols if not resolves(symbol)] == []


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.stem)
def test_every_refusal_that_a_walk_names_is_a_refusal(walk: Path) -> None:
    states = set(re.findall(r"\b(GD\d{3}|\d{2}[0-9A-Z]\d{2})\b", walk.read_text(encoding="utf-8")))
    assert states
    assert states - {r.sqlstate for r in REFUSALS} - STANDARD_STATES == set()


@pytest.mark.parametrize(
    "wrong",
    [
        "govdesk_private.act_now",
        "govdesk.database.connection.Session.begin",
        "tests/hostile/test_raw_sql.py::test_nothing",
        "migrations/sql/none.sql",
        "_100_gard",
        "node.rename",
    ],
)
def test_a_symbol_that_is_not_there_does_not_resolve(wrong: str) -> None:
    assert not resolves(wrong)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_of_facts_is_what_the_facts_say(name: str) -> None:
    assert (ROOT / f"docs/reference/{name}.md").read_text(encoding="utf-8") == PAGES[name]()


def test_every_event_permission_and_refusal_is_documented() -> None:
    pages = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs/reference").glob("*.md"))
    assert {name for name in FACTS if f"`{name}`" not in pages} == set()
    assert {r.sentence for r in REFUSALS if r.sentence not in pages} == set()


def test_no_file_names_a_machine_or_an_index() -> None:
    # Written in pieces, or this file would name them itself.
    homes = ("home", "root", "work", "Users")
    machine = re.compile(rf"(?<![\w./~-])/(?:{'|'.join(homes)})/\w|(?:--|extra-)index-" + "url=")
    index = re.compile(r"https?://[\w.-]*(?:pypi|pythonhosted|artifactory|nexus)[\w.-]*")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8", errors="replace")
        for name in listed
        if name and (ROOT / name).exists()
    }
    assert len(texts) > 50
    assert [n for n, text in texts.items() if machine.search(text) or index.search(text)] == []
