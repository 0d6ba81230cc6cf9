"""What it takes to change the organization, and what a page says to whoever lacks it."""

from __future__ import annotations

MANAGE = "organization.manage"
READ_ONLY = (
    "You can read this page. Changing it needs the permission organization.manage for the whole"
    " organization, which an owner or an admin can grant."
)
