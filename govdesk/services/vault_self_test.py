"""The vault's self-test over the organization's own sealed values; writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from govdesk.database.connection import Session
from govdesk.services import vault
from govdesk.vault.providers import TenantKey
from govdesk.vault.self_test import MAX_PAIRS, Report, Sample, self_test

MOST_SAMPLES: Final = 200
MOST_KMS_PAIRS: Final = 20
"""Each move is a request to the key service, which is paid for."""


def run(session: Session, is_cancelled: Callable[[], bool] = lambda: False) -> Report:
    """Move up to 200 sealed values to wrong places; `Report.ok` None means nothing was proved.

    Raises what the key provider raises when it cannot be reached, and `PasswordNeeded`.
    """
    store = vault.store_of(session)
    with vault.keys_of(session) as keys:
        newest = keys.current_version or 0
        rows = store.rows(newest + 1, MOST_SAMPLES)
        samples = [Sample(vault.context_of(keys.tenant_id, row), row.sealed) for row in rows]
        versions = keys.at_hand()
        is_local = all(isinstance(keys(version), TenantKey) for version in versions)
        pairs = MAX_PAIRS if is_local else MOST_KMS_PAIRS
        return self_test(keys, samples, versions=versions, max_pairs=pairs, cancelled=is_cancelled)
