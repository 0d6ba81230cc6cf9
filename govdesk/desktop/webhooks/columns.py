"""Columns of the webhooks, and what a screen reader says of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from govdesk.desktop.tables.columns import Column
from govdesk.desktop.webhooks.kinds import icon_of, kind_title
from govdesk.desktop.webhooks.states import State, moment, state_of, success, waiting
from govdesk.services.webhooks import Webhook

_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)
_SHOWN: Final = 2


def address(webhook: Webhook) -> str:
    """The address without its query, which may hold what nobody should read over a shoulder."""
    return webhook.url.partition("?")[0]


def events(webhook: Webhook) -> str:
    """What it asks for, in a few words."""
    found = list(webhook.events)
    if "audit.row" in found:
        found = ["every event"]
    if len(found) > _SHOWN:
        found = [*found[:_SHOWN], f"{len(found) - _SHOWN} more"]
    flags = (("alerts", webhook.alerts), ("blocks", webhook.blocks))
    return ", ".join([*found, *(word for word, is_on in flags if is_on)]) or "nothing"


def every_event(webhook: Webhook) -> str:
    """What it asks for, all of it."""
    flags = (("alerts", webhook.alerts), ("blocks", webhook.blocks))
    return ", ".join([*webhook.events, *(word for word, is_on in flags if is_on)]) or "nothing"


def place(webhook: Webhook) -> str:
    """What it hears of: a system, or the whole organization."""
    return webhook.system or "whole organization"


def last_at(webhook: Webhook) -> datetime | None:
    """When something was sent to it last, whatever became of it."""
    both = (webhook.health.last_success_at, webhook.health.last_failure_at)
    return max((at for at in both if at is not None), default=None)


def last(webhook: Webhook, zone: tzinfo) -> str:
    """When something was sent to it last, in words."""
    return moment(last_at(webhook), zone)


def columns(zone: tzinfo, *, with_system: bool = True) -> tuple[Column, ...]:
    """Columns of the list; which system each is about only where there are several."""
    state = _stater(zone)
    system = Column("system", "For", place, 16)
    return (
        Column("name", "Name", lambda one: one.description, 22),
        Column(
            "state",
            "State",
            lambda one: state(one).word,
            sample="resting until 23:59 +10:00",
            icon=lambda one: (state(one).icon or state(one).meaning, state(one).meaning),
        ),
        Column("success", "Success, 24 h", lambda one: success(one.health),
               sample="4,120 of 4,150", right=True),
        Column("waiting", "Waiting", lambda one: waiting(one.health), sample="10,000",
               right=True),
        Column("last", "Last delivery", lambda one: last(one, zone),
               sample="2026-12-30 23:59 +10:00"),
        Column("address", "Address", lambda one: one.host, 20, tip=address),
        Column(
            "kind",
            "Kind",
            lambda one: kind_title(one.kind),
            sample="Log collector (syslog)",
            icon=lambda one: (icon_of(one.kind), ""),
        ),
        *((system,) if with_system else ()),
        Column("events", "Events", events, 24, tip=every_event),
    )  # fmt: skip


def _stater(zone: tzinfo) -> Callable[[Webhook], State]:
    return lambda one: state_of(one, zone)


def said(zone: tzinfo) -> Callable[[Webhook], str]:
    """What a screen reader says of a webhook."""

    def sentence(one: Webhook) -> str:
        return (
            f"{one.description}, {kind_title(one.kind)} at {one.host}:"
            f" {state_of(one, zone).word}, {success(one.health)} in 24 hours, last delivery"
            f" {last(one, zone)}, {waiting(one.health)} waiting. It gets {events(one)}."
        )

    return sentence


def words(one: Webhook) -> Iterator[str]:
    """What the filter looks through; of the address never the query."""
    yield from (one.description, address(one), one.kind, kind_title(one.kind))
    yield from (state_of(one, UTC).word, place(one), one.id)
    yield from one.events


def value(one: Webhook, key: str) -> Any:
    """What webhooks are sorted by."""
    if key == "last":
        return last_at(one) or _LONG_AGO
    if key == "waiting":
        return one.health.pending
    if key == "success":
        share = one.health.success_24h
        return -1.0 if share is None else share
    texts: dict[str, Callable[[], str]] = {
        "state": lambda: state_of(one, UTC).word,
        "address": lambda: one.host,
        "kind": lambda: kind_title(one.kind),
        "system": lambda: place(one),
        "events": lambda: events(one),
    }
    return texts.get(key, lambda: one.description)()
