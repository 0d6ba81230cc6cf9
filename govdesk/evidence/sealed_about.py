"""Whom a bundle or snapshot is about, who made it and when: what its sealed order says of them.

The order's event commits to the digest of ``about`` (``docs/spec/bundle-v1.md`` §4), and its own
time is the manifest's. Files from before that carry neither: their names are only their own words.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from govdesk.evidence.canonical import canonical

FACT: Final = "about"
"""The member of the sealed facts that holds the digest."""

UNSEALED: Final = (
    "the organization's name, who made the file and when: the log holds nothing of them, they are"
    " the file's own words"
)
"""What is not judged of a file whose order says nothing of its names."""

_NAME: Final = re.compile("[a-z_]+")


def digest(about: Mapping[str, object]) -> str:
    """Return SHA-256 of the canonical JSON of a manifest's ``about``, in hex."""
    return hashlib.sha256(canonical(dict(about))).hexdigest()


def sealed_at(leaf: str) -> str:
    """Return the time at which the event of a leaf was sealed, as evidence writes times."""
    return str(json.loads(leaf)["at"])


def is_as_sealed(manifest: Mapping[str, Any], order: Mapping[str, Any] | None) -> bool | None:
    """Return whether a manifest says what the order sealed; None where the order does not say.

    `order` is the document ``order``. Nothing is proved by it before its own proof is: whoever
    asks has that checked, too. Never raises for what stands in a file.
    """
    try:
        sealed = (order or {})["diff"]["data"]["new"][FACT]
        at = sealed_at((order or {})["leaf"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    try:
        about = manifest["about"]
        same = _is_of_texts(about) and digest(about) == sealed
        return same and bool(manifest["generated_at"] == at)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _is_of_texts(about: Any) -> bool:
    """Whether it is an object of plain names and texts: of others two readers might disagree."""
    return isinstance(about, dict) and all(
        _NAME.fullmatch(name) and isinstance(value, str) for name, value in about.items()
    )
