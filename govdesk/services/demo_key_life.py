"""The demo's API keys get a past: made days ago, used since, rotated, revoked, forgotten."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from govdesk.database import ticking
from govdesk.database.connection import Session, connect
from govdesk.database.demo_keys import Issued, issue
from govdesk.domain.api_keys import ApiKey
from govdesk.services import api_keys, key_changes, peppers
from govdesk.services.demo_keys import PARTS, PEPPERS, Keyring, Part
from govdesk.vault.peppers import PepperFile

_ADDRESS: Final = "203.0.113.40"
_SHOWN_DAYS: Final = 60
_HOST: Final = "demo"


def hand_out(owner: Session, ring: Keyring) -> None:
    """Make the keys that are not there yet, and let them have a past."""
    now = datetime.now(UTC)
    by = f"user:{ring.owner}"
    made = [_issued(part, ApiKey.parse(ring.raw[part.name]), by, now) for part in PARTS]
    issue(ring.admin_url, owner.tenant_path, made)
    file = PepperFile(ring.home / PEPPERS)
    with connect(ring.worker_url) as connection:
        peppers.attend(connection, peppers.ready(connection, file), _HOST)
        for part in PARTS:
            _bring_about(owner, part, ApiKey.parse(ring.raw[part.name]))
        peppers.attend(connection, file.ring(), _HOST)
        ticking.expire_due(connection, _HOST)


def _issued(part: Part, key: ApiKey, by: str, now: datetime) -> Issued:
    return Issued(
        key.key_id,
        key.environment,
        part.system,
        part.label,
        part.scopes,
        by,
        now - timedelta(days=part.age),
        now + timedelta(days=part.left),
        now - timedelta(days=part.rest, minutes=7),
        _ADDRESS,
        key.inner,
        list(_uses(part, now)),
    )


def _uses(part: Part, now: datetime) -> Iterator[tuple[date, int]]:
    """Working days and quiet weekends, ending `rest` days ago; deterministic."""
    chance = random.Random(part.name)
    for back in range(min(part.age, _SHOWN_DAYS), part.rest - 1, -1):
        day = (now - timedelta(days=back)).date()
        share = 0.15 if day.weekday() > 4 else chance.uniform(0.7, 1.3)
        yield day, max(1, round(part.daily * share))


def _bring_about(owner: Session, part: Part, raw: ApiKey) -> None:
    key = api_keys.find(owner, raw.prefix)
    if not part.fate or key.stored_status == part.fate:
        return
    if part.fate == "rotated":
        ends = datetime.now(UTC) + timedelta(days=180)
        key_changes.rotate(owner, key.id, max(key_changes.GRACE_DAYS), ends)
    elif part.fate == "revoked":
        key_changes.revoke(owner, key.id, "The vendor has left the staging system.")
