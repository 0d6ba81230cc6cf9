"""Tables over lists too long to hold: a model of pages, and the view that asks for them."""

from govdesk.desktop.tables.columns import Column, Line
from govdesk.desktop.tables.model import WindowedModel
from govdesk.desktop.tables.view import WindowedTable

__all__ = ["Column", "Line", "WindowedModel", "WindowedTable"]
