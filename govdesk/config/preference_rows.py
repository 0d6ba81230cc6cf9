"""The preferences there are: one frozen row each, with its check."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

Scope = Literal["machine", "profile"]


def _anything(value: Any) -> str:
    """Most rows are checked by their type and their choices alone."""
    return ""


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing a person may choose.

    `choices` are (value, words); `least` and `most` bound a number, in `unit`. A row `is_limit`
    when the site's policy may only lower it. Rows that are not `is_shown` are remembered, not
    asked for.
    """

    key: str
    kind: type
    default: Any
    title: str
    help: str
    scope: Scope = "profile"
    choices: tuple[tuple[str, str], ...] = ()
    least: int | None = None
    most: int | None = None
    unit: str = ""
    is_limit: bool = False
    is_shown: bool = True
    for_policy: bool = False
    check: Callable[[Any], str] = _anything

    def fault(self, value: object) -> str:
        """Why `value` cannot be, in a sentence; empty when it can."""
        # True is an int to Python, and no number of minutes.
        if type(value) is not self.kind:
            return f"This must be {_KINDS[self.kind]}."
        if self.choices and value not in dict(self.choices):
            return f"Choose one of: {', '.join(words for _, words in self.choices)}."
        if self.least is not None and self.most is not None and isinstance(value, int):
            return self._fault_of_number(value, self.least, self.most)
        return self.check(value)

    def _fault_of_number(self, value: int, least: int, most: int) -> str:
        inside = least <= value <= most
        return "" if inside else f"Choose a number from {least} to {most}."


_KINDS: Final = {str: "text", int: "a whole number", bool: "yes or no", dict: "a table of values"}


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Every time zone this machine knows, sorted; Area/City names, and UTC."""
    found = zoneinfo.available_timezones()
    return tuple(sorted(n for n in found if ("/" in n and not n.startswith("Etc/")) or n == "UTC"))


def _zone(value: str) -> str:
    if value == "system" or value in zone_names():
        return ""
    return f"No time zone is called “{value}”. Choose one of the list, such as Australia/Sydney."


def _texts(value: dict[Any, Any]) -> str:
    sound = all(isinstance(k, str) and isinstance(v, str) for k, v in value.items())
    return "" if sound else "Each action has its keys as text."


def _numbers(value: dict[Any, Any]) -> str:
    lists = [v for k, v in value.items() if isinstance(k, str) and isinstance(v, list)]
    sound = len(lists) == len(value) and all(type(n) is int for found in lists for n in found)
    return "" if sound else "Each splitter has a list of sizes."


def _filters(value: dict[Any, Any]) -> str:
    sound = isinstance(value.get("recent", []), list) and isinstance(value.get("saved", {}), dict)
    return "" if sound else "Filters are a list of recent ones and a table of saved ones."


def _web_url(value: str) -> str:
    sound = not value or value.startswith(("https://", "http://"))
    return "" if sound else "An address of web pages begins with https://."


def _tables(value: dict[Any, Any]) -> str:
    sound = all(isinstance(k, str) and isinstance(v, dict) for k, v in value.items())
    return "" if sound else "Each table has its columns."


def _ids(value: dict[Any, Any]) -> str:
    found = value.get("ids", [])
    sound = isinstance(found, list) and all(isinstance(one, str) for one in found)
    return "" if sound else "Recent actions are a list of names."


_LOCK_DEFAULT: Final = 15
THEMES: Final = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))

PREFERENCES: Final[tuple[Preference, ...]] = (
    Preference(
        "theme",
        str,
        "system",
        "Theme",
        "Light, dark, or as the desktop is set.",
        scope="machine",
        choices=THEMES,
        for_policy=True,
    ),
    Preference(
        "compact_rows",
        bool,
        False,
        "Compact rows",
        "More rows fit on the screen.",
        scope="machine",
        for_policy=True,
    ),
    Preference(
        "time_zone",
        str,
        "system",
        "Time zone",
        "Times are shown in this zone. Exports are always in UTC.",
        scope="machine",
        for_policy=True,
        check=_zone,
    ),
    Preference(
        "idle_lock_minutes",
        int,
        _LOCK_DEFAULT,
        "Lock after",
        "The window locks when nobody has used it for so long. Nothing typed is lost.",
        scope="machine",
        least=1,
        most=240,
        unit="minutes",
        is_limit=True,
        for_policy=True,
    ),
    Preference(
        "shortcuts",
        dict,
        {},
        "Shortcuts",
        "Keys of actions that differ from their defaults.",
        scope="machine",
        check=_texts,
    ),
    Preference(
        "start_page",
        str,
        "",
        "Page of start",
        "The page that was open last.",
        is_shown=False,
    ),
    Preference(
        "window_geometry",
        str,
        "",
        "Window",
        "Place and size of the window, as Qt describes them, in base64.",
        is_shown=False,
    ),
    Preference(
        "window_state",
        str,
        "",
        "Bars of the window",
        "Tool bars and docks, as Qt describes them, in base64.",
        is_shown=False,
    ),
    Preference(
        "splitters",
        dict,
        {},
        "Splitters",
        "Sizes of the parts of each split view, in device-independent pixels.",
        is_shown=False,
        check=_numbers,
    ),
    Preference(
        "tables",
        dict,
        {},
        "Columns",
        "Per table: the order of the columns, their widths and which are shown.",
        is_shown=False,
        check=_tables,
    ),
    Preference(
        "timeline.filters",
        dict,
        {},
        "Filters",
        "Recent and saved filters of the timeline.",
        is_shown=False,
        check=_filters,
    ),
    Preference(
        "web_url",
        str,
        "",
        "Address of the web pages",
        "Where govdesk web answers; links of invitations begin with it.",
        is_shown=False,
        for_policy=True,
        check=_web_url,
    ),
    Preference(
        "palette.recent",
        dict,
        {},
        "Recent actions",
        "What was chosen in the palette lately, the latest first.",
        is_shown=False,
        check=_ids,
    ),
)

BY_KEY: Final = {row.key: row for row in PREFERENCES}
