"""What is handed over: CSV, JSON and JSONL with a sidecar manifest."""
