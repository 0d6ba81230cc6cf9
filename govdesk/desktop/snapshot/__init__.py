"""Sealed files in windows of their own: read-only, without a server, whatever else is open."""

from govdesk.desktop.snapshot.opening import Snapshots

__all__ = ["Snapshots"]
