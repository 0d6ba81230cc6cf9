"""What the commands about webhooks say in their own words."""

from __future__ import annotations

import pytest

from govdesk.cli.webhooks import _last
from govdesk.cli.webhooks_changes import _host
from tests.made_webhooks import AT, endpoint


@pytest.mark.parametrize(("outcome", "word"), [("sent", "sent "), ("delivered", "delivered ")])
def test_what_nobody_confirmed_is_not_called_delivered(outcome: str, word: str) -> None:
    one = endpoint({"last_success_at": AT, "last_failure_at": None, "last_outcome": outcome})
    assert _last(one.health).startswith(word)


def test_a_webhook_without_a_name_is_called_by_its_host_even_without_a_scheme() -> None:
    assert _host("https://siem.example.com/in?a=b") == "siem.example.com"
    assert _host("siem.example.com/in") == "siem.example.com"
    assert _host("https://olga:geheim@siem.example.com/") == "siem.example.com"
