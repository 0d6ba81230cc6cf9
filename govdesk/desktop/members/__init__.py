"""The page Team Members: people, invitations, roles."""
