"""Claims: every event of ours is a valid event of OCSF, with nothing lost and nothing personal in a
thin one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govdesk.domain.events import EVENTS, Event
from govdesk.domain.ocsf import PERSONAL, VERSION, ocsf_event
from govdesk.domain.ocsf_classes import CLASSES, FINDING, OTHER, classify, is_placed
from tests.ocsf_schema import Faults, faults_by, published

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/ocsf/events.json").read_text())
OWN = Event("x.door.opened", "info", "event", "A door opened")
ALL = (*EVENTS, OWN)
ID = "0d9c6a1e-1c3f-4a53-8a9e-2f6f0c1b7d44"
DIFF = {"email": {"new": "bo@meridian.example"}, "role_key": {"new": "admin", "old": "member"}}


def row(event: Event = OWN, **columns: object) -> dict[str, object]:
    return {
        "tenant_id": ID, "tenant_path": "meridian_bank", "seq": 42, "action": event.name,
        "at": "2026-03-02T09:14:07.482913Z", "occurred_at": "2026-03-02T10:14:00.250+01:00",
        "severity": event.severity, "actor": "user:ada@meridian.example",
        "on_behalf_of": "staff:sid@platform.example", "entity_type": event.entity_type,
        "entity_id": ID, "system_id": ID, "summary": "Ada Obi did it", "reason": "Asked to",
        "request_id": "req-4f1c", "session_id": ID, "ip": "192.0.2.17", "leaf_hash": "ab" * 32,
        **columns,
    }  # fmt: skip


def thin(event: Event) -> dict[str, object]:
    return {name: value for name, value in row(event).items() if name not in PERSONAL}


@pytest.fixture(scope="module")
def faults() -> Faults:
    """What the schema of the pinned version, as its authors publish it, says against an event."""
    return faults_by()


def test_the_schema_can_find_a_fault(faults: Faults) -> None:
    good = ocsf_event(row())
    assert faults(good) == []
    assert faults({**good, "severity_id": 77})
    assert faults({**good, "made_up": 1})
    assert faults({name: value for name, value in good.items() if name != "time"})


@pytest.mark.parametrize("event", ALL, ids=lambda one: one.name)
def test_every_event_is_valid_whole_and_thin(event: Event, faults: Faults) -> None:
    assert is_placed(event.name)
    kind, activity = classify(event.name)
    whole = ocsf_event(row(event), DIFF)
    slim = ocsf_event(thin(event))
    bare = ocsf_event({"action": event.name, "at": "2026-03-02T09:14:07Z", "severity": "info"})
    for one in (whole, slim, bare):
        assert faults(one) == []
        assert one["type_uid"] == kind.uid * 100 + activity
        assert one["category_uid"] == kind.uid // 1000
        assert one["metadata"]["version"] == VERSION
        assert one["metadata"]["event_code"] == event.name
    assert whole["status"] == (
        "New" if kind is FINDING else "Failure" if event.denied else "Success"
    )


@pytest.mark.parametrize("event", ALL, ids=lambda one: one.name)
def test_words_say_what_their_numbers_mean(event: Event) -> None:
    made = ocsf_event(row(event), DIFF)
    defined = next(
        one for one in published()["classes"].values() if one["uid"] == made["class_uid"]
    )["attributes"]
    for number, words in (
        ("status_id", "status"), ("severity_id", "severity"), ("type_uid", "type_name"),
        ("category_uid", "category_name"), ("class_uid", "class_name"),
    ):  # fmt: skip
        assert made[words] == defined[number]["enum"][str(made[number])]["caption"], number


def test_the_next_version_takes_them_as_well() -> None:
    newer = faults_by("1.7.0")
    assert [one.name for one in ALL if newer(ocsf_event(row(one), DIFF))] == []


def test_names_of_classes_and_activities_are_those_of_the_schema() -> None:
    defined = {one["uid"]: one for one in published()["classes"].values()}
    for kind in CLASSES:
        found = defined[kind.uid]
        assert (found["caption"], found["category_name"]) == (kind.name, kind.category)
        assert "@deprecated" not in found
        names = {int(n): one["caption"] for n, one in
                 found["attributes"]["activity_id"]["enum"].items()}  # fmt: skip
        assert kind.activities.items() <= names.items()
        assert names[OTHER] == "Other"


@pytest.mark.parametrize("event", ALL, ids=lambda one: one.name)
def test_nothing_is_lost(event: Event) -> None:
    """Each column can be found somewhere; times as milliseconds, the actor without its kind."""
    text = json.dumps(ocsf_event(row(event), DIFF))
    wanted = {name: str(value) for name, value in row(event).items()}
    for gone in ("tenant_id", "severity", "at", "occurred_at", "actor"):
        del wanted[gone]
    assert [name for name, value in wanted.items() if value not in text] == []
    for value in ("1772442847482", "1772442840250", "ada@meridian.example", "role_key"):
        assert value in text


@pytest.mark.parametrize("event", ALL, ids=lambda one: one.name)
def test_a_thin_event_has_nothing_personal(event: Event) -> None:
    text = json.dumps(ocsf_event(thin(event)))
    for personal in ("ada@", "sid@", "192.0.2.17", "Ada Obi", "Asked to"):
        assert personal not in text


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["title"])
def test_vectors(vector: dict[str, Any], faults: Faults) -> None:
    made = ocsf_event(vector["row"], vector["diff"], more=vector["more"])
    assert made == vector["event"]
    assert faults(made) == []


def test_a_row_as_a_driver_gives_it_makes_the_same_event() -> None:
    typed = row(
        at=datetime(2026, 3, 2, 9, 14, 7, 482913, UTC),
        occurred_at=datetime(2026, 3, 2, 9, 14, 0, 250000, UTC),
        entity_id=UUID(ID), system_id=UUID(ID), session_id=UUID(ID), ip=ip_address("192.0.2.17"),
        leaf_hash=b"\xab" * 32,
    )  # fmt: skip
    plain = row(occurred_at="2026-03-02T09:14:00.250000+00:00")
    assert ocsf_event(typed) == ocsf_event(plain)
    json.dumps(ocsf_event(typed))


def test_an_actor_that_is_no_address_is_a_name() -> None:
    made = ocsf_event(row(actor="key:gd_prod_7fK2mX9Q"))
    assert made["actor"]["user"] == {"name": "gd_prod_7fK2mX9Q"}
    assert made["src_endpoint"] == {"ip": "192.0.2.17"}


def test_a_time_that_cannot_be_read_gives_way_to_the_seals() -> None:
    made = ocsf_event(row(occurred_at="4713-01-01T00:00:00+00:00 BC"))
    assert made["time"] == made["metadata"]["logged_time"] == 1772442847482
    with pytest.raises(ValueError, match="isoformat"):
        ocsf_event({"action": "member.invited"})
    with pytest.raises(ValueError, match="action"):
        ocsf_event({"at": "2026-03-02T09:14:07Z"})


LINE = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@settings(max_examples=60)
@given(
    st.sampled_from(ALL),
    st.fixed_dictionaries(
        {},
        optional={name: LINE | st.none() for name in
                  ("actor", "on_behalf_of", "summary", "reason", "entity_id", "severity")},
    ),
    st.none() | st.dictionaries(LINE, st.dictionaries(st.sampled_from(["old", "new"]), LINE)),
)  # fmt: skip
def test_whatever_a_row_says_the_event_is_valid(
    event: Event, columns: dict[str, object], diff: object
) -> None:
    made = ocsf_event(row(event, **columns), diff)
    assert faults_by()(made) == []
