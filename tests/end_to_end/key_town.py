"""Keys and connections of a demo that runs: commands of who manages them, events over the wire."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.doors import let_pass
from tests.end_to_end.conftest import Answer, Program
from tests.end_to_end.town import Citizen, Town, eventually
from tests.keys import KEYS, TIMES
from tests.web.sending import EVENT, Sender, problem
from tests.web.visiting import Answer as Page
from tests.web.visiting import Visitor

SYSTEM = "acme.claims"
PEPPERS, WORKER_KEY = "peppers.json", "worker-key.json"


def someone() -> str:
    """An address that nobody has."""
    return f"keys-{secrets.token_hex(4)}@example.com"


@dataclass(frozen=True)
class Made:
    """A key as the command printed it."""

    id: str
    prefix: str
    raw: str = field(repr=False)


@dataclass(frozen=True)
class KeyTown:
    """A demo and somebody in it who manages keys and connections."""

    town: Town
    keeper: Citizen

    @property
    def home(self) -> Path:
        """The demo's folder."""
        return Path(self.town.facts["data_dir"])

    def note_installation(self) -> None:
        """Remember the installation's own secrets, before the next pepper replaces one."""
        ledger = self.town.ledger
        for version, text in json.loads((self.home / PEPPERS).read_text())["peppers"].items():
            ledger.note(f"pepper {version}", bytes.fromhex(text))
        held = json.loads((self.home / WORKER_KEY).read_text())
        ledger.note("the worker's private key", bytes.fromhex(held["x25519"]))

    # Commands

    def by(self, who: Citizen, *arguments: str, **environment: str) -> Answer:
        """Run a command with session, password and app: whatever it wants confirmed it gets."""
        own = {"GOVDESK_PASSWORD": who.password, "GOVDESK_TOTP_SECRET": who.secret}
        return self.town.by(who, *arguments, **(own | environment))

    def run(self, *arguments: str, **environment: str) -> Answer:
        """The keeper's command."""
        return self.by(self.keeper, *arguments, **environment)

    def done(self, *arguments: str, **environment: str) -> Any:
        """The keeper's command, which must succeed; its document."""
        answer = self.run(*arguments, "--json", **environment)
        assert answer.code == 0, (arguments[:2], answer.err, answer.out)
        return answer.document

    def installation(self) -> dict[str, str]:
        """The environment of whoever administers the demo's worker and web pages."""
        self.note_installation()
        return {
            "GOVDESK_WORKER_URL": str(self.town.facts["worker_url"]),
            "GOVDESK_PEPPER_FILE": str(self.home / PEPPERS),
            "GOVDESK_SMTP_URL": f"file:{self.town.mail_dir}",
            "GOVDESK_WEB_URL": str(self.town.facts["web_url"]),
        }

    def administer(self, *arguments: str) -> Answer:
        """A command of the installation's administrator, who is nobody in an organization."""
        return self.town.by(None, *arguments, **self.installation())

    # Keys

    def key(self, *more: str) -> Made:
        """Generate a key for the system."""
        label = f"Story {secrets.token_hex(3)}"
        return self.made(
            self.done("keys", "generate", SYSTEM, "--environment", "prod", "--label", label, *more)
        )

    def made(self, document: dict[str, Any]) -> Made:
        """Read what generate or rotate printed."""
        self.town.ledger.note_key(document["key"])
        return Made(document["id"], document["prefix"], document["key"])

    def shown(self, key: Made) -> dict[str, Any]:
        """The key as its owner sees it."""
        return dict(self.done("keys", "show", key.prefix))

    def meter(self) -> dict[int, int]:
        """Live keys by version of the pepper, over all organizations."""
        answer = self.administer("keys", "rotate-pepper", "--meter", "--json")
        assert answer.code == 0, answer.err
        return {one["version"]: one["keys"] for one in answer.document["meter"]}

    def peppered(self) -> None:
        """Wait until no key waits for its pepper."""
        eventually(lambda: not self.meter().get(0, 0), "keys wait for their pepper")

    def days_pass(self, key: Made, days: int) -> None:
        """Let days pass for one key, behind the program's back."""
        with psycopg.connect(self.town.facts["admin_url"], autocommit=True) as admin:
            let_pass(admin, KEYS, TIMES, f"{days} days", f"id = '{key.id}'")

    # Events

    def sender(self, raw: str, pages: Visitor | None = None) -> Sender:
        """A program that has a key."""
        return Sender(pages or self.town.pages, raw)

    def send(self, raw: str, event: Any = None, **headers: str) -> Page:
        """Send one event."""
        return self.sender(raw).send(EVENT if event is None else event, **headers)

    def rows_of(self, key: Made) -> list[dict[str, Any]]:
        """The events that a key sent, newest first."""
        query = f"actor:key:{key.prefix} action:{EVENT['action']}"
        return list(self.done("audit", "list", "--query", query)["items"])

    def actions_of(self, key: Made) -> list[str]:
        """What happened to a key, newest first."""
        query = f"action:api_key.* entity:{key.id}"
        return [row["action"] for row in self.done("audit", "list", "--query", query)["items"]]


def turned_away(answer: Page) -> str:
    """Why a key is not let in; nothing else is said."""
    assert answer.status == 401, answer
    said = problem(answer)
    assert set(said) == {"type", "title", "status", "detail", "reason"}
    return str(said["reason"])


@contextmanager
def other_pages(bare: Program, of: KeyTown, *options: str) -> Iterator[Visitor]:
    """A second web process over the same installation."""
    where = {k: v for k, v in of.installation().items() if k != "GOVDESK_WEB_URL"}
    program = bare.given(**where)
    with program.start("web", "--listen", "127.0.0.1:0", *options, "--json") as process:
        assert process.stdout is not None
        yield Visitor(json.loads(process.stdout.readline())["listening"])
