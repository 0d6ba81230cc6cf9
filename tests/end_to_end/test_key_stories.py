"""Claims: keys, peppers, connections and the vault do what people rely on, told from outside.

By commands and raw HTTP alone, over a demo with its own server, worker and pages.
"""

from __future__ import annotations

import secrets
import string
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests import mail_servers
from tests.end_to_end.conftest import Answer, Program
from tests.end_to_end.key_town import (
    SYSTEM,
    KeyTown,
    Made,
    other_pages,
    someone,
    turned_away,
)
from tests.end_to_end.town import Citizen, Town, eventually, fresh_password, one_line, spare_codes
from tests.mail_servers import mail_server
from tests.web.sending import EVENT, faults, problem

OWNER, ADMIN = "owner@example.com", "admin@example.com"
PASSWORD = "STORY_SMTP_PASSWORD"


@pytest.fixture(scope="module")
def desk(town: Town) -> KeyTown:
    """The demo, and an admin of this module's own, who holds a copy of the vault's key."""
    keeper = town.newcomer(someone(), "admin")
    town.sign_in(keeper)
    made = KeyTown(town, keeper)
    eventually(lambda: holds(made, keeper), "a copy of the key for the newcomer")
    return made


# Keys


def test_a_key_sends_an_event_is_rotated_and_given_away_by_its_old_self(desk: KeyTown) -> None:
    old = desk.key()
    answer = desk.send(old.raw, {**EVENT, "summary": "Nightly run of the claims queue"})
    assert answer.status == 201
    (row,) = desk.rows_of(old)
    assert (row["actor"], row["summary"]) == (
        f"key:{old.prefix}",
        "Nightly run of the claims queue",
    )
    assert row["system"] == "Claims assistant"

    new = desk.made(desk.done("keys", "rotate", old.prefix, "--grace", "0"))
    assert desk.send(old.raw).status == 201, "until its successor is used"
    assert desk.send(new.raw).status == 201
    assert turned_away(desk.send(old.raw)) == "revoked"
    assert "api_key.suspended" in desk.actions_of(old)
    (reused,) = desk.done("audit", "list", "--query", f"action:api_key.reused entity:{old.id}")[
        "items"
    ]
    assert reused["severity"] == "high"
    assert turned_away(desk.send(new.raw)) == "revoked"
    assert desk.shown(new)["status"] == "suspended"

    assert desk.done("keys", "reactivate", new.prefix, "--reason", "It was our old job.")["changed"]
    assert desk.send(new.raw).status == 201
    assert turned_away(desk.send(old.raw)) == "revoked"


def test_a_new_pepper_comes_while_events_flow_and_the_old_one_goes_when_nobody_needs_it(
    desk: KeyTown,
) -> None:
    busy, resting = desk.key(), desk.key()
    assert desk.send(busy.raw).status == 201
    desk.peppered()
    with flowing(desk, busy) as statuses:
        answer = desk.administer("keys", "rotate-pepper", "--json")
        assert answer.code == 0, answer.err
        new, before = answer.document["version"], answer.document["version"] - 1
        assert answer.document["changed"]
        sent = len(statuses)
        eventually(lambda: len(statuses) > sent + 5, "events after the rotation")
        free_of_others(desk, resting)
        eventually(lambda: desk.meter()[before] == 1, "all but one key to have moved")
        early = desk.administer("keys", "rotate-pepper", "--retire", str(before), "--json")
        assert early.code == 2
        assert "1 key" in one_line(early)
        assert desk.send(resting.raw).status == 201, "its old pepper was kept for it"
        assert desk.meter()[before] == 0
        done = desk.administer("keys", "rotate-pepper", "--retire", str(before), "--json")
        assert done.code == 0, done.err
    assert set(statuses) == {201}
    assert desk.send(resting.raw).status == desk.send(busy.raw).status == 201
    versions = {
        one["version"]: one["status"]
        for one in desk.administer("keys", "rotate-pepper", "--meter", "--json").document["meter"]
    }
    assert (versions[before], versions[new]) == ("retired", "current")


@contextmanager
def flowing(desk: KeyTown, key: Made) -> Iterator[list[int]]:
    """Send events with a key one after the other; gives their statuses."""
    sender, end, statuses = desk.sender(key.raw), threading.Event(), list[int]()

    def run() -> None:
        while not end.is_set():
            statuses.append(sender.send(EVENT).status)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield statuses
    finally:
        end.set()
        thread.join()


def free_of_others(desk: KeyTown, resting: Made) -> None:
    """Keys of others move by being used once; those that nobody has any more are revoked."""
    known = desk.town.ledger.raw_keys
    live = ("active", "expiring", "stale", "rotated", "suspended")
    states = [part for status in live for part in ("--status", status)]
    for key in desk.done("keys", "list", *states)["items"]:
        if key["prefix"] == resting.prefix:
            continue
        if key["prefix"] not in known or desk.send(known[key["prefix"]]).status != 201:
            desk.done("keys", "revoke", key["prefix"], "--reason", "Nobody has it.")


# Connections


def mail(desk: KeyTown, port: int, *more: str) -> str:
    """Make a connection to a mail server on this machine; returns its name."""
    name = f"Mail {secrets.token_hex(4)}"
    made = desk.done(
        "integrations", "set", name, "--kind", "smtp", "--field", "host=127.0.0.1",
        "--field", f"port={port}", "--field", "encryption=none", "--system", SYSTEM,
        "--field", f"user={mail_servers.USER}", "--field", f"password=env://{PASSWORD}", *more,
    )  # fmt: skip
    assert made["changed"]
    return name


def tried(desk: KeyTown, name: str, **environment: str) -> tuple[int, str]:
    """Exit code and sentence of a test of a connection."""
    answer = desk.run("integrations", "test", name, "--json", **environment)
    document = answer.document
    assert document["ok"] is (answer.code == 0)
    return answer.code, str(document["sentence"])


def test_a_mail_server_is_reached_once_the_guard_lets_through(desk: KeyTown) -> None:
    right = {PASSWORD: mail_servers.PASSWORD}
    with mail_server(login=True) as server:
        name = mail(desk, server.port)
        code, said = tried(desk, name, **right)
        assert (code, "not contacted" in said) == (1, True), said
        desk.done("integrations", "set", name, "--allow", f"127.0.0.1/32:{server.port + 1}")
        assert tried(desk, name, **right)[0] == 1, "another port is no permission"
        desk.done("integrations", "set", name, "--allow", f"127.0.0.1/32:{server.port}")
        assert tried(desk, name, **right) == (0, "The mail server accepts the login.")
        wrong = {PASSWORD: "not the mail server's password"}
        code, said = tried(desk, name, **wrong)
        assert (code, "does not accept" in said) == (1, True), said
        assert wrong[PASSWORD] not in said
    code, said = tried(desk, name, **right)
    assert (code, "not contacted" in said) == (1, False), said
    shown = desk.done("integrations", "show", name, "--private")
    assert shown["sealed"] == {"user": mail_servers.USER}
    assert shown["secret_refs"] == {"password": f"env://{PASSWORD}"}
    tested = desk.done(
        "audit", "list", "--query", f"action:integration.tested entity:{shown['id']}"
    )
    assert len(tested["items"]) == 5
    assert mail_servers.PASSWORD not in str(tested) + str(shown)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (f"env://{PASSWORD}", f"{PASSWORD} is not set here"),
        ("env://GOVDESK_WORKER_URL", "not for integrations"),
        ("gcpsm://billing/smtp", "Google"),
        ("vault://mail/smtp#password", "VAULT_ADDR"),
    ],
)
def test_a_reference_that_leads_nowhere_says_why(
    desk: KeyTown, monkeypatch: pytest.MonkeyPatch, reference: str, words: str
) -> None:
    for name in ("VAULT_ADDR", "VAULT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    name = mail(desk, 2525, "--field", f"password={reference}")
    code, said = tried(desk, name)
    assert (code, words in said) == (1, True), said


def raw_secrets(desk: KeyTown) -> dict[str, str]:
    """What people paste where a reference or a name belongs."""
    letters = "".join(secrets.choice(string.ascii_letters) for _ in range(36))
    return {"a token of GitHub's": f"ghp_{letters}", "a key of ours": desk.key().raw}


def test_a_raw_secret_is_refused_everywhere_and_not_repeated(desk: KeyTown) -> None:
    for what, secret in raw_secrets(desk).items():
        desk.town.ledger.note(f"pasted: {what}", secret)
        new = ("integrations", "set", "Pasted", "--kind", "http", "--field")
        for arguments in (
            (*new, "url=https://a.example", "--field", f"token={secret}"),
            (*new, f"url=https://a.example/?key={secret}"),
            ("integrations", "set", secret, *new[3:], "url=https://a.example"),
            ("keys", "generate", SYSTEM, "--label", f"Mine: {secret}"),
            ("keys", "scopes", "add", "story:read", "--description", secret),
        ):
            refused = desk.run(*arguments, "--json")
            assert refused.code == 2, (what, arguments[:3], refused.err)
            assert secret not in refused.out + refused.err
            assert "fingerprint" in one_line(refused), refused.err
    names = [one["name"] for one in desk.done("integrations", "list")["items"]]
    assert "Pasted" not in names


# The vault


def vault(desk: KeyTown) -> dict[str, Any]:
    return dict(desk.done("keys", "vault"))


def current(desk: KeyTown) -> dict[str, Any]:
    (found,) = [one for one in vault(desk)["versions"] if one["status"] == "current"]
    return dict(found)


def holds(desk: KeyTown, person: Citizen) -> bool:
    """Whether somebody has a copy of the current key; the worker gives it to him."""
    worker_looks(desk)
    return person.email in {holder["email"] for holder in current(desk)["holders"]}


def worker_looks(desk: KeyTown) -> None:
    """A second worker of the installation, who looks now: the demo's comes every 20 seconds."""
    answer = desk.administer("worker", "--once", "--json")
    assert answer.code == 0, answer.err


def is_wrapped_through(desk: KeyTown, after: int) -> bool:
    """Whether a later key is current and nothing is left under an earlier one."""
    worker_looks(desk)
    found = vault(desk)
    newest = max(found["versions"], key=lambda one: int(one["version"]))
    older = [one for one in found["versions"] if one is not newest]
    return bool(
        newest["version"] > after
        and newest["status"] == "current"
        and found["left"] == 0
        and {one["status"] for one in older} == {"retired"}
    )


@pytest.fixture
def sealed(desk: KeyTown) -> str:
    """Name of a connection with a sealed value."""
    return mail(desk, 2525)


def private(desk: KeyTown, who: Citizen, name: str) -> Answer:
    return desk.by(who, "integrations", "show", name, "--private", "--json")


def holder(desk: KeyTown) -> Citizen:
    """Somebody who came, and has a copy of the key."""
    person = desk.town.newcomer(someone(), "admin")
    desk.town.sign_in(person)
    eventually(lambda: holds(desk, person), "a copy of the key for the newcomer")
    return person


def test_who_is_removed_leaves_a_key_behind_that_opens_nothing(desk: KeyTown, sealed: str) -> None:
    leaver = holder(desk)
    assert private(desk, leaver, sealed).document["sealed"] == {"user": mail_servers.USER}
    before = current(desk)["version"]
    asked = desk.town.done(OWNER, "members", "remove", leaver.email, "--ask", "He goes.")
    agreed = ("decisions", "approve", asked["decision"], "--reason", "He told me.")
    assert desk.town.done(ADMIN, *agreed)["changed"]
    assert private(desk, leaver, sealed).code in (3, 4)
    eventually(lambda: is_wrapped_through(desk, before), "values under a key without the leaver")
    emails = {one["email"] for one in current(desk)["holders"]}
    assert leaver.email not in emails
    assert {desk.keeper.email, None} <= emails, "None is the worker"
    assert private(desk, desk.keeper, sealed).document["sealed"] == {"user": mail_servers.USER}
    rows = desk.done("audit", "list", "--query", "action:vault.key_rotated")["items"]
    assert rows[0]["actor"].startswith("worker:")
    proved = desk.done("keys", "vault", "--self-test")
    assert (proved["ok"], proved["decrypted"]) == (True, 0)


def test_after_a_lost_password_sealed_values_are_read_again(desk: KeyTown, sealed: str) -> None:
    person, since = holder(desk), time.time()
    before = current(desk)["version"]
    assert desk.town.pages.post("/recover", {"email": person.email}).status == 200
    eventually(lambda: has_come(desk, person, since), "a mail to who lost the password")
    form = desk.town.pages.get(desk.town.mail(person.email, "recover", since).link).form
    new = Citizen(person.email, fresh_password(), form.fields["secret"], "acme")
    answer = desk.town.pages.press(
        form, form.buttons[-1].label, password=new.password, again=new.password,
        code=new.code(), recovery_code=person.recovery_codes[0],
    )  # fmt: skip
    assert answer.status == 200, answer.words
    assert len(spare_codes(answer.text)) == 10
    desk.town.sign_in(new)
    eventually(lambda: is_wrapped_through(desk, before), "a key that the lost pair does not open")
    assert holds(desk, new)
    assert private(desk, new, sealed).document["sealed"] == {"user": mail_servers.USER}


def has_come(desk: KeyTown, person: Citizen, since: float) -> bool:
    worker_looks(desk)
    return bool(desk.town.mails(person.email, "recover", since))


# Bad days of the intake


def test_each_key_that_is_not_let_in_hears_its_class_of_reason(desk: KeyTown) -> None:
    revoked, expired, weak = desk.key(), desk.key(), desk.key("--scope", "document:read")
    assert desk.send(revoked.raw).status == desk.send(expired.raw).status == 201
    desk.done("keys", "revoke", revoked.prefix, "--reason", "It stood in a mail.")
    desk.days_pass(expired, 300)
    assert turned_away(desk.send(revoked.raw)) == "revoked"
    assert turned_away(desk.send(expired.raw)) == "expired"
    typo = revoked.raw[:-1] + ("x" if revoked.raw[-1] != "x" else "y")
    assert turned_away(desk.send(typo)) == "invalid"
    lacks = desk.send(weak.raw)
    assert (lacks.status, problem(lacks)["scope"]) == (403, "events:write")
    assert [len(desk.rows_of(key)) for key in (revoked, expired, weak)] == [1, 1, 0]


def test_what_is_too_much_or_wrong_is_refused_whole_and_item_by_item(desk: KeyTown) -> None:
    key = desk.key()
    large = desk.sender(key.raw).send_bytes(b" " * (1024 * 1024 + 1))
    assert (large.status, problem(large)["status"]) == (413, 413)
    batch = [EVENT, {**EVENT, "severity": "bad"}, EVENT, {"who": "me"}, {**EVENT, "data": []}]
    wrong = desk.send(key.raw, batch)
    assert wrong.status == 422
    assert {place for place, _ in faults(wrong)} == {1, 3, 4}
    assert desk.rows_of(key) == []


def test_a_repeated_request_is_answered_again_and_written_once(desk: KeyTown) -> None:
    key = desk.key()
    first, again = (desk.send(key.raw, Idempotency_Key="run-1") for _ in range(2))
    assert (first.status, again.text) == (201, first.text)
    assert again.headers["idempotency-replayed"] == "true"
    other = desk.send(key.raw, {**EVENT, "summary": "Other"}, Idempotency_Key="run-1")
    assert other.status == 409
    assert len(desk.rows_of(key)) == 1


def test_who_sends_too_fast_is_told_when_to_come_back(desk: KeyTown, bare: Program) -> None:
    key, calm = desk.key(), desk.key()
    slow = ("--intake-rate", "0.01", "--intake-burst", "2")
    with other_pages(bare, desk, *slow) as pages:
        assert [desk.sender(key.raw, pages).send(EVENT).status for _ in range(2)] == [201, 201]
        told = desk.sender(key.raw, pages).send(EVENT)
        assert (told.status, 1 <= int(told.headers["retry-after"]) <= 100) == (429, True)
        assert desk.sender(calm.raw, pages).send(EVENT).status == 201
    assert [len(desk.rows_of(one)) for one in (key, calm)] == [2, 1]
