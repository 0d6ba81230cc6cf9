"""Attacks on the vault's doors in raw SQL: whose key it is, who writes copies, the worker's own."""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from govdesk.database.connection import Session
from govdesk.vault.identities import PrivateKey
from tests.doors import (
    answer,
    arranged,
    ask,
    cooled,
    join,
    member_id,
    refusal,
    rows_of,
    seat,
    stranger,
    table,
    worker,
)
from tests.people import ADA, BEA, CARLA, MEI, OLGA, OTIS, Cast
from tests.staffing import at_work, employ, enter
from tests.vaulting import Round, at_desk, envelope_of, sealed_row

SID = "sid@acme.example"
TOKEN = "ghp_" + "16C7e42F292c6912E7" + "710c838347Ae178B4a"
"""In two pieces, so that nobody takes it for a real one."""

WRITE = "SELECT govdesk_api.vault_write(%s::jsonb)"
STATE = "SELECT govdesk_api.vault_state()"
SET_KEY = "SELECT govdesk_api.set_person_key(%s, %s)"
MINE = "SELECT encode(public_key, 'hex') FROM govdesk_api.person_key()"


def copy(cast: Cast, email: str | None, public: str, path: str = "acme") -> dict[str, Any]:
    """A copy of a key for somebody, or for the worker, as a change of the vault names it."""
    return {
        "member_id": None if email is None else member_id(cast, email, path),
        "public_key": public,
        "sealed": secrets.token_hex(90),
    }


def create(version: int, *copies: object, **instead: object) -> str:
    """A change that makes a version."""
    about = {"version": version, "provider": "members", "commitment": "ab" * 32, "copies": copies}
    return json.dumps({"create": about | instead})


def share(version: int, *copies: object) -> str:
    """A change that hands out copies."""
    return json.dumps({"share": {"version": version, "copies": copies}})


def versions(cast: Cast) -> list[tuple[int, str]]:
    """Every version with its status, as superuser."""
    rows = cast.admin.execute("SELECT version, status FROM govdesk.vault_key ORDER BY version")
    return [(row[0], row[1]) for row in rows.fetchall()]


def scoped(cast: Cast, node: str = "acme.claims") -> Session:
    """Somebody who manages the connections of one system."""
    join(cast, SID, "admin", node)
    return at_desk(cast, SID)


# Whose pair it is


def test_nobody_names_another_s_public_key_as_his_own(cast: Cast, tmp_path: Path) -> None:
    Round(cast, tmp_path)()
    olga, ada, sid = at_desk(cast, OLGA), seat(cast, ADA.email), scoped(cast)
    sealed_row(olga, cast)
    theirs = bytes.fromhex(ask(olga, MINE))
    workers = bytes.fromhex(ask(sid, STATE)["worker_public_key"])
    for session in (ada, sid, seat(cast, MEI.email)):
        for public in (theirs, workers):
            assert refusal(session, SET_KEY, public, b"w" * 96) == "GD012"
    assert ask(olga, SET_KEY, theirs, b"v" * 96) is not None
    Round(cast, tmp_path)()
    held = ask(olga, STATE)["versions"][0]["holders"]
    assert len({one["public_key"] for one in held}) == len(held) == 3


def test_a_pair_is_of_the_right_size_and_its_owner_s_alone(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    good = PrivateKey.generate().public
    for public, wrapped in ((b"", b"w" * 96), (b"x" * 31, b"w" * 96), (good, b""),
                            (good, b"w" * 31), (good, b"w" * 513), (None, b"w" * 96),
                            (good, None)):  # fmt: skip
        assert refusal(olga, SET_KEY, public, wrapped) == "GD012"
    assert table(seat(cast, ADA.email), "SELECT * FROM govdesk_api.person_key()") == []
    employ(cast)
    inside, half = enter(cast, at_work(cast)), seat(cast, OTIS.email, mfa=False)
    for session in (inside, half):
        assert refusal(session, SET_KEY, good, b"w" * 96) == "42501"
        assert table(session, "SELECT * FROM govdesk_api.person_key()") == []
    cooled(cast)
    assert refusal(olga, SET_KEY, good, b"w" * 96) == "GD009"


# Who writes the vault


def test_only_who_manages_connections_everywhere_writes_the_vault(cast: Cast) -> None:
    olga, sid = at_desk(cast, OLGA), scoped(cast)
    row = sealed_row(olga, cast)
    employ(cast)
    inside, bea = enter(cast, at_work(cast)), at_desk(cast, BEA, "beta")
    mine = copy(cast, SID, ask(sid, MINE))
    before = versions(cast)
    put = "SELECT govdesk_api.vault_put('integration', %s, 'sealed', sha256(%s), %s, 2)"
    old = envelope_of(cast, row)
    for session in (sid, inside, seat(cast, MEI.email), seat(cast, CARLA.email),
                    seat(cast, OTIS.email, mfa=False)):  # fmt: skip
        for change in (
            create(1, mine),
            create(2, mine),
            share(1, mine),
            '{"retire": 1}',
            "{}",
            "[]",
        ):
            assert refusal(session, WRITE, change) == "42501"
        assert refusal(session, put, row, old, old) == "42501"
    assert refusal(bea, WRITE, share(1, mine)) == "GD012"
    assert refusal(bea, put, row, old, old) == "GD012"
    assert versions(cast) == before


@pytest.mark.parametrize(
    "change",
    [
        create(2),
        create(2, copies=None),
        create(2, copies={"a": "b"}),
        create(2, copies=[{}] * 1001),
        create(2, provider="mine"),
        create(2, provider=None),
        create(2, provider="aws-kms"),
        create(2, provider="aws-kms", key_ref=""),
        create(2, provider="aws-kms", key_ref="k" * 301),
        create(2, provider="members", key_ref="arn:aws:kms:eu:1:key/1"),
        create(2, commitment="zz"),
        create(2, commitment="ab"),
        create(2, commitment=None),
        json.dumps({"create": 5}),
        json.dumps({"create": {"version": "2; DROP TABLE x"}}),
        share(1, {"member_id": "x", "public_key": "ab", "sealed": "ab"}),
        share(1, {"member_id": None, "public_key": None, "sealed": "ab"}),
        share(1, {}),
        share(9),
        share(-1),
        '{"retire": 1}',
        '{"share": null}',
        "null",
        "3",
    ],
    ids=range(24),
)  # fmt: skip
def test_a_change_that_is_none_or_serves_nobody_is_refused(module_cast: Cast, change: str) -> None:
    olga = at_desk(module_cast, OLGA)
    if not versions(module_cast):
        sealed_row(olga, module_cast)
    before = versions(module_cast)
    assert refusal(olga, WRITE, change) in ("GD012", "GD023", "GD030", "GD033", "22P02")
    assert versions(module_cast) == before


def test_a_copy_is_for_a_recipient_under_his_own_key_in_this_tenant(cast: Cast) -> None:
    olga, mei, bea = at_desk(cast, OLGA), at_desk(cast, MEI), at_desk(cast, BEA, "beta")
    ada = at_desk(cast, ADA)
    sealed_row(olga, cast)
    keys = {name: ask(session, MINE) for name, session in
            (("olga", olga), ("mei", mei), ("bea", bea), ("ada", ada))}  # fmt: skip
    thief = PrivateKey.generate().public.hex()
    good = copy(cast, OLGA.email, keys["olga"])
    lies = [
        copy(cast, MEI.email, keys["mei"]),
        copy(cast, OLGA.email, thief),
        copy(cast, OLGA.email, keys["ada"]),
        copy(cast, OLGA.email, keys["mei"]),
        copy(cast, BEA.email, keys["bea"], "beta"),
        copy(cast, None, thief),
        copy(cast, None, keys["olga"]),
        copy(cast, OLGA.email, ""),
        {**good, "member_id": None, "public_key": ""},
    ]
    for lie in lies:
        for change in (create(2, lie), create(2, good, lie), share(1, good, lie)):
            assert refusal(olga, WRITE, change) == "GD033"
    join(cast, "gone@acme.example", "admin")
    gone = at_desk(cast, "gone@acme.example")
    hers = copy(cast, "gone@acme.example", ask(gone, MINE))
    with arranged(cast) as admin:
        admin.execute(
            "UPDATE govdesk.member SET status = 'suspended' WHERE email = 'gone@acme.example'"
        )
    assert refusal(olga, WRITE, share(1, hers)) == "GD033"
    assert versions(cast) == [(1, "current")]


def test_one_copy_twice_in_a_change_breaks_nothing(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    sealed_row(olga, cast)
    good = copy(cast, OLGA.email, ask(olga, MINE))
    assert refusal(olga, WRITE, share(1, good, {**good, "sealed": secrets.token_hex(90)})) in (
        "GD012", "GD033",
    )  # fmt: skip


def test_a_raw_secret_is_no_name_of_a_key_elsewhere(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    for text in (TOKEN, b64encode(TOKEN.encode()).decode()):
        change = create(1, provider="aws-kms", key_ref=text)
        assert refusal(olga, WRITE, change) == "GD026"
    assert versions(cast) == []


def test_who_left_sees_no_copy_and_none_of_another_tenant_is_told(cast: Cast) -> None:
    olga, ada, bea = at_desk(cast, OLGA), at_desk(cast, ADA), at_desk(cast, BEA, "beta")
    sealed_row(olga, cast)
    sealed_row(bea, cast)
    copies = "SELECT version, sealed FROM govdesk_api.vault_copies()"
    assert ask(ada, WRITE, share(1, copy(cast, ADA.email, ask(ada, MINE)))) is not None
    assert len(table(ada, copies)) == 1
    assert table(bea, copies) != table(olga, copies)
    for session, other in ((olga, BEA.email), (bea, OLGA.email)):
        assert other not in str(ask(session, STATE))
    with arranged(cast) as admin:
        admin.execute(
            "UPDATE govdesk.member_grant SET role_key = 'member' WHERE member_id = %s",
            (member_id(cast, ADA.email),),
        )
    assert table(ada, copies) == []
    assert refusal(ada, STATE) == "42501"


def test_who_manages_one_system_learns_no_other_holder(cast: Cast) -> None:
    olga, sid = at_desk(cast, OLGA), scoped(cast)
    sealed_row(olga, cast)
    state = ask(sid, STATE)
    assert [one["email"] for one in state["recipients"]] in ([], [SID])
    told = json.dumps(state)
    for hidden in (member_id(cast, OLGA.email), ask(olga, MINE)):
        assert hidden not in told


def test_the_vault_refuses_at_once_what_is_endless(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    sealed_row(olga, cast)
    good = copy(cast, OLGA.email, ask(olga, MINE))
    for change in (
        create(2, {**good, "sealed": "ab" * 2_000_000}),
        create(2, {**good, "public_key": "ab" * 2_000_000}),
        create(2, good, key_ref="Ab3" * 1_000_000),
        create(2, *[good] * 1001),
    ):
        began = time.monotonic()
        assert refusal(olga, WRITE, change) in ("GD012", "GD033")
        assert time.monotonic() - began < 3


# The worker's doors


@pytest.mark.parametrize(
    "call",
    ["worker_key(sha256('mine'))", "vault_due('x')", "vault_worker_state('acme')",
     "vault_worker_write('acme', 'x', '{}')", "vault_worker_rows('acme', 9, 9)",
     "vault_worker_put('acme', 'x', 'integration', gen_random_uuid(), 'sealed', 'x', 'x', 1)"],
)  # fmt: skip
def test_a_worker_s_door_is_shut_for_the_console(module_cast: Cast, call: str) -> None:
    query = f"SELECT govdesk_api.{call}"
    assert refusal(seat(module_cast, OLGA.email), query) == "42501"
    assert answer(stranger(module_cast), query) == "42501"


def test_the_workers_have_one_key_until_an_administrator_says_otherwise(cast: Cast) -> None:
    hand, call = worker(cast), "SELECT govdesk_api.worker_key(%s)"
    assert answer(hand, call, b"a" * 31) == "GD012"
    assert answer(hand, call, None) == "GD012"
    for public, expected in ((b"a" * 32, "ok"), (b"b" * 32, "GD031"), (b"a" * 32, "ok")):
        assert answer(hand, call, public) == expected
    replace = "SELECT govdesk_private.replace_worker_key(%s, 'acme', '1', 'lost')"
    assert answer(hand, replace, b"b" * 32) == "42501"
    assert refusal(seat(cast, OLGA.email), replace, b"b" * 32) == "42501"


def test_a_worker_writes_one_tenant_a_transaction_and_only_what_is_right(cast: Cast) -> None:
    olga, bea = at_desk(cast, OLGA), at_desk(cast, BEA, "beta")
    row = sealed_row(olga, cast)
    sealed_row(bea, cast)
    hand, old = worker(cast), envelope_of(cast, row)
    hand.execute("SELECT govdesk_api.worker_key(%s)", (b"a" * 32,))
    change = "SELECT govdesk_api.vault_worker_write(%s, 'h', %s::jsonb)"
    mine = {**copy(cast, None, (b"a" * 32).hex())}
    with hand.transaction():
        assert answer(hand, change, "acme", share(1, mine)) == "ok"
        assert answer(hand, change, "beta", share(1, mine)) == "GD005"
    assert answer(hand, change, "nowhere", share(1, mine)) == "GD012"
    thief = copy(cast, OLGA.email, PrivateKey.generate().public.hex())
    for lie in (create(2, thief), share(1, thief), share(1, copy(cast, None, "ab" * 32))):
        assert answer(hand, change, "acme", lie) == "GD033"
    put = "SELECT govdesk_api.vault_worker_put(%s, 'h', %s, %s, %s, sha256(%s), %s, %s)"
    for place in (("member", "sealed"), ("integration", "name"), ("api_key", "mac")):
        assert answer(hand, put, "acme", place[0], row, place[1], old, old, 1) == "GD012"
    assert answer(hand, put, "acme", "integration", row, "sealed", old, old, 2) == "GD012"
    assert rows_of(hand, put, "beta", "integration", row, "sealed", old, old, 1) == [
        {"vault_worker_put": False}
    ]
    assert envelope_of(cast, row) == old
    assert answer(hand, "SELECT sealed FROM govdesk.integration") == "42501"


def test_a_worker_puts_no_older_envelope_under_the_new_version(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    old, hand = envelope_of(cast, row), worker(cast)
    ask(olga, WRITE, create(2, copy(cast, OLGA.email, ask(olga, MINE))))
    put = "SELECT govdesk_api.vault_worker_put('acme', 'h', 'integration', %s, 'sealed', %s, %s, 2)"
    digest = "SELECT sha256(sealed) FROM govdesk.integration WHERE id = %s"
    assert answer(hand, put, row, cast.one(digest, row), old) in ("GD012", "GD023")
    new = old[:5] + (2).to_bytes(4, "big") + old[9:]
    stale = cast.one(digest, row)
    assert rows_of(hand, put, row, stale, new)[0] == {"vault_worker_put": True}
    newer = new[:-1] + b"!"
    assert rows_of(hand, put, row, stale, newer)[0] == {"vault_worker_put": False}
    assert envelope_of(cast, row) == new
