"""Attacks on webhooks by raw SQL: reading the log through one, and seeing or moving another's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from govdesk.database.connection import Session
from tests.deciding import decide_in_console, name_reviewer, need_second_human, request
from tests.doors import arranged, ask, join, raw, refusal, rows_of, seat, stranger, table, worker
from tests.endpoints import (
    URL,
    change,
    claim,
    endpoint,
    fan_out,
    finish,
    ready,
    result,
    told,
)  # fmt: skip
from tests.hostile.test_webhook_holding import held
from tests.people import ACME, ADA, BEA, BETA, MEI, OLGA, Cast
from tests.staffing import at_work, employ, enter

CLAIMS = "acme.claims"
IVO = "ivo@acme.example"
DEFINE = (
    "INSERT INTO govdesk.role (tenant_id, tenant_path, key, title, base, permissions)"
    " SELECT tenant_id, tenant_path, 'hooks', 'Hooks', 'operator', %s FROM govdesk.tenant"
)
GRANT = (
    "INSERT INTO govdesk.member_grant (tenant_id, tenant_path, member_id, node_path, role_key)"
    " SELECT tenant_id, tenant_path, id, %s::ltree, %s FROM govdesk.member WHERE email = %s"
)
MADE = (
    "INSERT INTO govdesk.webhook (tenant_id, tenant_path, node_path, system_id, description, url,"
    " events) VALUES (%s, %s::ltree, %s::ltree, %s, 'E', 'https://evil.example/', '{audit.row}')"
)
MANY = (
    "INSERT INTO govdesk.webhook (tenant_id, tenant_path, node_path, kind, description, url,"
    " events) SELECT tenant_id, tenant_path, tenant_path, 'syslog', 'S' || g,"
    " 'syslog+tls://a.example.com:6514', '{audit.row}' FROM govdesk.tenant,"
    " generate_series(1, %s) g"
)
SYSLOG = {"kind": "syslog", "url": "syslog+tls://b.example.com:6514"}
WIDER = {
    "elsewhere": "url = 'https://evil.example/'",
    "more of it": "events = '{audit.row,x.*}'",
    "alerts": "alerts = true",
    "with whom": "detail = 'full'",
    "in another form": "format = 'ocsf'",
    "past a proxy": 'settings = \'{"server_name": "evil.example"}\'',
    "with a header": 'headers = \'{"X-Route": "evil"}\'',
    "with another token": 'secret_refs = \'{"token": "env://TOKEN"}\'',
    "to a private network": "allow = '{10.0.0.0/8:443}'",
}


@pytest.fixture
def olga(cast: Cast) -> Session:
    return seat(cast, OLGA.email)


@pytest.fixture
def ivo(cast: Cast, olga: Session) -> Session:
    """Who manages all webhooks, and reads the log of one system alone."""
    ask(olga, f"{DEFINE} RETURNING key", ["node.read", "webhook.manage", "webhook.read"])
    join(cast, IVO, "hooks")
    with raw(olga) as connection:
        connection.execute(GRANT, (CLAIMS, "member", IVO))
    return seat(cast, IVO)


def test_who_reads_a_part_of_the_log_has_no_more_of_it_sent(olga: Session, ivo: Session) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        endpoint(ivo)
    assert endpoint(ivo, CLAIMS)
    made = endpoint(olga, detail="thin", events=["member.*"])
    for how, what in WIDER.items():
        found = refusal(ivo, f"UPDATE govdesk.webhook SET {what} WHERE id = %s", made)
        assert found == "42501", how
    assert refusal(ivo, "SELECT govdesk_api.rotate_signing_key(0)") != "42501", "his to do"


def test_reading_and_managing_in_two_places_is_not_both_in_one(cast: Cast, olga: Session) -> None:
    ask(olga, f"{DEFINE} RETURNING key", ["node.read", "webhook.manage", "webhook.read"])
    join(cast, IVO, "hooks", CLAIMS)
    with raw(olga) as connection:
        connection.execute(
            "INSERT INTO govdesk.node (tenant_id, tenant_path, node_path, kind, name)"
            " SELECT tenant_id, tenant_path, 'acme.other', 'system', 'O' FROM govdesk.tenant"
        )
        connection.execute(GRANT, ("acme.other", "member", IVO))
    ivo = seat(cast, IVO)
    for node in (CLAIMS, "acme.other", ACME):
        assert refusal(ivo, MADE, *placed(cast, node)) == "42501", node


def placed(cast: Cast, node: str) -> tuple[object, ...]:
    """What a row of an endpoint there says, known from elsewhere."""
    return (
        cast.admin.execute(
            "SELECT tenant_id, tenant_path, node_path, CASE kind WHEN 'system' THEN id END"
            " FROM govdesk.node WHERE node_path = %s::ltree",
            (node,),
        ).fetchone()
        or ()
    )


def test_claims_turned_within_a_statement_lend_nobody_a_right(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga)
    mei = seat(cast, MEI.email)
    turn = "set_config('app.session_token', '{}', true)"
    statements = (
        f"UPDATE govdesk.webhook SET url = left({turn.format(olga.token)}, 0) || 'https://e.example'"
        f" || left({turn.format(mei.token)}, 0) WHERE id = '{made}'",
        f"UPDATE govdesk.webhook SET throttle = 9 WHERE {turn.format(olga.token)} <> ''"
        f" RETURNING {turn.format(mei.token)}",
        f"UPDATE govdesk.node SET name = 'x' WHERE {turn.format(olga.token)} <> ''",
    )
    for statement in statements:
        before = cast.last_seq()
        with pytest.raises(psycopg.Error) as caught, raw(mei) as connection:
            connection.execute(statement)
        assert caught.value.sqlstate in ("GD005", "42501"), statement
        assert cast.rows(before) == []
    assert ask(olga, "SELECT url FROM govdesk.webhook WHERE id = %s", made) == URL


def test_another_organization_moves_nothing(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga)
    change(olga)
    fan_out(cast)
    bea = seat(cast, BEA.email, BETA)
    theirs = [bea, Session(bea.connection, bea.token, ACME)]
    for query in (
        "SELECT govdesk_api.put_webhook_secret(%s, gen_random_uuid(), decode(repeat('00', 80), 'hex'), 0)",  # noqa: E501
        "SELECT govdesk_api.retire_webhook_secret(%s)",
        "SELECT govdesk_api.resume_webhook(%s, 'skip')",
        "SELECT govdesk_api.redeliver(%s, 'failed', NULL, NULL)",
        "SELECT * FROM govdesk_api.rehearse(%s, 'resume', NULL)",
        "SELECT govdesk_api.test_webhook(%s, 'new')",
        "SELECT govdesk_api.why_not_sent(%s, 1)",
    ):
        for session in theirs:
            assert refusal(session, query, made) == "42501", query
    for lock in ("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"):
        query = f"SELECT id FROM govdesk.webhook WHERE id = %s FOR {lock}"
        assert table(bea, query, made) == []
    with raw(bea) as connection:
        done = connection.execute("UPDATE govdesk.webhook SET url = 'https://evil.example/'")
        assert done.rowcount == 0
    assert len(claim(cast)) == 1


def test_the_login_of_the_console_has_no_door_of_the_worker(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga)
    doors = [stranger(cast), olga.connection]
    for query in (
        "SELECT * FROM govdesk_api.fan_out('w', 1)",
        "SELECT * FROM govdesk_api.claim_deliveries('w', 'first', 1, 1, '{}', 60)",
        "SELECT govdesk_api.finish_deliveries('w', '[]')",
        "SELECT govdesk_api.release_deliveries('w', '[]')",
        f"SELECT govdesk_api.delivery_endpoint('{made}')",
        "SELECT govdesk_api.disable_due('w')",
        "SELECT * FROM govdesk_api.webhook_inboxes('acme', 1)",
        "SELECT sealed FROM govdesk.webhook_secret",
        "SELECT inbox FROM govdesk.webhook_secret",
        "SELECT inbox FROM govdesk.webhook_signing_key",
        "SELECT lease FROM govdesk.delivery",
        "SELECT id FROM govdesk.delivery FOR KEY SHARE",
        "SELECT id FROM govdesk.webhook_secret FOR KEY SHARE",
        "SELECT * FROM govdesk_private.webhook_state",
        "INSERT INTO govdesk.delivery (tenant_id) VALUES (gen_random_uuid())",
        "UPDATE govdesk.webhook SET version = 9",
        "UPDATE govdesk.webhook SET kind = 'ntfy'",
        "UPDATE govdesk.webhook SET node_path = 'acme'",
    ):
        for door in doors:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                door.execute(query)


def test_the_workers_login_reads_no_table_of_webhooks(cast: Cast, olga: Session) -> None:
    ready(cast, olga)
    door = worker(cast)
    for name in (
        "webhook",
        "webhook_secret",
        "webhook_signing_key",
        "delivery",
        "delivery_attempt",
    ):
        for query in (f"SELECT FROM govdesk.{name}", f"DELETE FROM govdesk.{name}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                door.execute(query)
    for query in (
        "SELECT govdesk_api.webhook_recipient()",
        "SELECT govdesk_api.redeliver(gen_random_uuid(), 'failed', NULL, NULL)",
        "SELECT govdesk_api.test_webhook(gen_random_uuid(), 'test')",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.execute(query)


def test_a_result_without_the_lease_changes_nothing(cast: Cast, olga: Session) -> None:
    ready(cast, olga)
    change(olga)
    change(olga, "Again")
    fan_out(cast)
    one, other = claim(cast)
    forged = [
        result(one, lease=str(uuid4())),
        result(one, lease=None),
        result(one, id=str(other["id"]), lease=str(uuid4())),
        result(one) | {"state": "cancelled"},
    ]
    assert finish(cast, *forged) == 0
    assert finish(cast, result(one), result(one, "failed")) == 1, "one result a delivery"
    assert finish(cast, result(one, "failed")) == 0
    states = table(olga, "SELECT status FROM govdesk.delivery ORDER BY seq")
    assert [row["status"] for row in states] == ["delivered", "pending"]


def test_a_second_person_opens_an_address_and_not_another(cast: Cast, olga: Session) -> None:
    made = endpoint(olga)
    name_reviewer(cast, ADA.email)
    need_second_human(cast, "webhook.open")
    wish = {"webhook_id": str(made), "allow": ["10.2.0.0/16:443"]}
    asked = request(olga, "webhook.open", wish)
    with raw(olga) as connection:
        connection.execute("UPDATE govdesk.webhook SET url = 'https://other.example/'")
    assert decide_in_console(seat(cast, ADA.email), asked)[0] == "voided"
    assert ask(olga, "SELECT allow FROM govdesk.webhook WHERE id = %s", made) == []


def test_skipping_deleting_and_two_workers_at_once_double_and_lose_nothing(
    cast: Cast, olga: Session
) -> None:
    made, gone = ready(cast, olga), ready(cast, olga)
    skipped = ready(cast, olga)
    with raw(olga) as connection:
        connection.execute(
            "UPDATE govdesk.webhook SET status = 'disabled' WHERE id = %s", (skipped,)
        )
    began, ending = cast.last_seq(), threading.Event()
    fans = [threading.Thread(target=fanning, args=(worker(cast), ending)) for _ in range(3)]
    for one in fans:
        one.start()
    try:
        for number in range(40):
            change(olga, f"Portal {number}")
            if number == 10:
                assert ask(olga, "SELECT govdesk_api.resume_webhook(%s, 'skip')", skipped) == 0
            if number == 20:
                with raw(olga) as connection:
                    connection.execute(
                        "UPDATE govdesk.webhook SET status = 'deleted' WHERE id = %s", (gone,)
                    )
    finally:
        ending.set()
        for one in fans:
            one.join()
    fan_out(cast)
    want = {r["seq"] for r in cast.rows(began) if r["entity_id"] != str(made)}
    assert [seq for seq in seqs(cast, made) if seq > began] == sorted(want), "every row once"
    passed = cast.admin.execute(
        "SELECT from_seq, to_seq FROM govdesk_private.webhook_gap WHERE webhook_id = %s", (skipped,)
    ).fetchone()
    assert passed
    got = [seq for seq in seqs(cast, skipped) if seq > began]
    left = {
        r["seq"] for r in cast.rows(began)
        if r["entity_id"] != str(skipped) and not passed[0] <= r["seq"] <= passed[1]
    }  # fmt: skip
    assert got == sorted(left), "skipped or sent, never both, never neither"
    while worker(cast).execute("SELECT govdesk_api.expire_due('w')").fetchone() != (0,):
        pass
    waiting = "SELECT count(*) FROM govdesk.delivery WHERE webhook_id = %s AND status = 'pending'"
    assert cast.one(waiting, gone) == 0


def fanning(door: psycopg.Connection[tuple[object, ...]], ending: threading.Event) -> None:
    while not ending.is_set():
        door.execute("SELECT * FROM govdesk_api.fan_out('w', 3)")


def seqs(cast: Cast, webhook: UUID) -> Iterator[int]:
    """The rows that an endpoint got deliveries of, in the order of its stream."""
    query = "SELECT seq FROM govdesk.delivery WHERE webhook_id = %s ORDER BY stream_seq"
    for (seq,) in cast.admin.execute(query, (webhook,)):
        yield seq


def many(olga: Session, number: int) -> None:
    """So many endpoints of one organization."""
    with raw(olga) as connection:
        connection.execute(MANY, (number,))


def test_whoever_has_many_endpoints_keeps_nobody_elses_waiting(cast: Cast, olga: Session) -> None:
    bea = seat(cast, BEA.email, BETA)
    mine = endpoint(bea, BETA, **SYSLOG)
    many(olga, 190)
    fan_out(cast)
    cast.admin.execute("DELETE FROM govdesk.delivery")
    looked = "SELECT cursor_seq FROM govdesk_private.webhook_cursor WHERE webhook_id = %s"
    for number in range(5):
        change(olga, f"P{number}")
        with raw(bea) as connection:
            connection.execute("UPDATE govdesk.tenant SET name = %s", (f"Beta {number}",))
        rows_of(worker(cast), "SELECT * FROM govdesk_api.fan_out('w1', 1000)")
        assert cast.one(looked, mine) == cast.last_seq(BETA)
        assert any(row["webhook_id"] == mine for row in claim(cast, limit=44, each=4))
    cast.admin.execute("UPDATE govdesk_private.webhook_state SET gone_at = clock_timestamp()")
    with held(olga, "SELECT FROM govdesk.tenant FOR UPDATE"):
        assert told(cast, "SELECT govdesk_api.disable_due('w1')") == mine


def test_endpoints_that_somebody_holds_do_not_make_a_worker_spin(olga: Session, cast: Cast) -> None:
    many(olga, 60)
    with held(olga, "SELECT FROM govdesk.webhook FOR UPDATE"):
        found = rows_of(worker(cast), "SELECT * FROM govdesk_api.fan_out('w1', 1000)")
    assert found == [{"made": 0, "is_more": False}]


def test_transactions_side_by_side_pass_no_limit(cast: Cast, olga: Session) -> None:
    many(olga, 100)
    second = seat(cast, OLGA.email)
    second.connection.execute("SET lock_timeout = '1s'")
    with held(olga, MANY.replace("%s", "60")), pytest.raises(psycopg.errors.LockNotAvailable):
        many(second, 60)
    many(second, 100)
    with pytest.raises(psycopg.Error) as caught:
        many(second, 1)
    assert caught.value.sqlstate == "GD043"


def test_a_worker_chooses_no_number_and_no_time_of_a_try(cast: Cast, olga: Session) -> None:
    made = ready(cast, olga)
    change(olga)
    fan_out(cast)
    (row,) = claim(cast)
    finish(cast, result(row, number=-5, at="9999-01-01T00:00:00Z", total_ms="NaN"))
    query = "SELECT number, at <= clock_timestamp() AS ok FROM govdesk.delivery_attempt"
    assert table(olga, query) == [{"number": 1, "ok": True}]
    assert table(olga, "SELECT * FROM govdesk_api.rehearse(%s, 'failed', NULL)", made)


def test_staff_leave_no_pipe_out_of_the_log_behind(cast: Cast, olga: Session) -> None:
    made = endpoint(olga, events=["member.*"], detail="thin")
    employ(cast)
    inside = enter(cast, at_work(cast))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        endpoint(inside, **SYSLOG)
    for what in WIDER.values():
        query = f"UPDATE govdesk.webhook SET {what} WHERE id = %s"
        assert refusal(inside, query, made) == "42501", what


def test_who_connects_integrations_is_given_no_secret_of_a_webhook(
    cast: Cast, olga: Session
) -> None:
    made = ready(cast, olga)
    with arranged(cast) as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(
            "INSERT INTO govdesk.vault_key (tenant_id, tenant_path, version, provider, commitment)"
            " SELECT tenant_id, tenant_path, 1, 'members', gen_random_bytes(32)"
            " FROM govdesk.tenant WHERE tenant_path = 'acme'"
        )
        admin.execute(
            "UPDATE govdesk.webhook_secret SET inbox = NULL, key_version = 1,"
            " sealed = '\\x474445310100000001' || gen_random_bytes(80) WHERE webhook_id = %s",
            (made,),
        )
    ask(olga, f"{DEFINE} RETURNING key", ["integration.manage"])
    join(cast, IVO, "hooks")
    query = "SELECT row_id FROM govdesk_api.vault_rows(2147483647, 100)"
    assert table(seat(cast, IVO), query) == [] == table(olga, query)
