"""System → Integration: the API keys of one system, and what is laid down for keys."""
