"""Fusion with flat, calm controls drawn from the tokens; no style sheets.

Python is called for every stroke, so only what looks dated is drawn here, and cells never: item
views keep the plain Fusion style, which needs no Python at all.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QTextCharFormat
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCalendarWidget,
    QFrame,
    QHeaderView,
    QPlainTextEdit,
    QProxyStyle,
    QPushButton,
    QStyle,
    QStyleFactory,
    QStyleOption,
    QStyleOptionFrame,
    QStyleOptionToolButton,
    QTextEdit,
    QToolButton,
    QWidget,
)

from govdesk.desktop.theme import bars, buttons, fields, labels, menus, scroll_bars, sizes, strokes
from govdesk.desktop.theme.icons import icon
from govdesk.desktop.theme.measures import HINTS, METRICS
from govdesk.desktop.theme.motion import motion_ms
from govdesk.desktop.theme.shown import colour

_PE = QStyle.PrimitiveElement
_CE = QStyle.ControlElement
_CC = QStyle.ComplexControl
_CT = QStyle.ContentsType
_SC = QStyle.SubControl

_SP = QStyle.StandardPixmap
_ICONS: Final = {
    _SP.SP_LineEditClearButton: ("x",),
    _SP.SP_ArrowLeft: ("chevron-left",),
    _SP.SP_ArrowRight: ("chevron-right",),
    _SP.SP_CommandLink: ("arrow-right", "accent"),
    _SP.SP_MessageBoxInformation: ("info", "severity_info"),
    _SP.SP_MessageBoxWarning: ("triangle-alert", "severity_warning"),
    _SP.SP_MessageBoxCritical: ("octagon-alert", "severity_high"),
    _SP.SP_MessageBoxQuestion: ("circle-question-mark", "icon"),
}
_TEXT_AREAS: Final = (QTextEdit, QPlainTextEdit)
_TITLES: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WITH_TEXT: Final = {
    _CC.CC_ComboBox: _SC.SC_ComboBoxEditField,
    _CC.CC_SpinBox: _SC.SC_SpinBoxEditField,
}
_HIGH_AS_A_CONTROL: Final = (_CT.CT_LineEdit, _CT.CT_ComboBox)


class Style(QProxyStyle):
    """The style of the application."""

    def __init__(self) -> None:
        super().__init__("fusion")

    # Polishing

    def polish(self, what: Any) -> Any:
        """Cells keep plain Fusion; a form's default button is its primary one."""
        made = super().polish(what)
        if isinstance(what, QHeaderView):
            what.setDefaultAlignment(_TITLES)
            what.setHighlightSections(False)
        elif isinstance(what, QAbstractItemView):
            # One each: a view destroys the style it was given together with itself.
            plain = QStyleFactory.create("fusion")
            plain.setParent(what)
            what.setStyle(plain)
        elif isinstance(what, QCalendarWidget):
            # Qt writes weekends in a red that is too pale on white and too dark on black.
            for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
                what.setWeekdayTextFormat(day, QTextCharFormat())
        elif isinstance(what, QPushButton) and what.isDefault():
            if what.property("primary") is None:
                what.setProperty("primary", True)
        elif isinstance(what, QToolButton):
            what.setAttribute(Qt.WidgetAttribute.WA_Hover)
        return made

    # Measuring

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        known = METRICS.get(metric)
        if metric == QStyle.PixelMetric.PM_DefaultFrameWidth and isinstance(widget, _TEXT_AREAS):
            known = sizes.FOCUS_WIDTH
        return super().pixelMetric(metric, option, widget) if known is None else known

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        data: Any = None,
    ) -> int:
        known = HINTS.get(hint)
        if known is None and hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            known = motion_ms()
        return super().styleHint(hint, option, widget, data) if known is None else known

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: Any, size: QSize, widget: Any = None
    ) -> QSize:
        made = super().sizeFromContents(kind, option, size, widget)
        if kind == _CT.CT_SpinBox:
            # Qt asks with the height of the line edit inside, which is a control's already.
            made.setHeight(max(sizes.CONTROL_HEIGHT, size.height()))
        elif kind in _HIGH_AS_A_CONTROL:
            made.setHeight(max(sizes.CONTROL_HEIGHT, made.height()))
        elif kind == _CT.CT_PushButton:
            made = labels.push_size(option, size, made)
        elif kind == _CT.CT_ToolButton:
            made = labels.tool_size(option, size)
        elif kind == _CT.CT_MenuItem:
            made = menus.item_size(option, made)
        elif kind == _CT.CT_HeaderSection and option.orientation == Qt.Orientation.Horizontal:
            made.setHeight(max(made.height(), sizes.CONTROL_HEIGHT))
        return made

    def subElementRect(self, element: QStyle.SubElement, option: Any, widget: Any = None) -> QRect:
        made = super().subElementRect(element, option, widget)
        if element == QStyle.SubElement.SE_LineEditContents and option.lineWidth > 0:
            made = option.rect.adjusted(sizes.FIELD_INSET - 2, 0, 2 - sizes.FIELD_INSET, 0)
        return made

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: Any,
        part: QStyle.SubControl,
        widget: Any = None,
    ) -> QRect:
        if control == _CC.CC_ScrollBar:
            found = scroll_bars.part(option, part)
            if found is not None:
                return found
        made = super().subControlRect(control, option, part, widget)
        if part == _WITH_TEXT.get(control):
            made.setLeft(option.rect.left() + sizes.FIELD_INSET - 2)
        return made

    # Drawing

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: Any,
        painter: QPainter,
        widget: Any = None,
    ) -> None:
        drawn = _PRIMITIVES.get(element)
        if drawn is None:
            super().drawPrimitive(element, option, painter, widget)
        else:
            drawn(painter, option, widget)

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: Any,
        painter: QPainter,
        widget: Any = None,
    ) -> None:
        drawn = _CONTROLS.get(element)
        if drawn is not None:
            drawn(painter, option, widget)
        elif element == _CE.CE_HeaderLabel and _is_indented(widget):
            # Qt asks here with a copy of its own.
            option.rect = option.rect.adjusted(sizes.CELL_INDENT - sizes.GRID, 0, 0, 0)
            super().drawControl(element, option, painter, widget)
        elif element == _CE.CE_ComboBoxLabel:
            # The list indents what stands below something else; the field shows the words alone.
            option.currentText = option.currentText.strip()
            super().drawControl(element, option, painter, widget)
        elif element == _CE.CE_MenuItem:
            menus.item(self, painter, option, widget)
        elif element == _CE.CE_PushButtonLabel:
            labels.push(self, painter, option, widget)
        elif element == _CE.CE_ShapedFrame and _is_line(option):
            _draw_line(painter, option)
        else:
            super().drawControl(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: Any,
        painter: QPainter,
        widget: Any = None,
    ) -> None:
        if control == _CC.CC_ScrollBar:
            scroll_bars.draw(painter, option, widget)
        elif control == _CC.CC_ComboBox:
            fields.combo_box(self, painter, option, widget)
        elif control == _CC.CC_SpinBox:
            fields.spin_box(self, painter, option, widget)
        elif control == _CC.CC_ToolButton:
            self._draw_tool_button(painter, option, widget)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def _draw_tool_button(self, painter: QPainter, option: Any, widget: Any) -> None:
        buttons.tool_panel(painter, option, widget)
        if _is_usual(option):
            labels.tool(self, painter, option)
        else:
            super().drawControl(_CE.CE_ToolButtonLabel, option, painter, widget)

    def standardIcon(
        self,
        which: QStyle.StandardPixmap,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> QIcon:
        if which in _ICONS:
            return icon(*_ICONS[which])
        return super().standardIcon(which, option, widget)


def _is_usual(option: QStyleOptionToolButton) -> bool:
    """Whether a tool button has icon and words side by side."""
    arrow = option.features & QStyleOptionToolButton.ToolButtonFeature.Arrow
    return not arrow and option.toolButtonStyle != Qt.ToolButtonStyle.ToolButtonTextUnderIcon


def _is_indented(widget: Any) -> bool:
    """Whether a header stands over cells that begin with room (`theme.indent`)."""
    return isinstance(widget, QHeaderView) and bool(widget.property("indented"))


def _is_line(option: QStyleOption) -> bool:
    shapes = (QFrame.Shape.HLine, QFrame.Shape.VLine)
    return isinstance(option, QStyleOptionFrame) and option.frameShape in shapes


def _draw_line(painter: QPainter, option: QStyleOptionFrame) -> None:
    rect, middle = option.rect, option.rect.center()
    if option.frameShape == QFrame.Shape.HLine:
        strokes.hairline(painter, rect.left(), middle.y(), rect.right(), middle.y())
    else:
        strokes.hairline(painter, middle.x(), rect.top(), middle.x(), rect.bottom())


def _focus(painter: QPainter, option: Any, widget: QWidget | None) -> None:
    """Buttons draw their own ring around all of themselves."""
    if not isinstance(widget, QPushButton) and buttons.has_ring(option):
        strokes.ring(painter, option.rect, colour("focus"), sizes.RADIUS_SMALL)


def _frame(painter: QPainter, option: Any, widget: QWidget | None) -> None:
    if isinstance(widget, _TEXT_AREAS):
        fields.text_area(painter, option, widget)
    else:
        fields.plain_frame(painter, option)


def _menu_panel(painter: QPainter, option: Any, widget: QWidget | None) -> None:
    painter.fillRect(option.rect, colour("raised"))
    strokes.panel(painter, option.rect, strokes.CLEAR, colour("control_line"), 0)


def _nothing(painter: QPainter, option: Any, widget: QWidget | None) -> None:
    """Some frames are better without a line."""


_ARROWS: Final = {
    _PE.PE_IndicatorArrowUp: "up",
    _PE.PE_IndicatorArrowDown: "down",
    _PE.PE_IndicatorArrowLeft: "left",
    _PE.PE_IndicatorArrowRight: "right",
}


def _arrow(direction: str) -> Any:
    def draw(painter: QPainter, option: Any, widget: QWidget | None) -> None:
        enabled = buttons.has(option, QStyle.StateFlag.State_Enabled)
        ink = colour("icon" if enabled else "text_disabled")
        strokes.chevron(painter, option.rect, ink, direction)

    return draw


_PRIMITIVES: Final[dict[QStyle.PrimitiveElement, Any]] = {
    _PE.PE_FrameFocusRect: _focus,
    _PE.PE_PanelLineEdit: fields.line_edit,
    _PE.PE_FrameLineEdit: _nothing,
    _PE.PE_PanelButtonCommand: buttons.push_panel,
    _PE.PE_PanelButtonTool: buttons.tool_panel,
    _PE.PE_IndicatorCheckBox: lambda painter, option, widget: buttons.check_box(painter, option),
    _PE.PE_IndicatorRadioButton: lambda painter, option, widget: buttons.radio_button(
        painter, option
    ),
    _PE.PE_Frame: _frame,
    _PE.PE_FrameGroupBox: lambda painter, option, widget: fields.plain_frame(painter, option),
    _PE.PE_FrameTabWidget: lambda painter, option, widget: bars.tab_page(painter, option),
    _PE.PE_FrameTabBarBase: lambda painter, option, widget: bars.tab_base(painter, option),
    _PE.PE_FrameStatusBarItem: _nothing,
    _PE.PE_PanelStatusBar: lambda painter, option, widget: bars.status(painter, option),
    _PE.PE_PanelMenu: _menu_panel,
    _PE.PE_FrameMenu: _nothing,
    _PE.PE_PanelTipLabel: _menu_panel,
    **{element: _arrow(direction) for element, direction in _ARROWS.items()},
}
_CONTROLS: Final[dict[QStyle.ControlElement, Any]] = {
    _CE.CE_PushButtonBevel: buttons.push_panel,
    _CE.CE_TabBarTabShape: lambda painter, option, widget: bars.tab(painter, option),
    _CE.CE_HeaderSection: lambda painter, option, widget: bars.header_section(painter, option),
    _CE.CE_HeaderEmptyArea: lambda painter, option, widget: bars.header_rest(painter, option),
    _CE.CE_ProgressBarGroove: _nothing,
    _CE.CE_ProgressBarContents: lambda painter, option, widget: bars.progress(painter, option),
    _CE.CE_Splitter: lambda painter, option, widget: bars.splitter(painter, option),
}
