"""Small parts that pages and dialogs are made of; each takes values and tells by signals."""

from __future__ import annotations

from govdesk.desktop.widgets.announcing import announce
from govdesk.desktop.widgets.banner import Banner
from govdesk.desktop.widgets.clipboard import SecretClipboard
from govdesk.desktop.widgets.covering import Covering, cover_all, covered
from govdesk.desktop.widgets.elided_label import ElidedLabel
from govdesk.desktop.widgets.form_field import FormField
from govdesk.desktop.widgets.job_row import JobRow
from govdesk.desktop.widgets.line_button import LineButton
from govdesk.desktop.widgets.mono_field import MonoField
from govdesk.desktop.widgets.page_header import PageHeader
from govdesk.desktop.widgets.picture import Picture
from govdesk.desktop.widgets.pill import Pill
from govdesk.desktop.widgets.secret_field import SecretField
from govdesk.desktop.widgets.state_page import StatePage
from govdesk.desktop.widgets.ticks import Ticks
from govdesk.desktop.widgets.words import Words

__all__ = [
    "Banner",
    "Covering",
    "ElidedLabel",
    "FormField",
    "JobRow",
    "LineButton",
    "MonoField",
    "PageHeader",
    "Picture",
    "Pill",
    "SecretClipboard",
    "SecretField",
    "StatePage",
    "Ticks",
    "Words",
    "announce",
    "cover_all",
    "covered",
]
