"""The one door to storage."""
