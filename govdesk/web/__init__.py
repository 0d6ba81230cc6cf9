"""The pages behind mailed links: invitations, decisions, recovery. No script, no cookie."""
