"""The worker: what happens without anybody at a console."""
