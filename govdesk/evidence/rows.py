"""Checks of one row: the fast path that rebuilds its leaf, and the slow one that names columns."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Final, cast

from govdesk.evidence.canonical import NotCanonical, canonical, quote
from govdesk.evidence.leaf import COMMITTED, MEMBERS, SALT_BYTES, Row, parse

_SALT: Final = "[0-9a-f]{32}"
_SALTS_BYTES: Final = SALT_BYTES * len(COMMITTED)
_COMMITTED_SET: Final = frozenset(COMMITTED)
_CLEAR: Final = tuple(m for m in MEMBERS if m not in ("commitments", "prev", "seq", "v"))
_sha256 = hashlib.sha256
_fromhex = bytes.fromhex


def expected_leaf(row: Row, prev: str) -> str | None:
    """Rebuild the leaf of a row with nothing absent; None if a salt is missing or misshapen.

    Of text that is no Unicode (a lone surrogate) no leaf can be built: None.
    """
    if not row.leaf.isascii():
        return None
    salts = _every_salt(row.salts)
    if salts is None:
        return None
    try:
        return _rebuilt(row, prev, salts)
    except UnicodeEncodeError:
        return None


def _every_salt(text: str) -> bytes | None:
    """Return the seven salts of a row as its text has them, one after another.

    Cut out by place and put together again: half the time of a pattern.
    """
    ip, diff, actor, reason = text[8:40], text[52:84], text[97:129], text[143:175]
    summary, session, behalf = text[190:222], text[240:272], text[292:324]
    if text != (
        f'{{"ip": "{ip}", "diff": "{diff}", "actor": "{actor}", "reason": "{reason}",'
        f' "summary": "{summary}", "session_id": "{session}", "on_behalf_of": "{behalf}"}}'
    ):
        return None
    digits = ip + diff + actor + reason + summary + session + behalf
    try:
        salts = _fromhex(digits)
    except ValueError:
        return None
    # `fromhex` takes blanks and capitals too.
    return salts if len(salts) == _SALTS_BYTES and salts.hex() == digits else None


def _rebuilt(row: Row, prev: str, salts: bytes) -> str:
    (
        seq, at, occurred_at, severity, action, actor, behalf, entity_type, entity_id, system_id,
        summary, diff, reason, request_id, session, ip, tenant_path, _, _, _,
    ) = row  # fmt: skip
    return (
        f'{{"action":{quote(action)},"at":"{at}","commitments":{{"actor":"'
        f'{_commit(salts[32:48], actor)}","diff":"'
        f"{_sha256(salts[16:32] + (diff or 'null').encode()).hexdigest()}"
        f'","ip":"{_commit(salts[:16], ip)}","on_behalf_of":"{_commit(salts[96:], behalf)}'
        f'","reason":"{_commit(salts[48:64], reason)}","session_id":"'
        f'{_commit(salts[80:96], session)}","summary":"{_commit(salts[64:80], summary)}"}}'
        f',"entity_id":{_quoted(entity_id)},"entity_type":{quote(entity_type)}'
        f',"occurred_at":{_quoted(occurred_at)},"prev":"{prev}"'
        f',"request_id":{_quoted(request_id)},"seq":{seq}'
        f',"severity":{quote(severity)},"system_id":{_quoted(system_id)}'
        f',"tenant_path":{quote(tenant_path)},"v":1}}'
    )


def _commit(salt: bytes, value: str | None) -> str:
    text = b"null" if value is None else quote(value).encode()
    return _sha256(salt + text).hexdigest()


def _quoted(text: str | None) -> str:
    return "null" if text is None else quote(text)


@dataclass(slots=True, eq=False)
class Judgement:
    """What one row looks like by itself; filled by `judge`.

    `hash` is that of the leaf as it stands, whatever the column says; `seq`, `prev`, `at` and
    `tenant_path` are the leaf's; `seq` is None if the leaf cannot be read.
    """

    row: Row
    hash: str
    seq: int | None = None
    prev: str | None = None
    at: str = ""
    tenant_path: str = ""
    wrong: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    told: bool = False

    @property
    def sound(self) -> bool:
        """Whether columns, leaf and hash agree, leaving out position and absence."""
        return self.seq is not None and not self.wrong

    @property
    def leaf_whole(self) -> bool:
        """Whether the leaf can be read and is the one that the hash beside it names."""
        return self.seq is not None and self.hash == self.row.leaf_hash

    @property
    def placed(self) -> bool:
        """Whether the row stands at the number its leaf names."""
        return self.seq == self.row.seq


def judge(row: Row) -> Judgement:
    """Compare every column with the leaf; slow, and only for rows the fast path refused."""
    encoded = row.leaf.encode(errors="surrogatepass")
    result = Judgement(row, _sha256(b"\x00" + encoded).hexdigest())
    if result.hash != row.leaf_hash:
        result.wrong.append("leaf_hash")
    members = parse(row.leaf)
    if members is None:
        result.wrong.append("leaf")
        return result
    result.seq, result.prev = cast(int, members["seq"]), cast(str, members["prev"])
    result.at, result.tenant_path = str(members["at"]), str(members["tenant_path"])
    result.wrong.extend(name for name in _CLEAR if getattr(row, name) != members[name])
    _judge_commitments(row, cast("dict[str, object]", members["commitments"]), result)
    return result


def _judge_commitments(row: Row, commitments: dict[str, object], result: Judgement) -> None:
    try:
        salts = json.loads(row.salts)
    except (ValueError, RecursionError):
        salts = None
    if not isinstance(salts, dict) or not set(salts) <= _COMMITTED_SET:
        result.wrong.append("salts")
        return
    for name in COMMITTED:
        value = getattr(row, name)
        salt = salts.get(name)
        if salt is None:
            if value is None:
                result.absent.append(name)
            else:
                result.wrong.append(name)
        elif not _matches(name, value, salt, commitments[name]):
            result.wrong.append(name)


def _matches(name: str, value: str | None, salt: object, expected: object) -> bool:
    if not isinstance(salt, str) or not re.fullmatch(_SALT, salt):
        return False
    try:
        if name == "diff" and value is not None:
            text = canonical(json.loads(value))
            if text.decode() != value:
                return False
        else:
            text = canonical(value)
    except (NotCanonical, ValueError, RecursionError):
        return False
    return _sha256(_fromhex(salt) + text).hexdigest() == expected
