"""What the page reads of one system in one go, and of one key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from govdesk.desktop.keys.uses import DAYS
from govdesk.services import api_keys, key_settings, peppers
from govdesk.services.api_keys import Key
from govdesk.services.key_settings import Policy, Scope
from govdesk.services.link import Session
from govdesk.services.peppers import Version


@dataclass(frozen=True, slots=True)
class Facts:
    """The keys of a system, and what is laid down for keys of the whole organization."""

    keys: tuple[Key, ...]
    scopes: tuple[Scope, ...]
    policy: Policy
    versions: tuple[Version, ...]


def read(session: Session, system_id: str) -> Facts:
    """Return everything about the keys of a system."""
    return Facts(
        tuple(api_keys.list_keys(session, system_id)),
        tuple(key_settings.scopes(session)),
        key_settings.policy(session),
        tuple(peppers.versions(session)),
    )


def use_of(key_id: str, session: Session) -> Sequence[tuple[date, int]]:
    """Return the uses of a key by day, today last."""
    return api_keys.uses(session, key_id, DAYS)


def family_of(key: Key, keys: Sequence[Key]) -> list[Key]:
    """The keys that followed one another by rotation, the newest first."""
    return sorted(
        (one for one in keys if one.family == key.family),
        key=lambda one: one.created_at,
        reverse=True,
    )


__all__ = ["Facts", "family_of", "read", "use_of"]
