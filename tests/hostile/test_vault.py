"""Attacks on the vault: by members in raw SQL, by whoever administers the server, by who left."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from govdesk.services import vault
from govdesk.vault.context import CopyContext
from govdesk.vault.envelope import cut, open_
from govdesk.vault.errors import (
    CopyDoesNotOpen,
    DamagedEnvelope,
    MissingKey,
    OtherKey,
    RetiredKey,
    WrongProvider,
)
from govdesk.vault.identities import PrivateKey, seal_to
from govdesk.vault.providers import KeyRing, TenantKey
from tests.doors import (
    answer,
    arranged,
    ask,
    cooled,
    join,
    member_id,
    refusal,
    seat,
    stranger,
    table,
    worker,
)
from tests.people import ADA, BEA, MEI, OLGA, OTIS, Cast
from tests.vaulting import (
    PLAIN,
    Round,
    at_desk,
    envelope_of,
    leave,
    opened,
    place_of,
    plant,
    sealed_row,
    version_of,
)

WRITE = "SELECT govdesk_api.vault_write(%s::jsonb)"
PUT = "SELECT govdesk_api.vault_put('integration', %s::uuid, 'sealed', %s, %s, %s)"
SET_KEY = "SELECT govdesk_api.set_person_key(%s, %s)"


@pytest.fixture
def turn(cast: Cast, tmp_path: Path) -> Round:
    made = Round(cast, tmp_path)
    made()
    return made


# Who administers the server moves what is sealed


def test_no_envelope_opens_in_another_row_or_another_tenant(cast: Cast) -> None:
    olga, bea = at_desk(cast, OLGA), at_desk(cast, BEA, "beta")
    rows = [sealed_row(olga, cast, {"n": str(n)}) for n in range(4)]
    theirs = sealed_row(bea, cast)
    whole = {row: envelope_of(cast, row) for row in (*rows, theirs)}
    for row in rows:
        for other in (*rows, theirs):
            if other != row:
                plant(cast, row, whole[other])
                with pytest.raises((DamagedEnvelope, WrongProvider)):
                    opened(olga, cast, row)
        plant(cast, row, whole[row])
    plant(cast, theirs, whole[rows[0]], "beta")
    with pytest.raises(DamagedEnvelope):
        opened(bea, cast, theirs)
    assert [opened(olga, cast, row) for row in rows] == [{"n": str(n)} for n in range(4)]


def test_an_envelope_of_before_the_rotation_opens_for_nobody_who_signs_in_now(
    cast: Cast, turn: Round
) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    old = envelope_of(cast, row)
    vault.create_like_current(olga)
    turn()
    put = "UPDATE govdesk.integration SET sealed = %s, key_version = %s WHERE id = %s"
    assert refusal(olga, put, old, 1, row) == "GD023"
    assert refusal(olga, put, old, 2, row) == "GD012"
    plant(cast, row, old)
    with pytest.raises(RetiredKey, match="restore the vault's keys"):
        opened(olga, cast, row)


def test_an_envelope_that_claims_the_current_version_does_not_open(cast: Cast, turn: Round) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    old = cut(envelope_of(cast, row))
    vault.create_like_current(olga)
    turn()
    for field in ("version", "provider"):
        changed = {"version": 2} | ({"provider": "aws-kms"} if field == "provider" else {})
        plant(cast, row, type(old)(**{**_fields(old), **changed}).join())
        with pytest.raises((DamagedEnvelope, WrongProvider)):
            opened(olga, cast, row)


def _fields(parts: object) -> dict[str, object]:
    return {name: getattr(parts, name) for name in type(parts).__slots__}  # type: ignore[attr-defined]


def test_copies_that_are_swapped_or_replaced_open_nothing(cast: Cast) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    row = sealed_row(olga, cast)
    mine, hers = (_copy(cast, person.email) for person in (OLGA, ADA))
    _plant_copy(cast, OLGA.email, hers)
    with pytest.raises(CopyDoesNotOpen):
        opened(olga, cast, row)
    assert ada.unlocked is not None
    forged = TenantKey.generate(1)
    public = _public(cast, OLGA.email)
    _plant_copy(cast, OLGA.email, seal_to(public, forged, CopyContext(cast.tenant_id(), 1, public)))
    with pytest.raises(OtherKey, match="Do not enter anything private"):
        opened(olga, cast, row)
    with pytest.raises(OtherKey):
        sealed_row(olga, cast)
    _plant_copy(cast, OLGA.email, mine)
    assert opened(olga, cast, row) == PLAIN


def test_a_copy_of_another_version_or_tenant_opens_nothing(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    public = _public(cast, OLGA.email)
    with vault.keys_of(olga) as keys:
        key = keys(1)
    assert isinstance(key, TenantKey)
    elsewhere = CopyContext(cast.tenant_id("beta"), 1, public)
    _plant_copy(cast, OLGA.email, seal_to(public, key, elsewhere))
    with pytest.raises(CopyDoesNotOpen):
        opened(olga, cast, row)


def _copy(cast: Cast, email: str) -> bytes:
    return bytes(
        cast.one(
            "SELECT c.sealed FROM govdesk_private.vault_copy c"
            " JOIN govdesk.member m ON m.id = c.member_id WHERE m.email = %s",
            email,
        )
    )


def _public(cast: Cast, email: str) -> bytes:
    return bytes(
        cast.one(
            "SELECT k.public_key FROM govdesk_private.person_key k"
            " JOIN govdesk_private.person p ON p.id = k.person_id WHERE p.email = %s",
            email,
        )
    )


def _plant_copy(cast: Cast, email: str, sealed: bytes) -> None:
    with arranged(cast) as admin:
        admin.execute(
            "UPDATE govdesk_private.vault_copy SET sealed = %s WHERE member_id ="
            " (SELECT id FROM govdesk.member WHERE email = %s)",
            (sealed, email),
        )


# Who left


def test_the_copy_of_somebody_who_left_is_useless_after_the_rotation(
    cast: Cast, turn: Round
) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    rows = [sealed_row(olga, cast) for _ in range(3)]
    with vault.keys_of(ada) as keys:
        kept = keys(1)
    leave(cast, ADA.email)
    turn()
    rows.append(sealed_row(olga, cast))
    ring = KeyRing([kept], current=1)
    for row in rows:
        with pytest.raises(MissingKey):
            open_(ring, place_of(cast, row), envelope_of(cast, row))
        parts = cut(envelope_of(cast, row))
        forced = type(parts)(**{**_fields(parts), "version": 1}).join()
        with pytest.raises(DamagedEnvelope):
            open_(ring, place_of(cast, row), forced)
    assert cast.one(
        "SELECT count(*) FROM govdesk_private.vault_copy c JOIN govdesk.member m"
        " ON m.id = c.member_id WHERE m.email = %s AND c.version = 2",
        ADA.email,
    ) == 0  # fmt: skip
    assert [opened(olga, cast, row) for row in rows] == [PLAIN] * 4


def test_who_loses_the_permission_gets_no_copy_any_more(cast: Cast, turn: Round) -> None:
    olga, otis = at_desk(cast, OLGA), at_desk(cast, OTIS)
    row = sealed_row(olga, cast)
    assert opened(otis, cast, row) == PLAIN
    with arranged(cast) as admin:
        admin.execute(
            "UPDATE govdesk.member_grant SET role_key = 'member' WHERE member_id = %s",
            (member_id(cast, OTIS.email),),
        )
    assert table(otis, "SELECT * FROM govdesk_api.vault_copies()") == []
    turn()
    assert version_of(cast, row) == 2
    with pytest.raises(MissingKey):
        opened(otis, cast, row)


# Members in raw SQL


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sealed FROM govdesk.integration",
        "SELECT * FROM govdesk.integration",
        "SELECT * FROM govdesk_private.vault_copy",
        "SELECT * FROM govdesk_private.person_key",
        "SELECT worker_public_key FROM govdesk_private.installation",
        "UPDATE govdesk.vault_key SET status = 'current'",
        "INSERT INTO govdesk.vault_key (tenant_id, tenant_path, version, provider, commitment)"
        " SELECT tenant_id, tenant_path, 9, 'members', sha256('x') FROM govdesk.tenant",
        "DELETE FROM govdesk.integration",
        "SELECT govdesk_private.write_vault(gen_random_uuid(), 'acme', '{}')",
        "SELECT govdesk_api.worker_key(sha256('mine'))",
        "SELECT * FROM govdesk_api.vault_due('x')",
        "SELECT govdesk_api.vault_worker_state('acme')",
        "SELECT govdesk_api.vault_worker_write('acme', 'x', '{}')",
        "SELECT * FROM govdesk_api.vault_worker_rows('acme', 9, 9)",
        "SELECT govdesk_private.replace_worker_key(sha256('mine'), 'acme', '1', 'because')",
    ],
)
def test_an_owner_reaches_nothing_but_by_the_doors_for_it(
    module_cast: Cast, statement: str
) -> None:
    assert refusal(seat(module_cast, OLGA.email), statement) == "42501"


def _copies(cast: Cast, email: str, public: bytes | None = None) -> list[dict[str, str]]:
    return [
        {
            "member_id": member_id(cast, email),
            "public_key": (public or PrivateKey.generate().public).hex(),
            "sealed": secrets.token_hex(80),
        }
    ]


def _create(version: int, copies: object) -> str:
    about = {"version": version, "provider": "members", "commitment": "00" * 32, "copies": copies}
    return json.dumps({"create": about})


def test_no_copy_goes_to_who_may_not_hold_it_or_to_a_key_that_is_not_his(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    at_desk(cast, MEI)
    sealed_row(olga, cast)
    thief = PrivateKey.generate().public
    for copies in (
        _copies(cast, MEI.email, _public(cast, MEI.email)),
        _copies(cast, OLGA.email, thief),
        [{"member_id": None, "public_key": thief.hex(), "sealed": secrets.token_hex(80)}],
    ):
        for change in (
            _create(2, copies),
            json.dumps({"share": {"version": 1, "copies": copies}}),
        ):
            assert refusal(olga, WRITE, change) == "GD033"
    assert vault.state(olga).newest == 1


@pytest.mark.parametrize(
    "change",
    [
        "{}",
        "[]",
        '{"create": {"version": 2}}',
        '{"create": {"version": 2, "provider": "mine", "commitment": "00", "copies": []}}',
        '{"share": {"version": 7, "copies": []}}',
        '{"share": {"version": 1, "copies": {}}}',
        '{"retire": "x"}',
    ],
)
def test_a_change_that_is_none_changes_nothing(cast: Cast, change: str) -> None:
    olga = at_desk(cast, OLGA)
    sealed_row(olga, cast)
    before = vault.state(olga)
    assert refusal(olga, WRITE, change) in ("GD012", "GD023", "GD033", "22P02")
    assert vault.state(olga) == before


def test_versions_are_neither_skipped_nor_taken_twice_nor_retired_in_use(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    sealed_row(olga, cast)
    good = _copies(cast, OLGA.email, _public(cast, OLGA.email))
    for version in (0, 1, 3, 2**40):
        assert refusal(olga, WRITE, _create(version, good)) in ("GD023", "GD012", "22003")
    assert refusal(olga, WRITE, '{"retire": 1}') == "GD030"


def test_members_and_admins_of_a_part_change_nothing_of_the_vault(cast: Cast) -> None:
    olga, mei = at_desk(cast, OLGA), at_desk(cast, MEI)
    row = sealed_row(olga, cast)
    join(cast, "sid@acme.example", "admin", "acme.claims")
    sid = seat(cast, "sid@acme.example")
    share = json.dumps({"share": {"version": 1, "copies": _copies(cast, MEI.email)}})
    for session in (mei, sid):
        for change in (share, _create(2, []), '{"retire": 1}'):
            assert refusal(session, WRITE, change) == "42501"
        assert refusal(session, PUT, row, b"x" * 32, envelope_of(cast, row), 1) == "42501"
        assert table(session, "SELECT * FROM govdesk_api.vault_rows(9, 9)") == []
        assert ask(session, "SELECT govdesk_api.integration_sealed(%s)", row) is None


def test_a_session_that_was_found_open_changes_no_key(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    sealed_row(olga, cast)
    cooled(cast)
    thief = PrivateKey.generate()
    assert refusal(olga, SET_KEY, thief.public, b"w" * 96) == "GD009"
    good = _copies(cast, OLGA.email, _public(cast, OLGA.email))
    assert refusal(olga, WRITE, _create(2, good)) == "GD009"


def test_an_envelope_is_not_put_back_to_an_older_version_or_over_a_newer_one(
    cast: Cast, turn: Round
) -> None:
    olga = at_desk(cast, OLGA)
    row = sealed_row(olga, cast)
    old = envelope_of(cast, row)
    vault.create_like_current(olga)
    turn()
    assert refusal(olga, PUT, row, b"x" * 32, old, 1) == "GD012"
    assert ask(olga, PUT, row, b"x" * 32, old, 2) is False
    assert version_of(cast, row) == 2


def test_a_stranger_and_the_wrong_login_get_nothing(cast: Cast) -> None:
    sealed_row(at_desk(cast, OLGA), cast)
    door = stranger(cast)
    assert door.execute("SELECT * FROM govdesk_api.person_key()").fetchall() == []
    assert door.execute("SELECT * FROM govdesk_api.vault_copies()").fetchall() == []
    for call in ("vault_state()", "set_person_key('x', 'y')", "vault_write('{}')"):
        assert answer(door, f"SELECT govdesk_api.{call}") == "42501"
    hand = worker(cast)
    for call in ("vault_state()", "person_key()", "vault_write('{}')"):
        assert answer(hand, f"SELECT govdesk_api.{call}") == "42501"


def test_a_foreign_tenants_vault_is_not_there(cast: Cast) -> None:
    olga, bea = at_desk(cast, OLGA), at_desk(cast, BEA, "beta")
    row = sealed_row(olga, cast)
    assert ask(bea, "SELECT govdesk_api.integration_sealed(%s)", row) is None
    assert table(bea, "SELECT * FROM govdesk_api.vault_copies()") == []
    assert table(bea, "SELECT * FROM govdesk.vault_key") == []
    assert vault.state(bea).versions == ()
