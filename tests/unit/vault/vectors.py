"""Reading the vectors in ``tests/vectors/cryptography`` and ``tests/vectors/envelope``."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
STANDARDS = ROOT / "tests/vectors/cryptography"
OWN = sorted((ROOT / "tests/vectors/envelope").glob("*.txt"))
SPECIFICATION = (ROOT / "docs/spec/envelope-v1.md").read_text(encoding="utf-8")


def cases(name: str) -> list[dict[str, str]]:
    """Return the cases of a response file, each as its names and values; FAIL is a name."""
    text = (STANDARDS / name).read_text(encoding="utf-8")
    blocks = re.split(r"^count = \d+\n", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
    found = []
    for block in blocks:
        lines = re.findall(r"^(\w+)\s*=?[ ]*(\S*)$", block.split("[")[0], re.MULTILINE)
        found.append(dict(lines))
    return found


def own(path: Path) -> dict[str, str]:
    """Return the names and values of one of our own vectors."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines)
    return {name: value.strip() for name, _, value in pairs}


def of_kind(kind: str) -> list[Path]:
    """Return the vectors of envelopes, copies or private keys."""
    return [path for path in OWN if own(path)["kind"] == kind]
