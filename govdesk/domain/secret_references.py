"""References: where a secret is kept, written where the secret itself must not stand.

Five schemes, one pattern each; the patterns mean the same in Python (`re.fullmatch`) and in
PostgreSQL (anchored with ``^(?:…)$``). A path has no empty part, no ``.`` and no ``..``.

    vault://path/of/secret#field     HashiCorp Vault, key-value store
    awssm://name#field               AWS Secrets Manager, a field of a secret kept as JSON
    gcpsm://project/name             Google Secret Manager, the latest version
    env://NAME                       an environment variable of the process that needs it
    keyring://service/name           the keyring of the operating system
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from govdesk.domain.problem import Problem

SchemeName = Literal["vault", "awssm", "gcpsm", "env", "keyring"]
MAX_LENGTH: Final = 512

_SEGMENT: Final = r"\.{0,2}[A-Za-z0-9_@+=-][A-Za-z0-9._@+=-]*"
_FIELD: Final = r"[A-Za-z0-9_][A-Za-z0-9._-]*"


@dataclass(frozen=True, slots=True)
class Scheme:
    """One place where secrets are kept: `keeper` in words, `example` for help and messages.

    The groups of `pattern` are the path, and the field where `has_field`.
    """

    name: SchemeName
    keeper: str
    example: str
    pattern: str
    has_field: bool


SCHEMES: Final[tuple[Scheme, ...]] = (
    Scheme(
        "vault",
        "HashiCorp Vault",
        "vault://billing/smtp#password",
        f"vault://({_SEGMENT}(?:/{_SEGMENT})*)#({_FIELD})",
        True,
    ),
    Scheme(
        "awssm",
        "AWS Secrets Manager",
        "awssm://billing/smtp#password",
        r"awssm://((?:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?"
        f"{_SEGMENT}(?:/{_SEGMENT})*)#({_FIELD})",
        True,
    ),
    Scheme(
        "gcpsm",
        "Google Secret Manager",
        "gcpsm://acme-billing/smtp-password",
        r"gcpsm://((?:[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]{6,19})/[A-Za-z0-9_-]{1,255})",
        False,
    ),
    Scheme(
        "env",
        "the environment",
        "env://BILLING_SMTP_PASSWORD",
        r"env://([A-Za-z_][A-Za-z0-9_]{0,127})",
        False,
    ),
    Scheme(
        "keyring",
        "the keyring of the operating system",
        "keyring://govdesk/smtp",
        f"keyring://({_SEGMENT}/{_SEGMENT})",
        False,
    ),
)

_COMPILED: Final = tuple((scheme, re.compile(scheme.pattern)) for scheme in SCHEMES)


class NotAReference(Problem):
    """A text that is no reference. It may be a secret: it is kept nowhere."""

    def __init__(self) -> None:
        super().__init__(
            "This is not a reference to a secret.",
            "Enter where the secret is kept, not the secret itself, for example"
            " vault://billing/smtp#password, awssm://billing/smtp#password,"
            " gcpsm://acme-billing/smtp-password, env://BILLING_SMTP_PASSWORD or"
            " keyring://govdesk/smtp.",
            exit_code=2,
        )


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is kept. Not a secret itself: it may be shown, logged and exported."""

    scheme: SchemeName
    path: str
    field: str | None = None

    def __str__(self) -> str:
        """The reference as it is written; `parse` reads it back."""
        end = "" if self.field is None else f"#{self.field}"
        return f"{self.scheme}://{self.path}{end}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The path cut at its slashes: (project, name) or (service, name) where two are meant."""
        return tuple(self.path.split("/"))

    @property
    def keeper(self) -> str:
        """Who keeps the secret, in words."""
        return next(scheme.keeper for scheme in SCHEMES if scheme.name == self.scheme)


def parse(text: str) -> SecretReference:
    """The reference that `text` is, to the character; raises `NotAReference`."""
    if len(text) > MAX_LENGTH:
        raise NotAReference
    for scheme, pattern in _COMPILED:
        match = pattern.fullmatch(text)
        if match is not None:
            field = match[2] if scheme.has_field else None
            return SecretReference(scheme.name, match[1], field)
    raise NotAReference


def is_reference(text: str) -> bool:
    """Whether `parse` would take `text`."""
    return len(text) <= MAX_LENGTH and any(p.fullmatch(text) for _, p in _COMPILED)


def words(reference: SecretReference) -> str:
    """The reference as a person would say it: for tables, tooltips and messages."""
    if reference.scheme == "env":
        return f"the environment variable {reference.path}"
    what = reference.path if reference.field is None else f"{reference.field} of {reference.path}"
    return f"{what} in {reference.keeper}"
