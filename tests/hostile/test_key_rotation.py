"""Attacks on rotation: one that is called off, retired scopes, reuse after the expiry, staff."""

from __future__ import annotations

import psycopg
import pytest

from govdesk.domain.api_keys import ApiKey
from tests.doors import ask, cooled, later, raw, refusal, seat, table, worker
from tests.keys import KEYS, TIMES, in_days
from tests.knocking import (
    ROTATE,
    STATUS,
    Made,
    ended,
    knock,
    make,
    put,
    renewal,
    rotate,
    status,
)
from tests.people import OLGA, OTIS, Cast
from tests.staffing import at_work, employ, enter

REVOKE = STATUS + " RETURNING 1"


def expired(cast: Cast) -> None:
    """What the worker does with keys that are due, until none is."""
    door = worker(cast)
    while door.execute("SELECT govdesk_api.expire_due('w1')").fetchone() != (0,):
        pass


def end_of(cast: Cast, made: Made) -> object:
    return cast.one("SELECT ends_at FROM govdesk.api_key WHERE id = %s", made.id)


# A successor that nobody used


def test_a_rotation_is_called_off_by_revoking_the_unused_successor(cast: Cast) -> None:
    otis, door = seat(cast, OTIS.email), worker(cast)
    old = make(otis, cast)
    unused = rotate(otis, old, grace=3)
    cooled(cast)
    before = cast.last_seq()
    assert ask(otis, REVOKE, "revoked", unused.id) == 1
    assert [status(cast, one) for one in (old, unused)] == ["active", "revoked"]
    assert cast.one("SELECT grace_days FROM govdesk.api_key WHERE id = %s", old.id) is None
    said = [(row["action"], row["actor"]) for row in cast.rows(before)]
    assert sorted(said) == [
        ("api_key.reactivated", f"user:{OTIS.email}"),
        ("api_key.revoked", f"user:{OTIS.email}"),
    ]
    fresh = rotate(seat(cast, OTIS.email), old)
    assert knock(door, old) == "ok"
    assert knock(door, fresh) == "ok"
    assert (knock(door, old), status(cast, fresh)) == ("rotated", "suspended")
    assert knock(door, unused) == "revoked"


def test_a_rotation_whose_successor_was_used_is_not_called_off(cast: Cast) -> None:
    olga, door = seat(cast, OLGA.email), worker(cast)
    old = make(olga, cast)
    new = rotate(olga, old, grace=2)
    assert knock(door, new) == "ok"
    assert ask(olga, REVOKE, "revoked", new.id) == 1
    expired(cast)
    assert status(cast, old) == "rotated"
    assert end_of(cast, old) is not None
    assert refusal(olga, ROTATE, *renewal(old, ApiKey.generate("prod"))) == "GD012"


def test_in_a_chain_only_the_newest_key_comes_back(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    first = make(olga, cast)
    second = rotate(olga, first)
    third = rotate(olga, second)
    chain = (first, second, third)
    ask(olga, REVOKE, "revoked", second.id)
    assert [status(cast, one) for one in chain] == ["rotated", "revoked", "active"]
    ask(olga, REVOKE, "revoked", third.id)
    assert [status(cast, one) for one in chain] == ["active", "revoked", "revoked"]
    rotate(olga, first)
    assert status(cast, first) == "rotated"


def test_a_successor_that_expires_unused_gives_the_key_before_it_back(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    old = make(olga, cast)
    key = ApiKey.generate("prod")
    short = (old.id, None, key.key_id, 1, in_days(1), 0, key.inner)
    unused = Made(str(ask(olga, ROTATE, *short)), key)
    later(cast, KEYS, TIMES, "2 days")
    # Somebody holds the key before it: the worker waits for nobody, and comes back.
    with raw(olga) as connection:
        connection.execute("SELECT FROM govdesk.api_key WHERE id = %s FOR UPDATE", (old.id,))
        expired(cast)
        assert [status(cast, one) for one in (old, unused)] == ["rotated", "expired"]
    expired(cast)
    assert status(cast, old) == "active"
    assert rotate(seat(cast, OLGA.email), old)


def test_nobody_undoes_a_rotation_by_hand(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    old = make(olga, cast)
    unused = rotate(olga, old)
    assert refusal(olga, STATUS, "active", old.id) == "GD012"
    ask(olga, REVOKE, "revoked", unused.id)
    assert refusal(olga, STATUS, "rotated", old.id) == "GD012"
    assert refusal(olga, STATUS, "active", unused.id) == "GD012"


def test_a_retired_system_brings_no_key_back(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    old = make(olga, cast)
    unused = rotate(olga, old)
    ask(olga, "UPDATE govdesk.node SET status = 'retired' WHERE node_path = 'acme.claims'"
              " RETURNING 1")  # fmt: skip
    assert [status(cast, one) for one in (old, unused)] == ["revoked", "revoked"]
    expired(cast)
    assert [status(cast, one) for one in (old, unused)] == ["revoked", "revoked"]


def test_a_suspended_key_without_heir_comes_back_as_active(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    old = make(olga, cast)
    unused = rotate(olga, old)
    put(cast, old, "suspended")
    ask(olga, REVOKE, "revoked", unused.id)
    assert status(cast, old) == "suspended"
    cooled(cast)
    assert refusal(olga, STATUS, "active", old.id) == "GD009"
    assert ask(seat(cast, OLGA.email), REVOKE, "active", old.id) == 1
    assert status(cast, old) == "active"


# Scopes


def test_a_successor_has_no_scope_that_was_retired_meanwhile(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    old = make(olga, cast, scopes=["events:write", "billing:read", "document:read"])
    alone = make(olga, cast, scopes=["billing:read"])
    ask(olga, "UPDATE govdesk.key_scope SET status = 'retired' WHERE name = 'billing:read'"
              " RETURNING 1")  # fmt: skip
    new = rotate(olga, old)
    scopes = "SELECT scopes FROM govdesk.api_key WHERE id = %s"
    assert cast.one(scopes, new.id) == ["document:read", "events:write"]
    assert cast.one(scopes, old.id) == ["billing:read", "document:read", "events:write"]
    assert refusal(olga, ROTATE, *renewal(alone, ApiKey.generate("prod"))) == "GD028"
    assert status(cast, alone) == "active"


# Reuse


@pytest.mark.parametrize("noticed", [False, True])
def test_a_replaced_key_is_reused_also_after_its_own_expiry(cast: Cast, noticed: bool) -> None:
    olga, door = seat(cast, OLGA.email), worker(cast)
    old, new = ended(olga, door, cast)
    later(cast, KEYS, TIMES, "201 days", f"id = '{old.id}'")
    if noticed:
        expired(cast)
    assert status(cast, old) == ("expired" if noticed else "rotated")
    before = cast.last_seq()
    assert knock(door, old) == "rotated"
    assert status(cast, new) == "suspended"
    assert "api_key.reused" in [row["action"] for row in cast.rows(before)]


def test_who_goes_on_with_a_dead_key_seals_one_reuse_and_not_one_a_request(cast: Cast) -> None:
    olga, door = seat(cast, OLGA.email), worker(cast)
    old, new = ended(olga, door, cast)
    later(cast, KEYS, TIMES, "201 days", f"id = '{old.id}'")
    expired(cast)
    before = cast.last_seq()
    assert [knock(door, old) for _ in range(5)] == ["rotated"] + ["expired"] * 4
    assert [row["action"] for row in cast.rows(before)].count("api_key.reused") == 1
    assert ask(seat(cast, OLGA.email), REVOKE, "active", new.id) == 1
    assert knock(door, old) == "rotated"
    assert status(cast, new) == "suspended"


def test_a_key_that_expires_before_its_successor_is_used_is_expired_and_no_reuse(
    cast: Cast,
) -> None:
    olga, door = seat(cast, OLGA.email), worker(cast)
    old = make(olga, cast)
    new = rotate(olga, old)
    later(cast, KEYS, TIMES, "201 days", f"id = '{old.id}'")
    assert knock(door, old) == "expired"
    expired(cast)
    assert knock(door, old) == "expired"
    assert status(cast, new) == "active"


# Made by staff


def test_a_key_that_staff_made_is_known_as_theirs_until_it_is_rotated(cast: Cast) -> None:
    employ(cast)
    olga, inside = seat(cast, OLGA.email), enter(cast, at_work(cast))
    theirs, ours = make(inside, cast), make(olga, cast)
    needs = "SELECT entity_id, sentence FROM govdesk_api.attention() WHERE kind = 'key_by_staff'"
    (need,) = table(olga, needs)
    assert need["entity_id"] == theirs.id
    assert "sam@staff.example" in need["sentence"]
    with pytest.raises(psycopg.Error), raw(olga) as connection:
        connection.execute("UPDATE govdesk.api_key SET created_by = 'user:x'")
    again = rotate(inside, theirs)
    assert [n["entity_id"] for n in table(olga, needs)] == [again.id]
    rotate(olga, again)
    assert table(olga, needs) == []
    assert status(cast, ours) == "active"
    member = seat(cast, "mei@acme.example")
    make(inside, cast)
    assert table(member, needs) == []
