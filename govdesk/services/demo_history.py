"""Eighteen believable months: working hours, quiet weekends, growth, incidents.

Deterministic for a given number and end, so two demos of one day look alike.
"""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Australia/Sydney")
DAYS = 548
_WEEKDAYS = (1.0, 1.08, 1.05, 1.0, 0.85, 0.16, 0.1)
_HOURS = (1, 1, 1, 1, 1, 2, 6, 18, 40, 52, 55, 50, 34, 46, 52, 48, 40, 26, 12, 7, 5, 4, 3, 2)

Event = dict[str, object]
Maker = Callable[["_Scene"], Event]


@dataclass(slots=True)
class _Scene:
    chance: random.Random
    people: Sequence[str]
    systems: Sequence[tuple[str, str]]
    incident: bool = False

    def person(self) -> str:
        return self.chance.choice(self.people)

    def system(self) -> tuple[str, str]:
        return self.chance.choice(self.systems)

    def identity(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))


def history(
    count: int, end: datetime, people: Sequence[str], systems: Sequence[tuple[str, str]]
) -> Iterator[Event]:
    """Yield `count` events in order of time, the last before `end`.

    `people` are addresses; `systems` pairs of name and id.
    """
    scene = _Scene(random.Random(f"govdesk {count}"), people, systems)
    last = end.astimezone(ZONE).date()
    incidents = {scene.chance.randrange(DAYS) for _ in range(7)}
    days = [last - timedelta(days=DAYS - i) for i in range(DAYS)]
    weights = [_weight(day, i, i in incidents) for i, day in enumerate(days)]
    for index, (day, share) in enumerate(zip(days, _shares(count, weights), strict=True)):
        scene.incident = index in incidents
        for at in _times(scene.chance, day, share):
            event = _pick(scene)
            event["at"] = at.isoformat()
            yield event


def _weight(day: date, index: int, incident: bool) -> float:
    growth = 0.45 + 0.55 * index / DAYS
    season = 1 + 0.08 * math.sin(2 * math.pi * day.timetuple().tm_yday / 365)
    holidays = 0.25 if (day.month, day.day) > (12, 20) or (day.month == 1 and day.day < 8) else 1
    return _WEEKDAYS[day.weekday()] * growth * season * holidays * (4.5 if incident else 1)


def _shares(count: int, weights: list[float]) -> list[int]:
    """Whole numbers in proportion that add up to `count`."""
    total, running, given, shares = sum(weights), 0.0, 0, []
    for weight in weights:
        running += weight
        upto = round(count * running / total)
        shares.append(upto - given)
        given = upto
    return shares


def _times(chance: random.Random, day: date, share: int) -> list[datetime]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
    hours = chance.choices(range(24), _HOURS, k=share)
    return sorted(midnight + timedelta(hours=h, seconds=chance.random() * 3600) for h in hours)


def _pick(scene: _Scene) -> Event:
    makers, weights = (_INCIDENT, _INCIDENT_WEIGHTS) if scene.incident else (_USUAL, _USUAL_WEIGHTS)
    event = scene.chance.choices(makers, weights)[0](scene)
    event.setdefault("ip", f"203.0.113.{scene.chance.randrange(1, 255)}")
    event.setdefault("request_id", f"req-{scene.chance.getrandbits(48):012x}")
    return event


def _by_person(scene: _Scene, action: str, summary: str, **more: object) -> Event:
    person = scene.person()
    return {
        "action": action,
        "actor": f"user:{person}",
        "summary": f"user:{person} {summary}",
        "entity_id": scene.identity(),
        "session_id": scene.identity(),
        **more,
    }


def _changed(old: str, new: str, field: str) -> Event:
    return {field: {"new": new, "old": old}}


def _from_system(scene: _Scene, action: str, summary: str, **more: object) -> Event:
    name, identity = scene.system()
    return {
        "action": action,
        "actor": f"key:gd_prod_{identity[:8]}",
        "entity_type": "system",
        "entity_id": identity,
        "system_id": identity,
        "summary": f"{name}: {summary}",
        **more,
    }


def _report(scene: _Scene) -> Event:
    what = scene.chance.choice(
        ("claim assessed", "document classified", "plan reviewed", "roster proposed")
    )
    number = scene.chance.randrange(10_000, 99_999)
    score = scene.chance.randrange(50, 100)
    data: Event = {"case": f"C-{number}", "confidence": score, "model": "assess-4"}
    return _from_system(scene, "system.event", f"{what}, case C-{number}", data=data)


def _alert(scene: _Scene) -> Event:
    what = scene.chance.choice(
        ("latency above threshold", "input drift detected", "quota nearly used", "queue growing")
    )
    return _from_system(scene, "system.alert", what, data={"threshold": 95})


def _block(scene: _Scene) -> Event:
    what = scene.chance.choice(
        ("payment failed a limit check", "disclosure of health data stopped", "unknown caller")
    )
    return _from_system(scene, "system.block", f"blocked: {what}", data={"rule": "R-17"})


def _failed(scene: _Scene) -> Event:
    person = scene.person()
    return {
        "action": "session.failed",
        "actor": "worker:demo",
        "entity_id": scene.identity(),
        "summary": f"A sign-in as {person} failed",
        "ip": f"198.51.100.{scene.chance.randrange(1, 255)}",
    }


def _rename(scene: _Scene) -> Event:
    name, identity = scene.system()
    return _by_person(
        scene,
        "node.renamed",
        f"renamed {name} to {name} (pilot)",
        entity_id=identity,
        system_id=identity,
        diff=_changed(name, f"{name} (pilot)", "name"),
    )


def _role(scene: _Scene) -> Event:
    old, new = scene.chance.sample(("member", "operator", "admin"), 2)
    return _by_person(
        scene,
        "member.role_changed",
        f"changed a role from {old} to {new}",
        entity_type="member",
        diff=_changed(old, new, "role_key"),
    )


def _simple(action: str, summary: str) -> Maker:
    return lambda scene: _by_person(scene, action, summary)


_USUAL: tuple[Maker, ...] = (
    _report,
    _simple("session.started", "signed in"),
    _simple("session.ended", "signed out"),
    _alert,
    _failed,
    _rename,
    _role,
    _simple("integration.tested", "tested the integration Splunk"),
    _simple("webhook.tested", "tested the webhook of the SIEM"),
    _simple("audit.exported", "exported events"),
    _simple("api_key.rotated", "rotated the key of Reporting integration"),
    _simple("member.invited", "invited a member"),
    _simple("register.changed", "changed the register entry Billing rules"),
    _simple("report.generated", "generated the annex report"),
    _block,
    _simple("verdict.changed", "changed a verdict"),
)
_USUAL_WEIGHTS = (46, 14, 12, 6, 2, 1, 1, 2, 2, 2, 1, 1, 4, 2, 1, 3)
_INCIDENT: tuple[Maker, ...] = (
    _report,
    _alert,
    _block,
    _failed,
    _simple("session.started", "signed in"),
)
_INCIDENT_WEIGHTS = (30, 28, 18, 14, 10)
