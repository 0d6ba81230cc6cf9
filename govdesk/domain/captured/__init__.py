"""The captured tables, by subject; `govdesk.domain.capture` puts them together."""
