"""What an API key sends: proved and sealed in one statement, which is one transaction.

The key is proved in the very transaction that seals its events, so a revocation is either before
or after them in the log; and what came back is committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import psycopg

from govdesk.database.connection import Connection, explained
from govdesk.database.errors import DatabaseProblem
from govdesk.database.key_doors import Answer

EVENTS_WRITE: Final = "events:write"

# A branch of CASE runs only if it is taken: nothing but a proved key reaches the functions. And
# the address is said before the key is proved, because the proof depends on what came of it.
_KNOCK: Final = """
SELECT a.key_id, a.tenant_path::text, a.system_id, a.environment, a.scopes, a.reason,
       a.pepper_version, a.first_use,
       CASE WHEN a.reason = 'ok' AND a.pepper_version < %(version)s
            THEN govdesk_api.upgrade_key(%(version)s, %(fingerprint)s, %(mac)s) END,
       {orders}
  FROM (SELECT set_config('app.client_addr', %(address)s, true) AS address) c,
       govdesk_api.authenticate_key(CASE WHEN c.address IS NOT NULL THEN %(key_id)s END,
                                    %(candidates)s::bytea[]) a
"""
_PROVE: Final = _KNOCK.format(orders="NULL").encode()
_OFFER: Final = _KNOCK.format(
    orders="""
       CASE WHEN a.reason = 'ok' AND %(scope)s = ANY (a.scopes)
            THEN (SELECT jsonb_agg(jsonb_build_array(i.outcome, i.response) ORDER BY i.place)
                    FROM govdesk_api.intake(%(orders)s::jsonb) i) END"""
).encode()


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a key: its public id, its possible verifiers, and the one to keep from now on.

    `version` is that one's pepper; 0 keeps the verifier that is there. `address` is where the
    request came from, an IP address or nothing; it stands in every row that is sealed.
    """

    key_id: str
    candidates: Sequence[bytes] = field(repr=False)
    version: int = 0
    fingerprint: str = ""
    mac: bytes = field(default=b"", repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One request: its events, and what a repetition of it is to be answered."""

    events: Sequence[Mapping[str, Any]] = field(repr=False)
    response: Mapping[str, Any]
    idempotency_key: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request; a `conflict` has no response."""

    outcome: Literal["recorded", "replayed", "conflict"]
    response: Mapping[str, Any] | None


def may_write(answer: Answer) -> bool:
    """Whether the intake takes events of this key."""
    return answer.reason == "ok" and EVENTS_WRITE in (answer.scopes or ())


def prove(connection: Connection, proof: Proof) -> Answer:
    """Prove a key and do nothing else. Raises `DatabaseProblem`."""
    with explained():
        return _answer(connection.execute(_PROVE, _facts(proof)).fetchone())


def offer(
    connection: Connection, proof: Proof, orders: Sequence[Order]
) -> tuple[Answer, list[Outcome]]:
    """Prove a key and seal what its requests bring: all or nothing, committed on return.

    There is an outcome for each order, or none if the key may not write. Raises
    `DatabaseProblem`; after `Unreachable` nobody knows whether anything was written.
    """
    facts = _facts(proof) | {"scope": EVENTS_WRITE, "orders": _json(orders)}
    with explained(), _in_turn():
        row = connection.execute(_OFFER, facts).fetchone()
    answer = _answer(row)
    outcomes = [Outcome(*one) for one in (row[-1] if row else None) or ()]
    if len(outcomes) != (len(orders) if may_write(answer) else 0):
        raise LookupError("the intake did not answer each request once")
    return answer, outcomes


class Crossed(DatabaseProblem):
    """Two transactions waited for each other, each for an idempotency key of the other's."""

    def __init__(self) -> None:
        super().__init__(
            "Two requests waited for each other.", "Nothing was written.", key="crossed"
        )


@contextmanager
def _in_turn() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.DeadlockDetected as error:
        raise Crossed from error


def _facts(proof: Proof) -> dict[str, object]:
    return {
        "key_id": proof.key_id,
        # One text: psycopg takes ten times as long to write an array.
        "candidates": "{" + ",".join(f'"\\\\x{one.hex()}"' for one in proof.candidates) + "}",
        "version": proof.version,
        "fingerprint": proof.fingerprint,
        "mac": proof.mac,
        "address": proof.address,
    }


def _answer(row: Sequence[Any] | None) -> Answer:
    if row is None:
        return Answer(None, None, None, None, None, "unknown", None, None)
    return Answer(*row[:8])


def _json(orders: Sequence[Order]) -> str:
    requests = [
        {
            "idempotency_key": order.idempotency_key,
            "digest": order.digest,
            "response": order.response,
            "events": order.events,
        }
        for order in orders
    ]
    return json.dumps(requests, ensure_ascii=False, separators=(",", ":"))
