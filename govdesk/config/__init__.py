"""Declared settings: one place for names, types, defaults and help."""
