"""Days pass for keys: rotation with overlap and grace, reuse, disuse, expiry, the policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from govdesk.database.connection import Session
from govdesk.database.errors import Refused
from govdesk.domain.api_keys import ApiKey, checksum
from govdesk.domain.problem import Problem
from govdesk.services import api_keys, key_changes, key_settings
from govdesk.services.key_settings import Policy
from govdesk.services.meanwhile import ChangedMeanwhile
from tests.doors import cooled, refusal, seat
from tests.keys import Door, actions, days_pass, generate, in_days, shown
from tests.people import ADA, MEI, OLGA, OTIS, Cast


@pytest.fixture
def otis(cast: Cast) -> Session:
    """An operator, who manages keys."""
    return seat(cast, OTIS.email)


@pytest.fixture
def door(cast: Cast, tmp_path: Path) -> Door:
    return Door.of(cast, tmp_path)


# Rotation


def test_the_old_key_works_until_the_new_one_is_used_and_the_grace_is_over(
    cast: Cast, otis: Session, door: Door
) -> None:
    old = generate(cast, otis)
    assert door.reason(old.raw) == "ok"
    new = key_changes.rotate(otis, old.key.id, 2, in_days(100))
    assert (new.key.replaces, new.key.family) == (old.key.id, old.key.family)
    assert (new.key.system_id, new.key.scopes, new.key.owner_label) == (
        old.key.system_id,
        old.key.scopes,
        old.key.owner_label,
    )
    before = shown(otis, old)
    assert (before.status, before.ends_at) == ("rotated", None)
    days_pass(cast, 20)
    assert door.reason(old.raw) == "ok", "nothing ends as long as the successor was not used"
    assert door.reason(new.raw) == "ok"
    ends = shown(otis, old).ends_at
    assert ends is not None
    assert in_days(1.99) < ends < in_days(2.01)
    assert door.reason(old.raw) == "ok", "the grace has only begun"
    days_pass(cast, 1.9)
    assert door.reason(old.raw) == "ok"
    assert shown(otis, new).status == "active"


def test_the_use_of_a_rotated_key_after_its_grace_suspends_the_family(
    cast: Cast, otis: Session, door: Door
) -> None:
    old, bystander = generate(cast, otis), generate(cast, otis)
    new = key_changes.rotate(otis, old.key.id, 0, in_days(100))
    assert door.reason(new.raw) == "ok"
    before = cast.last_seq()
    assert door.reason(old.raw) == "rotated"
    assert "api_key.reused" in actions(cast, before)
    reused = next(row for row in cast.rows(before) if row["action"] == "api_key.reused")
    assert reused["severity"] == "high"
    assert door.reason(new.raw) == "suspended"
    assert door.reason(bystander.raw) == "ok"
    assert shown(otis, new).status == "suspended"
    cooled(cast)
    with pytest.raises(Refused) as caught:
        key_changes.reactivate(otis, new.key.id)
    assert caught.value.key == "step_up_needed"
    fresh = seat(cast, OTIS.email)
    assert key_changes.reactivate(fresh, new.key.id, "It was our own old job.").changed
    assert door.reason(new.raw) == "ok"
    assert door.reason(old.raw) == "suspended", "the old one rests on"


def test_a_wrong_secret_for_a_rotated_key_suspends_nobody(
    cast: Cast, otis: Session, door: Door
) -> None:
    old = generate(cast, otis)
    new = key_changes.rotate(otis, old.key.id, 0, in_days(100))
    assert door.reason(new.raw) == "ok"
    body = f"gd_prod_{old.key.key_id}_{ApiKey.generate('prod').raw.split('_')[3]}"
    assert door.reason(f"{body}_{checksum(body)}") == "unknown"
    assert door.reason(new.raw) == "ok"


def test_a_key_is_rotated_once_and_its_successor_again(
    cast: Cast, otis: Session, door: Door
) -> None:
    first = generate(cast, otis)
    second = key_changes.rotate(otis, first.key.id, 1, in_days(100))
    with pytest.raises(Problem):
        key_changes.rotate(otis, first.key.id, 1, in_days(100))
    third = key_changes.rotate(otis, second.key.id, 1, in_days(100))
    assert third.key.family == first.key.family
    assert [door.reason(one.raw) for one in (first, second, third)] == ["ok", "ok", "ok"]


def test_a_revoked_key_is_not_rotated(cast: Cast, otis: Session) -> None:
    made = generate(cast, otis)
    key_changes.revoke(otis, made.key.id)
    with pytest.raises(Problem):
        key_changes.rotate(otis, made.key.id, 1, in_days(30))


@pytest.mark.parametrize("grace", [-1, 8])
def test_a_grace_is_none_to_seven_days_also_for_raw_sql(
    cast: Cast, otis: Session, grace: int
) -> None:
    made = generate(cast, otis)
    with pytest.raises(Problem, match="0 to 7 days"):
        key_changes.rotate(otis, made.key.id, grace, in_days(30))
    state = refusal(
        otis,
        "SELECT govdesk_api.rotate_key(%s, gen_random_uuid(), 'abcdefghijkl', %s, %s, 0, %s)",
        made.key.id,
        grace,
        in_days(30),
        b"x" * 32,
    )
    assert state == "GD012"


# Disuse and expiry


def test_a_key_that_nobody_uses_is_warned_about_suspended_and_revoked(
    cast: Cast, otis: Session, door: Door
) -> None:
    unused = generate(cast, otis, days=300)
    busy = generate(cast, otis, days=300)
    assert door.reason(busy.raw) == "ok"
    said = {}
    for day, expected in ((29, "active"), (31, "stale"), (61, "suspended"), (91, "revoked")):
        passed = day - sum(said)
        said[passed] = expected
        days_pass(cast, passed)
        door.used(busy, (0, 1))
        door.expire()
        assert shown(otis, unused).status == expected, day
        assert shown(otis, busy).status == "active", day
    assert door.reason(unused.raw) == "revoked"
    assert actions(cast, 0).count("api_key.stale") == 1
    assert {"api_key.suspended", "api_key.revoked"} <= set(actions(cast, 0))
    (row,) = [r for r in cast.rows(0) if r["action"] == "api_key.stale"]
    assert row["actor"] == "worker:tests"


def test_a_stale_key_that_is_used_again_is_stale_no_more(
    cast: Cast, otis: Session, door: Door
) -> None:
    made = generate(cast, otis, days=300)
    days_pass(cast, 31)
    door.expire()
    assert shown(otis, made).status == "stale"
    assert door.reason(made.raw) == "ok"
    door.used(made, (0, 1))
    door.expire()
    assert shown(otis, made).status == "active"
    days_pass(cast, 20)
    door.expire()
    assert shown(otis, made).status == "active"


def test_a_key_expires_by_itself_before_the_worker_says_so(
    cast: Cast, otis: Session, door: Door
) -> None:
    made = generate(cast, otis, days=40)
    assert shown(otis, made).status == "active"
    days_pass(cast, 11)
    assert shown(otis, made).status == "expiring"
    assert door.reason(made.raw) == "ok"
    days_pass(cast, 30)
    assert door.reason(made.raw) == "expired"
    assert shown(otis, made).status == "expired"
    before = cast.last_seq()
    assert door.expire() >= 1
    assert "api_key.expired" in actions(cast, before)
    assert shown(otis, made).stored_status == "expired"
    assert door.expire() == 0
    with pytest.raises(Problem):
        key_changes.reactivate(otis, made.key.id)


# Policy and scopes


def test_the_policy_decides_how_long_and_an_owner_decides_the_policy(
    cast: Cast, otis: Session
) -> None:
    olga = seat(cast, OLGA.email)
    assert key_settings.policy(olga) == Policy()
    wanted = Policy(7, 14, 21, 90, 10)
    before = cast.last_seq()
    assert key_settings.set_policy(olga, wanted).changed
    assert actions(cast, before, "key_policy") == ["key_policy.changed"]
    assert key_settings.policy(seat(cast, MEI.email)) == wanted
    with pytest.raises(Refused) as caught:
        generate(cast, otis, days=91)
    assert caught.value.key == "bad_event"
    generate(cast, otis, days=89)
    for who in (OTIS, ADA):
        with pytest.raises(Problem) as refused:
            key_settings.set_policy(seat(cast, who.email), Policy())
        assert refused.value.exit_code == 4


def test_a_policy_needs_a_fresh_confirmation_and_an_order_of_its_days(cast: Cast) -> None:
    olga = seat(cast, OLGA.email)
    for wrong in (Policy(warn_days=60), Policy(max_days=366), Policy(revoke_days=60)):
        with pytest.raises(Problem) as caught:
            key_settings.set_policy(olga, wrong)
        assert caught.value.exit_code == 2
    for column, days in (("warn_days", 60), ("max_days", 366), ("revoke_days", 10)):
        state = refusal(olga, f"UPDATE govdesk.key_policy SET {column} = %s", days)
        assert state.startswith(("23", "GD")), column
    cooled(cast)
    with pytest.raises(Refused) as refused:
        key_settings.set_policy(olga, Policy(max_days=100))
    assert refused.value.key == "step_up_needed"


def test_a_policy_that_another_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    olga, shown_before = seat(cast, OLGA.email), Policy()
    assert key_settings.set_policy(olga, Policy(max_days=200), shown_before).changed
    with pytest.raises(ChangedMeanwhile, match="200 days"):
        key_settings.set_policy(olga, Policy(max_days=100), shown_before)


def test_scopes_are_the_organization_s_own_and_retired_ones_are_for_no_new_key(
    cast: Cast, otis: Session, door: Door
) -> None:
    olga = seat(cast, OLGA.email)
    seeded = {one.name for one in key_settings.scopes(olga)}
    assert seeded >= {"events:write", "participant:read", "document:write"}
    made = key_settings.add_scope(olga, "roster:read", "Read rosters")
    assert made.changed
    key = generate(cast, otis, scopes=("roster:read", "events:write"))
    assert key_settings.retire_scope(olga, str(made.id)).changed
    with pytest.raises(Refused) as caught:
        generate(cast, otis, scopes=("roster:read",))
    assert caught.value.key == "unknown_scope"
    assert set(door.knock(key.raw).answer.scopes or ()) == {  # type: ignore[union-attr]
        "roster:read",
        "events:write",
    }
    with pytest.raises(Problem, match="there already"):
        key_settings.add_scope(olga, "roster:read", "")
    with pytest.raises(Problem, match="GovDesk's own"):
        key_settings.retire_scope(olga, "events:write")
    assert key_settings.describe_scope(olga, "roster:read", "Look at rosters").changed
    assert key_settings.restore_scope(olga, "roster:read").changed


@pytest.mark.parametrize("name", ["", "a", "a:", ":a", "A:b", "a:b:c", "a b:c", "ä:b", "a:b\n"])
def test_what_is_no_scope_s_name_is_refused_also_by_the_database(cast: Cast, name: str) -> None:
    olga = seat(cast, OLGA.email)
    with pytest.raises(Problem, match="noun and a verb"):
        key_settings.add_scope(olga, name, "")
    state = refusal(
        olga,
        "INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name, description)"
        " SELECT tenant_id, tenant_path, %s, '' FROM govdesk.tenant",
        name,
    )
    assert state.startswith(("23", "GD")), state


def test_a_member_changes_no_scope(cast: Cast) -> None:
    mei = seat(cast, MEI.email)
    assert len(key_settings.scopes(mei)) >= 5
    for act in (
        lambda: key_settings.add_scope(mei, "roster:read", ""),
        lambda: key_settings.retire_scope(mei, "billing:read"),
    ):
        with pytest.raises(Problem) as caught:
            act()
        assert caught.value.exit_code == 4
    assert api_keys.list_keys(mei) == []
