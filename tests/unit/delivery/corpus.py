"""The hostile corpus, and public addresses that have to pass."""

from __future__ import annotations

import ipaddress
import json
import random
from pathlib import Path
from typing import Any

_VECTORS = Path(__file__).parents[2] / "vectors"


def _read(name: str) -> Any:
    return json.loads((_VECTORS / name).read_text(encoding="utf-8"))


CORPUS: dict[str, list[dict[str, Any]]] = _read("hostile_addresses.json")
PUBLIC: dict[str, list[str]] = _read("public_addresses.json")


def public_addresses(count: int = 1000) -> list[str]:
    """Those beside special ranges, then some out of public blocks; on every Python the same."""
    made, number = dict[str, None].fromkeys(PUBLIC["beside"]), random.Random(20261121).randrange
    blocks = [ipaddress.ip_network(one) for one in PUBLIC["blocks"]]
    while len(made) < count:
        for block in blocks[: count - len(made)]:
            made[str(block[number(block.num_addresses)])] = None
    return list(made)
