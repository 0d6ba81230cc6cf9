"""``POST /v1/events``: what a request must bring, and the answer to each thing that goes wrong.

An unknown key is refused before its body is read. A key that was let in within the last minute is
not asked about beforehand: the transaction that seals its events proves it again in any case.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from govdesk.domain.api_keys import ApiKey, MalformedKey
from govdesk.domain.problem import Problem
from govdesk.services.intake import (
    CONNECTIONS,
    EVENTS_WRITE,
    Answer,
    Busy,
    DatabaseProblem,
    Denied,
    Order,
    Outcome,
    Port,
    Refused,
    Sender,
    Unreachable,
    Written,
    may_write,
)
from govdesk.web import intake_events, intake_problems
from govdesk.web.allowance import visitor
from govdesk.web.draining import MOST_BYTES as MOST_REST
from govdesk.web.draining import closing
from govdesk.web.guard import client_of
from govdesk.web.intake_gathering import Gathering
from govdesk.web.intake_limits import FAILED, MOST_NAMES, PER_KEY, Buckets, Rate
from govdesk.web.intake_models import IDEMPOTENCY_KEY, MOST_BYTES, Fault

ADMITTED_SECONDS: Final = 60.0
BODY_SECONDS: Final = 20.0
_LARGE: Final = 64 * 1024
_REST_OF_KNOWN: Final = 16 * 1024 * 1024
_BEARER: Final = re.compile(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE | re.ASCII)
_NAME: Final = re.compile(IDEMPOTENCY_KEY)
_JSON: Final = re.compile(
    r'application/json *(?:; *charset="?utf-8"? *)?', re.IGNORECASE | re.ASCII
)
_LOG: Final = logging.getLogger("govdesk.web")
_T = TypeVar("_T")


class _Refused(Exception):
    def __init__(self, answer: Response):
        super().__init__(answer.status_code)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Admitted:
    answer: Answer
    until: float


class EventIntake:
    """The endpoint over `port`; for one event loop. `close` it after the server has stopped."""

    def __init__(
        self,
        port: Port,
        *,
        per_key: Rate = PER_KEY,
        failed: Rate = FAILED,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._port, self._clock = port, clock
        self._per_key, self._failed = Buckets(per_key, clock), Buckets(failed, clock)
        self._admitted: OrderedDict[bytes, _Admitted] = OrderedDict()
        self._threads = ThreadPoolExecutor(CONNECTIONS, "intake")
        self._gathering: Gathering[Order, Outcome] = Gathering(self._write, _size)

    def close(self) -> None:
        """Finish what is under way, and write down what was counted."""
        self._threads.shutdown()
        self._port.close()

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        try:
            return await self._taken(request)
        except _Refused as refused:
            answer = refused.answer
        except Problem as problem:
            answer = _explained(problem)
        if not _is_large(request) and "connection" not in answer.headers:
            return answer
        # Else the server would read on and on what nobody wants. Only a key that is let in hears
        # that it sent too much.
        return closing(answer, request, _REST_OF_KNOWN if answer.status_code == 413 else MOST_REST)

    async def _taken(self, request: Request) -> Response:
        sender = await self._sender(request)
        self._check_kind(request)
        name = _idempotency_key(request)
        body = await _body(request)
        order = await self._order(body, name)
        return _answered(await self._gathering.submit(sender, order))

    # Who it is

    async def _sender(self, request: Request) -> Sender:
        """Who may go on; counts the request as a use of the key."""
        address = client_of(request.scope)
        try:
            sender = Sender(_sent_key(request), address)
        except MalformedKey:
            raise self._not_let_in(address, "invalid") from None
        answer = await self._admission(sender)
        if wait := self._per_key.take(sender.key.inner):
            raise _Refused(intake_problems.too_many(wait))
        self._port.note_use(answer, sender)
        if not may_write(answer):
            raise _Refused(intake_problems.no_scope(EVENTS_WRITE))
        return sender

    async def _admission(self, sender: Sender) -> Answer:
        inner, address = sender.key.inner, sender.address
        there = self._admitted.get(inner)
        if there is not None and there.until > self._clock():
            return there.answer
        if wait := self._failed.look(visitor(address)):
            raise _Refused(intake_problems.too_many_failures(wait))
        answer = await self._in_thread(self._port.admit, sender)
        if answer.reason != "ok":
            raise self._not_let_in(address, _class_of(answer))
        self._admitted[inner] = _Admitted(answer, self._clock() + ADMITTED_SECONDS)
        self._admitted.move_to_end(inner)
        if len(self._admitted) > MOST_NAMES:
            self._admitted.popitem(last=False)
        return answer

    def _not_let_in(self, address: str, reason: intake_problems.Reason) -> _Refused:
        if wait := self._failed.take(visitor(address)):
            return _Refused(intake_problems.too_many_failures(wait))
        return _Refused(intake_problems.bad_key(reason))

    # What it brings

    def _check_kind(self, request: Request) -> None:
        if _JSON.fullmatch(request.headers.get("content-type", "")) is None:
            raise _Refused(intake_problems.wrong_kind())
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise _Refused(intake_problems.wrong_coding())

    async def _order(self, body: bytes, name: str | None) -> Order:
        request_id = str(uuid.uuid4())
        try:
            if len(body) > _LARGE:
                events = await self._in_thread(intake_events.read, body, request_id)
            else:
                events = intake_events.read(body, request_id)
        except intake_events.NotJson as wrong:
            raise _Refused(intake_problems.not_json(wrong.sentence)) from None
        except intake_events.AheadOfTime as early:
            raise _Refused(intake_problems.ahead_of_time(early.faults)) from None
        except intake_events.Malformed as malformed:
            raise _Refused(intake_problems.malformed(malformed.faults)) from None
        digest = hashlib.sha256(body).hexdigest() if name else None
        return Order(events, {"accepted": len(events), "request_id": request_id}, name, digest)

    # What becomes of it

    async def _write(
        self, sender: Hashable, orders: Sequence[Order]
    ) -> Sequence[Outcome | Exception]:
        assert isinstance(sender, Sender)
        written: list[Written] = await self._in_thread(self._port.write, sender, orders)
        if any(isinstance(one, Denied) for one in written):
            self._admitted.pop(sender.key.inner, None)
        return written

    async def _in_thread(self, call: Callable[..., _T], *arguments: Any) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, call, *arguments)


def _size(order: Order) -> int:
    return len(order.events)


def _sent_key(request: Request) -> ApiKey:
    """The key of the Authorization header; no other place is looked at."""
    said = request.headers.getlist("authorization")
    if not said:
        raise _Refused(intake_problems.no_key())
    match = _BEARER.fullmatch(said[0]) if len(said) == 1 else None
    if match is None:
        raise MalformedKey("shape")
    return ApiKey.parse(match[1])


def _class_of(answer: Answer) -> intake_problems.Reason:
    if answer.reason == "expired":
        return "expired"
    return "invalid" if answer.reason == "unknown" else "revoked"


def _idempotency_key(request: Request) -> str | None:
    """The name of the request, quoted as the draft says or bare as most send it."""
    said = request.headers.getlist("idempotency-key")
    if not said:
        return None
    if len(said) > 1 or _NAME.fullmatch(said[0]) is None:
        sentence = "An Idempotency-Key is one text of 1 to 128 printable ASCII characters."
        raise _Refused(intake_problems.bad_header(sentence))
    if intake_events.holds_key(said[0]):
        sentence = "This Idempotency-Key holds an API key, and would be kept. Choose another."
        raise _Refused(intake_problems.bad_header(sentence))
    return said[0].strip('"')


async def _body(request: Request) -> bytes:
    """The body whole, read no further than the limit."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length[:20]) > MOST_BYTES:
        raise _Refused(intake_problems.too_large())
    whole = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                whole += part
                if len(whole) > MOST_BYTES:
                    raise _Refused(intake_problems.too_large())
    except TimeoutError:
        raise _Refused(intake_problems.too_slow()) from None
    except ClientDisconnect:
        raise _Refused(intake_problems.incomplete()) from None
    return bytes(whole)


def _is_large(request: Request) -> bool:
    """Whether a body may still be coming that is not worth waiting for."""
    length = request.headers.get("content-length", "")
    chunked = "transfer-encoding" in request.headers
    return chunked or (length.isdigit() and int(length[:20]) > _LARGE)


def _answered(outcome: Outcome) -> Response:
    if outcome.response is None:
        return intake_problems.other_request()
    replayed = {"Idempotency-Replayed": "true"} if outcome.outcome == "replayed" else {}
    return Response(json.dumps(outcome.response), 201, replayed, "application/json")


def _explained(problem: Problem) -> Response:
    """What the database said no to, or why it did not answer."""
    if isinstance(problem, Denied):
        if problem.answer.reason == "ok":
            return intake_problems.no_scope(EVENTS_WRITE)
        return intake_problems.bad_key(_class_of(problem.answer))
    if _key_of(problem) == "key_ended":
        return intake_problems.bad_key("revoked")
    if isinstance(problem, Refused) and problem.refusal.http_status == 422:
        return intake_problems.malformed([_fault(problem)])
    if not isinstance(problem, Unreachable | Busy):
        _LOG.error("the intake was refused: %s", _key_of(problem) or problem.sentence)
    return intake_problems.unavailable(1 if isinstance(problem, Busy) else 5)


def _fault(refused: Refused) -> Fault:
    """A rule that the database has and this process does not know yet."""
    index = int(refused.detail) if refused.detail.isdecimal() else None
    return Fault(index=index, field=None, sentence=refused.refusal.sentence)


def _key_of(problem: Problem) -> str:
    """Which refusal it is; what a database says in words may hold what somebody sent."""
    if isinstance(problem, DatabaseProblem):
        return problem.key or type(problem).__name__
    return ""
