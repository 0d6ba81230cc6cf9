"""Claims: the blast radius reads without colour, in one line where one is enough."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from govdesk.desktop.access.blast_radius import BlastRadius
from govdesk.domain.permissions import held_by
from govdesk.services.access import Change
from tests.desktop.driving import find, settle, show


def rows(base: str, what: str, node: str = "acme.claims") -> list[Change]:
    return [
        Change(name, node, "Claims triage", what, 1, 12, 4200, False)  # type: ignore[arg-type]
        for name in held_by(base)  # type: ignore[arg-type]
    ]


def test_it_says_who_gains_and_loses_what_in_words() -> None:
    widget = show(BlastRadius(), 600, 400)
    widget.show_changes([*rows("member", "gained"), *rows("owner", "lost", "acme")], "Mei")
    settle()
    assert find(widget, "blast_gained_title", QLabel).text() == "Mei gains"
    assert find(widget, "blast_lost_title", QLabel).text() == "Mei loses"
    line = find(widget, "blast_gained_0", QLabel).text()
    assert line == "reads everything on Claims triage: 1 system, 12 members, 4,200 events"
    assert widget.text.startswith("Gains: reads everything on Claims triage")
    assert "Loses: may do everything" in widget.text


def test_no_change_is_a_sentence_and_takes_the_place_of_what_was_there() -> None:
    widget = show(BlastRadius(), 600, 400)
    widget.show_changes(rows("member", "gained"))
    settle()
    widget.show_changes([])
    settle()
    assert widget.text == "Nothing changes in what this person may do."
    assert not widget.findChildren(QLabel, "blast_gained_title")


def test_thousands_of_nodes_are_cut_with_a_count() -> None:
    widget = show(BlastRadius(), 600, 400)
    many = [Change("audit.read", f"acme.s{n}", f"S{n}", "lost", 1, 0, n, False) for n in range(500)]
    widget.show_changes(many)
    settle()
    assert find(widget, "blast_lost_more", QLabel).text() == "and 440 more lines of this kind"
