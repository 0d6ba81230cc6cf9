"""Each refusal of the facts can be provoked, and SQL raises no other."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pyotp
import pytest

from govdesk import __version__
from govdesk.database import sign_in
from govdesk.database.connection import Session, explained
from govdesk.database.demo import Person
from govdesk.database.errors import Refused
from govdesk.database.migrate import claim_setup, migrations_folder
from govdesk.domain.refusals import BY_SQLSTATE, REFUSALS
from govdesk.services.accounts import built_in_roles
from tests import evidences
from tests.database.conftest import ADA, BEA, MEI, OLGA, Cast, seed_of
from tests.deciding import request
from tests.doors import member_id
from tests.endpoints import endpoint, ready

SQL = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted(migrations_folder().glob("sql/**/*.sql"))
)


def test_every_code_that_sql_raises_is_in_the_facts_and_the_reverse() -> None:
    raised = set(re.findall(r"ERRCODE\s*=\s*'(GD...)'", SQL))
    assert raised == set(BY_SQLSTATE)
    assert set(re.findall(r"'(GD\d\d\d)'", SQL)) == raised


def test_every_constraint_that_sql_names_with_42501_is_in_the_facts_and_the_reverse() -> None:
    raised = re.findall(r"ERRCODE\s*=\s*'42501'(?:,\s*CONSTRAINT\s*=\s*'(\w+)')?", SQL)
    assert "" not in raised, "a 42501 without a key"
    assert set(raised) == {r.key for r in REFUSALS if r.sqlstate == "42501"}


def test_every_refusal_says_what_happened_and_how_to_mend_it() -> None:
    for refusal in REFUSALS:
        assert refusal.sentence.endswith(".")
        assert refusal.remedy.endswith(".")
        assert refusal.exit_code in (2, 3, 4)
        assert 400 <= refusal.http_status < 500
    assert len({r.key for r in REFUSALS}) == len(REFUSALS)


RENAME = "UPDATE govdesk.node SET name = 'New' WHERE node_path = 'acme.claims'"
PROVOCATIONS: dict[str, Callable[[Cast], object]] = {}


def provokes(function: Callable[[Cast], object]) -> Callable[[Cast], object]:
    PROVOCATIONS[function.__name__] = function
    return function


def code_of(email: str) -> str:
    return pyotp.TOTP(base64.b32encode(seed_of(email)).decode()).at(int(time.time()))


def guess(cast: Cast, email: str, password_key: bytes = b"x" * 32, code: str = "") -> None:
    sign_in.sign_in(cast.open(cast.database.app_url), email, "acme", password_key, code)


@provokes
def session_ended(cast: Cast) -> None:
    with Session(cast.open(cast.database.app_url), "no such token", "acme").transaction():
        pass


@provokes
def sign_in_failed(cast: Cast) -> None:
    guess(cast, MEI.email, code=code_of(MEI.email))


@provokes
def throttled(cast: Cast) -> None:
    for _ in range(5):
        with pytest.raises(Refused) as caught:
            guess(cast, MEI.email)
        assert caught.value.key == "sign_in_failed"
    guess(cast, MEI.email, cast.client_key(MEI), code_of(MEI.email))


@provokes
def isolation(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    level = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ"
    session.connection.execute(level)
    session.connection.commit()
    with session.transaction() as connection:
        connection.execute(RENAME)


@provokes
def second_principal(cast: Cast) -> None:
    ada, olga = cast.sign_in(ADA), cast.sign_in(OLGA)
    with ada.transaction() as connection:
        connection.execute(RENAME)
        sign_in.bind(connection, olga.token, "acme")


@provokes
def no_principal(cast: Cast) -> None:
    with explained():
        cast.open(cast.database.app_url).execute(RENAME)


@provokes
def foreign_row(cast: Cast) -> None:
    with explained(), cast.admin.transaction():
        claim_setup(cast.admin, "beta")
        cast.admin.execute(RENAME)


@provokes
def pending_cap(cast: Cast) -> None:
    cast.admin.execute("UPDATE govdesk_private.installation SET pending_cap = 1")
    with explained(), cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        cast.admin.execute("UPDATE govdesk.node SET name = name || '!' WHERE tenant_path = 'acme'")


@provokes
def same_transaction(cast: Cast) -> None:
    connection = cast.open(cast.database.app_url)
    with connection.transaction():
        guess_in_one_transaction(connection)


def guess_in_one_transaction(connection: psycopg.Connection[object]) -> None:
    sign_in.sign_in(connection, MEI.email, "acme", b"x" * 32)


@provokes
def attempt_stale(cast: Cast) -> None:
    with explained():
        cast.open(cast.database.app_url).execute(
            "SELECT govdesk_api.sign_in_reveal(%s, %s, %s, '')",
            (uuid.uuid4(), secrets.token_bytes(32), secrets.token_bytes(32)),
        )


@provokes
def step_up_needed(cast: Cast) -> None:
    olga = cast.sign_in(OLGA)
    with cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        cast.admin.execute(
            "UPDATE govdesk_private.session SET stepped_up_at = now() - interval '6 minutes'"
        )
    with olga.transaction() as connection:
        connection.execute("UPDATE govdesk.role SET title = 'A' WHERE key = 'auditor'")


@provokes
def role_ceiling(cast: Cast) -> None:
    with cast.sign_in(ADA).transaction() as connection:
        connection.execute(
            "UPDATE govdesk.member_grant SET role_key = 'owner' WHERE member_id ="
            " (SELECT id FROM govdesk.member WHERE email = 'mei@acme.example')"
        )


@provokes
def last_owner(cast: Cast) -> None:
    with cast.sign_in(BEA).transaction() as connection:
        connection.execute("UPDATE govdesk.member_grant SET status = 'removed'")


@provokes
def immutable_evidence(cast: Cast) -> None:
    with explained():
        cast.admin.execute("UPDATE govdesk.audit_log SET summary = 'nothing' WHERE seq = 1")


def send(cast: Cast, **event: object) -> None:
    with explained(), cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        cast.admin.execute("SELECT govdesk_api.record_events(%s)", (json.dumps([event]),))


@provokes
def reserved_name(cast: Cast) -> None:
    send(cast, action="member.removed")


@provokes
def bad_event(cast: Cast) -> None:
    send(cast, action="system.event", severity="apocalyptic")


@provokes
def bad_filter(cast: Cast) -> None:
    with cast.sign_in(MEI).transaction() as connection:
        connection.execute('SELECT govdesk_api.audit_condition(\'[{"key": "moon"}]\')')


@provokes
def setup_code_unknown(cast: Cast) -> None:
    connection = cast.open(cast.database.app_url)
    kdf = sign_in.parameters(connection, "")
    sign_in.set_password_by_code(connection, "no such code", "a password of mine", kdf)


@provokes
def already_enrolled(cast: Cast) -> None:
    session = cast.sign_in(MEI)
    sign_in.enrol_totp(
        session.connection, session.token, cast.client_key(MEI), b"s" * 20, code_of(MEI.email)
    )


@provokes
def bad_claim(cast: Cast) -> None:
    session = cast.sign_in(ADA)
    session.request_id = '"'
    with session.transaction() as connection:
        connection.execute(RENAME)


def invite(cast: Cast, email: str) -> None:
    with cast.sign_in(OLGA).transaction() as connection:
        connection.execute(
            "SELECT govdesk_api.invite(%s, '', 'member', 'acme.claims', '')", (email,)
        )


def accept(cast: Cast, token: str) -> None:
    with explained():
        cast.open(cast.database.app_url).execute(
            "SELECT govdesk_api.accept_invitation(%s, 'New', %s, %s, %s, '000000', %s)",
            (token, b"s" * 16, b"k" * 32, b"s" * 20, [bytes([i]) * 32 for i in range(10)]),
        )


def ask_for_removal(connection: psycopg.Connection[object], person: str) -> None:
    connection.execute(
        "SELECT govdesk_api.request_decision('member.remove',"
        " jsonb_build_object('member_id', m.id), 'left us') FROM govdesk.member m"
        " WHERE m.email = %s",
        (person,),
    )


@provokes
def already_member(cast: Cast) -> None:
    invite(cast, MEI.email)


@provokes
def already_invited(cast: Cast) -> None:
    invite(cast, "new@acme.example")
    with cast.sign_in(ADA).transaction() as connection:
        connection.execute(
            "SELECT govdesk_api.invite('new@acme.example', '', 'member', 'acme', '')"
        )


@provokes
def bad_address(cast: Cast) -> None:
    invite(cast, "no address")


@provokes
def decision_needed(cast: Cast) -> None:
    with cast.sign_in(OLGA).transaction() as connection:
        connection.execute("SELECT govdesk_api.set_reviewer('counsel@law.example', '', 'active')")
        connection.execute("SELECT govdesk_api.set_decision_policy('member.remove', true)")
        connection.execute(
            "UPDATE govdesk.member SET status = 'removed' WHERE email = %s", (ADA.email,)
        )


@provokes
def no_reviewer(cast: Cast) -> None:
    with cast.sign_in(OLGA).transaction() as connection:
        ask_for_removal(connection, ADA.email)


@provokes
def by_mail_only(cast: Cast) -> None:
    """Gus founded gamma and has no password yet; acme's admin takes his invitation himself."""
    cast.admin.execute(
        "SELECT govdesk_private.create_tenant('gamma', 'Gamma', 'dev', 'gus@gamma.example', 'Gus',"
        " %s, 'code', %s)",
        (__version__, json.dumps(built_in_roles())),
    )
    invite(cast, "gus@gamma.example")
    with cast.sign_in(ADA).transaction() as connection:
        row = connection.execute(
            "SELECT govdesk_api.copy_invitation_link(id) FROM govdesk.invitation"
        ).fetchone()
    assert row is not None
    accept(cast, row[0])


@provokes
def link_unknown(cast: Cast) -> None:
    with explained():
        cast.open(cast.database.app_url).execute("SELECT govdesk_api.invitation_view('i1.x.y.z')")


@provokes
def wrong_code(cast: Cast) -> None:
    invite(cast, "new@acme.example")
    accept(cast, cast.one("SELECT token FROM govdesk_private.mail WHERE kind = 'invitation'"))


@provokes
def changed_meanwhile(cast: Cast) -> None:
    with cast.sign_in(OLGA).transaction() as connection:
        connection.execute(
            "INSERT INTO govdesk.organization_metadata (tenant_id, tenant_path, version)"
            " SELECT tenant_id, tenant_path, 7 FROM govdesk.tenant"
        )


def one(cast: Cast, person: Person, query: str, *parameters: object) -> Any:
    """The first value, in a session of the person's own."""
    with cast.sign_in(person).transaction() as connection:
        row = connection.execute(query, parameters).fetchone()  # type: ignore[arg-type]
    return None if row is None else row[0]


def as_worker(cast: Cast, query: str, *parameters: object) -> Any:
    """The first value, by the worker's login."""
    with explained():
        row = cast.open(cast.database.worker_url).execute(query, parameters).fetchone()  # type: ignore[arg-type]
    return None if row is None else row[0]


MAKE_KEY = (
    "SELECT govdesk_api.create_key(NULL, n.id, 'abcdefghijkl', 'dev', 'Claims', %s::text[],"
    " now() + interval '9 days', 0, sha256('a key')) FROM govdesk.node n"
    " WHERE n.node_path = 'acme.claims'"
)
PEPPER = "0123456789abcdef"
CONNECT = (
    "INSERT INTO govdesk.integration (tenant_id, tenant_path, node_path, kind, name, settings,"
    " secret_refs, allow) SELECT tenant_id, tenant_path, tenant_path, 'ntfy', 'Bell', %s::jsonb,"
    " %s::jsonb, %s::text[] FROM govdesk.tenant"
)


def connect_to(cast: Cast, settings: str = "{}", refs: str = "{}", allow: str = "{}") -> None:
    with cast.sign_in(OLGA).transaction() as connection:
        connection.execute(CONNECT, (settings, refs, allow))


def key_with_pepper(cast: Cast, version: int = 1, scopes: str = "{events:write}") -> None:
    key = one(cast, OLGA, MAKE_KEY, scopes)
    as_worker(
        cast,
        "SELECT govdesk_api.pepper_key(%s, %s, %s, sha256('a mac'), 'here')",
        key,
        version,
        PEPPER,
    )


VAULT_KEY = (
    "SELECT govdesk_private.write_vault(tenant_id, tenant_path, jsonb_build_object('create',"
    " jsonb_build_object('version', %s::int, 'provider', 'aws-kms', 'key_ref', 'arn:aws:kms',"
    " 'commitment', encode(sha256('c'), 'hex')))) FROM govdesk.tenant WHERE tenant_path = 'acme'"
)


@provokes
def raw_secret(cast: Cast) -> None:
    connect_to(cast, json.dumps({"topic": "gd_dev_" + "a" * 12 + "_" + "b" * 43 + "_cccccc"}))


@provokes
def not_a_reference(cast: Cast) -> None:
    connect_to(cast, refs='{"token": "hunter2"}')


@provokes
def metadata_address(cast: Cast) -> None:
    connect_to(cast, allow="{169.254.169.254/32:80}")


@provokes
def unknown_scope(cast: Cast) -> None:
    one(cast, OLGA, MAKE_KEY, "{no:such}")


@provokes
def pepper_in_use(cast: Cast) -> None:
    key_with_pepper(cast)
    as_worker(cast, "SELECT govdesk_api.retire_pepper(1, 'here')")


@provokes
def other_pepper(cast: Cast) -> None:
    key_with_pepper(cast, 2)
    key = one(cast, OLGA, MAKE_KEY.replace("ijkl", "wxyz").replace("a key", "b"), "{events:write}")
    as_worker(
        cast,
        "SELECT govdesk_api.pepper_key(%s, 2, 'fedcba9876543210', sha256('m'), 'here')",
        key,
    )


@provokes
def vault_key_in_use(cast: Cast) -> None:
    with cast.admin.transaction():
        claim_setup(cast.admin, "acme")
        cast.admin.execute(VAULT_KEY, (1,))
    one(cast, OLGA, "SELECT govdesk_api.vault_write('{\"retire\": 1}')")


@provokes
def other_worker_key(cast: Cast) -> None:
    as_worker(cast, "SELECT govdesk_api.worker_key(sha256('a'))")
    as_worker(cast, "SELECT govdesk_api.worker_key(sha256('b'))")


@provokes
def no_recipient(cast: Cast) -> None:
    change = {"create": {"version": 1, "provider": "members", "commitment": "00" * 32}}
    one(cast, OLGA, "SELECT govdesk_api.vault_write(%s)", json.dumps(change))


@provokes
def missing_scope(cast: Cast) -> None:
    key_with_pepper(cast, scopes="{billing:read}")
    as_worker(
        cast,
        "WITH k AS MATERIALIZED (SELECT reason FROM"
        " govdesk_api.authenticate_key('abcdefghijkl', ARRAY[sha256('a mac')]))"
        ' SELECT govdesk_api.record_events(\'[{"action": "system.event"}]\') FROM k'
        " WHERE reason = 'ok'",
    )


@provokes
def key_ended(cast: Cast) -> None:
    """The key is revoked after it was recognised and before the events are sealed."""
    recognise = "SELECT govdesk_api.authenticate_key('abcdefghijkl', ARRAY[sha256('a mac')])"
    key_with_pepper(cast)
    as_worker(cast, recognise)
    with explained():
        connection = cast.open(cast.database.worker_url)
        with connection.transaction():
            connection.execute(recognise)  # type: ignore[arg-type]
            connection.execute('SELECT govdesk_api.record_events(\'[{"action": "system.event"}]\')')
            one(cast, OLGA, "UPDATE govdesk.api_key SET status = 'revoked' RETURNING 1")


@provokes
def webhook_url(cast: Cast) -> None:
    with explained():
        endpoint(cast.sign_in(OLGA), url="http://siem.example.com/")


@provokes
def unknown_event(cast: Cast) -> None:
    with explained():
        endpoint(cast.sign_in(OLGA), events=["member.invted"])


@provokes
def forbidden_header(cast: Cast) -> None:
    with explained():
        endpoint(cast.sign_in(OLGA), headers={"Webhook-Signature": "v1,x"})


@provokes
def no_worker(cast: Cast) -> None:
    olga = cast.sign_in(OLGA)
    made = endpoint(olga)
    with olga.transaction() as connection:
        connection.execute(
            "SELECT govdesk_api.put_webhook_secret(%s, %s, %s, 0)", (made, made, b"x" * 80)
        )


@provokes
def webhook_busy(cast: Cast) -> None:
    olga = cast.sign_in(OLGA)
    made = ready(cast, olga)
    for _ in range(31):
        with olga.transaction() as connection:
            connection.execute("SELECT govdesk_api.test_webhook(%s, 'test')", (made,))


@provokes
def webhook_ended(cast: Cast) -> None:
    olga = cast.sign_in(OLGA)
    made = endpoint(olga)
    for change in ("status = 'deleted'", "description = 'x'"):
        with olga.transaction() as connection:
            connection.execute(f"UPDATE govdesk.webhook SET {change} WHERE id = %s", (made,))  # type: ignore[arg-type]


@provokes
def held(cast: Cast) -> None:
    evidences.ready(cast)
    olga = cast.sign_in(OLGA)
    evidences.hold(olga, "seq:1..1000")
    payload = {"fields": [{"seq": 1, "fields": ["ip"]}]}
    with explained():
        request(olga, "audit.erase", payload)


@provokes
def segment_not_ready(cast: Cast) -> None:
    evidences.ready(cast)
    with explained():
        request(cast.sign_in(OLGA), "audit.prune", {"month": "2026-01-01"})


@provokes
def tree_mismatch(cast: Cast) -> None:
    with explained():
        evidences.put(cast, top=bytes(32))


@provokes
def still_member(cast: Cast) -> None:
    evidences.ready(cast)
    with explained():
        request(cast.sign_in(OLGA), "audit.erase", {"member_id": member_id(cast, MEI.email)})


@provokes
def too_many_webhooks(cast: Cast) -> None:
    olga = cast.sign_in(OLGA)
    with explained():
        for _ in range(201):
            endpoint(olga)


@provokes
def not_permitted(cast: Cast) -> None:
    with cast.sign_in(MEI).transaction() as connection:
        connection.execute(RENAME)


@pytest.mark.parametrize("key", sorted(PROVOCATIONS))
def test_a_refusal_is_raised_by_what_it_forbids_and_gives_its_sentence(
    cast: Cast, key: str
) -> None:
    refusal = next(r for r in REFUSALS if r.key == key)
    with pytest.raises(Refused) as caught:
        PROVOCATIONS[key](cast)
    assert caught.value.key == key
    assert caught.value.exit_code == refusal.exit_code
    assert refusal.sentence.rstrip(".") in caught.value.sentence


def test_every_refusal_has_a_provocation() -> None:
    assert set(PROVOCATIONS) == {r.key for r in REFUSALS}


def test_after_a_refusal_the_log_is_as_before(cast: Cast) -> None:
    before = cast.one("SELECT count(*) FROM govdesk.audit_log")
    for key in ("no_principal", "foreign_row", "reserved_name", "bad_event", "immutable_evidence"):
        with pytest.raises(Refused):
            PROVOCATIONS[key](cast)
    assert cast.one("SELECT count(*) FROM govdesk.audit_log") == before
    assert cast.one("SELECT count(*) FROM govdesk_private.pending") == 0
