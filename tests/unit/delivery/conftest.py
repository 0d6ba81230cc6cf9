"""Each test begins with a resolver that has met no name."""

from __future__ import annotations

import pytest

from govdesk.delivery import egress_lookup


@pytest.fixture(autouse=True)
def no_names_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test's names came to says nothing about another's."""
    monkeypatch.setattr(egress_lookup, "_RESOLVER", egress_lookup.Resolver())
