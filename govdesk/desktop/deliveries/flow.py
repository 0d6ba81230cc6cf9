"""Controls in as many lines as they need: none is squeezed, none is cut."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from govdesk.desktop import theme


class Flow(QWidget):
    """Controls side by side; what does not fit begins another line.

    With `least` all are equally wide, at least so many pixels, and fill the width; without it
    each keeps the width it asks for.
    """

    def __init__(self, parent: QWidget, least: int = 0):
        super().__init__(parent)
        self._controls: list[QWidget] = []
        self._least = least
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, control: QWidget) -> None:
        """Put a control behind the others."""
        control.setParent(self)
        control.setMinimumHeight(theme.CONTROL_HEIGHT)
        self._controls.append(control)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """All of them, in their order, also those that are hidden."""
        return tuple(self._controls)

    def lay_out(self) -> None:
        """Put them where they belong, after one was shown or hidden."""
        for control, box in zip(self._shown(), self._boxes(self.width()), strict=True):
            control.setGeometry(box)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """More lines where there is less room."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Lines times their height."""
        return max((box.bottom() + 1 for box in self._boxes(width)), default=0)

    def sizeHint(self) -> QSize:
        """One line."""
        widths = [self._width(control) + theme.INSIDE for control in self._shown()]
        return QSize(sum(widths), self.heightForWidth(max(self.width(), self._widest())))

    def minimumSizeHint(self) -> QSize:
        """One control a line would do."""
        widest = self._widest()
        return QSize(widest, self.heightForWidth(max(self.width(), widest)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay them out anew."""
        super().resizeEvent(event)
        for control, box in zip(self._shown(), self._boxes(self.width()), strict=True):
            control.setGeometry(box)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _shown(self) -> list[QWidget]:
        return [control for control in self._controls if not control.isHidden()]

    def _width(self, control: QWidget) -> int:
        return (
            max(self._least, control.minimumSizeHint().width())
            if self._least
            else (control.sizeHint().width())
        )

    def _widest(self) -> int:
        return max((self._width(control) for control in self._shown()), default=0)

    def _boxes(self, width: int) -> list[QRect]:
        shown = self._shown()
        high = max((one.sizeHint().height() for one in shown), default=0)
        high = max(high, theme.CONTROL_HEIGHT)
        return self._equal(width, len(shown), high) if self._least else self._own(width, high)

    def _equal(self, width: int, count: int, high: int) -> list[QRect]:
        gap = theme.INSIDE
        # Words in a larger font need more than what was asked for: none is cut.
        fit = max((width + gap) // (self._widest() + gap), 1)
        lines = -(-count // fit) or 1
        each = -(-count // lines) or 1
        boxes = []
        for place in range(count):
            line, at = divmod(place, each)
            wide = (width - (each - 1) * gap) // each
            boxes.append(QRect(at * (wide + gap), line * (high + gap), wide, high))
        return boxes

    def _own(self, width: int, high: int) -> list[QRect]:
        boxes, left, top = [], 0, 0
        for control in self._shown():
            wide = self._width(control)
            if left and left + wide > width:
                left, top = 0, top + high + theme.INSIDE
            boxes.append(QRect(left, top, wide, high))
            left += wide + theme.INSIDE
        return boxes
