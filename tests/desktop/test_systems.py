"""Systems and customers: the tree, creating, renaming, retiring, restoring, by keyboard."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QListWidget

from govdesk.desktop.navigation import Navigation
from govdesk.desktop.organization.commands import PLACES_MOST, places_of, system_of, systems_of
from govdesk.desktop.systems.page import SystemsPage
from govdesk.desktop.systems.reading import ForestReader
from govdesk.desktop.systems.tree import BATCH, Forest, NodeTree
from govdesk.jobs import Jobs
from govdesk.services import nodes
from govdesk.services.link import Link
from govdesk.services.nodes import Node
from govdesk.services.organization import Here
from tests.desktop.driving import find, opened, press, show, wait_for, write
from tests.desktop.governed import OpenedPage, opened_page, settle, words_of
from tests.desktop.office import Form
from tests.organizations import scoped
from tests.people import ADA, MEI, OLGA, OTIS, PASSWORD, Cast

__all__ = ["opened_page"]


def node(path: str, name: str = "", kind: str = "system", status: str = "active") -> Node:
    return Node(f"id {path}", path, kind, name or path, status)


TOP = node("acme", "Acme", "organization")


def tree_of(*found: Node) -> NodeTree:
    model = NodeTree()
    model.show_forest(Forest([TOP, *found]))
    return model


def names(model: NodeTree, parent: QModelIndex | None = None) -> list[str]:
    above = parent if parent is not None else QModelIndex()
    return [str(model.index(row, 0, above).data()) for row in range(model.rowCount(above))]


# The model


def systems_page(link: Link, jobs: Jobs, here: Here) -> SystemsPage:
    """The page, with a reader of its own."""
    reader = ForestReader(link, jobs)
    page = SystemsPage(link, jobs, here, reader)
    reader.setParent(page)
    return page


def test_the_tree_is_sound_and_ordered_by_name(qapp: object) -> None:
    model = tree_of(
        node("acme.b", "Beta"), node("acme.a", "alpha"), node("acme.a.c", "Client", "customer")
    )
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal, model
    )
    assert tester.failureReportingMode()
    root = model.index(0, 0)
    assert names(model) == ["Acme"]
    assert names(model, root) == ["alpha", "Beta"]
    assert names(model, model.index(0, 0, root)) == ["Client"]
    model.find("client", retired=False)
    assert names(model, model.index(0, 0)) == ["alpha"]
    model.find("nothing", retired=False)
    assert model.count == 0


def test_whoever_sees_a_part_has_that_part_at_the_top(qapp: object) -> None:
    model = NodeTree()
    model.show_forest(Forest([node("acme.a.b", "Client", "customer"), node("acme.x.y.z", "Deep")]))
    assert names(model) == ["Client", "Deep"]


def test_retired_ones_are_shown_when_asked_for(qapp: object) -> None:
    model = tree_of(node("acme.a", "Old", status="retired"))
    assert names(model, model.index(0, 0)) == []
    model.find("", retired=True)
    assert names(model, model.index(0, 0)) == ["Old"]


def test_ten_thousand_nodes_are_laid_out_as_one_needs_them(qapp: object) -> None:
    found = [node(f"acme.s{n}", f"System {n:05}") for n in range(10_000)]
    started = time.perf_counter()
    model = tree_of(*found)
    assert time.perf_counter() - started < 1
    root = model.index(0, 0)
    assert model.rowCount(root) == BATCH
    assert model.canFetchMore(root)
    last = model.index_of("acme.s9999")
    assert last.data() == "System 09999"
    assert model.rowCount(root) == 10_000
    assert model.parent(last) == root


# The page


def test_a_system_and_a_customer_are_created_by_keyboard(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, systems_page)
    form = Form(page)
    form.push("node_create")
    form.press("Return")
    assert "A name is missing" in words_of(page, "node_new_name_help")
    form.write("Über Portal")
    assert words_of(page, "node_new_path") == "acme.uber_portal"
    form.push("node_new_create")
    settle(jobs)
    assert words_of(page, "node_title") == "Über Portal"
    assert page.tree.currentIndex().data() == "Über Portal"
    form.push("node_create")
    assert find(page, "node_new_kind").currentData() == "customer"
    form.type("node_new_name", "Portal")
    form.push("node_new_create")
    settle(jobs)
    made = nodes.find(cast.sign_in(OLGA), "acme.uber_portal.portal")
    assert (made.kind, made.name) == ("customer", "Portal")


def test_a_system_is_renamed_in_place_and_both_names_are_shown_on_conflict(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, systems_page)
    page.select("acme.portal")
    olga = cast.sign_in(OLGA)
    nodes.rename(olga, nodes.find(olga, "acme.portal"), "Gate")
    form = Form(page)
    form.type("node_name", "Front door")
    form.press("Return")
    settle(jobs)
    assert "it is now “Gate”" in words_of(page, "node_conflict_sentence")
    assert find(page, "node_name", QLineEdit).text() == "Front door"
    form.push("node_conflict_keep")
    settle(jobs)
    assert nodes.find(olga, "acme.portal").name == "Front door"
    assert words_of(page, "node_title") == "Front door"


def test_retiring_says_first_what_ends_and_restoring_brings_it_back(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    olga = cast.sign_in(OLGA)
    page = opened_page(ADA, systems_page)
    page.select("acme.claims")
    form = Form(page)
    form.push("node_retire")
    dialog = opened("retire_dialog", QDialog)
    assert "1 system or customer below it" in words_of(dialog, "retire_sentence")
    listed = find(dialog, "retire_endings", QListWidget)
    assert [listed.item(row).text() for row in range(listed.count())] == ["Northside · customer"]
    press(dialog, "Escape")
    assert nodes.find(olga, "acme.claims").is_active
    Form(page).push("node_retire")
    Form(opened("retire_dialog", QDialog)).push("retire_confirm")
    settle(jobs)
    assert nodes.find(olga, "acme.claims.northside").status == "retired"
    assert find(page, "node_retired", QCheckBox).isChecked()
    assert words_of(page, "node_title") == "Claims triage"
    Form(page).push("node_restore")
    settle(jobs)
    assert nodes.find(olga, "acme.claims").is_active
    assert nodes.find(olga, "acme.claims.northside").status == "retired"


def test_retiring_asks_for_password_and_code_when_the_window_was_left_open(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    page = opened_page(ADA, systems_page)
    page._link.needs_confirmation()
    page.select("acme.portal")
    Form(page).push("node_retire")
    Form(opened("retire_dialog", QDialog)).push("retire_confirm")
    asked = Form(opened("ConfirmForm", QDialog))
    assert nodes.find(cast.sign_in(OLGA), "acme.portal").is_active
    asked.type("password", PASSWORD)
    asked.type("code", cast.fresh_code(ADA))
    settle(jobs)
    wait_for(lambda: words_of(page, "node_title") == "Portal", what="the page")
    assert nodes.find(cast.sign_in(OLGA), "acme.portal").status == "retired"


def test_finding_filters_as_one_types_and_says_when_there_is_nothing(
    opened_page: OpenedPage,
) -> None:
    page = opened_page(MEI, systems_page)
    finder = find(page, "node_find", QLineEdit)
    finder.setFocus()
    write(finder, "north")
    wait_for(lambda: page.model.count == 3, what="the filter")
    write(finder, "qqq")
    wait_for(lambda: page.model.count == 0, what="the filter")
    assert "Nothing fits the filter" in words_of(page, "node_none")


def test_an_admin_of_one_system_works_in_its_part_only(
    cast: Cast, jobs: Jobs, opened_page: OpenedPage
) -> None:
    scoped(cast, "acme.claims").close()
    page = opened_page(OTIS, systems_page)
    assert names(page.model) == ["Claims triage"]
    form = Form(page)
    form.push("node_create")
    assert find(page, "node_new_kind").count() == 1
    form.type("node_new_name", "Southside")
    form.push("node_new_create")
    settle(jobs)
    assert nodes.find(cast.sign_in(OLGA), "acme.claims.southside").kind == "customer"


def test_a_member_sees_the_tree_and_who_could_change_it(opened_page: OpenedPage) -> None:
    page = opened_page(MEI, systems_page)
    page.select("acme.portal")
    assert "node.manage" in words_of(page, "node_why_not")
    assert find(page, "node_name", QLineEdit).isReadOnly()
    for name in ("node_create", "node_save", "node_retire"):
        assert not find(page, name).isVisible()


# The navigation


def test_the_navigation_shows_the_tree_and_leads_into_it(office: Any) -> None:
    desk = office.desk(OLGA)
    navigation = find(desk.window, "navigation", Navigation)
    page = desk.place.organizing.systems
    wait_for(lambda: page.forest is not None, what="the tree")
    rows = [navigation.model().index(row, 0) for row in range(navigation.model().rowCount())]
    titles = [str(index.data()) for index in rows]
    assert titles[titles.index("Systems and customers") + 1 :][:5] == [
        "Claims triage",
        "Integration",
        "SIEM",
        "Northside",
        "Portal",
    ]
    navigation.setFocus()
    navigation.setCurrentIndex(rows[titles.index("Northside")])
    assert desk.place.window.page == "systems"
    wait_for(lambda: page.tree.currentIndex().data() == "Northside", what="the node")
    group = rows[titles.index("Systems")]
    navigation.setCurrentIndex(group)
    press(navigation, "Space")
    assert navigation.isRowHidden(titles.index("Northside"))
    press(navigation, "Return")
    assert not navigation.isRowHidden(titles.index("Northside"))


def test_whoever_comes_to_the_navigation_by_tab_stays_on_the_page(qapp: object) -> None:
    navigation = Navigation()
    chosen: list[str] = []
    navigation.chosen.connect(chosen.append)
    for page in ("home", "timeline"):
        navigation.add_page(page, page, "house")
    show(navigation).setFocus()
    assert navigation.hasFocus()
    assert chosen == []
    press(navigation, "Down")
    assert chosen == ["timeline"]


def test_a_long_tree_is_cut_in_the_navigation(qapp: object) -> None:
    many = [node(f"acme.s{n:05}") for n in range(10_000)]
    found = places_of(Forest([TOP, *many]))
    assert len(found) == PLACES_MOST + 1
    assert found[-1].title == f"and {10_000 - PLACES_MOST:,} more"


def test_the_pages_of_the_chosen_system_stand_below_it(qapp: object) -> None:
    customer = node("acme.b.c", "C", "customer")
    old = node("acme.old", "Old", status="retired")
    forest = Forest([TOP, node("acme.a", "A"), node("acme.b", "B"), customer, old])
    assert systems_of(forest) == ["acme.a", "acme.b"]
    assert system_of(forest, "acme.b.c") == "acme.b"
    assert system_of(forest, "acme.old") == system_of(forest, "acme") == ""
    found = places_of(forest, "acme.b")
    assert [(one.title, one.depth, one.page) for one in found] == [
        ("A", 0, ""),
        ("B", 0, ""),
        ("Integration", 1, "integration"),
        ("SIEM", 1, "siem"),
        ("C", 1, ""),
    ]


def test_a_long_name_does_not_widen_the_navigation(qapp: object) -> None:
    navigation = Navigation()
    show(navigation)
    navigation.add_group("systems", "Systems")
    navigation.add_page("systems", "Systems and customers", "layers")
    before = navigation.minimumWidth()
    forest = Forest([TOP, node("acme.long", "Long " * 40)])
    navigation.set_places("systems", "systems", places_of(forest))
    assert navigation.minimumWidth() == before
    assert navigation.model().rowCount() == 3
    navigation.set_places("systems", "systems", places_of(Forest([TOP])))
    assert navigation.pages() == ["systems"]
    assert navigation.model().rowCount() == 2
