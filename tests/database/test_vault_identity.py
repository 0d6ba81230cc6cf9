"""A person's key pair: made at a sign-in, opened with the password, kept through its changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from govdesk.config.profiles import Profile
from govdesk.database.connection import Session
from govdesk.database.errors import Refused
from govdesk.services import accounts, entrance, recovery, vault, vault_identity
from govdesk.services.link import Link
from govdesk.services.vault import PasswordNeeded
from govdesk.vault.errors import MissingKey, PasswordDoesNotOpen
from govdesk.vault.identities import PrivateKey
from tests.doors import arranged, seat, stranger
from tests.inviting import Newcomer
from tests.people import ACME, MEI, OLGA, PASSWORD, Cast
from tests.recovering import give_recovery_codes, recovered, recovery_link
from tests.vaulting import PLAIN, Round, at_desk, opened, salted, sealed_row

NEW = "another battery, another staple"


def came_in(cast: Cast, password: str = PASSWORD) -> accounts.Started:
    """Olga signs in as the command line does."""
    code = cast.fresh_code(OLGA)
    return accounts.start(cast.database.app_url, ACME, OLGA.email, password, code, None)


def session_of(cast: Cast, started: accounts.Started) -> Session:
    """Her session on a connection of this test's."""
    session = Session(cast.open(cast.database.app_url), started.token, ACME)
    session.unlocked = started.unlocked
    return session


def public_key(cast: Cast, email: str = OLGA.email) -> bytes | None:
    found = cast.admin.execute(
        "SELECT k.public_key FROM govdesk_private.person_key k"
        " JOIN govdesk_private.person p ON p.id = k.person_id WHERE p.email = %s",
        (email,),
    ).fetchone()
    return None if found is None else bytes(found[0])


def test_the_first_sign_in_makes_a_pair_and_later_ones_open_it(cast: Cast) -> None:
    assert public_key(cast) is None
    before = cast.last_seq()
    first = came_in(cast)
    assert "vault_identity.created" in [row["action"] for row in cast.rows(before)]
    made = public_key(cast)
    before = cast.last_seq()
    second = came_in(cast)
    assert [row["action"] for row in cast.rows(before)] == ["session.started"]
    for started in (first, second):
        assert started.unlocked is not None
        assert started.unlocked.key is not None
        assert started.unlocked.key.public == made == public_key(cast)


def test_the_private_key_stands_in_no_repr_and_nowhere_in_the_database(cast: Cast) -> None:
    started = came_in(cast)
    assert started.unlocked is not None
    assert started.unlocked.key is not None
    raw = started.unlocked.key.reveal()
    session = session_of(cast, started)
    for shown in (started, started.unlocked, session, vars(session)):
        assert raw.hex() not in repr(shown)
        assert repr(raw) not in repr(shown)
    kept = cast.one(
        "SELECT string_agg(encode(wrapped, 'hex'), ' ') FROM govdesk_private.person_key"
    )
    assert raw.hex() not in kept
    assert salted(cast, OLGA.email).hex() not in kept


def test_a_changed_password_wraps_the_same_pair_in_the_same_transaction(cast: Cast) -> None:
    olga = session_of(cast, came_in(cast))
    row, pair = sealed_row(olga, cast), public_key(cast)
    before = cast.last_seq()
    recovery.change_password(olga, OLGA.email, PASSWORD, NEW)
    assert public_key(cast) == pair
    rows = {one["action"]: one["request_id"] for one in cast.rows(before)}
    assert rows["password.changed"] == rows["vault_identity.rewrapped"] is not None
    after = session_of(cast, came_in(cast, NEW))
    assert public_key(cast) == pair
    assert opened(after, cast, row) == PLAIN


def test_a_refused_change_of_the_password_leaves_the_pair_as_it_was(cast: Cast) -> None:
    olga = session_of(cast, came_in(cast))
    before = cast.one("SELECT wrapped FROM govdesk_private.person_key")
    with pytest.raises(Refused) as refused:
        recovery.change_password(olga, OLGA.email, "not the password at all", NEW)
    assert refused.value.key == "sign_in_failed"
    assert cast.one("SELECT wrapped FROM govdesk_private.person_key") == before


def test_after_a_recovery_a_new_pair_gets_copies_and_nothing_becomes_unreadable(
    cast: Cast, tmp_path: Path
) -> None:
    turn = Round(cast, tmp_path)
    turn()
    olga = session_of(cast, came_in(cast))
    rows, pair = [sealed_row(olga, cast) for _ in range(3)], public_key(cast)
    codes, door = give_recovery_codes(cast, OLGA), stranger(cast)
    who = Newcomer()
    recovered(door, recovery_link(cast, door, OLGA.email), codes[0], who)
    cast.fresh_code(OLGA)
    url = cast.database.app_url
    back = session_of(cast, accounts.start(url, ACME, OLGA.email, who.password, who.code, None))
    assert public_key(cast) not in (pair, None)
    with pytest.raises(MissingKey):
        opened(back, cast, rows[0])
    assert turn() > 0
    assert [opened(back, cast, row) for row in rows] == [PLAIN] * 3


def test_a_pair_whose_public_half_was_swapped_is_not_used(cast: Cast) -> None:
    olga = at_desk(cast, OLGA)
    thief = PrivateKey.generate()
    with arranged(cast) as admin:
        admin.execute("UPDATE govdesk_private.person_key SET public_key = %s", (thief.public,))
    again = vault_identity.ensure(olga, salted(cast, OLGA.email))
    assert again.key is not None
    assert public_key(cast) == again.key.public != thief.public


def test_a_session_alone_is_unlocked_by_the_password_and_by_no_other(cast: Cast) -> None:
    row = sealed_row(session_of(cast, came_in(cast)), cast)
    alone = seat(cast, OLGA.email)
    with pytest.raises(PasswordNeeded):
        opened(alone, cast, row)
    with pytest.raises(PasswordDoesNotOpen):
        vault_identity.unlock(alone, OLGA.email, "not the password at all")
    vault_identity.unlock(alone, OLGA.email, PASSWORD)
    assert opened(alone, cast, row) == PLAIN


def test_a_mistyped_password_never_replaces_a_pair(cast: Cast) -> None:
    pair = came_in(cast) and public_key(cast)
    with pytest.raises(PasswordDoesNotOpen):
        vault_identity.unlock(seat(cast, OLGA.email), OLGA.email, NEW)
    assert public_key(cast) == pair
    with pytest.raises(PasswordNeeded):
        vault_identity.unlock(seat(cast, MEI.email), MEI.email, PASSWORD)
    assert public_key(cast, MEI.email) is None


def test_the_console_keeps_the_key_until_the_sign_out(cast: Cast) -> None:
    row = sealed_row(session_of(cast, came_in(cast)), cast)
    profile = Profile("tests", "127.0.0.1")
    entry = entrance.Entry(
        profile, cast.database.app_url, "", ACME, OLGA.email,
        came_in(cast).expires_at, True,
        entrance.nobody(profile, OLGA.email, ACME).check,
    )  # fmt: skip
    entry = entrance.come_back(entry, PASSWORD, cast.fresh_code(OLGA))
    link = Link(entry.url, entry.token, ACME, email=OLGA.email, unlocked=entry.unlocked)
    with link.session("interactive") as session:
        assert opened(session, cast, row) == PLAIN
        again = entrance.come_back(entry, PASSWORD, cast.fresh_code(OLGA))
        link.renew(again.token, again.expires_at, again.unlocked)
        assert opened(session, cast, row) == PLAIN
        assert entrance.leave(again)
        assert vault.private_key_of(session) is None
    link.close()
