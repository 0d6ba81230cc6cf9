"""Webhooks: what is sent to a SIEM and to other receivers, how they fare, and their secrets."""
