"""The filter language: ``actor:user:anna@* severity:warning.. at:2026-05 -is:denied "new key"``.

docs/spec/filter-language.md is its definition. `parse` reads what a person wrote and either
returns a `Filter` or raises a `FilterError` that points at the place.
"""

from govdesk.domain.filter_language.matching import matches
from govdesk.domain.filter_language.model import KEYS, STATES, Filter, Key, Term
from govdesk.domain.filter_language.place import FilterError
from govdesk.domain.filter_language.reading import parse

__all__ = ["KEYS", "STATES", "Filter", "FilterError", "Key", "Term", "matches", "parse"]
