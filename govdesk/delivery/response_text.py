"""What of a receiver's answer stays in the log of attempts: text, short, and without secrets.

Receivers echo what they were sent, and answer with stack traces that hold what they know.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from govdesk.domain.raw_secrets import PATTERNS, find

MOST_BYTES: Final = 16 * 1024
REDACTED: Final = "[redacted]"
_SHORTEST_SECRET: Final = 8
"""Shorter ones are words, and would only spoil the text."""

_CHARSETS: Final = frozenset({
    "utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "windows-1250", "windows-1251",
    "windows-1252", "shift_jis", "euc-jp", "euc-kr", "gb18030", "gbk", "big5", "koi8-r",
    *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),
})  # fmt: skip
"""Those that only decode; Python's own list has some that unpack, or take their time."""
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([-_a-z0-9]{1,20})", re.IGNORECASE)
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_OURS: Final = re.compile(
    r"v1a?,[A-Za-z0-9+/_-]{16,}={0,2}"
    r"|wh(?:sec|sk)_[A-Za-z0-9+/_-]{16,}={0,2}"
    r"|(?i:\b(?:splunk|bearer|basic) +)[A-Za-z0-9._~+/-]{8,}={0,2}"
)
_WORD: Final = re.compile(r"[^\s\"'<>,;]+")


def kept(body: bytes, content_type: str, secrets: Sequence[str]) -> str:
    """The first 16 KiB as text, decoded as well as can be, without control characters.

    `secrets`, in whichever coat, what looks like a raw secret, and what looks like our signatures
    and credentials is replaced by ``[redacted]``; so is the beginning of one with which the
    text is cut off.
    """
    text = _CONTROL.sub("", _decoded(body[:MOST_BYTES], content_type))
    if not text.strip():
        return ""
    if len(text) < _SHORTEST_SECRET:
        return text
    if _is_laborious(text):
        return REDACTED
    forms = _forms(secrets)
    for form in forms:
        text = text.replace(form, REDACTED)
    return _without_raw(_OURS.sub(REDACTED, _without_begun(text, forms)))


def _is_laborious(text: str) -> bool:
    """Whether a search for secrets would take a receiver's pleasure of time: no answer needs that.

    A quoted "kty" is where private JSON web keys may begin, each looked for to the end of the text.
    """
    return text.lower().count('"kty') > 8 or "\\" * 64 in text


def _decoded(data: bytes, content_type: str) -> str:
    named = _CHARSET.search(content_type)
    charset = named[1].lower() if named else "utf-8"
    return data.decode(charset if charset in _CHARSETS else "utf-8", "replace")


def _forms(secrets: Sequence[str]) -> list[str]:
    """The longest first, so that none is left over in part."""
    found = {form for secret in secrets for form in _coats(secret.strip())}
    return sorted(found, key=len, reverse=True)


def _coats(secret: str) -> Iterator[str]:
    if len(secret) < _SHORTEST_SECRET:
        return
    data = secret.encode("utf-8", "replace")
    in_json = json.dumps(secret)[1:-1]
    # Some write a slash in JSON as \/, and many leave the = behind base64 out.
    yield from (secret, quote(secret, safe=""), in_json, in_json.replace("/", "\\/"), data.hex())
    yield from (html.escape(secret), secret.rstrip("="))
    for form in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        yield form.decode().rstrip("=")
    # Each line of a key is as good as a part of it.
    yield from (line for line in secret.splitlines() if len(line) >= 4 * _SHORTEST_SECRET)


def _without_begun(text: str, forms: Sequence[str]) -> str:
    """Replace what at the end of a text is the beginning of one of the forms."""
    end = text.rstrip("\ufffd")
    for form in forms:
        first = form[:_SHORTEST_SECRET]
        at = end.find(first, max(0, len(end) - len(form)))
        while at >= 0:
            if form.startswith(end[at:]):
                return end[:at] + REDACTED
            at = end.find(first, at + 1)
    return text


def _without_raw(text: str) -> str:
    """Replace what is found by its pattern, then word by word what only shows when decoded."""
    if find(text) is None:
        return text
    lower = text.lower()
    for pattern in PATTERNS:
        if pattern.hint in lower:
            text = re.sub(pattern.pattern, _covered, text)
    if find(text) is None:
        return text
    text = _WORD.sub(lambda word: REDACTED if find(word[0]) else word[0], text)
    return text if find(text) is None else REDACTED


def _covered(match: re.Match[str]) -> str:
    whole, begin = match[0], match.start()
    return whole[: match.start(1) - begin] + REDACTED + whole[match.end(1) - begin :]
