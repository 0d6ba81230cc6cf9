"""Settings: the page, and what carries a changed preference to the open windows."""

from govdesk.desktop.settings.changes import LivePreferences
from govdesk.desktop.settings.page import SettingsPage

__all__ = ["LivePreferences", "SettingsPage"]
