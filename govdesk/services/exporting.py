"""Exports beside a window: in a process of their own, so that they never hold it up."""

from __future__ import annotations

from govdesk.services import audit
from govdesk.services.audit import Export, Exported, Progress
from govdesk.services.beside import beside
from govdesk.services.link import Link


def export(link: Link, order: Export, progress: Progress) -> Exported:
    """Write `order` as `audit.export` does; a PDF has a process of its own already.

    A child that was cancelled or lost leaves nothing under the final name.
    """
    if order.format == "pdf":
        with link.session("export") as session:
            return audit.export(session, order, progress, url=link.url)
    return beside(audit.export, link, order, progress)
