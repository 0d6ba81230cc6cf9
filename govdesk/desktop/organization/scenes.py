"""Pictures of Organization and Organization Metadata in each of their states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from PySide6.QtWidgets import QWidget

from govdesk.desktop.organization.metadata_page import MetadataPage
from govdesk.desktop.organization.page import Office, OrganizationPage
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.desktop.workplace import Workplace
from govdesk.jobs import Task
from govdesk.services import metadata
from govdesk.services.decisions import Decision
from govdesk.services.mail_state import MailState
from govdesk.services.meanwhile import ChangedMeanwhile
from govdesk.services.metadata import Contact, Draft, Metadata, Version
from govdesk.services.organization import Profile
from govdesk.services.places import Site, Team

Act = Callable[[Any], object]
_NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
_ID: Final = "5f0c3a52-8f6e-4c1c-9a55-0d3f6d1e2b{:02d}"
_LEI: Final = "213800KUD8LAJWSQ9D15"


def _version(number: int, days: int, draft: Draft, by: str = "olga@acme.example") -> Version:
    at = _NOW + timedelta(days=days)
    values = (draft.legal_entity, draft.country, draft.abn, draft.lei, draft.vat)
    written = min(at, _NOW) - timedelta(hours=2)
    return Version(_ID.format(number), number, at, *values, None, written, f"user:{by}")


_FIRST: Final = Draft("Acme Pty Ltd", "AU")
_SECOND: Final = Draft("Acme Holdings Ltd", "AU", "51824753556")
_THIRD: Final = replace(_SECOND, lei=_LEI)
_COMING: Final = replace(_THIRD, legal_entity="Acme Group Holdings Ltd")
_VERSIONS: Final = [
    _version(4, 40, _COMING),
    _version(3, -20, _THIRD, "ada@acme.example"),
    _version(2, -160, _SECOND),
    _version(1, -500, _FIRST),
]
_CONFIRMED: Final = Contact(
    _ID.format(20), "carla@acme.example", "Carla Compliance", "confirmed", _NOW, _NOW
)
_PENDING: Final = Contact(
    _ID.format(21),
    "counsel@firm.example",
    "Jane Counsel",
    "pending",
    _NOW,
    None,
    MailState("queued", _NOW, 2, "the mail server cannot be reached"),
)
_METADATA: Final = Metadata(_VERSIONS, [_CONFIRMED], [], True, _NOW)
_OFFICE: Final = Office(
    Profile("Acme Ltd", "production", "acme", _NOW),
    [
        Site(_ID.format(30), "Brisbane", "1 Queen Street\nBrisbane QLD 4000", "AU"),
        Site(_ID.format(31), "Berlin", "Unter den Linden 1\n10117 Berlin", "DE"),
        Site(_ID.format(32), "Old depot", "Dock 4", "AU", "closed"),
    ],
    [
        Team(_ID.format(40), "Claims", _ID.format(30), "active", "Brisbane"),
        Team(_ID.format(41), "Räksmörgås 北京"),
    ],
)


def _decision() -> Decision:
    return Decision(
        UUID(_ID.format(50)), metadata.ACTION, "Change of the legal entity", "",
        "Change the legal entity to Acme Group Holdings Ltd", "tenant",
        None, metadata.payload(_COMING, None), "", {}, "Merger", None, "user:olga@acme.example",
        None, "pending", _NOW, _NOW + timedelta(hours=72), None, None, None, None,
    )  # fmt: skip


# Organization


def _page(window: QWidget) -> OrganizationPage:
    return workplace(window).organizing.page


def _organization(
    state: str,
    act: Act = lambda page: None,
    *,
    settled: Callable[[QWidget], bool] = is_at_rest,
    **how: Any,
) -> Scene:
    def shown(window: QWidget) -> None:
        act(_page(window))

    return Scene(
        "organization",
        partial(_console, page="organization", **how),
        state,
        shown,
        settled,
    )


def _console(stage: Stage, **how: Any) -> QWidget:
    return console(stage, **({"role": "owner"} | how))


def _fill(page: OrganizationPage) -> None:
    page.show_office(_OFFICE)


def _no_places(page: OrganizationPage) -> None:
    page.show_office(replace(_OFFICE, sites=[], teams=[]))


def _edit_site(page: OrganizationPage) -> None:
    _fill(page)
    page.sites.panel.begin(_OFFICE.sites[0])


def _edit_team(page: OrganizationPage) -> None:
    _fill(page)
    page.teams.panel.begin(None)


def _wrong_site(page: OrganizationPage) -> None:
    _edit_site(page)
    panel: Any = page.sites.panel
    panel.country.line.setText("Austrlia")
    panel.save()


def _name_conflict(page: OrganizationPage) -> None:
    _fill(page)
    page.name.line.setText("Acme International Ltd")
    page._on_refused(
        "Acme International Ltd",
        ChangedMeanwhile(
            "The name of the organization",
            theirs="“Acme Group”",
            yours="“Acme International Ltd”",
            fresh="Acme Group",
        ),
    )


def _forbid(page: Any) -> None:
    page.take_permissions(replace(page._here, permissions={}))


# Metadata


def _metadata_page(window: QWidget) -> MetadataPage:
    return workplace(window).organizing.metadata


def _metadata(
    state: str,
    act: Act = lambda page: None,
    *,
    settled: Callable[[QWidget], bool] = is_at_rest,
    **how: Any,
) -> Scene:
    def shown(window: QWidget) -> None:
        act(_metadata_page(window))

    return Scene("metadata", partial(_console, page="metadata", **how), state, shown, settled)


def _show(found: Metadata) -> Act:
    return lambda page: page.show_found(found)


def _wrong(page: MetadataPage) -> None:
    page.show_found(_METADATA)
    for field, text in (
        (page.form.country, "Austrlia"),
        (page.form.abn, "52 824 753 556"),
        (page.form.lei, "213800KUD8LAJWSQ9D51"),
        (page.form.vat, "US136695976"),
    ):
        field.line.setText(text)
    page.save()


def _conflict(page: MetadataPage) -> None:
    page.show_found(_METADATA)
    page.form.legal_entity.line.setText("Acme Worldwide Ltd")
    page._on_refused(
        Draft("Acme Worldwide Ltd", "AU", "51824753556"),
        ChangedMeanwhile(
            "The legal identity",
            theirs=metadata.told(_THIRD),
            yours="Acme Worldwide Ltd",
            fresh=_VERSIONS[1],
            by="ada@acme.example",
        ),
    )


def _compare(page: MetadataPage) -> None:
    page.show_found(_METADATA)
    page.history.table.selectRow(3)
    page.history.table.setFocus()


def _wait_in_line(page: Callable[[Workplace], Any], place: Workplace) -> None:
    """The server takes its time: nothing that a page asks is answered, and it asks anew."""

    def wait(task: Task) -> None:
        task.cancel.wait()

    def on_change() -> None:
        if job.state == "running":
            page(place).forget()
            page(place).refresh()

    job = place.window.jobs.start(wait, owner=place)
    job.changed.connect(on_change)


def _is_loading(page: Callable[[QWidget], Any]) -> Callable[[QWidget], bool]:
    return lambda window: bool(page(window).states.shows_placeholders)


def _says_error(page: Callable[[QWidget], Any]) -> Callable[[QWidget], bool]:
    return lambda window: bool(page(window).states.state == "error")


def scenes() -> list[Scene]:
    """Both pages: filled, edited, refused, waiting, empty, read only, failing, closed."""
    read_only: dict[str, Any] = {"role": "member"}
    return [
        _organization("", _fill),
        _organization("site", _edit_site),
        _organization("site-wrong", _wrong_site),
        _organization("team", _edit_team),
        _organization("conflict", _name_conflict),
        _organization("empty", _no_places),
        _organization("read-only", _fill, **read_only),
        _organization(
            "loading",
            begin=partial(_wait_in_line, lambda p: p.organizing.page),
            settled=_is_loading(_page),
        ),
        _organization("error", is_lost=True, settled=_says_error(_page)),
        _organization("not-permitted", _forbid),
        _metadata("", _show(_METADATA)),
        _metadata("wrong", _wrong),
        _metadata("conflict", _conflict),
        _metadata("compare", _compare),
        _metadata("waiting", _show(replace(_METADATA, waiting=[_decision()]))),
        _metadata("contact", _show(replace(_METADATA, contacts=[_CONFIRMED, _PENDING]))),
        _metadata("empty", _show(Metadata([], [], [], False, _NOW))),
        _metadata("read-only", _show(_METADATA), **read_only),
        _metadata(
            "loading",
            begin=partial(_wait_in_line, lambda p: p.organizing.metadata),
            settled=_is_loading(_metadata_page),
        ),
        _metadata("error", is_lost=True, settled=_says_error(_metadata_page)),
        _metadata("not-permitted", _forbid),
    ]
