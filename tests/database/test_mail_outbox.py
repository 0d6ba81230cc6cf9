"""The outbox: each mail goes to one worker, is tried again, and keeps no token once it is sent."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.doors import answer, ask, later, rows_of, seat, stranger, table, worker
from tests.inviting import VIEW, invite
from tests.people import ADA, MEI, OLGA, Cast, Row

CLAIM = "SELECT * FROM govdesk_api.mail_claim('w1', %s)"


def claim(cast: Cast, limit: int = 100) -> list[Row]:
    return rows_of(worker(cast), CLAIM, limit)


def outbox(cast: Cast) -> str:
    """The table behind the outbox."""
    return str(
        cast.one(
            "SELECT c.oid::regclass::text FROM pg_class c"
            " WHERE c.relnamespace = 'govdesk_private'::regnamespace AND c.relkind = 'r'"
            " AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
            " AND a.attname = 'to_address')"
        )
    )


def state(cast: Cast, entity: str) -> Row:
    rows = table(seat(cast, ADA.email), "SELECT * FROM govdesk_api.mail_state(%s)", entity)
    (row,) = rows
    return row


def test_a_claimed_mail_is_leased_and_not_given_out_again(cast: Cast) -> None:
    made = invite(seat(cast, ADA.email))
    (mail,) = claim(cast)
    assert mail["attempts"] in (0, 1)
    assert claim(cast) == []
    assert state(cast, made)["status"] == "queued"
    later(cast, outbox(cast), "leased_until", "6 minutes")
    (again,) = claim(cast)
    assert again["id"] == mail["id"]


def test_of_twenty_workers_at_once_each_mail_goes_to_one(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    for number in range(30):
        invite(ada, f"new{number}@new.example")
    url = cast.database.worker_url

    def work(_: int) -> list[object]:
        with psycopg.connect(url, autocommit=True) as own:
            return [r["id"] for _ in range(4) for r in rows_of(own, CLAIM, 3)]

    with ThreadPoolExecutor(20) as pool:
        given = Counter(one for batch in pool.map(work, range(20)) for one in batch)
    assert len(given) == 30
    assert set(given.values()) == {1}


def test_a_sent_mail_is_done_and_its_token_is_gone(cast: Cast) -> None:
    made, door = invite(seat(cast, ADA.email)), worker(cast)
    (mail,) = claim(cast)
    door.execute("SELECT govdesk_api.mail_done(%s)", (mail["id"],))
    row = state(cast, made)
    assert (row["status"], row["error"]) == ("sent", None)
    kept = rows_of(cast.admin, f"SELECT to_jsonb(o)::text AS text FROM {outbox(cast)} o")
    assert all(mail["token"] not in k["text"] for k in kept)
    assert answer(stranger(cast), VIEW, mail["token"]) == "ok"


def test_a_failed_mail_is_tried_again_when_it_is_due_and_says_why(cast: Cast) -> None:
    made, door = invite(seat(cast, ADA.email)), worker(cast)
    (mail,) = claim(cast)
    door.execute(
        "SELECT govdesk_api.mail_failed(%s, 'the mail server cannot be reached', 60)",
        (mail["id"],),
    )
    row = state(cast, made)
    assert (row["status"], row["error"]) == ("queued", "the mail server cannot be reached")
    assert row["attempts"] == 1
    assert claim(cast) == []
    for column in ("due_at", "leased_until"):
        if cast.one(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
            outbox(cast),
            column,
        ):
            later(cast, outbox(cast), column, "2 minutes")
    (again,) = claim(cast)
    assert (again["id"], again["token"]) == (mail["id"], mail["token"])


def test_a_mail_without_retry_has_failed_for_good(cast: Cast) -> None:
    made, door = invite(seat(cast, ADA.email)), worker(cast)
    (mail,) = claim(cast)
    door.execute("SELECT govdesk_api.mail_failed(%s, 'no such mailbox', NULL)", (mail["id"],))
    assert state(cast, made)["status"] == "failed"
    assert claim(cast) == []


def test_what_is_refused_or_rolled_back_queues_no_mail(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    with ada.connection.transaction(force_rollback=True):
        ada.connection.execute(
            "SELECT set_config('app.session_token', %s, true),"
            " set_config('app.current_tenant_path', 'acme', true)",
            (ada.token,),
        )
        ada.connection.execute(
            "SELECT govdesk_api.invite('x@new.example', 'X', 'member', 'acme', '', 7)"
        )
    assert claim(cast) == []


def test_a_revoked_invitations_mail_is_not_sent(cast: Cast) -> None:
    ada = seat(cast, ADA.email)
    made = invite(ada)
    ask(ada, "SELECT govdesk_api.revoke_invitation(%s)", made)
    for mail in claim(cast):
        assert answer(stranger(cast), VIEW, mail["token"]) == "GD020"


def test_the_state_of_a_mail_is_for_who_may_see_what_it_is_about(cast: Cast) -> None:
    made = invite(seat(cast, ADA.email))
    query = "SELECT * FROM govdesk_api.mail_state(%s)"
    assert table(seat(cast, OLGA.email), query, made)
    assert not table(seat(cast, "bea@beta.example", "beta"), query, made)
    shown = table(seat(cast, MEI.email), query, made)
    assert "new.example" not in repr(shown)


@pytest.mark.parametrize(
    "call",
    [
        "SELECT * FROM govdesk_api.mail_claim('x', 10)",
        "SELECT govdesk_api.mail_done(gen_random_uuid())",
        "SELECT govdesk_api.mail_failed(gen_random_uuid(), 'x', 1)",
        "SELECT govdesk_api.expire_due('x')",
        "SELECT govdesk_api.worker_seen('x', '1')",
    ],
)
def test_the_application_is_no_worker(cast: Cast, call: str) -> None:
    assert answer(stranger(cast), call) == "42501"
    assert answer(worker(cast), call) == "ok"
