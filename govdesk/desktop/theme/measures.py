"""Lengths and habits of Qt's controls that differ from Fusion's."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialogButtonBox, QStyle

from govdesk.desktop.theme import sizes

_PM = QStyle.PixelMetric
_SH = QStyle.StyleHint

METRICS: Final = {
    _PM.PM_ScrollBarExtent: sizes.SCROLL_BAR,
    _PM.PM_ScrollBarSliderMin: 4 * sizes.INSIDE,
    _PM.PM_ButtonShiftHorizontal: 0,
    _PM.PM_ButtonShiftVertical: 0,
    _PM.PM_ButtonIconSize: sizes.ICON,
    _PM.PM_SmallIconSize: sizes.ICON,
    _PM.PM_ToolBarIconSize: sizes.ICON,
    _PM.PM_TabBarIconSize: sizes.ICON,
    _PM.PM_MessageBoxIconSize: sizes.ICON_LARGE,
    _PM.PM_IndicatorWidth: sizes.INDICATOR,
    _PM.PM_IndicatorHeight: sizes.INDICATOR,
    _PM.PM_ExclusiveIndicatorWidth: sizes.INDICATOR,
    _PM.PM_ExclusiveIndicatorHeight: sizes.INDICATOR,
    _PM.PM_CheckBoxLabelSpacing: sizes.INSIDE,
    _PM.PM_RadioButtonLabelSpacing: sizes.INSIDE,
    _PM.PM_SplitterWidth: sizes.GRID + sizes.HAIRLINE,
    _PM.PM_MenuPanelWidth: sizes.HAIRLINE,
    _PM.PM_MenuVMargin: sizes.GRID,
    _PM.PM_MenuHMargin: 0,
    _PM.PM_TabBarTabHSpace: 2 * sizes.GAP,
    _PM.PM_TabBarTabVSpace: sizes.GAP,
    _PM.PM_TabBarBaseOverlap: 0,
    _PM.PM_TabBarTabShiftVertical: 0,
    _PM.PM_TabBarTabShiftHorizontal: 0,
    _PM.PM_LayoutHorizontalSpacing: sizes.INSIDE,
    _PM.PM_LayoutVerticalSpacing: sizes.INSIDE,
    _PM.PM_HeaderMargin: sizes.GRID,
    _PM.PM_ToolTipLabelFrameWidth: sizes.INSIDE,
    _PM.PM_FocusFrameHMargin: sizes.GRID,
}
HINTS: Final = {
    _SH.SH_EtchDisabledText: 0,
    _SH.SH_DitherDisabledText: 0,
    _SH.SH_DialogButtonBox_ButtonsHaveIcons: 0,
    _SH.SH_ScrollBar_LeftClickAbsolutePosition: 0,
    _SH.SH_UnderlineShortcut: 0,
    # Primary button right, Cancel left of it, on every desktop.
    _SH.SH_DialogButtonLayout: QDialogButtonBox.ButtonLayout.GnomeLayout.value,
}
