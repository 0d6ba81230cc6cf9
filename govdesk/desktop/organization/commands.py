"""Joins Organization, Organization Metadata and Systems to their window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from govdesk.desktop.actions import Actions
from govdesk.desktop.later import Later
from govdesk.desktop.main_window import MainWindow
from govdesk.desktop.navigation import Place
from govdesk.desktop.organization.metadata_page import MetadataPage
from govdesk.desktop.organization.page import OrganizationPage
from govdesk.desktop.part import Part
from govdesk.desktop.systems.page import READ as READ_NODES
from govdesk.desktop.systems.page import SystemsPage
from govdesk.desktop.systems.reading import ForestReader
from govdesk.desktop.systems.tree import ICONS, Forest
from govdesk.jobs import Jobs
from govdesk.services.link import Link
from govdesk.services.organization import Here

PLACES_MOST = 60
"""Of the tree in the navigation; the page has all."""
SYSTEM_PLACES = (("integration", "Integration", "plug"), ("siem", "SIEM", "radio-tower"))
"""Pages of one system, below the chosen one in the navigation: id, title, icon."""
_OF_SYSTEM = "#"
"""Between path and page in the id of such a place; no path has it."""


class Organizing(Part):
    """The three pages of one window.

    `approvals_wanted` follows the wish to see what waits for a decision. `system_chosen` carries
    the path of the system that a person turned to, `system_page_wanted` a page of it and that
    path, `bundle_wanted` the system whose events are to be exported.
    """

    approvals_wanted = Signal()
    system_chosen = Signal(str)
    system_page_wanted = Signal(str, str)
    bundle_wanted = Signal(object)

    def __init__(
        self,
        link: Link,
        jobs: Jobs,
        here: Here,
        zone: Callable[[], tzinfo],
        window: MainWindow,
        parent: QObject,
    ):
        super().__init__(parent)
        self._window, self._here = window, here
        self.system = ""
        """Path of the chosen system."""
        self._place = self._awaited = ""
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._on_turn)
        self.forests = ForestReader(link, jobs, self)
        self.forests.arrived.connect(self._on_forest)
        self.forests.failed.connect(self.trouble)
        self._page = Later(
            window.stack, lambda: OrganizationPage(link, jobs, here, window), self._begin_page
        )
        self._metadata = Later(
            window.stack, lambda: MetadataPage(link, jobs, here, zone, window), self._begin_metadata
        )
        self._systems = Later(
            window.stack,
            lambda: SystemsPage(link, jobs, here, self.forests, window),
            self._begin_systems,
        )
        window.navigation.place_chosen.connect(self._on_place)

    @property
    def page(self) -> OrganizationPage:
        """The organization."""
        return self._page()

    @property
    def metadata(self) -> MetadataPage:
        """What it is in law."""
        return self._metadata()

    @property
    def systems(self) -> SystemsPage:
        """Systems and customers."""
        return self._systems()

    def _begin_page(self, page: OrganizationPage) -> None:
        self._hear(page)
        page.renamed.connect(self._on_renamed)

    def _begin_metadata(self, page: MetadataPage) -> None:
        self._hear(page)
        page.approvals_wanted.connect(self.approvals_wanted)

    def _begin_systems(self, page: SystemsPage) -> None:
        self._hear(page)
        page.bundle_wanted.connect(self.bundle_wanted)

    def _hear(self, page: OrganizationPage | MetadataPage | SystemsPage) -> None:
        page.trouble.connect(self.trouble)
        page.noted.connect(self.noted)

    def add_pages(self) -> None:
        """Put Organization and its metadata below the section that was begun."""
        self._window.add_page("organization", "Organization", "building-2", self._page)
        self._window.add_page("metadata", "Organization Metadata", "file-text", self._metadata)

    def add_systems(self) -> None:
        """Begin the group of systems, and put their page there."""
        self._window.navigation.add_group("systems", "Systems")
        self._window.add_page("systems", "Systems and customers", "layers", self._systems)

    def bind(self, actions: Actions) -> None:
        """Say what each action runs."""
        show = self._window.show_page
        for page in ("organization", "metadata", "systems"):
            actions.bind(f"page.{page}", partial(show, page))
        actions.bind("systems.create", self._create)

    def begin(self) -> None:
        """Read the tree for the navigation."""
        if READ_NODES in self._here.permissions:
            self.forests.read()

    def go_on(self) -> None:
        """The connection is back."""
        self._page.tell(OrganizationPage.go_on)
        self._metadata.tell(MetadataPage.go_on)
        self.begin()

    def set_zone(self, zone: tzinfo) -> None:
        """Show times in another zone."""
        self._metadata.tell(MetadataPage.set_zone)

    def _create(self) -> None:
        self._window.show_page("systems")
        self.systems.begin()

    @Slot(str)
    def _on_renamed(self, name: str) -> None:
        self._window.set_organization_name(name)

    @Slot(str)
    def _on_place(self, place: str) -> None:
        path, is_of_system, page = place.partition(_OF_SYSTEM)
        if is_of_system:
            self.system_page_wanted.emit(page, path)
        else:
            self._window.show_page("systems")
            self.systems.select(path)
        # The list that has just been clicked in does not change under the click.
        self._place = path
        self._turn.start(0)

    @Slot()
    def _on_turn(self) -> None:
        self.choose_system(self._place)

    @Slot(str)
    def choose_system(self, path: str) -> None:
        """Turn to the system that a path belongs to, now or once it is read; the last turn counts.

        Its pages stand below it.
        """
        self._turn.stop()
        self._awaited = ""
        forest = self.forests.forest
        if forest is None or path not in forest.place:
            self._await(path)
            return
        system = system_of(forest, path)
        if system and system != self.system:
            self.system = system
            self._show_places(forest)
            self.system_chosen.emit(system)

    def _await(self, path: str) -> None:
        """The first tree is on its way; a path that one lacks is newer, so another is read."""
        self._awaited = path
        if self.forests.forest is not None:
            self.forests.read()

    @Slot(object)
    def _on_forest(self, forest: Forest) -> None:
        """What is in use, in the order of the tree; somebody is always turned to one system."""
        before = self.system
        awaited, self._awaited = self._awaited, ""
        wanted = system_of(forest, awaited) or system_of(forest, before)
        self.system = wanted or next(iter(systems_of(forest)), "")
        self._show_places(forest)
        if self.system != before:
            self.system_chosen.emit(self.system)

    def _show_places(self, forest: Forest) -> None:
        navigation = self._window.navigation
        navigation.set_places("systems", "systems", places_of(forest, self.system))
        if self._window.page in (page for page, _, _ in SYSTEM_PLACES):
            navigation.go_to(self._window.page)


def systems_of(forest: Forest) -> list[str]:
    """Paths of the systems in use, by name as the tree has them."""
    branches = forest.branches(retired=False)
    found: list[str] = []

    def walk(above: int) -> None:
        for at in branches.get(above, ()):
            if forest.nodes[at].kind == "system":
                found.append(forest.nodes[at].node_path)
            walk(at)

    walk(-1)
    return found


def system_of(forest: Forest, path: str) -> str:
    """The system in use at or above a path; empty if there is none."""
    while path:
        at = forest.place.get(path, -1)
        if at >= 0 and forest.nodes[at].kind == "system":
            return path if forest.nodes[at].is_active else ""
        path = path.rpartition(".")[0]
    return ""


def places_of(forest: Forest, chosen: str = "") -> list[Place]:
    """The tree as rows of the navigation: systems, and below each its customers.

    Below the chosen system stand its pages first.
    """
    branches = forest.branches(retired=False)
    found: list[Place] = []

    def walk(above: int, depth: int) -> None:
        for at in branches.get(above, ()):
            if len(found) > PLACES_MOST:
                return
            node = forest.nodes[at]
            if node.kind == "organization":
                walk(at, depth)
            else:
                found.append(Place(node.node_path, node.name, ICONS[node.kind], depth))
                walk(at, depth + 1)

    walk(-1, 0)
    left = sum(node.is_active and node.kind != "organization" for node in forest.nodes)
    if left > PLACES_MOST:
        rest = left - PLACES_MOST
        found[PLACES_MOST:] = [Place("", f"and {rest:,} more", "ellipsis", 0)]
    return _with_pages(forest, found, chosen)


def _with_pages(forest: Forest, found: list[Place], chosen: str) -> list[Place]:
    """Put the pages of the chosen system below it; one that is not listed is added at the end."""
    at = next((row for row, place in enumerate(found) if place.id == chosen), -1)
    if not chosen or chosen not in forest.place:
        return found
    if at < 0:
        node = forest.nodes[forest.place[chosen]]
        at = len(found)
        found = [*found, Place(node.node_path, node.name, ICONS[node.kind])]
    depth = found[at].depth + 1
    pages = [
        Place(f"{chosen}{_OF_SYSTEM}{page}", title, icon, depth, page)
        for page, title, icon in SYSTEM_PLACES
    ]
    return [*found[: at + 1], *pages, *found[at + 1 :]]
