"""Which organization's references a worker follows: one worker may serve several of them.

With rules an organization reaches what is named for it, and nothing else. Without them one
organization reaches everything that is not GovDesk's own; where several share a worker, none
reaches anything, because nothing says whose a variable or a path is: whoever may enter a reference
could have another's secret sent to a receiver of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from govdesk.domain.problem import Problem
from govdesk.domain.secret_references import SCHEMES, SecretReference
from govdesk.vault.references import SecretNotFound

VARIABLE: Final = "GOVDESK_REFERENCES"
EVERYBODY: Final = "*"
_EXAMPLE: Final = "acme=env://ACME_*,vault://acme/*; beta=env://BETA_*"
_STARTS: Final = tuple(f"{scheme.name}://" for scheme in SCHEMES)


class ReferenceRules:
    """Patterns of references by organization; `*` as the organization is everybody."""

    def __init__(self, patterns: Mapping[str, tuple[str, ...]] | None = None):
        self._patterns = patterns

    def check(self, tenant_path: str, reference: SecretReference, organizations: int = 1) -> None:
        """Raise `SecretNotFound` if this organization may not use a reference here.

        `organizations` is how many this installation has.
        """
        if self._patterns is None:
            if organizations > 1:
                raise _unclear(tenant_path, reference)
            return
        own = self._patterns.get(tenant_path, ()) + self._patterns.get(EVERYBODY, ())
        if not any(fnmatchcase(str(reference), pattern) for pattern in own):
            raise SecretNotFound(
                f"This worker does not follow {reference} for your organization.",
                f"Ask whoever runs the worker to name it for {tenant_path} in {VARIABLE}.",
            )


def _unclear(tenant_path: str, reference: SecretReference) -> SecretNotFound:
    return SecretNotFound(
        f"Several organizations share this worker, and nothing says that {reference} is yours.",
        f"Ask whoever runs the worker to set {VARIABLE} there, such as"
        f" {VARIABLE}='{tenant_path}={reference}'.",
    )


def rules_of(environment: Mapping[str, str]) -> ReferenceRules:
    """Read the rules; raises `Problem` (exit code 2) for what cannot be understood."""
    text = environment.get(VARIABLE, "").strip()
    return ReferenceRules(
        dict(map(_rule, filter(None, map(str.strip, text.split(";"))))) if text else None
    )


def _rule(text: str) -> tuple[str, tuple[str, ...]]:
    path, equals, rest = text.partition("=")
    patterns = tuple(filter(None, map(str.strip, rest.split(","))))
    if not (path.strip() and equals) or not all(one.startswith(_STARTS) for one in patterns):
        raise Problem(f"{VARIABLE} cannot be read.", f"It looks like {_EXAMPLE}", exit_code=2)
    return path.strip(), patterns
