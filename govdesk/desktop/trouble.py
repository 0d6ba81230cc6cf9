"""Expected errors: what happened, what to do, and whether trying again can help."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from govdesk.desktop.widgets import Banner
from govdesk.domain.problem import Problem
from govdesk.services.link import Unreachable


class Explanation(NamedTuple):
    """`sentence` says what happened, `remedy` what to do."""

    sentence: str
    remedy: str
    retryable: bool

    @property
    def words(self) -> str:
        """Both as one text."""
        return f"{self.sentence} {self.remedy}".strip()


_OF_SYSTEM: Final[dict[int, Explanation]] = {
    errno.ENOSPC: Explanation("The disk is full.", "Free some space, then try again.", True),
    errno.EDQUOT: Explanation(
        "Your share of the disk is used up.", "Free some space, then try again.", True
    ),
    errno.EACCES: Explanation(
        "You may not use this file or folder.", "Choose another, or change its rights.", False
    ),
    errno.EPERM: Explanation(
        "You may not use this file or folder.", "Choose another, or change its rights.", False
    ),
    errno.EROFS: Explanation("This disk is read-only.", "Choose another folder.", False),
    errno.ENOENT: Explanation(
        "A file or folder is not there.", "Check the name, or choose another.", False
    ),
    errno.EEXIST: Explanation("There is a file of this name already.", "Choose another.", False),
    errno.EISDIR: Explanation("This is a folder, not a file.", "Choose a file.", False),
    errno.ENOTDIR: Explanation("Part of this path is not a folder.", "Choose another.", False),
    errno.ENAMETOOLONG: Explanation("This name is too long.", "Choose a shorter one.", False),
    errno.EIO: Explanation(
        "The disk reports an error.", "Try again, or choose another disk.", True
    ),
    errno.EMFILE: Explanation(
        "Too many files are open.", "Close other programs, then try again.", True
    ),
    errno.ETXTBSY: Explanation("Another program uses this file.", "Close it there first.", True),
    errno.EBUSY: Explanation("Another program uses this file.", "Close it there first.", True),
}
_CONNECTION: Final = Explanation(
    "The connection was lost.", "Check the network, then try again.", True
)
_TIME: Final = Explanation(
    "The other side took too long to answer.", "Check the network, then try again.", True
)
_NAME: Final = Explanation(
    "No server of this name was found.", "Check the name and the network.", True
)


def explain(error: BaseException) -> Explanation | None:
    """Put an expected error into words; None for a bug, which belongs to the crash window."""
    if isinstance(error, Problem):
        return Explanation(error.sentence, error.remedy, isinstance(error, Unreachable))
    if isinstance(error, OSError):
        return _of_system(error)
    return None


def _of_system(error: OSError) -> Explanation:
    if isinstance(error, ssl.SSLError):
        return Explanation(
            f"The protected connection failed: {error.reason or error}.",
            "Check the certificate in the profile.",
            True,
        )
    if isinstance(error, socket.gaierror):
        return _NAME
    if isinstance(error, ConnectionError):
        return _CONNECTION
    if isinstance(error, TimeoutError):
        return _TIME
    found = _OF_SYSTEM.get(error.errno or 0)
    if found is None:
        words = error.strerror or str(error) or "no reason was given"
        found = Explanation(f"The system refused: {words}.", "Try again.", True)
    return _with_place(found, error)


def _with_place(found: Explanation, error: OSError) -> Explanation:
    """Name the file, if there is one."""
    if not error.filename:
        return found
    return found._replace(sentence=f"{found.sentence.rstrip('.')}: {error.filename}.")


def show(
    parent: QWidget | None, error: BaseException, retry: Callable[[], object] | None = None
) -> None:
    """Say an expected error in the nearest banner around `parent`, else in a dialog.

    `retry` is offered where trying again can help. Raises `error` itself when it is a bug.
    """
    explanation = explain(error)
    if explanation is None:
        raise error
    can_retry = retry if explanation.retryable else None
    banner = nearest_banner(parent)
    if banner is not None:
        banner.say("error", explanation.words, [("Try again", can_retry)] if can_retry else ())
    else:
        _dialog(parent, explanation, can_retry)


def nearest_banner(widget: QWidget | None) -> Banner | None:
    """The banner of the smallest part of the window that holds `widget` and has one."""
    while widget is not None:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for place in (widget, *widget.findChildren(QWidget, options=direct)):
            if isinstance(place, Banner):
                return place
        widget = widget.parentWidget()
    return None


def _dialog(
    parent: QWidget | None, explanation: Explanation, retry: Callable[[], object] | None
) -> None:
    """A window that blocks nothing and deletes itself."""
    box = QMessageBox(parent)
    box.setObjectName("trouble")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("GovDesk")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(explanation.sentence)
    box.setInformativeText(explanation.remedy)
    close = box.addButton("Close", QMessageBox.ButtonRole.RejectRole)
    close.setObjectName("trouble_close")
    if retry is not None:
        again = box.addButton("Try again", QMessageBox.ButtonRole.AcceptRole)
        again.setObjectName("trouble_retry")
        again.clicked.connect(lambda: retry())
        box.setDefaultButton(again)
    box.setEscapeButton(close)
    box.open()
