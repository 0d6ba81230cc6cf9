"""Actions as data: declared once, fed to menus, context menus, palette, keys and their page."""

from govdesk.desktop.actions.action import Action, Context, Standard
from govdesk.desktop.actions.registry import Actions
from govdesk.desktop.actions.shortcuts import Shortcuts

__all__ = ["Action", "Actions", "Context", "Shortcuts", "Standard"]
