"""A demo that really runs, its people at the command line, and what the post brought them."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg
import pyotp
import pytest

from govdesk.cli.program import run
from govdesk.database.migrate import claim_setup
from tests.databases import server_folder
from tests.end_to_end.conftest import Answer, Program
from tests.end_to_end.ledger import Ledger
from tests.web.visiting import Visitor

PATIENCE = 40.0
_STEP = 30
_LINK = re.compile(r"https?://\S+/(?:invitation|decision|recover)/[A-Za-z0-9_.-]{40,200}")

_CODE = re.compile(r"^(?:\d{8}|\d{4} \d{4}|[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})\s*$", re.M)


@dataclass
class Citizen:
    """Somebody with an account; `token` is a running session once there is one."""

    email: str
    password: str
    secret: str
    tenant_path: str
    token: str = ""
    recovery_codes: list[str] = field(default_factory=list)
    step: int = 0

    def code(self) -> str:
        """What the app shows now; if that was used already, what it shows next."""
        self.step = max(int(time.time()) // _STEP, self.step + 1)
        # A clock may be a step ahead, so one code in advance is as good.
        eventually(lambda: self.step <= time.time() // _STEP + 1, "no code that was not used")
        return pyotp.TOTP(self.secret).at(self.step * _STEP)


@dataclass(frozen=True)
class Mail:
    """A mail as it came: when, to whom, and the words of its plain part."""

    name: str
    arrived: float
    to: str
    text: str

    @property
    def link(self) -> str:
        """The path of the one link of ours in it."""
        (found,) = _LINK.findall(self.text)
        return "/" + str(found).split("/", 3)[3]

    @property
    def code(self) -> str:
        """The code that stands on a line of its own."""
        (found,) = _CODE.findall(self.text)
        return str(found)


class Town:
    """A running demo: `facts` is what it printed, `pages` a visitor of its web pages."""

    def __init__(self, facts: dict[str, Any]):
        self.facts = facts
        self.mail_dir = Path(facts["mail_dir"])
        self.pages = Visitor(facts["web_url"])
        self.ledger = Ledger()
        for one in facts["api_keys"]:
            self.ledger.note_key(one["key"])
        self._people = {
            one["email"]: Citizen(
                one["email"], one["password"], one["totp_secret"], one["tenant_path"]
            )
            for one in facts["accounts"]
        }

    def citizen(self, email: str) -> Citizen:
        """One of the demo's people, signed in once."""
        person = self._people[email]
        if not person.token:
            self.sign_in(person)
        return person

    def sign_in(self, person: Citizen) -> None:
        """Sign in by command; keeps the session."""
        made = self.by(
            None,
            "session", "start", "--json",
            GOVDESK_EMAIL=person.email,
            GOVDESK_PASSWORD=person.password,
            GOVDESK_TOTP=person.code(),
            GOVDESK_TENANT=person.tenant_path,
        )  # fmt: skip
        assert made.code == 0, made.err
        person.token = made.document["token"]
        self.ledger.note(f"password of {person.email}", person.password)
        self.ledger.note(f"session of {person.email}", person.token)

    def by(self, who: Citizen | str | None, *arguments: str, **environment: str) -> Answer:
        """Run a command as somebody, or as nobody in particular."""
        person = self.citizen(who) if isinstance(who, str) else who
        own = {"GOVDESK_DATABASE_URL": str(self.facts["app_url"])} | environment
        if person is not None:
            own["GOVDESK_SESSION"] = person.token
            self._confirm(person)
        return quietly(own, *arguments).without_traceback()

    def _confirm(self, person: Citizen) -> None:
        """As if the person had just signed in, however long the stories before took."""
        with psycopg.connect(str(self.facts["admin_url"])) as admin:
            claim_setup(admin, person.tenant_path)
            admin.execute(
                "UPDATE govdesk_private.session SET stepped_up_at = clock_timestamp()"
                " WHERE token_hash = sha256(convert_to(%s, 'UTF8'))"
                " AND stepped_up_at < clock_timestamp() - interval '2 minutes'",
                (person.token,),
            )

    def done(self, who: Citizen | str, *arguments: str) -> Any:
        """Run a command that must succeed; return its document."""
        answer = self.by(who, *arguments, "--json")
        assert answer.code == 0, (arguments, answer.err)
        return answer.document

    def mails(self, to: str = "", kind: str = "", since: float = 0.0) -> list[Mail]:
        """What has come, the oldest first."""
        found = [_read(path) for path in self.mail_dir.glob(f"{kind or '*'}-*.eml")]
        chosen = [m for m in found if to in (m.to, "") and m.arrived >= since]
        return sorted(chosen, key=lambda mail: mail.arrived)

    def mail(self, to: str, kind: str, since: float) -> Mail:
        """The one mail of a kind that comes for somebody after a moment."""
        found = eventually(lambda: self.mails(to, kind, since), f"no {kind} mail for {to}")
        assert len(found) == 1
        mail: Mail = found[0]
        return mail

    def admit(self, mail: Mail, password: str) -> Citizen:
        """Open an invitation's link and set up the account on its page."""
        form = self.pages.get(mail.link).form
        person = Citizen(mail.to, password, form.fields["secret"], "acme")
        answer = self.pages.press(
            form, form.buttons[-1].label, password=password, again=password, code=person.code()
        )
        assert answer.status == 200, answer.words
        person.recovery_codes = spare_codes(answer.text)
        return person

    def newcomer(self, email: str, role: str) -> Citizen:
        """Somebody whom the owner invited and who came."""
        since = time.time()
        self.done("owner@example.com", "members", "invite", email, "--role", role)
        return self.admit(self.mail(email, "invitation", since), fresh_password())

    def audit(self, query: str, who: str = "owner@example.com") -> list[dict[str, Any]]:
        """Rows of the log, newest first."""
        return list(self.done(who, "audit", "list", "--query", query)["items"])


def eventually(look: Callable[[], Any], what: str) -> Any:
    """Return what `look` finds once it finds something."""
    waiting, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, what
        waiting.wait(0.05)
    return found


def spare_codes(page: str) -> list[str]:
    """The recovery codes that stand on a page."""
    return re.findall(r"<code>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){5})</code>", page)


def fresh_password() -> str:
    """A password nobody had before."""
    return secrets.token_urlsafe(16)


def one_line(answer: Answer) -> str:
    """What a refused command says: nothing on standard output, one line of words."""
    assert answer.out == ""
    (line,) = answer.err.strip().splitlines()
    return line


def at(row: dict[str, Any]) -> float:
    """When a row of the log was written, in seconds."""
    return datetime.fromisoformat(row["at"]).timestamp()


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))  # type: ignore[attr-defined]
    to = str(message["To"].addresses[0].addr_spec)
    return Mail(path.name, path.stat().st_mtime, to, body.get_content())


def fresh_secret() -> str:
    """A base32 secret of an app."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


@contextlib.contextmanager
def serving(bare: Program) -> Iterator[Town]:
    """Start a demo in a folder of its own and end it as a person would."""
    with server_folder() as folder:
        arguments = ["demo", "--no-window", "--data-dir", str(folder / "demo"), "--events", "30"]
        with bare.start(*arguments) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            yield Town(json.loads(line))
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def quietly(environment: dict[str, str], *arguments: str) -> Answer:
    """Run a command in this process, with this environment and no other of ours."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SESSION", "EMAIL", "PASSWORD", "TOTP", "TOTP_SECRET", "TENANT"):
            patch.delenv(f"GOVDESK_{name}", raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(list(arguments))
    return Answer(code, out.getvalue(), err.getvalue())
