"""The audit log as a document for people: cover, table, bookmarks; no Qt, no database."""
