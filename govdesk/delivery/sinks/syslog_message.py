"""A message of syslog: RFC 5424's form in RFC 5425's frame.

The text is the body as JSON, so a line end in it is ``\\n`` and nothing of it can begin another
message. What is searched for often stands in the structured data too.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from govdesk import __version__

ENTERPRISE: Final = 32473
"""Not ours: GovDesk has no enterprise number of its own at IANA, which RFC 5424 §6.3.2 asks for.

This one is reserved for examples in documents (RFC 5612), so it is nobody else's, but any program
may use it as well: a collector should know our element by its whole name, ``govdesk@32473``, and
will see another number there once one is registered.
"""
SEVERITIES: Final = {"info": 6, "notice": 5, "warning": 4, "high": 2}
"""RFC 5424 §6.2.1: informational, notice, warning, critical."""

_BOM: Final = "\ufeff"
_NIL: Final = "-"
_LONGEST_VALUE: Final = 255
_UNPRINTABLE: Final = re.compile(r"[^\x21-\x7e]+")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAME_ENDS: Final = re.compile(r'["\]=]')


def message(
    *,
    facility: int,
    severity: int,
    at: datetime,
    program: str,
    name: str,
    data: Iterable[tuple[str, str]],
    text: str,
) -> bytes:
    """One message (RFC 5424 §6); `at` in UTC, `text` without its mark, empty `data` left out."""
    moment = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
    head = (
        f"<{facility * 8 + severity}>1 {moment} {_host()} {field(program, 48)} {_NIL}"
        f" {field(name, 32)}"
    )
    ours = element(f"govdesk@{ENTERPRISE}", data)
    origin = element("origin", [("software", "GovDesk"), ("swVersion", __version__[:32])])
    return f"{head} {ours}{origin} {_BOM}{escaped(text)}".encode()


def frame(data: bytes) -> bytes:
    """Octet counting (RFC 5425 §4.3): a line end in a message cannot begin another one."""
    return b"%d %s" % (len(data), data)


def field(text: str, most: int) -> str:
    """A field of the header: visible ASCII, so long at most, or the mark for nothing (§6)."""
    return _UNPRINTABLE.sub("_", text)[:most].strip("_") or _NIL


def element(name: str, data: Iterable[tuple[str, str]]) -> str:
    """A structured data element (§6.3); its values are UTF-8 with three characters escaped."""
    pairs = "".join(f' {_name(key)}="{_value(value)}"' for key, value in data if value)
    return f"[{name}{pairs}]"


def escaped(text: str) -> str:
    """Without control characters (§6.4 advises against them), each written as JSON would."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _name(text: str) -> str:
    return _NAME_ENDS.sub("_", field(text, 32))


def _value(text: str) -> str:
    plain = _CONTROL.sub(" ", text)[:_LONGEST_VALUE]
    return plain.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


@lru_cache(maxsize=1)
def _host() -> str:
    """This machine's name as it knows it; asking name servers for more could take its time."""
    return field(socket.gethostname(), 255)
