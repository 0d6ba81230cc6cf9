"""Says what ends before it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from govdesk.services.sessions import Seat

_STOPS: Final = "What runs there stops at once, and whoever uses it has to sign in again."
_HERE: Final = "It is the one you use: you will be signed out of this window."


def words(seats: Sequence[Seat]) -> tuple[str, str]:
    """A question and what it means, for the sessions that are to end."""
    first = seats[0]
    people = sorted({seat.email for seat in seats})
    if len(seats) > 1:
        whose = people[0] if len(people) == 1 else f"{len(people)} people"
        places = ", ".join(dict.fromkeys(seat.ip or "an unknown address" for seat in seats))
        return f"Revoke {len(seats)} sessions of {whose}?", f"From {places}. {_STOPS}"
    place = f" from {first.ip}" if first.ip else ""
    if first.kind == "staff":
        return (
            f"End the visit of {first.email}?",
            "Nothing more can be read or written by this person at once; the log says who ended"
            " the visit.",
        )
    if first.current:
        return "Revoke your own session?", _HERE
    return f"Revoke the session of {first.email}{place}?", _STOPS


def ask(parent: QWidget, seats: Sequence[Seat], then: Callable[[], object]) -> None:
    """Ask whether these are to end; `then` follows a yes."""
    window = parent.window()
    if window.findChild(QMessageBox, "revoke_question") is not None:
        return
    sentence, meaning = words(seats)
    question = QMessageBox(QMessageBox.Icon.Question, "Revoke", sentence, parent=window)
    question.setObjectName("revoke_question")
    question.setTextFormat(Qt.TextFormat.PlainText)
    question.setInformativeText(meaning)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    revoke = question.addButton("Revoke", QMessageBox.ButtonRole.AcceptRole)
    revoke.setObjectName("revoke_yes")
    revoke.setProperty("danger", True)
    cancel = question.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName("revoke_no")
    question.setDefaultButton(cancel)
    question.setEscapeButton(cancel)
    revoke.clicked.connect(lambda: then())
    question.open()
