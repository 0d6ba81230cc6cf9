"""What may stand in which sort of field, said while one types: the database has the last word."""

from __future__ import annotations

from typing import Final

from govdesk.domain import raw_secrets, secret_references
from govdesk.domain.secret_references import SCHEMES

BEGINNINGS: Final = tuple(f"{scheme.name}://" for scheme in SCHEMES)
INSTEAD: Final = "Enter where the secret is kept instead, such as {example}."
NOT_TAKEN: Final = "It was not taken."


def reference(text: str, example: str) -> str:
    """Why a text cannot be the beginning of a reference; nothing if it can.

    What comes out never contains the text.
    """
    instead = INSTEAD.format(example=example)
    if secret := _secret(text):
        return f"{secret} {NOT_TAKEN} {instead}"
    if not any(text.startswith(one) or one.startswith(text) for one in BEGINNINGS):
        return f"Only a reference can stand here. What you entered was not taken. {instead}"
    return ""


def unfinished(text: str, example: str) -> str:
    """Why a text that could become a reference is none yet; nothing for one and for no text."""
    if not text or secret_references.is_reference(text):
        return ""
    return f"This reference is not complete. Write it like {example}."


def open_text(text: str) -> str:
    """Why a text may not stand where everybody with access reads it; nothing if it may."""
    secret = _secret(text)
    return secret and (
        f"{secret} {NOT_TAKEN} Keep it in a vault or in the environment, and enter a reference to"
        " it in a field that takes one."
    )


def private_text(text: str) -> str:
    """Why a text may not stand even where it is sealed; nothing if it may."""
    secret = _secret(text)
    return secret and (
        f"{secret} {NOT_TAKEN} Private fields are sealed for the members; a secret belongs in a"
        " vault, and its reference into a field that takes one."
    )


def told(text: str) -> str:
    """A whole reference in words, for the line below it."""
    return secret_references.words(secret_references.parse(text))


def _secret(text: str) -> str:
    found = raw_secrets.find(text)
    return f"This looks like {found.title}." if found is not None else ""
