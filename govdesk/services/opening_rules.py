"""Which private addresses a worker dials for which organization: it stands in somebody's network.

Without rules whatever an endpoint opens is open. With them an opening counts as far as whoever runs
the worker named it for the endpoint's organization.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from govdesk.delivery.egress import Opening
from govdesk.domain.problem import Problem

VARIABLE: Final = "GOVDESK_OPENINGS"
EVERYBODY: Final = "*"
logger = logging.getLogger(__name__)

_EXAMPLE: Final = "acme=10.1.0.0/16:443 10.1.0.0/16:6514; *=10.9.0.7/32:443"


class OpeningRules:
    """Networks and ports by organization; `*` as the organization is everybody."""

    def __init__(self, openings: Mapping[str, tuple[Opening, ...]] | None = None):
        self._openings = openings

    @property
    def are_set(self) -> bool:
        """Whether anybody said which openings count."""
        return self._openings is not None

    def counting(self, tenant_path: str, allow: Sequence[str]) -> tuple[str, ...]:
        """Return of an endpoint's ``CIDR:PORT`` what is open for this organization.

        What cannot be read stays as it is: whoever uses it says so.
        """
        if self._openings is None:
            return tuple(allow)
        own = self._openings.get(tenant_path, ()) + self._openings.get(EVERYBODY, ())
        return tuple(dict.fromkeys(part for text in allow for part in _parts(str(text), own)))


def _parts(text: str, own: Iterable[Opening]) -> Iterator[str]:
    try:
        wished = Opening.read(text)
    except Problem:
        yield text
        return
    for one in own:
        if (common := wished.common(one)) is not None:
            yield str(common)


def warn() -> None:
    """Tell whoever runs a worker that several organizations share and that has no rules."""
    logger.warning(
        "several organizations share this worker, and each may open any private address that it"
        " reaches: say in %s which are whose",
        VARIABLE,
    )


def rules_of(environment: Mapping[str, str]) -> OpeningRules:
    """Read the rules; raises `Problem` (exit code 2) for what cannot be understood."""
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return OpeningRules()
    found: dict[str, tuple[Opening, ...]] = {}
    for path, openings in map(_rule, filter(None, map(str.strip, text.split(";")))):
        found[path] = found.get(path, ()) + openings
    return OpeningRules(found)


def _rule(text: str) -> tuple[str, tuple[Opening, ...]]:
    path, equals, rest = text.partition("=")
    try:
        if not (path.strip() and equals):
            raise Problem(f"{text} names no organization.")
        return path.strip(), tuple(map(Opening.read, rest.replace(",", " ").split()))
    except Problem as problem:
        raise Problem(
            f"{VARIABLE} cannot be read: {problem.sentence}",
            f"It looks like {_EXAMPLE}",
            exit_code=2,
        ) from None
