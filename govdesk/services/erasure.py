"""Erasure of personal data: asked for, looked at beforehand, and done once two people agreed."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from govdesk.database.connection import Session
from govdesk.domain.problem import Problem
from govdesk.evidence.leaf import COMMITTED
from govdesk.services import decisions

ACTION: Final = "audit.erase"
NOT_COVERED: Final = (
    "An erasure reaches the tables of this database. It does not reach its write-ahead log and free"
    " space until PostgreSQL reuses them, statistics until the next ANALYZE, backups, exports,"
    " snapshots, mail that was sent, and what webhooks delivered."
)


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that names a removed member, in the log and in every other table."""

    member_id: str

    def payload(self) -> dict[str, object]:
        """What the decision takes."""
        return {"member_id": self.member_id}


@dataclass(frozen=True, slots=True)
class Removed:
    """A removed member whose personal data are still here."""

    id: str
    email: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of single events: pairs of a number and names of committed fields."""

    events: tuple[tuple[int, tuple[str, ...]], ...]

    def payload(self) -> dict[str, object]:
        """What the decision takes."""
        return {"fields": [{"seq": seq, "fields": list(names)} for seq, names in self.events]}


Target = Person | Fields


@dataclass(frozen=True, slots=True)
class Preview:
    """How much would go: events, fields of them, rows by table.

    `held` of the events are protected, by the `holds` of these names.
    """

    rows: int
    fields: int
    held: int
    holds: list[str]
    places: dict[str, int]


def removed_members(session: Session) -> list[Removed]:
    """Return the removed members that were not erased, by name, as far as the session sees them."""
    with session.reading() as connection:
        rows = connection.execute(
            "SELECT m.id::text, m.email, m.display_name FROM govdesk.member m"
            " WHERE m.tenant_id = %s AND m.status = 'removed' AND m.email NOT LIKE %s"
            " ORDER BY lower(m.display_name), m.email",
            (session.tenant_id, "%@erased.invalid"),
        ).fetchall()
    return [Removed(*row) for row in rows]


def find(session: Session, who: str) -> Person:
    """Return the removed member with this address or id; raises `Problem`.

    Where there is none the database judges the id itself: it says that a member was not removed.
    """
    wanted = who.strip().casefold()
    for one in removed_members(session):
        if wanted in (one.id, one.email.casefold()):
            return Person(one.id)
    with suppress(ValueError):
        return Person(str(UUID(wanted)))
    raise Problem(
        f"No removed member has the address or id {who}.",
        "Remove the member first; see govdesk members remove.",
        exit_code=2,
    )


def preview(session: Session, target: Target) -> Preview:
    """Count what an erasure would take; reads the whole log, so on a thread of its own."""
    with session.reading() as connection:
        row = connection.execute(
            "SELECT p.rows, p.fields, p.held, p.holds, p.places"
            " FROM govdesk_api.erasure_preview(%s::jsonb) p",
            (json.dumps(target.payload()),),
        ).fetchone()
    if row is None:
        raise Problem("The server did not answer.", "Try again.", exit_code=3)
    return Preview(*row)


def request(session: Session, target: Target, reason: str) -> UUID:
    """Ask a second person to agree; returns the id of the decision.

    Raises what the database refuses: held, still_member, step_up_needed, not_permitted, and that
    nobody may decide.
    """
    return decisions.request(session, ACTION, target.payload(), reason)


def read_fields(texts: list[str]) -> Fields:
    """Read ``<seq>:<field>[,<field>…]``, several times; raises `Problem` for anything else."""
    events: dict[int, list[str]] = {}
    for text in texts:
        number, _, names = text.partition(":")
        wanted = [name.strip() for name in names.split(",") if name.strip()]
        unknown = [name for name in wanted if name not in COMMITTED]
        if not (number.isascii() and number.isdecimal() and int(number) > 0) or not wanted:
            raise Problem(
                f"{text} names no field of an event.", "Write it like 812:ip,actor.", exit_code=2
            )
        if unknown:
            raise Problem(
                f"{unknown[0]} cannot be erased.",
                f"What can be erased: {', '.join(COMMITTED)}.",
                exit_code=2,
            )
        events.setdefault(int(number), []).extend(wanted)
    return Fields(tuple((seq, tuple(dict.fromkeys(names))) for seq, names in events.items()))
