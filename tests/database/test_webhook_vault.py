"""Claims: a webhook's secret gets from a person into the vault and from there to the worker alone,
and stays readable through rotations and the loss of key files.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from govdesk.database import webhook_vault
from govdesk.delivery.signing import SigningKey, read_secret
from govdesk.services import vault, webhook_changes
from govdesk.services.vault_tick import replace_key
from govdesk.services.webhook_vault import WebhookVault
from govdesk.vault.errors import DamagedEnvelope
from govdesk.vault.inboxes import SECRETS, SIGNING_KEYS, InboxDoesNotOpen, seal_secret
from govdesk.vault.worker_key import read
from tests.doors import answer, raw, refusal, table, worker
from tests.people import ADA, BEA, OLGA, Cast
from tests.strictness import ExpectLog
from tests.vaulting import Round, at_desk, leave, sealed_row
from tests.webhooking import add_webhook, document, open_endpoint

ROWS = (
    "SELECT 'webhook_secret', id::text, sealed, inbox, key_version FROM govdesk.webhook_secret"
    " UNION ALL SELECT 'webhook_signing_key', id::text, sealed, inbox, key_version"
    " FROM govdesk.webhook_signing_key"
)


@pytest.fixture
def turn(cast: Cast, tmp_path: Path) -> Round:
    """The worker's round; the worker has said who it is."""
    made = Round(cast, tmp_path)
    made()
    return made


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "worker-key.json"


def versions(cast: Cast) -> set[tuple[str, int | None, bool]]:
    """Table, version and whether an inbox is left, of every row."""
    return {(row[0], row[4], row[3] is not None) for row in cast.admin.execute(ROWS).fetchall()}


def test_the_first_webhook_gets_a_vault_a_signing_key_and_its_secret_into_it(
    cast: Cast, turn: Round, key_file: Path
) -> None:
    olga, ada = at_desk(cast, OLGA), at_desk(cast, ADA)
    hook = add_webhook(olga)
    assert versions(cast) == {(SECRETS, None, True)}
    assert turn() > 0
    assert versions(cast) == {(SECRETS, 1, False), (SIGNING_KEYS, 1, False)}
    found = vault.state(olga)
    holders = {one.member_id is None or one.public_key for one in found.versions[0].holders}
    assert len(holders) == 3
    assert found.versions[0].envelopes == 2
    assert vault.keys_of(ada).at_hand() == [1]
    endpoint = open_endpoint(cast, hook.id, key_file)
    assert endpoint.secrets == (hook.raw,)
    shown = document(cast, hook.id)["signing_keys"][0]
    assert endpoint.signing_keys[0].public.hex() == shown["public_key"]
    assert endpoint.signing_keys[0].kid == shown["kid"]
    assert turn() == 0


def test_a_secret_is_good_before_it_came_into_the_vault(
    cast: Cast, turn: Round, key_file: Path
) -> None:
    olga = at_desk(cast, OLGA)
    first = add_webhook(olga)
    turn()
    second = add_webhook(olga, "Another")
    assert versions(cast) > {(SECRETS, None, True)}
    assert open_endpoint(cast, second.id, key_file).secrets == (second.raw,)
    assert open_endpoint(cast, first.id, key_file).secrets == (first.raw,)


def test_a_rotated_secret_signs_beside_the_one_before(
    cast: Cast, turn: Round, key_file: Path
) -> None:
    olga = at_desk(cast, OLGA)
    hook = add_webhook(olga)
    turn()
    new = read_secret(webhook_changes.rotate_secret(olga, hook.id, None, 24).secret)
    assert open_endpoint(cast, hook.id, key_file).secrets == (new, hook.raw)
    turn()
    assert open_endpoint(cast, hook.id, key_file).secrets == (new, hook.raw)
    webhook_changes.retire_previous_secret(olga, hook.id)
    assert open_endpoint(cast, hook.id, key_file).secrets == (new,)


def test_a_rotation_of_the_vault_carries_secrets_and_signing_keys_along(
    cast: Cast, turn: Round, key_file: Path
) -> None:
    olga = at_desk(cast, OLGA)
    at_desk(cast, ADA)
    hook, theirs = add_webhook(olga), add_webhook(at_desk(cast, BEA, "beta"))
    turn()
    before = open_endpoint(cast, hook.id, key_file)
    leave(cast, ADA.email)
    turn()
    assert {row[4] for row in cast.admin.execute(ROWS).fetchall()} == {1, 2}
    after = open_endpoint(cast, hook.id, key_file)
    assert (after.secrets, after.signing_keys[0].seed) == (
        before.secrets, before.signing_keys[0].seed,
    )  # fmt: skip
    assert [one.status for one in vault.state(olga).versions] == ["current", "retired"]
    assert open_endpoint(cast, theirs.id, key_file).secrets == (theirs.raw,)


def test_the_loss_of_the_key_file_costs_no_secret_that_is_in_the_vault(
    cast: Cast, turn: Round, tmp_path: Path, expected_log: ExpectLog
) -> None:
    olga = at_desk(cast, OLGA)
    hook = add_webhook(olga)
    turn()
    late = add_webhook(olga, "Too late")
    replace_key(cast.database.admin_url, tmp_path / "new.json", "The disk is gone")
    vault.share_now(olga)
    assert open_endpoint(cast, hook.id, tmp_path / "new.json").secrets == (hook.raw,)
    with pytest.raises(InboxDoesNotOpen, match="another key file"):
        open_endpoint(cast, late.id, tmp_path / "new.json")
    # What cannot be opened holds up nothing else.
    other = add_webhook(olga, "After that")
    expected_log("another key file")
    Round(cast, tmp_path, "new.json")()
    assert open_endpoint(cast, other.id, tmp_path / "new.json").secrets == (other.raw,)
    expected_log("another key file")
    assert Round(cast, tmp_path, "new.json")() == 0


def test_a_signing_key_is_rotated_at_the_next_round(
    cast: Cast, turn: Round, key_file: Path
) -> None:
    olga = at_desk(cast, OLGA)
    hook = add_webhook(olga)
    turn()
    (first,) = open_endpoint(cast, hook.id, key_file).signing_keys
    webhook_changes.rotate_signing_key(olga, 7)
    turn()
    second, before = open_endpoint(cast, hook.id, key_file).signing_keys
    assert before.kid == first.kid != second.kid
    published = webhook_vault.public_keys(worker(cast), "acme")
    assert [(one.kid, one.public) for one in published] == [
        (second.kid, second.public), (first.kid, first.public),
    ]  # fmt: skip
    assert (published[0].ends_at, published[1].ends_at is None) == (None, False)
    assert webhook_vault.public_keys(worker(cast), "beta") == []


def test_workers_that_come_at_once_make_one_vault_and_one_signing_key(
    cast: Cast, turn: Round, key_file: Path
) -> None:
    olga = at_desk(cast, OLGA)
    hooks = [add_webhook(olga, f"Store {n}") for n in range(4)]
    turns = [WebhookVault(key_file) for _ in range(3)]
    doors = [worker(cast) for _ in turns]
    threads = [
        threading.Thread(target=one, args=(door, f"w{n}"))
        for n, (one, door) in enumerate(zip(turns, doors, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    turn()
    assert vault.state(olga).newest == 1
    assert cast.one("SELECT count(*) FROM govdesk.webhook_signing_key") == 1
    assert versions(cast) == {(SECRETS, 1, False), (SIGNING_KEYS, 1, False)}
    for hook in hooks:
        assert open_endpoint(cast, hook.id, key_file).secrets == (hook.raw,)


def test_a_worker_that_stops_begins_no_further_secret(
    cast: Cast, turn: Round, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = at_desk(cast, OLGA)
    for n in range(3):
        add_webhook(olga, f"Store {n}")
    stopping, put_seal = WebhookVault(key_file), webhook_vault.put_seal

    def last(*row: Any) -> bool:
        stopping.stop()
        return put_seal(*row)

    monkeypatch.setattr(webhook_vault, "put_seal", last)
    stopping(worker(cast), "w")
    moved = "SELECT count(*) FROM govdesk.webhook_secret WHERE inbox IS NULL"
    assert cast.one(moved) == 1


def plant(cast: Cast, table: str, row: str, column: str, value: bytes) -> None:
    """Put a ciphertext into a row with the guards switched off, as a server's administrator can."""
    name = f"govdesk.{table}"
    with cast.admin.transaction():
        cast.admin.execute("SET LOCAL session_replication_role = replica")
        found = cast.admin.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'A'",
            (name,),
        ).fetchall()
        for (trigger,) in found:
            cast.admin.execute(f"ALTER TABLE {name} DISABLE TRIGGER {trigger}")
        cast.admin.execute(f"UPDATE {name} SET {column} = %s WHERE id = %s", (value, row))
        for (trigger,) in found:
            cast.admin.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {trigger}")


def row_of(cast: Cast, which: str) -> tuple[str, bytes]:
    """Id and envelope of a webhook's secret."""
    found = cast.admin.execute(
        "SELECT id::text, sealed FROM govdesk.webhook_secret WHERE webhook_id = %s", (which,)
    ).fetchone()
    assert found is not None
    return found[0], bytes(found[1])


def test_an_envelope_that_was_moved_signs_nothing(cast: Cast, turn: Round, key_file: Path) -> None:
    olga, bea = at_desk(cast, OLGA), at_desk(cast, BEA, "beta")
    ours, other, theirs = add_webhook(olga), add_webhook(olga, "Two"), add_webhook(bea)
    turn()
    signing = cast.one(
        "SELECT sealed FROM govdesk.webhook_signing_key WHERE tenant_id = %s", cast.tenant_id()
    )
    mine, envelope = row_of(cast, ours.id)
    for moved in (row_of(cast, other.id)[1], row_of(cast, theirs.id)[1], bytes(signing)):
        plant(cast, "webhook_secret", mine, "sealed", moved)
        with pytest.raises(DamagedEnvelope):
            open_endpoint(cast, ours.id, key_file)
    plant(cast, "webhook_secret", mine, "sealed", envelope)
    assert open_endpoint(cast, ours.id, key_file).secrets == (ours.raw,)


def test_people_who_hold_the_vaults_key_get_no_secret_of_a_webhook(cast: Cast, turn: Round) -> None:
    olga = at_desk(cast, OLGA)
    add_webhook(olga)
    turn()
    assert cast.one("SELECT count(*) FROM govdesk.webhook_secret WHERE sealed IS NOT NULL") == 1
    assert table(olga, "SELECT * FROM govdesk_api.vault_rows(99, 100)") == []
    row = cast.one("SELECT id FROM govdesk.webhook_secret")
    put = "SELECT govdesk_api.vault_put('webhook_secret', %s, 'sealed', sha256('x'), 'x', 1)"
    assert refusal(olga, put, row) == "GD012"


def test_an_inbox_that_was_moved_opens_nowhere(cast: Cast, turn: Round, key_file: Path) -> None:
    olga = at_desk(cast, OLGA)
    turn()
    ours, other = add_webhook(olga), add_webhook(olga, "Two")
    rows = dict(
        cast.admin.execute("SELECT webhook_id::text, inbox FROM govdesk.webhook_secret").fetchall()
    )
    mine = cast.one("SELECT id::text FROM govdesk.webhook_secret WHERE webhook_id = %s", ours.id)
    public, tenant = read(key_file).public, cast.tenant_id("beta")
    for moved in (
        bytes(rows[other.id]),
        seal_secret(public, tenant, UUID(mine), SECRETS, ours.raw),
        seal_secret(public, cast.tenant_id(), UUID(mine), SIGNING_KEYS, ours.raw),
    ):
        plant(cast, "webhook_secret", mine, "inbox", moved)
        with pytest.raises(InboxDoesNotOpen):
            open_endpoint(cast, ours.id, key_file)


def test_only_the_workers_login_reaches_inboxes_envelopes_and_signing_keys(
    cast: Cast, turn: Round
) -> None:
    olga = at_desk(cast, OLGA)
    hook = add_webhook(olga)
    public = SigningKey.generate().public
    for query, parameters in (
        ("SELECT * FROM govdesk_api.webhook_inboxes('acme', 10)", ()),
        ("SELECT govdesk_api.delivery_endpoint(%s::uuid)", (hook.id,)),
        ("SELECT * FROM govdesk_api.webhook_vault_due('me')", ()),
        (
            "SELECT govdesk_api.put_signing_key('acme', 'me', %s::uuid, 'k', %s, %s)",
            (str(uuid4()), public, bytes(80)),
        ),
        ("SELECT inbox FROM govdesk.webhook_secret", ()),
        ("SELECT sealed FROM govdesk.webhook_secret", ()),
        ("SELECT sealed FROM govdesk.webhook_signing_key", ()),
    ):
        with raw(olga) as connection:
            assert answer(connection, query, *parameters) == "42501", query


def test_the_round_of_an_organization_without_webhooks_makes_nothing(
    cast: Cast, turn: Round
) -> None:
    sealed_row(at_desk(cast, OLGA), cast)
    assert turn() >= 0
    assert cast.one("SELECT count(*) FROM govdesk.webhook_signing_key") == 0
    assert cast.one("SELECT count(*) FROM govdesk.vault_key") == 1
