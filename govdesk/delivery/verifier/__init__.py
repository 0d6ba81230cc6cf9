"""Files that stand in the offline verifier kit as they are here; GovDesk imports none."""
