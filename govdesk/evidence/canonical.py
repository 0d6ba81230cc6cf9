"""Canonical JSON: RFC 8785 over the restricted grammar of ``docs/spec/leaf-v1.md`` §3.

Over this grammar (ASCII keys, no fractions, integers below 2^53) the standard library's encoder
with sorted keys *is* RFC 8785; a property test compares it with another implementation.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Final

_KINDS: Final = "only objects, arrays, strings, integers, true, false and null"
MAX_INTEGER: Final = 2**53
MAX_DEPTH: Final = 32

quote: Callable[[str], str] = encode_basestring
"""A string as canonical JSON, quotes included."""


class NotCanonical(ValueError):
    """The value lies outside the grammar; the message says where."""


def canonical(value: object) -> bytes:
    """Return the canonical bytes of a value; raises `NotCanonical` outside the grammar."""
    _check(value, 1)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds a lone surrogate") from error


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(f"deeper than {MAX_DEPTH} levels")
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if not -MAX_INTEGER < value < MAX_INTEGER:
            raise NotCanonical(f"the integer {value} is not below 2^53")
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"the key {key!r} is not ASCII text")
            _check(item, depth + 1)
    else:
        raise NotCanonical(f"{type(value).__name__} found where {_KINDS} may stand")
