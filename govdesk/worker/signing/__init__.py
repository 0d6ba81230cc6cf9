"""Signing checkpoints: what a worker signs, what it refuses, what it remembers."""
