"""What GovDesk writes to people: who asks, what for, until when, and what to do if unexpected.

One list of blocks becomes the plain text and the HTML part, so both always say the same. A link
or a code stands alone on its line and never in the subject. Names come from people: they are one
line each, without characters that reorder or hide text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from govdesk.domain.problem import Problem

NAME_LENGTH: Final = 200
MESSAGE_LENGTH: Final = 2000
_URL: Final = re.compile(r"([a-z][a-z0-9+.-]*://)(?:[^\s/@]*@)?([^\s?#]*)\S*", re.IGNORECASE)
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject of one line, and the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph; a `mark` is a link or code on a line of its own, a `quote` a person's words."""

    text: str
    kind: str = "paragraph"


class _Facts:
    """What the database says about a mail, made fit for one line."""

    def __init__(self, facts: Mapping[str, Any], link: str):
        self._facts = facts
        self.link = link

    def __getitem__(self, name: str) -> str:
        return one_line(self._facts.get(name))

    @property
    def message(self) -> str:
        """The inviter's words; they may have several lines."""
        words = str(self._facts.get("message") or "")[:MESSAGE_LENGTH]
        return "\n".join(one_line(line, MESSAGE_LENGTH) for line in words.splitlines()).strip()

    @property
    def until(self) -> str:
        """The end of a link or code, as people read it."""
        return self.moment("expires_at")

    def moment(self, name: str) -> str:
        """A time, as people read it."""
        return f"{_moment(self._facts[name]):%d %B %Y, %H:%M} UTC".lstrip("0")

    def raw(self, name: str) -> str:
        """A fact of any length."""
        return str(self._facts.get(name) or "")


def one_line(value: object, length: int = NAME_LENGTH) -> str:
    """A name as one line of at most `length` characters; nothing in it ends or turns a line."""
    kept = [
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c
        for c in str(value or "")
        if c not in _REORDERING
    ]
    text = " ".join("".join(kept).split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def expired(facts: Mapping[str, Any], now: datetime) -> bool:
    """Whether the link or code in a letter is over, so that sending it would only confuse."""
    return "expires_at" in facts and _moment(facts["expires_at"]) <= now


def write(kind: str, facts: Mapping[str, Any], link: str) -> Letter:
    """Return the letter of a kind; `link` is its whole link, or empty.

    Raises `Problem` for a kind that this release does not know: an older worker meets a newer
    database.
    """
    if kind not in _LETTERS:
        raise Problem(
            f"This release of the worker knows no letter of the kind {one_line(kind)}.",
            "Update GovDesk where the worker runs.",
        )
    subject, blocks = _LETTERS[kind](_Facts(facts, link))
    blocks.append(_Block("This message was sent by GovDesk. Replies to it are not read.", "foot"))
    return Letter(one_line(subject), _plain(blocks), _marked_up(subject, blocks))


_Written = tuple[str, list[_Block]]


def _invitation(facts: _Facts) -> _Written:
    who, where = facts["inviter"] or facts["organization"], facts["organization"]
    place = facts["node"]
    at = f" at {place}" if place and place != where else ""
    blocks = [
        _Block(f"{who} invites you to join {where} in GovDesk as {facts['role']}{at}."),
        *([_Block(facts.message, "quote")] if facts.message else []),
        _Block("To accept, open this page, choose a password and set up a second factor:"),
        _Block(facts.link, "mark"),
        _Block(f"The link is for you alone. It works once, until {facts.until}."),
        _Block(
            "If you did not expect this, do nothing: without you the invitation ends by itself."
            f" If you doubt it is real, ask {where} by a way you know."
        ),
    ]
    return f"{who} invites you to {where}", blocks


def _decision(facts: _Facts) -> _Written:
    who, where = facts["requester"], facts["organization"]
    blocks = [
        _Block(f"{who} asks for your decision in {where}:"),
        _Block(facts["title"], "quote"),
        *(
            [_Block("The reason given:"), _Block(facts["reason"], "quote")]
            if facts["reason"]
            else []
        ),
        _Block(
            "This page shows what would change and who would be affected. Opening it decides"
            " nothing:"
        ),
        _Block(facts.link, "mark"),
        _Block(
            f"The link is for you alone and ends on {facts.until}. To decide you will also need a"
            " code that the page sends to this address on request. If you have a GovDesk account"
            f" in {where}, you can decide in the console instead, under Approvals."
        ),
        _Block(
            f"If you did not expect this, decide nothing and tell an owner of {where} by a way you"
            " know. Do not forward this message."
        ),
    ]
    return f"{where} asks for your decision", blocks


def _decision_code(facts: _Facts) -> _Written:
    blocks = [
        _Block(f"Your code for a decision in {facts['organization']}:"),
        _Block(facts["title"], "quote"),
        _Block(facts["code"], "mark"),
        _Block(f"It is good for this decision only, until {facts.until}."),
        _Block(
            "Nobody will ever ask you for it by mail or telephone. If you did not ask for a code,"
            f" do not use it, and tell an owner of {facts['organization']}."
        ),
    ]
    return f"Your code for a decision in {facts['organization']}", blocks


def _contact_code(facts: _Facts) -> _Written:
    where = facts["organization"]
    blocks = [
        _Block(
            f"{where} names this address as its compliance contact. To confirm that messages reach"
            f" you, give this code to whoever looks after GovDesk at {where}:"
        ),
        _Block(facts["code"], "mark"),
        _Block(f"It works once, until {facts.until}."),
        _Block("If you have nothing to do with them, ignore this message; nothing will happen."),
    ]
    return f"Confirm this address for {where}", blocks


def _recover(facts: _Facts) -> _Written:
    blocks = [
        _Block("Somebody, probably you, asked to recover your GovDesk account."),
        _Block("Choose a new password and set up a new second factor here:"),
        _Block(facts.link, "mark"),
        _Block(
            f"The link works once, until {facts.until}. If the page asks for one"
            " of your recovery codes, have it ready."
        ),
        _Block(
            "If it was not you, do nothing: your account stays as it is. If this happens again,"
            " tell an administrator of your organization."
        ),
    ]
    return "Recover your GovDesk account", blocks


def _factor(facts: _Facts) -> _Written:
    where = facts["organization"] or "your organization"
    blocks = [
        _Block(f"The second factor of your GovDesk account was reset for {where}."),
        _Block("Set up a new one here, with your password:"),
        _Block(facts.link, "mark"),
        _Block(f"The link works once, until {facts.until}."),
        _Block(
            "If you did not ask for this, tell an owner of your organization at once by a way you"
            " know, and do not forward this message."
        ),
    ]
    return "Set up your new second factor", blocks


def _security(facts: _Facts) -> _Written:
    where = facts["organization"]
    at = f" at {where}" if where else ""
    blocks = [
        _Block(f"About your GovDesk account{at}:"),
        _Block(facts["what"], "quote"),
        _Block("If this was you, there is nothing to do."),
        _Block(
            "If it was not, tell an administrator of your organization at once by a way you know,"
            " and change your password."
        ),
    ]
    return "A change to your GovDesk account", blocks


def _webhook_disabled(facts: _Facts) -> _Written:
    where, what = facts["organization"], without_query(facts["webhook"])
    host = without_query(facts["host"]).rpartition("@")[2]
    pending = facts["pending"] or "0"
    waiting = "1 delivery waits" if pending == "1" else f"{pending} deliveries wait"
    why = (
        "Its receiver answered 410 Gone, which asks us to send nothing more."
        if facts["reason"] == "gone"
        else "Deliveries to it failed for five days."
    )
    since = f" Nothing has arrived there since {facts.moment('since')}." if facts["since"] else ""
    blocks = [
        _Block(f"A webhook of {where} was disabled. It gets no events any more:"),
        _Block(f"{what}\n{host}" if host and host not in what else what, "quote"),
        _Block(why + since),
        _Block(
            f"Nothing is lost: the events stand in the log, and {waiting}. Put the receiver right,"
            " then open the webhook in GovDesk (Settings, Webhooks), test it and resume it; you"
            " will be asked whether to send what was missed. If nobody needs it any more, delete"
            " it."
        ),
        _Block("The delivery log there says what each try met."),
    ]
    return f"A webhook of {where} was disabled", blocks


def _notice(facts: _Facts) -> _Written:
    """To the operators of an installation, where ntfy did not take it."""
    blocks = [
        _Block(facts["title"]),
        *([_Block(facts.message, "quote")] if facts.message else []),
        *([_Block(one_line(facts.raw("why"), 500))] if facts["why"] else []),
    ]
    return facts["title"], blocks


def without_query(text: str) -> str:
    """A text in which URLs have no more than host and path: the rest carries secrets."""
    return _URL.sub(r"\1\2", text)


_LETTERS: Final[dict[str, Callable[[_Facts], _Written]]] = {
    "invitation": _invitation,
    "decision": _decision,
    "decision_code": _decision_code,
    "contact_code": _contact_code,
    "recover": _recover,
    "factor": _factor,
    "security": _security,
    "webhook_disabled": _webhook_disabled,
    "notice": _notice,
}
KINDS: Final = tuple(_LETTERS)


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _plain(blocks: list[_Block]) -> str:
    return "\n\n".join(_as_text(block) for block in blocks) + "\n"


def _as_text(block: _Block) -> str:
    if block.kind == "quote":
        return "\n".join(f"> {line}".rstrip() for line in block.text.split("\n"))
    return f"-- \n{block.text}" if block.kind == "foot" else block.text


def _marked_up(subject: str, blocks: list[_Block]) -> str:
    body = "\n".join(_as_html(block) for block in blocks)
    title = html.escape(one_line(subject))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n"
        '<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em">\n'
        f"{body}\n</body></html>\n"
    )


def _as_html(block: _Block) -> str:
    text = html.escape(block.text)
    if block.kind == "quote":
        return f"<blockquote>{text.replace(chr(10), '<br>')}</blockquote>"
    if block.kind == "foot":
        return f"<hr><p><small>{text}</small></p>"
    if block.kind == "mark" and block.text.startswith(("https://", "http://")):
        return f'<p style="overflow-wrap: anywhere"><a href="{text}">{text}</a></p>'
    if block.kind == "mark":
        return f'<p style="font-size: 150%; font-family: monospace"><b>{text}</b></p>'
    return f"<p>{text}</p>"
