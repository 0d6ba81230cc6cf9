"""Test connection: one short conversation with an outside service, through the egress guard."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import quote

from govdesk.delivery.egress import Guard
from govdesk.delivery.egress_deadline import Deadline
from govdesk.delivery.letters import one_line
from govdesk.delivery.testing_database import try_database
from govdesk.delivery.testing_errand import Errand
from govdesk.delivery.testing_mail import try_smtp
from govdesk.delivery.testing_storage import try_storage
from govdesk.delivery.testing_syslog import try_syslog
from govdesk.delivery.testing_tsa import try_tsa
from govdesk.delivery.testing_web import try_http, try_ntfy, try_splunk
from govdesk.domain.problem import Problem

_LENGTH: Final = 400
_SHORTEST_SECRET: Final = 8
"""Shorter ones are words such as a login's name, and would only spoil the sentence."""


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What a test found: one sentence for a person, a line of facts, milliseconds."""

    __test__: ClassVar[bool] = False

    ok: bool
    sentence: str
    detail: str
    ms: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind is tested, and the ports open to it without `allow`."""

    run: Callable[[Errand], str]
    ports: frozenset[int]


_KINDS: Final = {
    "database": _Kind(try_database, frozenset({5432, 6432})),
    "smtp": _Kind(try_smtp, frozenset({25, 465, 587, 2525})),
    "splunk": _Kind(try_splunk, frozenset({443, 8088})),
    "syslog": _Kind(try_syslog, frozenset({6514})),
    "ntfy": _Kind(try_ntfy, frozenset({80, 443, 8443})),
    "object-storage": _Kind(try_storage, frozenset({80, 443, 9000})),
    "tsa": _Kind(try_tsa, frozenset({80, 443})),
    "http": _Kind(try_http, frozenset({80, 443, 8443})),
}
KINDS: Final = tuple(_KINDS)


def ports(kind: str) -> frozenset[int]:
    """The ports of public addresses that a kind may use without `allow`."""
    return _known(kind).ports


def test(
    kind: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    allow: Sequence[str],
    deadline: float,
) -> TestOutcome:
    """Try a connection for at most `deadline` seconds; a name is looked for in `secrets` first.

    Whatever a network, a server or a setting does is an outcome that is not `ok`, and no secret
    stands in it. Raises `Problem` for an unknown kind only. Blocks: not for the window's thread.
    """
    time, known = Deadline(deadline), _known(kind)
    errand: Errand | None = None
    try:
        errand = Errand(settings, secrets, Guard(allow, ports=known.ports), time)
        ok, sentence = True, known.run(errand)
    except Problem as problem:
        ok, sentence = False, f"{problem.sentence} {problem.remedy}".strip()
    except TimeoutError:
        ok, sentence = False, str(time.over())
    except OSError:
        ok, sentence = False, "The connection broke off. Check host and port, and test again."
    met = [] if errand is None else [*errand.trail.words, *errand.notes]
    detail = _clean(" · ".join(met), secrets)
    return TestOutcome(ok, _clean(sentence, secrets), detail, time.spent_ms)


def _known(kind: str) -> _Kind:
    if kind not in _KINDS:
        raise Problem(
            f"There is no connection of the kind {one_line(kind)}.",
            f"Use one of {', '.join(_KINDS)}.",
            exit_code=2,
        )
    return _KINDS[kind]


def _clean(text: str, secrets: Mapping[str, str]) -> str:
    """One line without any secret, in whichever coat: a net, for nothing above shows one."""
    for secret in sorted(secrets.values(), key=len, reverse=True):
        for form in _forms(secret) if len(secret) >= _SHORTEST_SECRET else ():
            text = text.replace(form, "…")
    return one_line(text, _LENGTH)


def _forms(secret: str) -> tuple[str, ...]:
    data = secret.encode("utf-8", "replace")
    return secret, quote(secret, safe=""), base64.b64encode(data).decode()
