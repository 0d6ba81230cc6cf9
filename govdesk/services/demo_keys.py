"""The demo's API keys: three environments, a busy one, one that ends soon, one that nobody uses.

Their raw texts are drawn once and kept beside the passwords of the demo's people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from govdesk.domain.api_keys import ApiKey, Environment
from govdesk.services import checkpoint_keys

PEPPERS: Final = "peppers.json"


def checkpoint_key(home: Path) -> Path:
    """Where the key is that signs the demo's checkpoints."""
    return home / checkpoint_keys.FOLDER / checkpoint_keys.FILE_NAME


@dataclass(frozen=True, slots=True)
class Part:
    """One key of the demo. `age`, `left` and `rest` are days: since it was made, until it ends,
    since it was last used. `fate`: what became of it. Only what `is_open` is given to visitors.
    """

    name: str
    system: str
    environment: Environment
    label: str
    scopes: tuple[str, ...]
    age: int
    left: int
    rest: int
    daily: int
    fate: str = ""
    is_open: bool = False


PARTS: Final = (
    Part("claims-prod", "acme.claims", "prod", "Claims platform team",
         ("events:write", "document:read"), 190, 170, 0, 420, is_open=True),
    Part("claims-staging", "acme.claims", "staging", "Claims platform team",
         ("events:write",), 75, 200, 1, 35, is_open=True),
    Part("claims-dev", "acme.claims", "dev", "Dana Developer",
         ("events:write",), 80, 12, 2, 8, is_open=True),
    Part("portal-prod", "acme.portal", "prod", "Portal operations",
         ("events:write", "participant:read"), 160, 90, 0, 260, fate="rotated"),
    Part("portal-dev", "acme.portal", "dev", "Paul, summer trial",
         ("events:write", "participant:read"), 120, 150, 41, 3),
    Part("rostering-prod", "acme.rostering", "prod", "Rostering vendor",
         ("events:write", "billing:read"), 30, 300, 0, 90, is_open=True),
    Part("rostering-staging", "acme.rostering", "staging", "Rostering vendor",
         ("events:write",), 60, 100, 20, 12, fate="revoked"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keyring:
    """Where the demo's keys live: its addresses, its folder, and the raw texts by name."""

    admin_url: str = field(repr=False)
    worker_url: str = field(repr=False)
    home: Path
    owner: str
    raw: Mapping[str, str] = field(repr=False)


def fresh(known: Mapping[str, str]) -> dict[str, str]:
    """Return raw keys for the parts that have none yet."""
    return {
        part.name: ApiKey.generate(part.environment).raw for part in PARTS if part.name not in known
    }


def given(raw: Mapping[str, str], systems: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what `govdesk demo` prints of the keys; `systems` are ids by path."""
    return [
        {
            "environment": part.environment,
            "system_id": systems[part.system],
            "key": raw[part.name],
        }
        for part in PARTS
        if part.is_open
    ]
