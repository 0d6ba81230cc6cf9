"""One try while it lasts, and what is reported of it when it ends."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from govdesk.delivery.egress import NotFound, Refused, TooSlow, Unreachable
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.egress_line import Broken, TooLong
from govdesk.delivery.egress_lookup import NameServerSilent, NoNameServer
from govdesk.delivery.egress_tls import NoTls, NotReadable, NotTrusted, Trail
from govdesk.delivery.endpoint import Endpoint, Event
from govdesk.delivery.report import GOOD, Blame, Outcome, Report
from govdesk.delivery.response_text import kept
from govdesk.delivery.wire import Reply
from govdesk.delivery.wire_tls import NotAdmitted, NotUsable
from govdesk.domain.problem import Problem

_OF_GOOD_ANSWERS: Final = 1024
_OURS: Final = "Nothing is held against the receiver."
_AGAIN: Final = " It is tried again soon."
_SHOWN: Final = frozenset({"host", "content-type", "content-length", "user-agent", "title",
                           "priority", "tags", "x-splunk-request-channel"})  # fmt: skip
_OUTCOMES: Final[tuple[tuple[type[Problem], Outcome, Blame], ...]] = (
    (Refused, "refused", "endpoint"),
    (NoNameServer, "dns", "ours"),
    (NameServerSilent, "dns", "ours"),
    (NotFound, "dns", "endpoint"),
    (Unreachable, "tcp", "endpoint"),
    (NotTrusted, "tls", "endpoint"),
    (NotAdmitted, "tls", "endpoint"),
    (NotReadable, "tls", "endpoint"),
    (NotUsable, "tls", "ours"),
    (NoTls, "tls", "endpoint"),
    (TooSlow, "timeout", "endpoint"),
    (TooLong, "too_long", "endpoint"),
    (Broken, "protocol", "endpoint"),
    (Problem, "ours", "ours"),
)
"""The first row that fits. What a reference leads to is ours: put right there, it goes on at once.
"""
_RULES: Final = {
    "loopback": "addresses of the worker's own machine are closed",
    "private": "private networks are closed (RFC 1918, RFC 4193)",
    "shared": "networks shared by a carrier are closed (RFC 6598)",
    "port": "only the usual ports of this kind are open",
    "metadata": "services that give out credentials of machines are closed",
}
_OPENABLE: Final = frozenset({"loopback", "private", "shared", "port"})


class Attempt:
    """The deadline and trail of one try; makes its report."""

    def __init__(self, endpoint: Endpoint, event: Event, seconds: float):
        self._endpoint, self._event = endpoint, event
        self.deadline, self.trail = Deadline(seconds), Trail()
        self._request: dict[str, Any] | None = None

    @property
    def is_test(self) -> bool:
        """Whether a person waits for it and sees all of it."""
        return self._event.origin != "event"

    def asks(self, headers: Iterable[tuple[str, str]], body: bytes, method: str = "POST") -> None:
        """Note what is sent: our own headers, the values of others left out; a test's body too."""
        url = urlsplit(self._endpoint.url)._replace(query="", fragment="").geturl()
        rows = [[name, value if _is_shown(name) else "[…]"] for name, value in headers]
        self._request = {"method": method, "url": url, "headers": rows}
        if self.is_test:
            self._request["body"] = body.decode("utf-8", "replace")

    def said(self, reply: Reply) -> str:
        """The answer as the log keeps it."""
        encoding = reply.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            return "[The answer is compressed, and was not unpacked.]"
        # Searching a whole answer for secrets takes time that a receiver chooses: who takes the
        # delivery has little to say that anybody reads.
        is_short = 200 <= reply.status < 300 and not self.is_test
        body = reply.body[:_OF_GOOD_ANSWERS] if is_short else reply.body
        text = kept(body, reply.headers.get("content-type", ""), _secrets(self._endpoint))
        return text if reply.is_whole and len(body) == len(reply.body) else f"{text} […]"

    def report(
        self,
        outcome: Outcome,
        error: str | None = None,
        remedy: str | None = None,
        *,
        reply: Reply | None = None,
        retry_after: float | None = None,
        blame: Blame = "endpoint",
    ) -> Report:
        """What this try came to, with everything met on the way."""
        trail = self.trail
        return Report(
            outcome,
            status=None if reply is None else reply.status,
            error=error,
            remedy=remedy or None,
            response=None if reply is None else self.said(reply),
            address=trail.address or None,
            tls=trail.tls or None,
            dns_ms=_rounded(trail.dns_ms),
            tcp_ms=_rounded(trail.tcp_ms),
            tls_ms=_rounded(trail.tls_ms),
            first_byte_ms=_rounded(trail.first_byte_ms),
            total_ms=_rounded(self.deadline.elapsed_ms),
            retry_after=retry_after,
            blame=None if outcome in GOOD else blame,
            request=self._request,
        )

    @property
    def _comfort(self) -> str:
        """A test is tried once."""
        return _OURS if self.is_test else _OURS + _AGAIN

    def failed(self, problem: Problem) -> Report:
        """What a problem on the way comes to."""
        if isinstance(problem, Unreachable) and problem.is_local:
            sentence = f"The worker's machine has no way out: {_lower(problem.sentence)}"
            remedy = f"Check its network and limits. {self._comfort}"
            return self.report("ours", sentence, remedy, blame="ours")
        outcome, blame = next((o, b) for kind, o, b in _OUTCOMES if isinstance(problem, kind))
        error, remedy = self._words(problem)
        if blame == "ours":
            remedy = f"{remedy} {self._comfort}".strip()
        return self.report(outcome, error, remedy, blame=blame)

    def unusable(self, problem: Problem) -> Report:
        """What a setting comes to that cannot be used: nothing was dialled."""
        if isinstance(problem, Refused | NotReadable | NotUsable):
            return self.failed(problem)
        return self.report("refused", problem.sentence, problem.remedy)

    def _words(self, problem: Problem) -> tuple[str, str]:
        if isinstance(problem, Refused):
            return _refusal(problem, self._endpoint)
        if isinstance(problem, TooSlow) and not isinstance(problem, NameServerSilent):
            return self._slowness()
        return problem.sentence, problem.remedy

    def _slowness(self) -> tuple[str, str]:
        seconds, trail = self.deadline.words, self.trail
        where = trail.address or "The receiver"
        if not trail.address:
            return (
                f"The receiver took no connection within {seconds}.",
                "Check host and port, and whether a firewall drops what is sent.",
            )
        if not trail.tls:
            return (
                f"{where} took the connection, but did not encrypt it within {seconds}.",
                "Check the port, and that the service is set up for TLS.",
            )
        if trail.first_byte_ms is None:
            return (
                f"{where} took the request, but did not answer within {seconds}.",
                "Let the receiver answer at once and work on the event afterwards.",
            )
        return (
            f"{where} began to answer, but had not come to its status and headers after {seconds}.",
            "See why the receiver answers so slowly.",
        )


def _refusal(problem: Refused, endpoint: Endpoint) -> tuple[str, str]:
    rule = _RULES.get(problem.reason)
    error = f"{problem.sentence} The rule: {rule}." if rule else problem.sentence
    if problem.reason in _OPENABLE:
        who = (
            "Who manages webhooks there may open it; where the policy asks for it, a second"
            " person agrees."
        )
        if endpoint.is_ruled:
            # The same whether the endpoint lists it or not: that would tell where a name leads.
            who += (
                " It counts once whoever runs the worker names it for"
                f" {endpoint.tenant_path} in GOVDESK_OPENINGS."
            )
        return error, f"{problem.remedy} {who}"
    if problem.reason in ("header", "url", "name", "literal"):
        return error, problem.remedy
    return error, f"{problem.remedy} Nobody can open it."


def _secrets(endpoint: Endpoint) -> Sequence[str]:
    """Keys in a URL's query are some too; the path is shown as it is."""
    query = urlsplit(endpoint.url).query
    values = [value for _, value in parse_qsl(query)]
    own = [form for raw in endpoint.secrets for form in _forms(raw)]
    return [endpoint.token, endpoint.client_key, query, *values, *own]


def _forms(raw: bytes) -> Iterator[str]:
    """A secret as receivers are given it: in base64, or as the plain text that was pasted."""
    yield from (b64encode(raw).decode(), urlsafe_b64encode(raw).decode(), raw.hex())
    with suppress(UnicodeDecodeError):
        yield raw.decode()


def _is_shown(name: str) -> bool:
    return name.lower() in _SHOWN or name.lower().startswith(("webhook-", "govdesk-"))


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 2)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
