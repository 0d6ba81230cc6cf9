"""Invitations, decisions and account links as they reach their people: by mail."""

from __future__ import annotations

from typing import Any

from govdesk.services import accounts
from tests.deciding import COUNSEL, name_reviewer, need_second_human, request
from tests.doors import ask, mails, member_id, rows_of, seat, worker
from tests.people import ACME, MEI, OLGA, OTIS, PASSWORD, Cast
from tests.web.visiting import Answer, Form, Visitor

NOOR = "noor@new.example"
ANOTHER = "a quite different long password"


def invite(cast: Cast, email: str = NOOR, role: str = "member", node: str = ACME) -> str:
    """Olga invites somebody; returns the path in the mail."""
    olga = seat(cast, OLGA.email)
    ask(
        olga,
        "SELECT govdesk_api.invite(%s, %s, %s, %s::ltree, %s)",
        email, "Noor Newcomer", role, node, "Welcome.\nPlease join <soon>.",
    )  # fmt: skip
    return mailed(cast, "invitation", email)


def promotion(cast: Cast) -> str:
    """Olga asks to make Mei an owner, counsel decides; returns the path in counsel's mail."""
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    payload = {"member_id": member_id(cast, MEI.email), "node_path": ACME, "role_key": "owner"}
    request(seat(cast, OLGA.email), "owner.promote", payload, "Olga <b>leaves</b> in June")
    return mailed(cast, "decision", COUNSEL)


def lost(cast: Cast, visitor: Visitor, email: str = OTIS.email) -> str:
    """Somebody asks for a way back in; returns the path in the mail."""
    assert visitor.post("/recover", {"email": email}).status == 200
    work(cast)
    return mailed(cast, "recover", email)


def work(cast: Cast) -> None:
    """What a worker does between two mails."""
    door = worker(cast)
    while rows_of(door, "SELECT govdesk_api.expire_due('tests') AS left")[0]["left"]:
        pass


def mailed(cast: Cast, kind: str, to: str) -> str:
    """The path that the newest mail of a kind leads to."""
    mail = mails(cast, kind, to)[-1]
    return f"{mail['facts']['link_path']}{mail['token']}"


def code_of(cast: Cast, to: str = COUNSEL) -> str:
    """The code in the newest mail."""
    return str(mails(cast, "decision_code", to)[-1]["facts"]["code"])


def joining(form: Form, **other: str) -> dict[str, str]:
    """The fields of an invitation's form, filled as they should be."""
    filled = {"password": PASSWORD, "again": PASSWORD, "code": accounts.totp(form.fields["secret"])}
    return {**form.fields, **filled, **other}


def join(visitor: Visitor, path: str, **other: str) -> Answer:
    """Open an invitation and accept it."""
    return visitor.post(path, joining(visitor.get(path).form, **other))


def decide(cast: Cast, visitor: Visitor, path: str, label: str = "Approve", **other: str) -> Answer:
    """Have a code mailed, type it and press a button."""
    asked = visitor.press(visitor.get(path).form, "Send me a code")
    assert asked.status == 200, asked.words
    filled = {"reason": "She has earned it", "code": code_of(cast), **other}
    return visitor.press(asked.form, label, **filled)


def snapshot(cast: Cast) -> dict[str, Any]:
    """What a link could change: people, members, invitations, decisions, sessions."""
    counted = {
        name: cast.one(f"SELECT count(*) FROM {name}")
        for name in (
            "govdesk_private.person",
            "govdesk_private.credential",
            "govdesk_private.factor",
            "govdesk_private.session",
            "govdesk.member",
            "govdesk.member_grant",
        )
    }
    for name in ("invitation", "decision"):
        counted[name] = cast.one(
            f"SELECT string_agg(id || status, ',' ORDER BY id) FROM govdesk.{name}"
        )
    return counted
