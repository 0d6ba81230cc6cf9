"""Where things are in a checkout, and how a verb speaks."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"


def say(text: str) -> None:
    """Print one line of our own noise."""
    print(text, file=sys.stderr, flush=True)
