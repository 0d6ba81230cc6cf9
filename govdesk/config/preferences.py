"""What a person may choose: one table of declared rows, and the files that keep the choices.

Three layers, the later wins: the row's default, the site's policy (a file of the machine's
administrator, never written here), the person. A row that is a limit (the idle lock) takes the
smaller of policy and person: a policy may shorten it, nobody can lengthen it past the policy.
"""

from __future__ import annotations

import copy
import json
import re
import threading
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import platformdirs

from govdesk.config import private_file
from govdesk.config.preference_rows import BY_KEY, PREFERENCES, Preference

SAVE_AFTER_SECONDS: Final = 0.25
Layer = Literal["default", "site", "person"]
Watcher = Callable[[str, Any], object]


class NotAllowed(ValueError):
    """A value that its row refuses; `sentence` says why."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


class Preferences:
    """Declared preferences over two files: one of the profile, one of the whole machine.

    `path` is the profile's file; `machine` keeps the rows of that scope and stands beside it when
    not given. A changed value is there at once and on disk within a quarter of a second; `close`
    writes what is outstanding. Keys that no row declares stay in the file: a newer version wrote
    them. A file that is no JSON object is kept beside as ``….broken``, and `notices` says so.
    Saves happen on a thread of their own; `on_failure` is called there with the OSError.
    """

    def __init__(
        self,
        path: Path,
        *,
        machine: Path | None = None,
        policy: Path | None = None,
        on_failure: Callable[[OSError], object] | None = None,
    ):
        self.notices: list[str] = []
        self.on_failure = on_failure
        self._paths = {"profile": path, "machine": machine or path.with_name("machine.json")}
        self._own: dict[str, Any] = {}
        for scope, place in self._paths.items():
            self._take(_read(place, self.notices), scope)
        self._site = self._read_policy(policy or site_policy_path())
        self._watchers: list[Callable[[], Watcher | None]] = []
        self._changed: set[str] = set()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._timer: threading.Timer | None = None

    @classmethod
    def of_profile(cls, name: str) -> Preferences:
        """The preferences of a connection profile, in this person's folder."""
        folder = platformdirs.user_config_path("govdesk", appauthor=False) / "preferences"
        return cls(folder / f"{_file_name(name)}.json", machine=folder / "machine.json")

    # Reading

    def get(self, key: str) -> Any:
        """Return the value that holds; a copy. Raises KeyError for a key nobody declared."""
        row = BY_KEY[key]
        limit = self.limit(key)
        if limit is None:
            value = self._own.get(key, self._site.get(key, row.default))
        else:
            value = min(self._own.get(key, row.default), limit)
        return copy.deepcopy(value)

    def layer(self, key: str) -> Layer:
        """Where the value comes from."""
        limit = self.limit(key)
        if limit is not None:
            if limit < self._own.get(key, BY_KEY[key].default):
                return "site"
            return "person" if key in self._own else "default"
        if key in self._own:
            return "person"
        return "site" if key in self._site else "default"

    def limit(self, key: str) -> int | None:
        """The most that the site's policy allows, for rows that are limits; else None."""
        return self._site.get(key) if BY_KEY[key].is_limit else None

    def fault(self, key: str, value: object) -> str:
        """Why `value` cannot be, in a sentence; empty when it can."""
        sentence = BY_KEY[key].fault(value)
        limit = self.limit(key)
        if not sentence and limit is not None and isinstance(value, int) and value > limit:
            return f"Your organization's policy allows at most {limit}."
        return sentence

    # Changing

    def set(self, key: str, value: Any) -> None:
        """Keep a person's choice; raises `NotAllowed` with the sentence of `fault`."""
        sentence = self.fault(key, value)
        if sentence:
            raise NotAllowed(sentence)
        before = self.get(key)
        if key in self._own and self._own[key] == value:
            return
        self._own[key] = copy.deepcopy(value)
        self._after(key, before)

    def reset(self, key: str) -> None:
        """Forget the person's choice: site policy or default hold again."""
        before = self.get(key)
        if key in self._own:
            del self._own[key]
            self._after(key, before)

    def subscribe(self, watcher: Watcher, key: str = "") -> Callable[[], None]:
        """Call ``watcher(key, value)`` after each change, of one key if given; returns the end.

        A bound method is held weakly: it ends with its object.
        """
        found = _reference(watcher)

        def chosen() -> Watcher | None:
            call = found()
            if call is None or not key:
                return call
            return lambda changed, value: call(changed, value) if changed == key else None

        chosen_alive = chosen
        self._watchers.append(chosen_alive)
        return lambda: _remove(self._watchers, chosen_alive)

    def close(self) -> None:
        """Write what is outstanding, now."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        self._write()

    # Inside

    def _after(self, key: str, before: Any) -> None:
        with self._lock:
            self._changed.add(key)
            if self._timer is None:
                self._timer = threading.Timer(SAVE_AFTER_SECONDS, self._on_time)
                self._timer.name = "preferences"
                self._timer.start()
        value = self.get(key)
        if value != before:
            self._tell(key, value)

    def _tell(self, key: str, value: Any) -> None:
        for reference in tuple(self._watchers):
            watcher = reference()
            if watcher is None:
                _remove(self._watchers, reference)
            else:
                watcher(key, copy.deepcopy(value))

    def _on_time(self) -> None:
        with self._lock:
            self._timer = None
        self._write()

    def _write(self) -> None:
        with self._writing:
            with self._lock:
                keys, self._changed = self._changed, set()
            try:
                for scope, path in self._paths.items():
                    self._write_scope(path, frozenset(k for k in keys if BY_KEY[k].scope == scope))
            except OSError as error:
                with self._lock:
                    self._changed |= keys
                if self.on_failure is None:
                    raise
                self.on_failure(error)

    def _write_scope(self, path: Path, keys: frozenset[str]) -> None:
        """Change only these keys: another window may have changed others meanwhile."""
        if not keys:
            return
        held = _load(path)
        for key in keys:
            if key in self._own:
                held[key] = self._own[key]
            else:
                held.pop(key, None)
        text = json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True)
        private_file.write(path, text + "\n")

    def _take(self, found: Mapping[str, Any], scope: str) -> None:
        for key, value in found.items():
            row = BY_KEY.get(key)
            if row is None or row.scope != scope:
                continue
            sentence = row.fault(value)
            if sentence:
                self.notices.append(f"{row.title}: {sentence} The default is used.")
            else:
                self._own[key] = value

    def _read_policy(self, path: Path) -> dict[str, Any]:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            self.notices.append(f"The site's policy cannot be read: {error} ({path}).")
            return {}
        if not isinstance(found, dict):
            self.notices.append(f"The site's policy is no JSON object ({path}).")
            return {}
        return dict(self._of_policy(found))

    def _of_policy(self, found: Mapping[str, Any]) -> list[tuple[str, Any]]:
        kept = []
        for key, value in found.items():
            row = BY_KEY.get(key)
            if row is None or not row.for_policy:
                self.notices.append(f"The site's policy names {key}, which no policy decides.")
            elif sentence := row.fault(value):
                self.notices.append(f"The site's policy for “{row.title}” is ignored: {sentence}")
            else:
                kept.append((key, value))
        return kept


def site_policy_path() -> Path:
    """Where this machine's administrator leaves a policy."""
    return platformdirs.site_config_path("govdesk", appauthor=False) / "policy.json"


def _read(path: Path, notices: list[str]) -> dict[str, Any]:
    """The object in a file; `notices` says what was in the way."""
    try:
        return _load(path, notices)
    except OSError as error:
        notices.append(f"Preferences cannot be read: {error.strerror or error} ({path}).")
        return {}


def _load(path: Path, notices: list[str] | None = None) -> dict[str, Any]:
    """The object in a file; one that is none is moved aside, and counts as a file not there.

    Raises OSError for a file that cannot be read: it must not be written over.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    except FileNotFoundError:
        return {}
    except ValueError:
        pass
    aside = path.with_name(f"{path.name}.broken")
    path.replace(aside)
    if notices is not None:
        notices.append(f"Preferences were unreadable and start anew; the old file is {aside}.")
    return {}


def _reference(watcher: Watcher) -> Callable[[], Watcher | None]:
    if hasattr(watcher, "__self__"):
        return weakref.WeakMethod(watcher)
    return lambda: watcher


def _remove(
    watchers: list[Callable[[], Watcher | None]], one: Callable[[], Watcher | None]
) -> None:
    if one in watchers:
        watchers.remove(one)


def _file_name(name: str) -> str:
    """A profile's name as a file name: other characters as their code, so that none collide."""
    return re.sub(r"[^a-z0-9-]", lambda found: f"_{ord(found[0]):x}_", name) or "_"


__all__ = ["BY_KEY", "PREFERENCES", "NotAllowed", "Preference", "Preferences", "site_policy_path"]
