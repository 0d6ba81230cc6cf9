"""The webhooks page in a window of its own, over a server that is away.

``lone_page()``  shows the page with the webhooks of the pictures; nothing is read
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from govdesk.config.preferences import Preferences
from govdesk.desktop.webhooks import samples
from govdesk.desktop.webhooks.page import WebhooksPage
from govdesk.desktop.webhooks.part import MANAGE, READ
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here
from tests.desktop import driving
from tests.desktop.driving import show
from tests.desktop.governed import settle

HERE = Here("Acme Ltd", "acme", "dev", "ada@acme.example", "Ada Admin", "user:ada@acme.example",
            {READ: ["acme"], MANAGE: ["acme"]})  # fmt: skip
READER = replace(HERE, permissions={READ: ["acme"]})
LonePage = Callable[..., WebhooksPage]


@pytest.fixture
def lone_page(jobs: Jobs, tmp_path: Path) -> LonePage:
    """Show the page to somebody; staged with the samples unless told otherwise."""

    def make(here: Here = HERE, *, of_system: bool = False, stages: bool = True) -> WebhooksPage:
        link = Link("host=127.0.0.1 port=1 dbname=govdesk", "none", "acme", email="x@example.com")
        kept = Preferences(tmp_path / "preferences.json", policy=tmp_path / "policy.json")
        driving.ending.callback(kept.close)
        driving.ending.callback(link.close)
        page = WebhooksPage(link, jobs, kept, here, UTC, of_system=of_system)
        if stages:
            page.webhooks.stage(samples.found())
        page.take_systems([samples.SYSTEM], samples.SYSTEM.node_path)
        show(page, 1280, 800)
        settle(jobs)
        return page

    return make
