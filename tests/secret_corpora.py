"""The two corpora of raw secrets and of harmless values, put together at the moment they are used.

The files hold the secrets in pieces, so that nobody's scanner takes them for real ones.
"""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_VECTORS = Path(__file__).parent / "vectors"


@dataclass(frozen=True, slots=True)
class Secret:
    """A made-up secret as it would be entered: the kind it is, and the layers around it."""

    kind: str
    text: str
    layers: tuple[str, ...]


def _json_escaped(text: str) -> str:
    return '{"v":"' + "".join(f"\\u{ord(character):04x}" for character in text) + '"}'


LAYERS: dict[str, Callable[[str], str]] = {
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64url": lambda text: urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64-lines": lambda text: encodebytes(text.encode()).decode(),
    "base64-utf16": lambda text: b64encode(text.encode("utf-16-le")).decode(),
    "json": lambda text: json.dumps({"label": "Zahlungen", "value": text}),
    "json-escaped": _json_escaped,
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "sentence": lambda text: f"Bitte nicht ändern: {text}",
    "query": lambda text: f"https://api.acme.example/v1/things?name=x&value={quote(text, safe='')}",
}


def secrets() -> list[Secret]:
    """All made-up secrets, encoded as their rows say."""
    rows = json.loads((_VECTORS / "raw_secrets.json").read_text(encoding="utf-8"))["secrets"]
    return [_secret(row["kind"], "".join(row["parts"]), row.get("as", [])) for row in rows]


def harmless() -> list[str]:
    """Values that look a little like secrets and are none."""
    text = (_VECTORS / "harmless_values.json").read_text(encoding="utf-8")
    groups: dict[str, list[str]] = json.loads(text)["values"]
    return [value for group in groups.values() for value in group]


def _secret(kind: str, text: str, layers: list[str]) -> Secret:
    for layer in layers:
        text = LAYERS[layer](text)
    return Secret(kind, text, tuple(layers))
