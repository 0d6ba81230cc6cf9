"""Programs that travel inside evidence and need nothing but a Python interpreter."""
