"""Pictures of Evidence in each of its states, and of its dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.evidence import samples
from govdesk.desktop.evidence.checkpoints import Found
from govdesk.desktop.evidence.erasing import FieldsErasure, PersonErasure, PersonLine
from govdesk.desktop.evidence.holds import LiftDialog, PlaceDialog
from govdesk.desktop.evidence.kinds import BUNDLE, SNAPSHOT, Kind
from govdesk.desktop.evidence.making import EvidenceMaker, Range, Wanted
from govdesk.desktop.evidence.months import MonthLine, PruneDialog
from govdesk.desktop.evidence.ordering import UNREADABLE, OrderDialog, Ordering
from govdesk.desktop.evidence.page import TABS, EvidencePage
from govdesk.desktop.evidence.written import WrittenDialog
from govdesk.desktop.scene import Scene, Stage
from govdesk.services.erasure import Preview
from govdesk.services.file_verdict import FileVerdict
from govdesk.services.link import Link
from govdesk.services.organization import Here

Act = Callable[[EvidencePage], object]
_ALL: Final = ("audit.read", "evidence.create", "policy.manage", "erasure.request")
_HERE: Final = Here("Acme Ltd", "acme", "production", "olga@acme.example", "Olga Owner",
                    "user:olga@acme.example", {one: ["acme"] for one in _ALL})  # fmt: skip
_READER: Final = replace(_HERE, permissions={"audit.read": ["acme"]})
_PART: Final = replace(_HERE, permissions={"audit.read": ["acme.claims"]})
_FILTER: Final = "actor:user:mei@* at:2026-05..2026-06"


def _build(stage: Stage, here: Here = _HERE, begin: Act | None = None) -> QWidget:
    window = QWidget()
    window.setObjectName("evidence_window")
    window.setWindowTitle("Evidence")
    kept = Preferences(stage.folder / "preferences.json", policy=stage.folder / "policy.json")
    link: Link = stage.lost_link()
    page = EvidencePage(link, stage.jobs, kept, here, UTC, window)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(page)
    window.destroyed.connect(kept.close)
    window.destroyed.connect(link.close)
    window.resize(1280, 800)
    if begin is not None:
        begin(page)
    return window


def page_of(window: QWidget) -> EvidencePage:
    """The page in its window."""
    found = window.findChild(EvidencePage)
    assert found is not None
    return found


def fill(page: EvidencePage) -> None:
    """Show what is made up, on every tab."""
    page.checkpoints.stage(samples.found())
    page.months.stage([MonthLine(one) for one in samples.months()])
    page.holds.stage(samples.holds())
    first, second = samples.removed()
    waiting = PersonLine(second.id, second, samples.NOW + timedelta(days=3))
    page.erasure.stage([PersonLine(first.id, first), waiting])


def _late(page: EvidencePage) -> None:
    page.checkpoints.stage(samples.found(*samples.LATE))


def _empty(page: EvidencePage) -> None:
    page.checkpoints.stage(Found())
    page.months.stage([])
    page.holds.stage([])
    page.erasure.stage([])


def _tab(page: EvidencePage, title: str, row: int = -1) -> None:
    page.tabs.setCurrentIndex(TABS.index(title))
    part = page.current
    if row >= 0 and hasattr(part, "list"):
        part.list.table.go_to(row)


# Dialogs


def _ordering(page: EvidencePage) -> Ordering:
    part = page.checkpoints
    maker = EvidenceMaker(part._link, part._jobs, page)
    names = ("Acme Ltd", "olga@acme.example")
    return Ordering(part._link, part._jobs, maker, "acme", names, lambda: UTC, lambda *_: "")


def _order(
    page: EvidencePage,
    kind: Kind = BUNDLE,
    query: str = _FILTER,
    preview: samples.BundlePreview = samples.PREVIEW,
    between: Range | None = None,
) -> OrderDialog:
    wanted = Wanted(kind, Path(f"Documents/acme-filtered{kind.suffix}"), query, range=between)
    dialog = OrderDialog(kind, _ordering(page), page.window(), wanted=wanted)
    dialog.effect.stop()
    dialog.effect.is_staged = True
    dialog.effect.show_preview(preview)
    dialog.open()
    return dialog


def _generated(page: EvidencePage) -> None:
    dialog = _order(page, SNAPSHOT)
    for line in (dialog.secret.first, dialog.secret.second):
        line.setText("made up for a picture")
    dialog.secret.made.set_secret("made up for a picture")
    dialog.secret.made.show()
    dialog.area.ensureWidgetVisible(dialog.secret)


def _faulty(page: EvidencePage) -> None:
    dialog = _order(page, query="actor:user:mei@* severty:high")
    dialog.effect.say(UNREADABLE)
    dialog.submit()


def _place(page: EvidencePage) -> None:
    part = page.holds
    dialog = PlaceDialog(part._link, part._jobs, UTC, print, page.window())
    dialog.is_staged = True
    dialog.stop()
    dialog.title.setText("Case 9")
    dialog.scope.set_text("actor:user:igor@*")
    dialog.say_covered("It covers 412 events now.")
    dialog.open()


def _lift(page: EvidencePage) -> None:
    part = page.holds
    LiftDialog(part._link, part._jobs, samples.holds()[0], print, page.window()).open()


def _prune(page: EvidencePage) -> None:
    part = page.months
    PruneDialog(part._link, part._jobs, samples.months()[1], print, page.window()).open()


def _erase(page: EvidencePage, preview: Preview = samples.ERASURE) -> None:
    part = page.erasure
    dialog = PersonErasure(part._link, part._jobs, samples.removed()[0], print, page.window())
    dialog.is_staged = True
    dialog.show_preview(preview)
    dialog.open()


def _fields(page: EvidencePage) -> None:
    part = page.erasure
    dialog = FieldsErasure(part._link, part._jobs, 48_211, frozenset(("ip",)), print, page.window())
    dialog.is_staged = True
    dialog.boxes["actor"].setChecked(True)
    dialog.show_preview(Preview(1, 1, 0, [], {}))
    dialog.open()


def _written(page: EvidencePage) -> None:
    WrittenDialog(
        Wanted(BUNDLE, Path("acme-filtered.zip")), samples.Written(), page.window()
    ).open()


def _checked(
    page: EvidencePage,
    verdict: FileVerdict = samples.VERIFIED,
    found: samples.Provenance = samples.KNOWN,
) -> None:
    _tab(page, "Check a file")
    page.provenance.show_provenance(found)
    page.provenance.verdict.show_verdict(verdict, ".csv")


def _loading(page: EvidencePage) -> None:
    page.checkpoints.is_staged = True
    page.checkpoints.list.forget()


def _is_loading(window: QWidget) -> bool:
    return page_of(window).checkpoints.list.state.shows_placeholders


def _says_error(window: QWidget) -> bool:
    return page_of(window).checkpoints.list.state.state == "error"


def _scene(
    state: str,
    act: Act = lambda page: None,
    *,
    here: Here = _HERE,
    begin: Act | None = fill,
    settled: Callable[[QWidget], bool] | None = None,
    name: str = "evidence",
) -> Scene:
    def shown(window: QWidget) -> None:
        act(page_of(window))

    return Scene(name, partial(_build, here=here, begin=begin), state, shown, settled)


def scenes() -> list[Scene]:
    """Each tab, the dialogs, what is refused, and the five states."""
    month = Range(
        "All of 2026-05: 18,700 events, numbers 21,401 to 40,100. The month is archived once the"
        " file is whole.", 21_401, 40_100,
    )  # fmt: skip
    return [
        _scene(""),
        _scene("late", begin=_late),
        _scene("months", partial(_tab, title="Months", row=1)),
        _scene("holds", partial(_tab, title="Legal holds", row=0)),
        _scene("file", partial(_tab, title="Check a file")),
        _scene("file-verified", partial(_checked, found=samples.BUNDLE)),
        _scene("file-faults", partial(_checked, verdict=samples.FAULTY, found=samples.CHANGED)),
        _scene(
            "file-undecided", partial(_checked, verdict=samples.UNDECIDED, found=samples.CHANGED)
        ),
        _scene("file-known", partial(_checked, verdict=samples.DERIVED)),
        _scene("file-unknown", partial(_checked, verdict=samples.DERIVED, found=samples.UNKNOWN)),
        _scene("erasure", partial(_tab, title="Erasure", row=0)),
        _scene("empty", begin=_empty),
        _scene("no-hold", partial(_tab, title="Legal holds"), begin=_empty),
        _scene("loading", begin=_loading, settled=_is_loading),
        _scene("error", begin=None, settled=_says_error),
        _scene("read-only", partial(_tab, title="Months", row=1), here=_READER),
        _scene("not-permitted", here=_PART, begin=None),
        _scene("", _order, name="bundle"),
        _scene("unprovable", partial(_order, preview=samples.UNPROVABLE), name="bundle"),
        _scene("month", partial(_order, between=month), name="bundle"),
        _scene("faulty", _faulty, name="bundle"),
        _scene("written", _written, name="bundle"),
        _scene("", partial(_order, kind=SNAPSHOT), name="create-snapshot"),
        _scene("generated", _generated, name="create-snapshot"),
        _scene("", _place, name="place-hold"),
        _scene("", _lift, name="lift-hold"),
        _scene("", _prune, name="prune-month"),
        _scene("", _erase, name="erase"),
        _scene("held", partial(_erase, preview=samples.HELD_ERASURE), name="erase"),
        _scene("fields", _fields, name="erase"),
    ]
