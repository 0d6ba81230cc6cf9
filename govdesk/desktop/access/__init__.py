"""Who may do what where: what a change would change, why somebody may, and who can."""
