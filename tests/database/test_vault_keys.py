"""The tenant's key: made with the first sealed field, shared, rotated, re-wrapped, retired."""

from __future__ import annotations

from pathlib import Path

import pytest

from govdesk.database.errors import Refused
from govdesk.domain.problem import Problem
from govdesk.services import vault, vault_self_test
from govdesk.services.vault import PasswordNeeded
from govdesk.vault.errors import MissingKey, RetiredKey
from tests.doors import cooled, join, later, seat
from tests.people import ADA, MEI, OLGA, OTIS, Cast
from tests.vaulting import (
    PLAIN,
    Round,
    at_desk,
    envelope_of,
    leave,
    opened,
    plant,
    sealed_row,
    version_of,
)


@pytest.fixture
def turn(cast: Cast, tmp_path: Path) -> Round:
    """The worker's round; the worker has said who it is."""
    made = Round(cast, tmp_path)
    made()
    return made


def held(session: vault.Session) -> dict[int, set[str]]:
    """Who holds copies of each version: addresses, and "worker"."""
    found = vault.state(session)
    emails = {one.key: one.email for one in found.members}
    return {
        one.version: {
            "worker" if holder.is_worker else emails.get(holder.key, "somebody else")
            for holder in one.holders
        }
        for one in found.versions
    }


def test_the_first_sealed_field_makes_the_key_for_everybody_who_may_hold_it(
    cast: Cast, turn: Round
) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    at_desk(cast, MEI)
    before = cast.last_seq()
    row = sealed_row(olga, cast)
    assert held(olga) == {1: {OLGA.email, ADA.email, "worker"}}
    assert opened(ada, cast, row) == PLAIN
    actions = [one["action"] for one in cast.rows(before)]
    assert actions[0] == "vault.key_created"
    assert "integration.created" in actions


def test_who_gets_a_key_pair_later_is_given_a_copy_by_the_worker(cast: Cast, turn: Round) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    ada = at_desk(cast, ADA)
    with pytest.raises(MissingKey, match="Wait for the worker"):
        opened(ada, cast, row)
    assert turn() == 1
    assert opened(ada, cast, row) == PLAIN
    assert turn() == 0


def test_who_may_no_longer_hold_the_key_makes_the_worker_rotate_until_none_is_under_the_old(
    cast: Cast, turn: Round
) -> None:
    olga = at_desk(cast, OLGA)
    at_desk(cast, ADA)
    rows = [sealed_row(olga, cast) for _ in range(3)]
    leave(cast, ADA.email)
    turn()
    assert {version_of(cast, row) for row in rows} == {2}
    assert [opened(olga, cast, row) for row in rows] == [PLAIN] * 3
    assert held(olga)[2] == {OLGA.email, "worker"}
    statuses = {one.version: (one.status, one.envelopes) for one in vault.state(olga).versions}
    assert statuses == {1: ("retired", 0), 2: ("current", 3)}


def test_a_key_is_renewed_after_a_year(cast: Cast, turn: Round) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    later(cast, "govdesk.vault_key", "created_at", "364 days")
    assert turn() == 0
    later(cast, "govdesk.vault_key", "created_at", "2 days")
    turn()
    assert version_of(cast, row) == 2
    assert opened(olga, cast, row) == PLAIN


def test_without_a_worker_a_person_rotates_wraps_again_and_retires(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    rows = [sealed_row(olga, cast) for _ in range(3)]
    before = [envelope_of(cast, row) for row in rows]
    vault.create_like_current(olga)
    seen: list[tuple[int, int]] = []
    done = vault.rewrap_now(olga, lambda at, total: seen.append((at, total)))
    assert (done.done, done.unreadable, seen) == (3, (), [(1, 3), (2, 3), (3, 3)])
    assert vault.retire_now(olga) == [1]
    assert [opened(olga, cast, row) for row in rows] == [PLAIN] * 3
    for row, old in zip(rows, before, strict=True):
        plant(cast, row, old)
        with pytest.raises(RetiredKey):
            opened(olga, cast, row)


def test_a_version_is_not_retired_while_something_is_sealed_under_it(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    sealed_row(olga, cast)
    vault.create_like_current(olga)
    assert vault.retire_now(olga) == []
    with pytest.raises(Refused) as refused:
        vault.store_of(olga).write({"retire": 1})
    assert refused.value.key == "vault_key_in_use"


def test_a_value_that_does_not_open_is_reported_and_holds_nothing_else_up(
    cast: Cast, turn: Round
) -> None:
    olga = at_desk(cast, OLGA)
    good, bad = sealed_row(olga, cast), sealed_row(olga, cast)
    plant(cast, bad, envelope_of(cast, good))
    vault.create_like_current(olga)
    done = vault.rewrap_now(olga, lambda at, total: None)
    assert (done.done, [one.row_id for one, _ in done.unreadable]) == (1, [bad])
    assert (version_of(cast, good), version_of(cast, bad)) == (2, 1)
    assert vault.retire_now(olga) == []


def test_a_row_that_somebody_saves_meanwhile_is_left_to_him(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    store = vault.store_of(olga)
    vault.create_like_current(olga)
    (seen,) = store.rows(2, 10)
    other = sealed_row(olga, cast)
    assert not store.put(seen, b"x" * 32, envelope_of(cast, other), 2)
    assert version_of(cast, row) == 1


def test_two_admins_who_save_the_first_field_at_once_share_one_key(cast: Cast) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    empty = vault.keys_of(ada)
    vault.ready(olga)
    with pytest.raises(Refused):
        vault.store_of(ada).write(
            {"create": vault._next(_as_before(vault.state(ada)), "members", None)}
        )
    assert empty.current_version is None
    assert vault.ready(ada).current_version == 1


def _as_before(found: vault.State) -> vault.State:
    return vault.State(found.tenant_id, found.worker_public_key, (), found.members)


def test_a_session_alone_opens_nothing_and_says_what_it_needs(cast: Cast) -> None:
    row = sealed_row(at_desk(cast, OLGA), cast)
    with pytest.raises(PasswordNeeded, match="needs your password"):
        opened(seat(cast, OLGA.email), cast, row)
    with pytest.raises(PasswordNeeded):
        vault.ready(seat(cast, "bea@beta.example", "beta"))


def test_who_manages_one_system_does_not_make_the_organizations_key(cast: Cast) -> None:
    join(cast, "sid@acme.example", "operator", "acme.claims")
    sid = at_desk(cast, "sid@acme.example")
    with pytest.raises(Problem, match="Ask an admin of the whole organization") as refused:
        vault.ready(sid)
    assert refused.value.exit_code == 4
    vault.ready(at_desk(cast, OLGA))
    assert vault.ready(sid).current_version == 1


def test_making_a_key_needs_a_fresh_confirmation(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    cooled(cast)
    with pytest.raises(Refused) as refused:
        vault.ready(olga)
    assert refused.value.key == "step_up_needed"


def test_the_worker_that_comes_late_is_given_a_copy_by_whoever_saves_next(
    cast: Cast, tmp_path: Path
) -> None:
    olga = at_desk(cast, OLGA)
    sealed_row(olga, cast)
    assert held(olga) == {1: {OLGA.email}}
    Round(cast, tmp_path)()
    with vault.keys_of(olga) as keys:
        assert vault.share_with_worker(olga, keys) == 1
        assert vault.share_with_worker(olga, keys) == 0
    assert held(olga) == {1: {OLGA.email, "worker"}}


def test_members_see_nothing_of_the_vault(cast: Cast) -> None:
    mei = at_desk(cast, MEI)
    sealed_row(at_desk(cast, OLGA), cast)
    assert vault.keys_of(mei).current_version is None
    with pytest.raises(Refused) as refused:
        vault.state(mei)
    assert refused.value.exit_code == 4


def test_the_self_test_moves_the_organizations_own_values_and_none_opens(
    cast: Cast, turn: Round
) -> None:
    olga = at_desk(cast, OLGA)
    assert vault_self_test.run(olga).ok is None
    for _ in range(4):
        sealed_row(olga, cast)
    vault.create_like_current(olga)
    for _ in range(2):
        sealed_row(olga, cast)
    report = vault_self_test.run(olga)
    assert (report.ok, report.samples, report.opened) == (True, 6, 6)
    assert report.moved_and_opened == []
    assert report.refused.total() == report.tried.total() > 100
    assert report.tried["version"] > 0


def test_the_self_test_says_so_when_a_value_was_moved(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    one, other = sealed_row(olga, cast), sealed_row(olga, cast)
    plant(cast, other, envelope_of(cast, one))
    report = vault_self_test.run(olga)
    assert report.ok is False
    assert [str(context.row_id) for context, _ in report.unreadable] == [other]


def test_an_operator_holds_a_copy_too(cast: Cast) -> None:
    olga, otis = at_desk(cast, OLGA), at_desk(cast, OTIS)
    row = sealed_row(olga, cast)
    assert opened(otis, cast, row) == PLAIN
