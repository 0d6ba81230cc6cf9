"""A key from its order to its end: who may see and change it, and what opens the door."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from govdesk.database.connection import Session
from govdesk.database.errors import Refused
from govdesk.domain.api_keys import ApiKey, checksum
from govdesk.domain.problem import Problem
from govdesk.services import api_keys, key_changes
from govdesk.services.key_changes import NewKey
from govdesk.services.meanwhile import ChangedMeanwhile
from tests.doors import answer, ask, cooled, key_of, refusal, rows_of, seat, stranger, table
from tests.keys import CLAIMS, PORTAL, Door, actions, generate, in_days, order, shown, system_id
from tests.organizations import scoped
from tests.people import ACME, ADA, BEA, BETA, CARLA, MEI, OLGA, OTIS, Cast


@pytest.fixture
def otis(cast: Cast) -> Session:
    """An operator, who manages keys."""
    return seat(cast, OTIS.email)


@pytest.fixture
def door(cast: Cast, tmp_path: Path) -> Door:
    return Door.of(cast, tmp_path)


def test_a_key_opens_the_door_at_once_and_the_log_has_it_without_its_secret(
    cast: Cast, otis: Session, door: Door
) -> None:
    before = cast.last_seq()
    made = generate(cast, otis)
    assert made.raw not in repr(made)
    assert (made.key.status, made.key.environment, made.key.system) == (
        "active",
        "prod",
        "Claims triage",
    )
    assert made.key.created_by == f"user:{OTIS.email}"
    found = door.knock(made.raw)
    assert found.is_ok
    assert found.answer is not None
    assert (str(found.answer.key_id), found.answer.tenant_path) == (made.key.id, ACME)
    assert found.answer.scopes == ["events:write"]
    assert found.answer.first_use is True
    assert door.knock(made.raw).answer.first_use is False  # type: ignore[union-attr]
    assert actions(cast, before) == ["api_key.created", "api_key.first_used"]
    used = cast.rows(before)[-1]
    assert used["actor"] == f"key:{made.key.prefix}"
    secret = made.raw.split("_")[3]
    everything = str(cast.rows(before)) + str(table(otis, "SELECT * FROM govdesk.api_key"))
    assert made.raw not in everything
    assert secret not in everything


def test_no_column_of_any_table_holds_a_raw_key_or_its_secret(
    cast: Cast, otis: Session, door: Door
) -> None:
    made = [generate(cast, otis, environment=where) for where in ("dev", "staging", "prod")]
    door.attend()
    for one in made:
        door.knock(one.raw)
    tables = cast.admin.execute(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname LIKE 'govdesk%'"
    ).fetchall()
    for (name,) in tables:
        for one in made:
            query = f"SELECT count(*) FROM {name} t WHERE strpos(t::text, %s) > 0"
            hex_secret = one.raw.encode().hex()
            assert cast.one(query, one.raw.split("_")[3]) == 0, name
            assert cast.one(query, hex_secret) == 0, name


def test_members_see_keys_operators_change_them_and_strangers_see_nothing(
    cast: Cast, otis: Session
) -> None:
    made = generate(cast, otis)
    for who in (MEI, CARLA, ADA, OLGA):
        assert [k.id for k in api_keys.list_keys(seat(cast, who.email))] == [made.key.id]
    for who in (MEI, CARLA):
        session = seat(cast, who.email)
        for act in (
            lambda s=session: generate(cast, s),
            lambda s=session: key_changes.rotate(s, made.key.id, 1, in_days(30)),
            lambda s=session: key_changes.revoke(s, made.key.id),
            lambda s=session: key_changes.relabel(s, made.key.id, "Mine"),
        ):
            with pytest.raises(Problem) as caught:
                act()
            assert caught.value.exit_code == 4
    assert table(seat(cast, BEA.email, BETA), "SELECT * FROM govdesk.api_key") == []
    door = stranger(cast)
    assert rows_of(door, "SELECT * FROM govdesk.api_key") == []
    assert shown(otis, made).status == "active"


def test_who_manages_one_system_gives_keys_to_that_one_alone(cast: Cast) -> None:
    theirs = generate(cast, seat(cast, OLGA.email), PORTAL)
    session = scoped(cast, CLAIMS)
    mine = generate(cast, session)
    assert [k.id for k in api_keys.list_keys(session)] == [mine.key.id]
    with pytest.raises(Refused) as caught:
        generate(cast, session, PORTAL)
    assert caught.value.exit_code == 4
    with pytest.raises(Problem, match="no key"):
        key_changes.rotate(session, theirs.key.id, 1, in_days(30))


@pytest.mark.parametrize("node", ["acme.claims.northside", ACME])
def test_only_systems_have_keys(cast: Cast, otis: Session, node: str) -> None:
    with pytest.raises(Refused):
        generate(cast, otis, node)


def test_a_system_of_another_organization_gets_no_key(cast: Cast, otis: Session) -> None:
    with pytest.raises(Refused):
        key_changes.generate(otis, replace(order(cast), system_id=system_id(cast, "beta.intake")))


def test_making_a_key_needs_a_fresh_confirmation(cast: Cast, otis: Session) -> None:
    made = generate(cast, otis)
    cooled(cast)
    for act in (
        lambda: generate(cast, otis),
        lambda: key_changes.rotate(otis, made.key.id, 1, in_days(30)),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.key == "step_up_needed"
    # Ending a key is never held up.
    assert key_changes.revoke(otis, made.key.id).changed


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"scopes": ("participant:fly",)}, "unknown_scope"),
        ({"scopes": ("events:write", "")}, "unknown_scope"),
        ({"days": 366}, "bad_event"),
        ({"days": -1}, "bad_event"),
    ],
)
def test_an_order_that_cannot_be_is_refused_by_the_database(
    cast: Cast, otis: Session, changed: dict[str, object], key: str
) -> None:
    with pytest.raises(Refused) as caught:
        generate(cast, otis, **changed)
    assert caught.value.key == key
    assert api_keys.list_keys(otis) == []


def test_an_order_without_a_scope_or_a_label_says_what_is_missing(
    cast: Cast, otis: Session
) -> None:
    for changed, words in (
        ({"scopes": ()}, "at least one scope"),
        ({"label": "  \u200b "}, "label is missing"),
        ({"label": "x" * 300}, "at most"),
    ):
        with pytest.raises(Problem, match=words):
            generate(cast, otis, **changed)


def test_nobody_writes_a_verifier_a_scope_an_end_or_a_use_by_hand(
    cast: Cast, otis: Session
) -> None:
    made = generate(cast, otis)
    for statement in (
        "INSERT INTO govdesk.api_key (tenant_id) SELECT tenant_id FROM govdesk.tenant",
        "UPDATE govdesk.api_key SET scopes = '{billing:read}'",
        "UPDATE govdesk.api_key SET expires_at = now() + interval '300 days'",
        "UPDATE govdesk.api_key SET ends_at = NULL",
        "UPDATE govdesk.api_key SET key_id = 'aaaaaaaaaaaa'",
        "UPDATE govdesk.api_key SET system_id = gen_random_uuid()",
        "UPDATE govdesk.api_key_seen SET last_used_at = now()",
        "INSERT INTO govdesk.api_key_use (uses) VALUES (1)",
        "DELETE FROM govdesk.api_key",
        "TRUNCATE govdesk.api_key",
        "UPDATE govdesk.pepper SET status = 'retired'",
        "SELECT * FROM govdesk_private.key_verifier",
        "SELECT govdesk_api.authenticate_key('aaaaaaaaaaaa', '{}')",
        "SELECT * FROM govdesk_api.keys_to_pepper(10)",
        "SELECT * FROM govdesk_api.pepper_state()",
        "SELECT govdesk_api.key_uses('[]')",
    ):
        assert refusal(otis, statement) == "42501", statement
    assert shown(otis, made) == made.key


@pytest.mark.parametrize("status", ["expired", "rotated", "suspended", "nonsense"])
def test_a_status_is_set_to_revoked_and_to_nothing_else(
    cast: Cast, otis: Session, status: str
) -> None:
    made = generate(cast, otis)
    state, _ = key_of(
        otis, "UPDATE govdesk.api_key SET status = %s WHERE id = %s", status, made.key.id
    )
    assert state.startswith(("42501", "GD", "23")), state
    assert shown(otis, made).status == "active"


def test_a_revoked_key_is_shut_out_at_once_and_for_ever(
    cast: Cast, otis: Session, door: Door
) -> None:
    made = generate(cast, otis)
    assert door.reason(made.raw) == "ok"
    before = cast.last_seq()
    done = key_changes.revoke(otis, made.key.id, "It stood in a mail.")
    assert done.changed
    (row,) = cast.rows(before)
    assert (row["action"], row["reason"], row["seq"]) == (
        "api_key.revoked",
        "It stood in a mail.",
        done.seq,
    )
    assert door.reason(made.raw) == "revoked"
    assert key_changes.revoke(otis, made.key.id).changed is False
    with pytest.raises(Problem, match="revoked"):
        key_changes.reactivate(otis, made.key.id)
    state, _ = key_of(
        otis, "UPDATE govdesk.api_key SET status = 'active' WHERE id = %s", made.key.id
    )
    assert state.startswith(("42501", "GD", "23"))
    assert door.reason(made.raw) == "revoked"


def test_a_reason_with_a_key_in_it_is_not_sealed(cast: Cast, otis: Session) -> None:
    made = generate(cast, otis)
    with pytest.raises(Problem, match="would stand in the log") as refused:
        key_changes.revoke(otis, made.key.id, f"It stood in a mail: {made.raw}")
    assert made.raw not in str(refused.value)
    assert refused.value.exit_code == 2
    assert api_keys.find(otis, made.key.id).status == "active"


def test_only_an_active_key_is_rotated(cast: Cast, otis: Session) -> None:
    made = generate(cast, otis)
    key_changes.rotate(otis, made.key.id, 1, made.key.expires_at)
    with pytest.raises(Problem, match=r"is rotated; only an active key is rotated\. Rotate its"):
        key_changes.rotate(otis, made.key.id, 1, made.key.expires_at)


def test_what_is_no_key_is_told_before_anything_is_looked_up(
    cast: Cast, otis: Session, door: Door
) -> None:
    made = generate(cast, otis)
    raw = made.raw
    for text in ("", "gd_", raw[:-1], raw + "0", raw.swapcase(), raw.replace("prod", "dev")):
        assert door.reason(text) == "malformed", text
    stranger_s = ApiKey.generate("prod")
    assert door.reason(stranger_s.raw) == "unknown"
    body = f"gd_prod_{made.key.key_id}_{stranger_s.raw.split('_')[3]}"
    assert door.reason(f"{body}_{checksum(body)}") == "unknown"
    assert shown(otis, made).first_used_at is None


def test_the_console_s_login_cannot_knock_and_the_worker_cannot_read_verifiers(
    cast: Cast, otis: Session, door: Door
) -> None:
    generate(cast, otis)
    call = "SELECT govdesk_api.authenticate_key('aaaaaaaaaaaa', '{}')"
    assert answer(stranger(cast), call) == "42501"
    assert answer(door.connection, call) == "ok"
    for name in ("govdesk.api_key", "govdesk.pepper"):
        assert rows_of_or_state(door, f"SELECT * FROM {name}") in ([], "42501")


def rows_of_or_state(door: Door, query: str) -> object:
    try:
        return rows_of(door.connection, query)
    except psycopg.Error as error:
        return error.sqlstate


def test_a_label_is_changed_once_and_a_second_change_meanwhile_is_told(
    cast: Cast, otis: Session
) -> None:
    made = generate(cast, otis)
    ada = seat(cast, ADA.email)
    assert key_changes.relabel(ada, made.key.id, "Ada's team", made.key.owner_label).changed
    with pytest.raises(ChangedMeanwhile) as caught:
        key_changes.relabel(otis, made.key.id, "Otis", made.key.owner_label)
    assert (caught.value.by, caught.value.theirs) == (ADA.email, "“Ada's team”")
    assert key_changes.relabel(otis, made.key.id, " Ada's  team ").changed is False


def test_uses_are_counted_by_day_and_seen_by_who_sees_the_key(
    cast: Cast, otis: Session, door: Door
) -> None:
    made, other = generate(cast, otis), generate(cast, otis, PORTAL)
    door.used(made, (0, 3), (1, 5), (0, 4))
    door.used(other, (2, 1))
    days = api_keys.uses(otis, made.key.id, 3)
    assert [number for _, number in days] == [0, 5, 7]
    found = shown(otis, made)
    assert found.last_used_at is not None
    assert found.last_ip == "203.0.113.9"
    assert api_keys.uses(seat(cast, BEA.email, BETA), made.key.id, 3) == [(d, 0) for d, _ in days]
    session = scoped(cast, CLAIMS)
    assert [n for _, n in api_keys.uses(session, other.key.id, 3)] == [0, 0, 0]


def test_a_key_acts_for_its_own_system_and_nothing_else(
    cast: Cast, otis: Session, door: Door
) -> None:
    made = generate(cast, otis)
    mute = generate(cast, otis, scopes=("participant:read",))
    send = "SELECT govdesk_api.record_events(%s::jsonb)"
    event = '[{"action": "x.claim.paid", "summary": "Paid"}]'
    before = cast.last_seq()
    with door.connection.transaction():
        door_answer = door.knock(made.raw)
        assert door_answer.is_ok
        door.connection.execute(send, (event,))
    row = next(row for row in cast.rows(before) if row["action"] == "x.claim.paid")
    assert (row["actor"], str(row["system_id"])) == (
        f"key:{made.key.prefix}",
        system_id(cast, CLAIMS),
    )
    first = api_keys.first_event(otis, made.key.prefix)
    assert first is not None
    assert (first.seq, first.system) == (row["seq"], "Claims triage")
    assert api_keys.first_event(otis, mute.key.prefix) is None
    other = f'[{{"action": "x.a", "system_id": "{system_id(cast, PORTAL)}"}}]'
    for raw, sent, state in ((mute.raw, event, "GD035"), (made.raw, other, "GD012")):
        with door.connection.transaction():
            assert door.knock(raw).is_ok
            assert answer(door.connection, send, sent) == state


def test_an_order_knows_what_it_is(cast: Cast) -> None:
    assert isinstance(order(cast), NewKey)
    assert ask(seat(cast, OLGA.email), "SELECT count(*) FROM govdesk.api_key") == 0
