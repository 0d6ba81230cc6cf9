"""The rules of ``tests/strictness.py`` and ``tests/databases.py`` can each fail a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from govdesk.database.embedded_binaries import find_binaries
from tests.databases import OTHER_POSTGRES

CONFTEST = 'pytest_plugins = ["tests.strictness", "tests.databases"]\n'

CLAIMS = """
import logging, os, threading, warnings
import psycopg, pytest
import tests.databases, tests.strictness

tests.databases._GRACE_SECONDS = tests.strictness._GRACE_SECONDS = 0.2

def test_quiet():
    logging.getLogger("x").info("nothing to see")

def test_expected_log(expected_log):
    expected_log("disk .* full")
    logging.getLogger("x").warning("disk %s full", "a")

def test_surprising_log():
    logging.getLogger("x").warning("surprise")

def test_log_that_never_came(expected_log):
    expected_log("never")

@pytest.fixture
def noisy():
    yield
    logging.getLogger("x").error("at the end")

def test_surprising_log_of_a_fixture(noisy):
    pass

def test_program_that_sets_up_its_log():
    logging.getLogger().addHandler(logging.StreamHandler())
    logging.getLogger().setLevel(logging.DEBUG)

def test_log_is_as_before():
    assert logging.getLogger().level == logging.WARNING
    assert not any(type(h) is logging.StreamHandler for h in logging.getLogger().handlers)

def test_warning():
    warnings.warn("old")

def test_thread_that_ends():
    threading.Thread(target=lambda: None).start()

def test_thread_that_stays():
    threading.Thread(target=threading.Event().wait, daemon=True, name="stayer").start()

keep = []

@pytest.fixture(scope="module")
def staying():
    threading.Thread(target=threading.Event().wait, daemon=True, name="dweller").start()

def test_connection_of_own_database(database):
    keep.append(psycopg.connect(database.app_url))

def test_connection_of_the_module(module_database):
    keep.append(psycopg.connect(module_database.app_url))

def test_connection_elsewhere(server):
    keep.append(psycopg.connect(server.admin_url))

def test_connection_that_is_closed(database, connect):
    assert connect(database.worker_url).execute("SELECT 1").fetchone() == (1,)

def test_connection_dropped_unclosed(database):
    psycopg.connect(database.app_url)

def test_last(staying):
    os.environ["LEFT_BEHIND"] = "1"
    while keep:
        keep.pop().close()
"""


CHOSEN = """
import pytest

def test_without_a_server():
    pass

def test_with_one(server):
    pass

@pytest.mark.any_postgres
def test_that_is_decided_elsewhere(server):
    pass
"""


def test_another_postgres_is_asked_what_it_may_answer_otherwise(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(CHOSEN)
    collect = ("--collect-only", "-q", "-p", "no:randomly", "-p", "no:xdist")
    every = pytester.runpytest_subprocess(*collect)
    assert len([line for line in every.outlines if "::test_" in line]) == 3
    monkeypatch.setenv(OTHER_POSTGRES, str(find_binaries()))
    chosen = pytester.runpytest_subprocess(*collect)
    assert [line.split("::")[1] for line in chosen.outlines if "::" in line] == ["test_with_one"]


def test_each_rule_fails_what_it_forbids_and_nothing_else(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(CLAIMS)
    result = pytester.runpytest_subprocess(
        "-p", "no:randomly", "-p", "no:xdist", "-W", "error", "-rA", "--tb=line"
    )
    ends = {
        line.split()[0] + " " + line.split("::test_")[1].split()[0]
        for line in result.outlines
        if line.startswith(("ERROR ", "FAILED ")) and "::test_" in line
    }
    assert ends == {
        "ERROR surprising_log",
        "ERROR log_that_never_came",
        "ERROR surprising_log_of_a_fixture",
        "FAILED warning",
        "ERROR thread_that_stays",
        "ERROR connection_of_own_database",
        "ERROR connection_of_the_module",
        "ERROR connection_elsewhere",
        # Twice: the warning keeps the connection alive, so the server sees it too.
        "FAILED connection_dropped_unclosed",
        "ERROR connection_dropped_unclosed",
        # A thread of a fixture of the module: seen when the module is through.
        "ERROR last",
    }
    result.stdout.fnmatch_lines_random(
        [
            "*threads still run: stayer*",
            "*threads still run: *dweller*",
            "*expected but not logged: never*",
            "*left changed: $LEFT_BEHIND*",
        ]
    )
