"""What stops when a connection goes, said before it goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from govdesk.desktop.editing.deleting import DeleteDialog
from govdesk.desktop.integrations.columns import kind_title, target
from govdesk.desktop.integrations.kinds import look_of
from govdesk.services.integrations import Integration


def what_stops(one: Integration) -> str:
    """One or two sentences about what a connection does that nothing does without it."""
    place = target(one)
    where = f" at {place}" if place else ""
    if one.status == "disabled":
        return f"{kind_title(one.kind)}{where}. It is disabled, so that nothing uses it now."
    return f"{kind_title(one.kind)}{where}. {look_of(one.kind).stops}"


def delete_dialog(one: Integration, then: Callable[[], object], parent: QWidget) -> DeleteDialog:
    """Ask before a connection goes; Delete calls `then`."""
    return DeleteDialog(
        "delete_connection",
        f"Delete {one.name}",
        f"Delete the connection “{one.name}”?",
        what_stops(one),
        "Its private values go with it and cannot be brought back. The service itself and the"
        " secrets it refers to stay as they are, and so does its history in the log. To stop it"
        " for a while, disable it instead.",
        "Delete",
        then,
        parent,
    )
