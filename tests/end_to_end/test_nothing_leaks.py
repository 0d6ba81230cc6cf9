"""Claims: after a story with keys and connections no secret of it stands where it is not kept.

Searched are a dump of the whole database and its roles, every file of the demo but those that keep
the secrets, what commands and a console said, and all that the console left: settings, state,
reports of faults. Secrets of the other stories over the same demo are searched for as well.
"""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from govdesk.database.connection import connect
from govdesk.database.embedded_binaries import find_binaries
from govdesk.database.vault_store import WorkerStore
from govdesk.vault import worker_key
from govdesk.vault.context import CopyContext
from govdesk.vault.identities import open_sealed
from tests.end_to_end.conftest import ROOT, Answer, Program
from tests.end_to_end.key_town import PEPPERS, SYSTEM, WORKER_KEY, KeyTown, someone
from tests.end_to_end.ledger import Ledger, forms
from tests.end_to_end.town import Town, eventually
from tests.web.sending import EVENT, PATH

KEEPERS = {"demo-secrets.json", "superuser-password", PEPPERS, WORKER_KEY}
"""Files that are there to keep secrets, and are private to their owner."""
PLANTED = "a value that anybody may know"


@dataclass(frozen=True)
class Searched:
    """What happened, and every place with what stands in it."""

    desk: KeyTown
    prefixes: list[str]
    console: dict[str, Any]
    places: dict[str, bytes]
    planted: Ledger


@pytest.fixture(scope="module")
def searched(town: Town, bare: Program, tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """Play the story once, and gather."""
    keeper = town.newcomer(someone(), "admin")
    town.sign_in(keeper)
    desk, said, planted = KeyTown(town, keeper), Said(), Ledger()
    planted.note(PLANTED, secrets.token_hex(16))
    note_logins(town)
    prefixes = use_keys(desk, said)
    connect_services(desk, said)
    plant(desk, planted)
    home = tmp_path_factory.mktemp("console")
    console, console_log = at_the_console(desk, bare, home)
    turn_everything(desk)
    places = {
        **dumped(str(town.facts["admin_url"])),
        **files(desk.home, lambda path: path.parts[0] != "data" and path.name not in KEEPERS),
        **files(home, lambda path: True, "console/"),
        "what the console logged": console_log,
        **{name: text.encode() for name, text in said.items()},
    }
    return Searched(desk, prefixes, console, places, planted)


class Said(dict[str, str]):
    """What commands printed, by the command."""

    def take(self, answer: Answer, *command: str) -> None:
        """Add what one printed."""
        name = " ".join(("govdesk", *command))
        self[name] = self.get(name, "") + answer.out + answer.err


# The story


def note_logins(town: Town) -> None:
    """Passwords of the database's logins."""
    for name in ("admin_url", "app_url", "worker_url"):
        found = psycopg.conninfo.conninfo_to_dict(str(town.facts[name]))
        town.ledger.note(f"password of {found['user']}", str(found["password"]))


def use_keys(desk: KeyTown, said: Said) -> list[str]:
    """Make keys, use them rightly and wrongly; return their prefixes."""
    old = desk.key()
    assert desk.send(old.raw).status == 201
    new = desk.made(desk.done("keys", "rotate", old.prefix, "--grace", "0"))
    assert [desk.send(raw).status for raw in (new.raw, old.raw, new.raw)] == [201, 401, 401]
    for raw in (old.raw, new.raw):
        misplace(desk, raw)
        for arguments in (
            ("keys", "show", raw), ("keys", "revoke", raw), ("keys", "label", raw, "x"),
            ("keys", "list", "--system", raw), ("audit", "list", "--query", raw),
            ("audit", "list", "--query", f"actor:key:{raw}"), ("keys", raw),
            ("keys", "generate", SYSTEM, "--label", raw), ("integrations", "show", raw),
            ("integrations", "set", "X", "--kind", "http", "--field", f"url=https://x.example/{raw}"),
        ):  # fmt: skip
            said.take(desk.run(*arguments), *(one for one in arguments[:2] if one != raw))
    said.take(desk.run("keys", "list", "--json"), "keys", "list")
    return [old.prefix, new.prefix]


def misplace(desk: KeyTown, raw: str) -> None:
    """Put a key where it does not belong, as programs with a fault do."""
    good = desk.key()
    right, pages = desk.sender(good.raw), desk.town.pages
    statuses = [
        right.send({**EVENT, "summary": f"My key is {raw}"}).status,
        right.send({**EVENT, "data": {"headers": [{"Authorization": f"Bearer {raw}"}]}}).status,
        right.send({**EVENT, raw: "1"}).status,
        right.send(EVENT, Idempotency_Key=f"{raw} {raw}").status,
        right.send_bytes(raw.encode()).status,
        right.send(EVENT, Authorization=f"Basic {raw}").status,
        right.send(EVENT, User_Agent=raw, Referer=f"https://x.example/{raw}", X_Key=raw).status,
        pages.get(f"/v1/{raw}").status,
        pages.get(f"{PATH}?key={raw}").status,
        pages.get(f"/invitation/{raw}").status,
    ]
    assert statuses[0] == statuses[1] == 422, statuses
    assert statuses[6] == 201, statuses
    assert all(400 <= status < 500 for status in (*statuses[2:6], *statuses[7:])), statuses


def connect_services(desk: KeyTown, said: Said) -> None:
    """Seal a value, follow a reference to a secret, paste secrets where they are refused."""
    user, word = f"reports-{secrets.token_hex(8)}", secrets.token_urlsafe(20)
    desk.town.ledger.note("a sealed value", user)
    desk.town.ledger.note("a mail server's password", word)
    eventually(lambda: has_copy(desk), "a copy of the vault's key")
    common = ("--kind", "smtp", "--field", "host=127.0.0.1", "--field", "port=9",
              "--allow", "127.0.0.1/32:9", "--field", "encryption=none")  # fmt: skip
    name = f"Reports {secrets.token_hex(4)}"
    desk.done("integrations", "set", name, *common, "--field", f"user={user}",
              "--field", "password=env://LEAK_STORY_PASSWORD")  # fmt: skip
    tested = desk.run("integrations", "test", name, LEAK_STORY_PASSWORD=word)
    pasted = desk.run("integrations", "set", "Y", *common, "--field", f"password={word}")
    said.take(tested, "integrations", "test")
    said.take(pasted, "integrations", "set")
    assert (tested.code, pasted.code) == (1, 2)
    assert desk.done("integrations", "show", name, "--private")["sealed"] == {"user": user}
    said.take(desk.run("integrations", "list", "--json"), "integrations", "list")


def has_copy(desk: KeyTown) -> bool:
    """Whether the keeper can seal; a second worker looks now, the demo's comes every 20 seconds."""
    assert desk.administer("worker", "--once").code == 0
    (current,) = [v for v in desk.done("keys", "vault")["versions"] if v["status"] == "current"]
    return desk.keeper.email in {holder["email"] for holder in current["holders"]}


def plant(desk: KeyTown, planted: Ledger) -> None:
    """Have the product keep something, so that not finding it would tell of a blind search."""
    ((_, value),) = planted.kept
    coded = base64.b64encode(b"x" + value).decode()
    assert desk.send(desk.key().raw, {**EVENT, "summary": f"Planted: {coded}"}).status == 201


def at_the_console(desk: KeyTown, bare: Program, home: Path) -> tuple[dict[str, Any], bytes]:
    """A console of its own makes and shows a key, falls over with it in hand, and ends."""
    who = desk.town.newcomer(someone(), "admin")
    desk.town.ledger.note(f"password of {who.email}", who.password)
    given = bare.given(
        HOME=str(home),
        QT_QPA_PLATFORM="offscreen",
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        GOVDESK_DATABASE_URL=str(desk.town.facts["app_url"]),
        GOVDESK_EMAIL=who.email,
        GOVDESK_PASSWORD=who.password,
        GOVDESK_TOTP=who.code(),
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.console_with_a_key"],
        cwd=ROOT, env=given.environment, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    seen = dict(json.loads(done.stdout))
    desk.town.ledger.note_key(seen.pop("raw"))
    return seen, done.stderr


def turn_everything(desk: KeyTown) -> None:
    """A new pepper, a new key of the vault; then note all of both and let nothing wait."""
    assert desk.administer("keys", "rotate-pepper").code == 0
    assert desk.done("keys", "vault", "--rotate")["changed"]
    desk.done("keys", "rewrap")
    desk.peppered()
    private = worker_key.read(desk.home / WORKER_KEY)
    with connect(str(desk.town.facts["worker_url"])) as connection:
        store = WorkerStore(connection, "acme", "tests")
        tenant = UUID(store.state().tenant_id)
        for copy in store.copies():
            assert copy.sealed is not None
            place = CopyContext(tenant, copy.version, private.public)
            key = open_sealed(private, copy.sealed, place).reveal()
            desk.town.ledger.note(f"the vault's key {copy.version}", key)


# Where it is searched


def dumped(admin_url: str) -> dict[str, bytes]:
    """The database with its data and the roles, as SQL."""
    programs = find_binaries()
    commands = {
        "the database's dump": ["pg_dump"],
        "the roles' dump": ["pg_dumpall", "--globals-only"],
    }
    return {
        name: subprocess.run(
            [str(programs / program), *options, "--dbname", admin_url],
            capture_output=True, check=True, timeout=120,
        ).stdout
        for name, (program, *options) in commands.items()
    }  # fmt: skip


def files(folder: Path, is_wanted: Callable[[Path], bool], before: str = "") -> dict[str, bytes]:
    """Every file below a folder, and its own name."""
    found = [path for path in folder.rglob("*") if is_wanted(path.relative_to(folder))]
    return {
        f"{before}{path.relative_to(folder)}": path.name.encode() + b"\n" + path.read_bytes()
        for path in found
        if path.is_file()
    }


# The claims


def test_no_secret_stands_anywhere(searched: Searched) -> None:
    found = searched.desk.town.ledger.found_in(searched.places)
    assert not found, "\n".join(found)


def test_every_kind_of_secret_was_searched_for(searched: Searched) -> None:
    kinds = {what for what, _ in searched.desk.town.ledger.kept}
    for prefix in searched.prefixes:
        assert {f"key {prefix}", f"secret part of {prefix}", f"bare hash of {prefix}"} <= kinds
    for start in (
        "pepper ", "the worker's private key", "the vault's key 1", "the vault's key 2",
        "a sealed value", "a mail server's password", "session of",
        "password of keys-", "password of govdesk_app", "password of govdesk_worker",
        "password of postgres",
    ):  # fmt: skip
        assert any(what.startswith(start) for what in kinds), start
    assert len([what for what in kinds if what.startswith("pepper ")]) > 1


def test_the_places_hold_what_happened(searched: Searched) -> None:
    places = searched.places
    for prefix in searched.prefixes:
        assert prefix.encode() in places["the database's dump"]
        assert prefix.encode() in places["govdesk keys list"]
    assert b"SCRAM-SHA-256$" in places["the roles' dump"]
    assert b"POST /v1/events 201" in places["web.log"]
    assert {"worker.log", "server.log"} <= set(places)
    reports = [
        text for name, text in places.items() if name.startswith("console/") and "report" in name
    ]
    assert len(reports) == searched.console["reports"] == 2
    assert all(b"fell over with 2 things in hand" in text for text in reports)
    assert any(name.endswith("profiles.json") for name in places)
    assert any(name.startswith("mail/") for name in places)


def test_the_search_finds_what_is_planted(searched: Searched) -> None:
    found = searched.planted.found_in(searched.places)
    assert any("base64" in where and "the database's dump" in where for where in found), found
    ((_, value),) = searched.planted.kept
    missed = [
        (form, name)
        for form, needle in forms(value)
        for name, text in searched.places.items()
        if not any(
            where.startswith(f"{PLANTED} ({form}) in {name}")
            for where in searched.planted.found_in({name: text + b"\n" + needle})
        )
    ]
    assert missed == []


def test_the_console_showed_a_key_and_no_picture_of_it(searched: Searched) -> None:
    assert searched.console["was_on_clipboard"]
    assert searched.console["pictures_blank"]


def test_files_that_keep_secrets_are_private(searched: Searched) -> None:
    for name in KEEPERS:
        mode = (searched.desk.home / name).stat().st_mode
        assert mode & 0o077 == 0, name
