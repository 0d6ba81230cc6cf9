"""The program's log: to standard error, and never with a secret in it.

Redaction is the last step before a line is written, so it covers messages, their arguments and
tracebacks of every library alike. It is a net, not a licence: do not log secrets.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TextIO

MASK = "[redacted]"

_NAMES = (
    r"pass(?:word|phrase|wd)?|secret|token|totp|otp|code|pepper|proof|salt|authorization|api_?key"
)
_KEY = re.compile(
    r"(?<![0-9A-Za-z])(gd_(?:dev|staging|prod)_[0-9A-Za-z]+)_[0-9A-Za-z]+_[0-9A-Za-z]+"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL),
        MASK,
    ),
    # Before the rule for URLs, which would leave the seed in its query.
    (re.compile(r"otpauth://\S+"), MASK),
    # The password of a URL may itself hold an @; the last one before the host counts.
    (re.compile(r"(\w://[^\s:/@]*):[^\s/]*@"), rf"\1:{MASK}@"),
    (_KEY, rf"\1_{MASK}"),
    (re.compile(r"\b(whsec|whsk)_[0-9A-Za-z+/=_-]+"), rf"\1_{MASK}"),
    (re.compile(r"SCRAM-SHA-256\$[^\s'\"]+"), MASK),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s'\",;]+", re.IGNORECASE), rf"\1 {MASK}"),
    (
        re.compile(
            rf"""((?<![a-z])(?:[a-z]+[_-])*(?:{_NAMES})["']?\s*[=:]\s*)"""
            r"""(?!\[redacted\])(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:Bearer|Basic)\s\S+|[^\s,;&)\]}]+)""",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
)


def redact(text: str) -> str:
    """Return `text` with every secret whose form or name is known replaced by ``[redacted]``.

    Known are: passwords in URLs, API keys (their public id stays), bearer tokens, secrets of
    webhooks, SCRAM verifiers, TOTP seeds, private keys, and values that follow a telling name such
    as ``password=`` or ``"token":``. Redacting twice changes nothing.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def without_keys(text: str) -> str:
    """Return `text` with the secret of every API key masked, and nothing else.

    For sentences that repeat what was typed, where `redact` would take away half of the words.
    """
    return _KEY.sub(rf"\1_{MASK}", text)


class RedactingFormatter(logging.Formatter):
    """Formats as `logging.Formatter` does, then redacts the whole line, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished text of one record without secrets."""
        return redact(super().format(record))


def set_up(level: int = logging.WARNING, stream: TextIO | None = None) -> logging.Handler:
    """Send records at `level` and above to `stream` (standard error) and return the handler.

    For programs, once, at their start; libraries and services only log. A second call replaces
    the first one's handler instead of writing each line twice.
    """
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old.formatter, RedactingFormatter):
            root.removeHandler(old)
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(RedactingFormatter("%(levelname)s %(name)s: %(message)s"))
    handler.setLevel(level)
    root.addHandler(handler)
    root.setLevel(min(level, root.level or level))
    return handler
