"""Home: what needs somebody, what happened, whether the record holds."""

from govdesk.desktop.home.page import HomePage

__all__ = ["HomePage"]
