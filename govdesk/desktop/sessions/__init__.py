"""Who is signed in, and ending that."""

from govdesk.desktop.sessions.page import SessionsPage
from govdesk.desktop.sessions.presence import Presence

__all__ = ["Presence", "SessionsPage"]
