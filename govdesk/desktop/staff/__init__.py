"""Staff of GovDesk inside an organisation: how they enter, and how both sides see it."""
