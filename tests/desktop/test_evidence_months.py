"""A month of a real log is archived from the window, and its pruning is asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from govdesk.desktop.evidence.months import PruneDialog
from govdesk.desktop.evidence.ordering import OrderDialog
from govdesk.evidence.bundle import verify_bundle
from govdesk.services import archiving, decisions
from tests.deciding import COUNSEL, name_reviewer
from tests.desktop.driving import find, opened, wait_for
from tests.desktop.evidence_parts import SECONDS, evidence, is_gone, read
from tests.desktop.governed import words_of
from tests.desktop.office import Form, Office
from tests.doors import seat
from tests.evidences import fill
from tests.people import OLGA, Cast
from tests.worker.signing.workers import Signing


def age(cast: Cast) -> None:
    """The log begins three months ago, and one of its months is over."""
    cast.admin.execute("ALTER TABLE govdesk.audit_log DISABLE TRIGGER ALL")
    cast.admin.execute("UPDATE govdesk.audit_log SET at = at - interval '90 days'")
    cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE TRIGGER ALL")
    cast.admin.execute("ALTER TABLE govdesk.audit_log ENABLE ALWAYS TRIGGER _100_immutable")
    fill(cast, 600, age="60 days")
    name_reviewer(cast, COUNSEL)
    fill(cast, 256)


def test_a_month_is_archived_as_a_bundle_and_its_pruning_asked_for(
    office: Office, tmp_path: Path
) -> None:
    cast = office.cast
    age(cast)
    found = archiving.months(seat(cast, OLGA.email))
    month = max((one for one in found if one.state == "whole"), key=lambda one: one.rows)
    signing = Signing(cast, tmp_path / "signing", seconds=3600)
    signing.home.mkdir()
    with signing.worker():
        desk = office.desk(OLGA)
        part = read(evidence(desk, "Months").months)
        assert part.list.go_to(month.name)
        assert part.prune.toolTip() == "Archive it first."
        part.archive.click()
        dialog = opened("bundle_dialog", OrderDialog)
        assert f"All of {month.name}" in words_of(dialog, "bundle_range")
        target = office.folder / "month.zip"
        find(dialog, "bundle_target", QLineEdit).setText(str(target))
        dialog.submit()
        wait_for(
            lambda: part.month and part.month.state == "archived",
            SECONDS,
            f"the month; {desk.banner()}",
        )
    assert part.month.archive_sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    report = verify_bundle(target, [signing.vkey()])
    assert (report.ok, report.rows) == (True, month.rows), report.as_json()
    part.prune.click()
    ask = opened("prune_month", PruneDialog)
    assert f"{month.rows:,} events of {month.name} go" in words_of(ask, "prune_month_effect_goes")
    find(ask, "prune_month_reason", QPlainTextEdit).setPlainText("Kept for six years")
    Form(ask).push("prune_month_go")
    wait_for(lambda: is_gone(ask), what="the decision to be asked for")
    (asked,) = decisions.all_of(seat(cast, OLGA.email))
    wait_for(lambda: part.list.item() and part.list.item().waits, what="the row to say so")
    assert part.prune.toolTip().startswith("A decision waits until")
    assert asked.action == "audit.prune"
    assert asked.payload == {"month": f"{month.month:%Y-%m-%d}"}
