"""The step-by-step setup guide: from a key to the first event that it sends."""
