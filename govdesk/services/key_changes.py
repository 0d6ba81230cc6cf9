"""Generating, rotating and ending API keys: what a person may do to a system's keys.

A raw key exists in this process alone and is handed to the caller once; the database gets its id
and a verifier. Each change is one transaction whose id of the key is chosen here, so that an answer
that was lost on the way is found again in the list.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from govdesk.database.connection import Connection, Session
from govdesk.database.errors import Refused
from govdesk.domain import raw_secrets
from govdesk.domain.addresses import LONGEST_NAME, one_line
from govdesk.domain.api_keys import ApiKey, Environment
from govdesk.domain.problem import Problem
from govdesk.services import api_keys
from govdesk.services.api_keys import Key
from govdesk.services.changes import Change, sealed, writing
from govdesk.services.meanwhile import ChangedMeanwhile, last_change
from govdesk.vault.peppers import WAITING, PepperRing

GRACE_DAYS: Final = range(8)
"""How many days an old key may go on after the first use of the new one."""
LONGEST_REASON: Final = 2000
"""Characters that the log keeps of a reason."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is ordered for; `expires_at` is aware."""

    system_id: str
    environment: Environment
    owner_label: str
    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Revealed:
    """A key that was just made. `raw` is shown once and then forgotten; its repr hides it.

    `left_out` are the scopes of the key before it that are retired.
    """

    raw: str = field(repr=False)
    key: Key
    change: Change
    left_out: tuple[str, ...] = ()


def generate(session: Session, order: NewKey, ring: PepperRing | None = None) -> Revealed:
    """Make a key for a system.

    Raises `Refused` without key.manage there, without a fresh confirmation, for a scope that the
    organization does not have, or for an end beyond its policy.
    """
    return introduce(session, order, ApiKey.generate(order.environment), ring)


def introduce(
    session: Session, order: NewKey, fresh: ApiKey, ring: PepperRing | None = None
) -> Revealed:
    """As `generate`, with a key of the order's environment that was drawn before."""
    label, identity = checked_label(order.owner_label), uuid.uuid4()
    if not order.scopes:
        raise Problem(
            "A key needs at least one scope.", "See govdesk keys scopes list.", exit_code=2
        )
    with writing(session) as connection:
        connection.execute(
            "SELECT govdesk_api.create_key(%s, %s::uuid, %s, %s, %s, %s, %s, %s, %s)",
            (
                identity,
                order.system_id,
                fresh.key_id,
                order.environment,
                label,
                list(order.scopes),
                order.expires_at,
                *_verifier(fresh, ring),
            ),
        )
    return _revealed(session, fresh, identity)


def rotate(
    session: Session,
    key_id: str,
    grace_days: int,
    expires_at: datetime,
    ring: PepperRing | None = None,
) -> Revealed:
    """Make a successor with the same system, environment and label.

    It has the scopes that are not retired. The old key works on until the successor is first used,
    and `grace_days` (0 to 7) longer; it is active again if the successor ends before that.
    """
    if grace_days not in GRACE_DAYS:
        raise Problem("The grace is 0 to 7 days.", exit_code=2)
    shown = api_keys.find(session, key_id)
    if shown.stored_status != "active":
        raise _not_rotated(shown)
    fresh, identity = ApiKey.generate(_environment(shown)), uuid.uuid4()
    try:
        with writing(session) as connection:
            connection.execute(
                "SELECT govdesk_api.rotate_key(%s::uuid, %s, %s, %s, %s, %s, %s)",
                (key_id, identity, fresh.key_id, grace_days, expires_at, *_verifier(fresh, ring)),
            )
    except Refused as refusal:
        if refusal.key != "unknown_scope":
            raise
        raise Problem(
            f"Every scope of {shown.prefix} is retired: a successor would be good for nothing.",
            "Generate a new key with scopes that are in use.",
            exit_code=2,
        ) from None
    made = _revealed(session, fresh, identity)
    return replace(made, left_out=api_keys.left_out(shown, made.key))


def _environment(shown: Key) -> Environment:
    environments: dict[str, Environment] = {"dev": "dev", "staging": "staging", "prod": "prod"}
    return environments[shown.environment]


def _verifier(fresh: ApiKey, ring: PepperRing | None) -> tuple[int, bytes]:
    if ring is None:
        return WAITING, fresh.inner
    return ring.current, ring.mac(ring.current, fresh.raw)


def _revealed(session: Session, fresh: ApiKey, identity: uuid.UUID) -> Revealed:
    # The number in the log belongs to the last writing; reading the key does not change that.
    change = sealed(session, identity)
    return Revealed(fresh.raw, api_keys.find(session, str(identity)), change)


def revoke(session: Session, key_id: str, reason: str = "") -> Change:
    """End a key for good, at once; it cannot be brought back. False if it was revoked already."""
    return _turn(session, key_id, "revoked", ("active", "rotated", "suspended"), reason)


def reactivate(session: Session, key_id: str, reason: str = "") -> Change:
    """Let a suspended key work again; needs a fresh confirmation. False if it works."""
    return _turn(session, key_id, "active", ("suspended",), reason)


def _turn(session: Session, key_id: str, status: str, before: Sequence[str], reason: str) -> Change:
    with writing(session) as connection:
        _give_reason(connection, reason)
        changed = connection.execute(
            "UPDATE govdesk.api_key SET status = %s WHERE id = %s::uuid AND status = ANY (%s)",
            (status, key_id, list(before)),
        ).rowcount
    if changed:
        return sealed(session, key_id)
    now = api_keys.find(session, key_id)
    if now.stored_status == status:
        return Change(key_id, False)
    raise _impossible(now) if now.stored_status not in before else _not_permitted()


def relabel(session: Session, key_id: str, label: str, before: str | None = None) -> Change:
    """Say who answers for a key.

    With the label that was shown `before`, raises `ChangedMeanwhile` if another stands there now.
    """
    wanted = checked_label(label)
    shown = api_keys.find(session, key_id).owner_label if before is None else before
    if wanted == shown:
        return Change(key_id, False)
    with writing(session) as connection:
        changed = connection.execute(
            "UPDATE govdesk.api_key SET owner_label = %s WHERE id = %s::uuid AND owner_label = %s",
            (wanted, key_id, shown),
        ).rowcount
    if not changed:
        raise _label_conflict(session, key_id, shown, wanted)
    return sealed(session, key_id)


def checked_label(label: str) -> str:
    """Return a label as it is kept; raises `Problem` for one that is empty or too long."""
    kept = one_line(label)
    if not kept:
        raise Problem("An owner label is missing.", "Write who answers for this key.", exit_code=2)
    if len(kept) > LONGEST_NAME:
        raise Problem(f"A label has at most {LONGEST_NAME} characters.", exit_code=2)
    return kept


def _give_reason(connection: Connection, reason: str) -> None:
    kept = one_line(reason)[:LONGEST_REASON]
    if found := raw_secrets.find(kept):
        raise Problem(
            f"The reason holds what looks like {found.title} (fingerprint {found.fingerprint}).",
            "It would stand in the log for good. Name a key by its prefix.",
            exit_code=2,
        )
    if kept:
        connection.execute("SELECT set_config('app.reason', %s, true)", (kept,))


def _label_conflict(session: Session, key_id: str, shown: str, wanted: str) -> Problem:
    now = api_keys.find(session, key_id)
    if now.owner_label == shown:
        return _not_permitted() if now.is_live else _impossible(now)
    by, at = last_change(session, key_id, ("api_key.changed",))
    what, theirs, yours = f"The label of {now.prefix}", f"“{now.owner_label}”", f"“{wanted}”"
    return ChangedMeanwhile(what, theirs=theirs, yours=yours, fresh=now, by=by, at=at)


def _impossible(now: Key) -> Problem:
    remedy = "Generate a new key." if not now.is_live else "See govdesk keys show."
    return Problem(f"The key {now.prefix} is {now.stored_status}.", remedy, exit_code=2)


def _not_rotated(now: Key) -> Problem:
    remedies = {
        "rotated": "Rotate its successor, or generate a new key.",
        "suspended": "Reactivate it first, or generate a new key.",
    }
    return Problem(
        f"The key {now.prefix} is {now.stored_status}; only an active key is rotated.",
        remedies.get(now.stored_status, "Generate a new key."),
        exit_code=2,
    )


def _not_permitted() -> Problem:
    return Problem(
        "You may not change this key.",
        "Ask somebody who manages the keys of its system.",
        exit_code=4,
    )
