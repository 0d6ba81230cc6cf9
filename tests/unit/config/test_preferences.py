"""Preferences: declared once, checked, layered, and never lost."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from govdesk.config import private_file
from govdesk.config.preferences import BY_KEY, PREFERENCES, NotAllowed, Preferences


def opened(folder: Path, policy: dict[str, Any] | None = None) -> Preferences:
    file = folder / "policy.json"
    if policy is not None:
        file.write_text(json.dumps(policy))
    return Preferences(folder / "acme.json", policy=file)


def test_each_row_accepts_its_own_default_and_says_what_it_is_for() -> None:
    assert len(BY_KEY) == len(PREFERENCES)
    for row in PREFERENCES:
        assert row.fault(row.default) == "", row.key
        assert row.title
        assert row.help.endswith(".")


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("theme", "blue", "Dark"),
        ("theme", 3, "text"),
        ("idle_lock_minutes", 0, "1 to 240"),
        ("idle_lock_minutes", 241, "1 to 240"),
        ("idle_lock_minutes", True, "whole number"),
        ("compact_rows", 1, "yes or no"),
        ("time_zone", "Mars/Olympus", "Mars/Olympus"),
        ("shortcuts", {"view.refresh": 5}, "text"),
        ("splitters", {"main": ["wide"]}, "sizes"),
        ("tables", {"timeline": []}, "columns"),
        ("timeline.filters", {"recent": "x"}, "recent"),
        ("palette.recent", {"ids": [1]}, "names"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence_and_changes_nothing(
    tmp_path: Path, key: str, value: object, word: str
) -> None:
    preferences = opened(tmp_path)
    before = preferences.get(key)
    with pytest.raises(NotAllowed, match=word):
        preferences.set(key, value)
    assert preferences.get(key) == before


def test_a_choice_comes_back_in_the_next_window(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.set("theme", "dark")
    first.set("timeline.filters", {"recent": ["severity:high"], "saved": {}})
    first.close()
    second = opened(tmp_path)
    assert second.get("theme") == "dark"
    assert second.get("timeline.filters") == {"recent": ["severity:high"], "saved": {}}
    assert json.loads((tmp_path / "machine.json").read_text()) == {"theme": "dark"}
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "acme.json").stat().st_mode) == 0o600


def test_without_close_a_choice_is_on_disk_soon_and_many_changes_are_one_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = threading.Event()
    texts: list[str] = []
    really = private_file.write

    def counting(path: Path, text: str) -> None:
        really(path, text)
        texts.append(text)
        saved.set()

    monkeypatch.setattr(private_file, "write", counting)
    preferences = opened(tmp_path)
    for minutes in range(1, 101):
        preferences.set("idle_lock_minutes", minutes)
    assert saved.wait(10)
    assert [json.loads(text) for text in texts] == [{"idle_lock_minutes": 100}]


def test_a_site_policy_shortens_the_idle_lock_and_nobody_lengthens_it(tmp_path: Path) -> None:
    preferences = opened(tmp_path, {"idle_lock_minutes": 10})
    assert preferences.get("idle_lock_minutes") == 10
    assert preferences.layer("idle_lock_minutes") == "site"
    with pytest.raises(NotAllowed, match="at most 10"):
        preferences.set("idle_lock_minutes", 11)
    preferences.set("idle_lock_minutes", 3)
    assert preferences.get("idle_lock_minutes") == 3
    assert preferences.layer("idle_lock_minutes") == "person"


def test_a_policy_that_comes_later_shortens_what_the_person_had_chosen(tmp_path: Path) -> None:
    before = opened(tmp_path)
    before.set("idle_lock_minutes", 120)
    before.close()
    after = opened(tmp_path, {"idle_lock_minutes": 10})
    assert (after.get("idle_lock_minutes"), after.layer("idle_lock_minutes")) == (10, "site")


def test_a_generous_policy_lengthens_nothing(tmp_path: Path) -> None:
    preferences = opened(tmp_path, {"idle_lock_minutes": 200})
    assert preferences.get("idle_lock_minutes") == 15
    preferences.set("idle_lock_minutes", 30)
    assert preferences.get("idle_lock_minutes") == 30


def test_a_policy_gives_other_rows_their_default_which_the_person_may_change(
    tmp_path: Path,
) -> None:
    preferences = opened(tmp_path, {"theme": "dark"})
    assert (preferences.get("theme"), preferences.layer("theme")) == ("dark", "site")
    preferences.set("theme", "light")
    assert preferences.get("theme") == "light"
    preferences.reset("theme")
    assert preferences.get("theme") == "dark"


@pytest.mark.parametrize(
    ("text", "word"),
    [("{", "cannot be read"), ("[]", "no JSON object"), ('{"idle_lock_minutes": "x"}', "ignored")],
)
def test_a_broken_policy_is_told_of_and_leaves_the_defaults(
    tmp_path: Path, text: str, word: str
) -> None:
    (tmp_path / "policy.json").write_text(text)
    preferences = opened(tmp_path)
    assert preferences.get("idle_lock_minutes") == 15
    assert any(word in notice for notice in preferences.notices)


def test_a_policy_cannot_plant_shortcuts_or_windows(tmp_path: Path) -> None:
    preferences = opened(tmp_path, {"shortcuts": {"app.quit": "A"}})
    assert preferences.get("shortcuts") == {}
    assert any("shortcuts" in notice for notice in preferences.notices)


@pytest.mark.parametrize("text", ["{", "[1]", "\x00"])
def test_a_broken_file_is_kept_aside_and_told_of(tmp_path: Path, text: str) -> None:
    (tmp_path / "acme.json").write_text(text)
    preferences = opened(tmp_path)
    assert preferences.get("start_page") == ""
    assert (tmp_path / "acme.json.broken").read_text() == text
    assert any("acme.json.broken" in notice for notice in preferences.notices)


def test_what_a_newer_version_wrote_is_kept(tmp_path: Path) -> None:
    (tmp_path / "acme.json").write_text('{"from_the_future": [1, 2]}')
    preferences = opened(tmp_path)
    preferences.set("start_page", "timeline")
    preferences.close()
    held = json.loads((tmp_path / "acme.json").read_text())
    assert held == {"from_the_future": [1, 2], "start_page": "timeline"}


def test_two_windows_do_not_undo_each_other(tmp_path: Path) -> None:
    one, other = opened(tmp_path), opened(tmp_path)
    one.set("theme", "dark")
    other.set("compact_rows", True)
    one.close()
    other.close()
    third = opened(tmp_path)
    assert (third.get("theme"), third.get("compact_rows")) == ("dark", True)


def test_a_stored_value_that_is_no_longer_possible_gives_way_to_the_default(
    tmp_path: Path,
) -> None:
    (tmp_path / "machine.json").write_text('{"theme": "sepia", "compact_rows": true}')
    preferences = opened(tmp_path)
    assert (preferences.get("theme"), preferences.get("compact_rows")) == ("system", True)
    assert any("Theme" in notice for notice in preferences.notices)


def test_those_who_asked_hear_of_a_change_once_and_of_nothing_after_the_end(
    tmp_path: Path,
) -> None:
    preferences = opened(tmp_path)
    heard: list[tuple[str, Any]] = []
    end = preferences.subscribe(lambda key, value: heard.append((key, value)), "theme")
    preferences.set("theme", "dark")
    preferences.set("theme", "dark")
    preferences.set("compact_rows", True)
    preferences.reset("theme")
    end()
    preferences.set("theme", "light")
    preferences.close()
    assert heard == [("theme", "dark"), ("theme", "system")]


def test_a_watcher_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    class Page:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def on_change(self, key: str, value: object) -> None:
            self.heard.append(key)

    preferences = opened(tmp_path)
    page, other = Page(), Page()
    preferences.subscribe(page.on_change)
    preferences.subscribe(other.on_change)
    del page
    preferences.set("theme", "dark")
    preferences.close()
    assert other.heard == ["theme"]


def test_changing_a_value_one_was_given_changes_nothing_kept(tmp_path: Path) -> None:
    preferences = opened(tmp_path)
    preferences.set("splitters", {"main": [1, 2]})
    preferences.get("splitters")["main"].append(3)
    assert preferences.get("splitters") == {"main": [1, 2]}
    preferences.close()


def test_a_disk_that_refuses_is_reported_and_the_choice_is_saved_with_the_next(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "place"
    folder.write_text("in the way")
    errors: list[OSError] = []
    preferences = Preferences(
        folder / "acme.json", policy=tmp_path / "none.json", on_failure=errors.append
    )
    preferences.set("start_page", "timeline")
    preferences.close()
    assert errors
    folder.unlink()
    preferences.close()
    assert json.loads((folder / "acme.json").read_text()) == {"start_page": "timeline"}


def test_names_of_profiles_never_share_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    names = ("Acme", "acme", "ac/me", "../acme", "Äcme", "")
    for name in names:
        preferences = Preferences.of_profile(name)
        preferences.set("start_page", name)
        preferences.close()
    assert [Preferences.of_profile(name).get("start_page") for name in names] == list(names)
    assert {path.parent for path in tmp_path.rglob("*.json")} == {
        tmp_path / "govdesk" / "preferences"
    }
