"""The coloured band at the top of every window: whose data this is, and how careful to be."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from govdesk.desktop import theme
from govdesk.desktop.widgets import ElidedLabel

ENVIRONMENTS: Final = ("dev", "staging", "production", "snapshot")


class EnvironmentBand(QWidget):
    """Organization and environment at the left, search, jobs and person at the right.

    The environment is said by colour, a dot and its word.
    """

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("environment_band")
        self.setAutoFillBackground(True)
        self.environment = "dev"
        self._icons: dict[QToolButton, str] = {}
        self.organization_button = self.make_button("organization_button", "", "building-2")
        self._dot = _Dot(self)
        self._words = ElidedLabel("", "right", self, role="strong")
        self._words.setObjectName("environment_words")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.INSIDE, 0, theme.INSIDE, 0)
        self._row.setSpacing(theme.GRID)
        self._row.addWidget(self.organization_button)
        self._row.addSpacing(theme.INSIDE)
        self._row.addWidget(self._dot)
        self._row.addWidget(self._words)
        self._row.addStretch(1)
        self.setFixedHeight(max(theme.BAND_HEIGHT, self.fontMetrics().height() + theme.MARGIN))
        self._restyle()
        theme.signals.changed.connect(self._restyle)

    def set_organization(self, name: str, environment: str, words: str = "") -> None:
        """Show whose data this is; `words` may say more than the environment's name.

        Raises ValueError for an environment that is none of the four.
        """
        if environment not in ENVIRONMENTS:
            raise ValueError(f"{environment} is no environment. There are {ENVIRONMENTS}.")
        self.environment = environment
        self.organization_button.setText(name.replace("&", "&&"))
        self.organization_button.setToolTip(name)
        self.organization_button.setAccessibleName(f"Organization: {name}")
        shown = words or environment.capitalize()
        self._words.setText(shown)
        self._words.setAccessibleName(f"Environment: {shown}")
        self._restyle()

    def set_organization_menu(self, menu: QMenu) -> None:
        """Open a menu below the organization's name."""
        self.set_menu(self.organization_button, menu)

    def show_file(self, words: str) -> None:
        """Say in words alone whose data this is: no organization is entered, a file is read."""
        self.environment = "snapshot"
        self.organization_button.hide()
        self._words.setText(words)
        self._words.setAccessibleName(words)
        self._restyle()

    @property
    def words(self) -> str:
        """What it says, however much of it there is room for."""
        return self._words.whole

    def add_state(self, name: str) -> QToolButton:
        """Add a button right behind the words, for what is found out about them."""
        button = self.make_button(name, "", "circle-dashed")
        self._row.insertWidget(self._row.indexOf(self._words) + 1, button)
        return button

    def set_state(self, button: QToolButton, words: str, icon: str) -> None:
        """Say it by a word and an icon."""
        button.setText(words)
        button.setAccessibleName(words)
        self._icons[button] = icon
        self._restyle()

    def add_button(
        self, name: str, words: str, icon: str, menu: QMenu | None = None
    ) -> QToolButton:
        """Add a button at the right end; `name` is its object name."""
        button = self.make_button(name, words, icon)
        if menu is not None:
            self.set_menu(button, menu)
        self._row.addWidget(button)
        self._restyle()
        return button

    def make_button(self, name: str, words: str, icon: str) -> QToolButton:
        """Make a button in the band's colours without placing it."""
        button = _BandButton(self)
        button.setObjectName(name)
        button.setProperty("on_band", True)
        button.setAutoRaise(True)
        button.setText(words)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons[button] = icon
        return button

    def set_menu(self, button: QToolButton, menu: QMenu) -> None:
        """Open a menu below one of the band's buttons."""
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @Slot()
    def _restyle(self) -> None:
        roles = QPalette.ColorRole
        ink = f"on_environment_{self.environment}"
        palette = QPalette(self.palette())
        palette.setColor(roles.Window, theme.colour(f"environment_{self.environment}"))
        for role in (roles.WindowText, roles.ButtonText):
            palette.setColor(role, theme.colour(ink))
        self.setPalette(palette)
        self._words.set_tone(ink)
        for button, icon in self._icons.items():
            button.setIcon(theme.icon(icon, ink))


class _BandButton(QToolButton):
    """Gives way where the window is narrow; the tool tip says all of it."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(min(whole.width(), 24 * theme.GRID), whole.height())


class _Dot(QWidget):
    """A filled circle in the colour of the words beside it."""

    def sizeHint(self) -> QSize:
        return QSize(theme.GAP, theme.GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        box = QRect(0, 0, theme.INSIDE, theme.INSIDE)
        box.moveCenter(self.rect().center())
        theme.panel(painter, box, ink, radius=theme.INSIDE / 2)
        painter.end()
