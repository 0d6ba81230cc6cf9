"""What the rows are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of secret: `title` completes "This looks like …"."""

    name: str
    title: str
    hint: str
    pattern: str


def any_case(words: str) -> str:
    """Letters in both cases; ``~`` stands for an optional separator of words."""
    pieces = {"~": "[_ -]?", " ": " "}
    return "".join(pieces.get(c, f"[{c.upper()}{c}]" if c.isalpha() else c) for c in words.lower())


START: Final = "(?:^|[^A-Za-z0-9])"
END: Final = "(?![A-Za-z0-9])"
HEX: Final = "[0-9a-f]"
UUID: Final = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
SPACE: Final = "[ \t\r\n]"
IS: Final = rf"[\\]*[\"']?{SPACE}*[=:]{SPACE}*[\\]*[\"']?"
"""Between a name and its value: ``=``, ``:``, quoted or not, escaped or not."""

_RUN: Final = "A-Za-z0-9_+/.~="
RANDOM: Final = (
    f"({UUID}|[0-9A-Fa-f]{{24,}}|(?=[a-z]{{0,80}}[0-9])[a-z0-9]{{20,}}"
    f"|(?=[A-Za-z_+/.~=-]{{0,80}}[0-9])(?=[a-z0-9_+/.~=-]{{0,80}}[A-Z])[{_RUN}-]{{16,}})"
    f"(?![{_RUN}-])"
)
"""A value that nobody would think of: UUID, long hex, or long and of several sorts of character."""

PLACEHOLDER: Final = (
    r"(?![$<{*[]|%[A-Za-z(]|[xX.…]+@|[xX.…]{3}|(?:vault|awssm|gcpsm|env|keyring)://"
    r"|(?:true|false|null|none|required|optional|redacted)(?![A-Za-z0-9]))"
)
TEXT_QUAD: Final = "[A-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/]"
"""Four characters of base64 that decode to three of ASCII: bit 7 of each byte is 0."""
