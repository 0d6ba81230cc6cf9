"""The organisation: its name, sites and teams; its legal identity with history and contact."""
