"""The dispatcher: from the sealed log to the receivers, so that nothing is lost on the way."""
