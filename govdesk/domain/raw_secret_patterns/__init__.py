"""What raw secrets look like: one row a kind, in the formats of those who issue them.

A pattern means the same to Python's `re` and to PostgreSQL's advanced regular expressions, so it
uses neither lookbehind, nor flags, nor ``.``, ``$``, ``\\b``, ``\\d``, ``\\s``, ``\\w``, nor
non-greedy or repeated more than 255 times; every repetition that could end in two places is bounded
by a lookahead. It has exactly one capturing group: the value. `hint` is in lower case and stands in
every text that matches, lowered: it spares the expression where it cannot match.

Identifiers that are public by design are no secrets: Stripe's ``pk_``, Sentry's DSN, Twilio's
account number without its token, ``sq0idp-``, certificates and public keys.
"""

from __future__ import annotations

from typing import Final

from govdesk.domain.raw_secret_patterns.building import CLOUDS, FORGES, VAULTS
from govdesk.domain.raw_secret_patterns.general import BLOCKS, GENERAL, OWN
from govdesk.domain.raw_secret_patterns.others import OTHERS
from govdesk.domain.raw_secret_patterns.pieces import Pattern
from govdesk.domain.raw_secret_patterns.services import MESSAGES, MODELS, PAYMENTS, WATCHING

__all__ = ["PATTERNS", "Pattern"]

PATTERNS: Final[tuple[Pattern, ...]] = (
    *OWN,
    *BLOCKS,
    *CLOUDS,
    *FORGES,
    *VAULTS,
    *MESSAGES,
    *PAYMENTS,
    *MODELS,
    *WATCHING,
    *OTHERS,
    *GENERAL,
)
"""In this order: where several match, the first row names what was found."""
