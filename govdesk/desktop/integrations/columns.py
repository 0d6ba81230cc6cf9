"""Columns of the connections, and what a screen reader says of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from urllib.parse import urlsplit

from govdesk.desktop.integrations.kinds import look_of
from govdesk.desktop.tables.columns import Column
from govdesk.domain import integrations as kinds
from govdesk.services.integrations import Integration

_TIME: Final = "2026-12-30 23:59 · answered"
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)
STATUS: Final = {
    "active": ("active", "state_ok"),
    "disabled": ("disabled", "state_attention"),
    "removed": ("removed", "state_failed"),
}
"""Word and meaning of each status."""


def kind_title(kind: str) -> str:
    """What a kind is called; one that this console does not know keeps its own name."""
    known = kinds.BY_NAME.get(kind)
    return known.title if known is not None else kind


def target(one: Integration) -> str:
    """Where it leads: a host with its port, or the host of an address."""
    settings = one.settings
    if host := settings.get("host", ""):
        port = settings.get("port", "")
        place = f"[{host}]" if ":" in host else host
        return f"{place}:{port}" if port else host
    return _netloc(settings.get("url", ""))


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def test_word(one: Integration) -> str:
    """What became of the last test, in a word."""
    if one.tested_at is None:
        return "not tested"
    return "answered" if one.test_ok else "failed"


def test_meaning(one: Integration) -> str:
    """The theme's name of that."""
    if one.tested_at is None:
        return "state_neutral"
    return "state_ok" if one.test_ok else "state_failed"


def tested(one: Integration, zone: tzinfo) -> str:
    """When it was tested last and what became of it."""
    word = test_word(one)
    if one.tested_at is None:
        return word
    return f"{one.tested_at.astimezone(zone):%Y-%m-%d %H:%M} · {word}"


def columns(zone: tzinfo) -> tuple[Column, ...]:
    """Columns of the list."""
    return (
        Column("name", "Name", lambda one: one.name, 17),
        Column(
            "kind",
            "Kind",
            lambda one: kind_title(one.kind),
            sample="Time-stamp authority",
            icon=lambda one: (look_of(one.kind).icon, ""),
        ),
        Column("target", "Target", target, 20),
        Column(
            "status",
            "Status",
            lambda one: STATUS[one.status][0],
            sample="disabled",
            icon=lambda one: (STATUS[one.status][1], ""),
        ),
        Column(
            "tested",
            "Last test",
            lambda one: tested(one, zone),
            sample=_TIME,
            icon=lambda one: (test_meaning(one), ""),
        ),
    )


def said(zone: tzinfo) -> Callable[[Integration], str]:
    """What a screen reader says of a connection."""

    def sentence(one: Integration) -> str:
        return (
            f"{one.name}, {kind_title(one.kind)} at {target(one) or 'no host'}: last test"
            f" {tested(one, zone)}, {STATUS[one.status][0]}."
        )

    return sentence


def words(one: Integration) -> Iterator[str]:
    """What the filter looks through."""
    yield from (one.name, kind_title(one.kind), one.kind, target(one))
    yield from (test_word(one), STATUS[one.status][0])


def value(one: Integration, key: str) -> Any:
    """What connections are sorted by."""
    if key == "tested":
        return one.tested_at or _LONG_AGO
    found = {"kind": kind_title(one.kind), "target": target(one)}
    return found.get(key, STATUS[one.status][0])
