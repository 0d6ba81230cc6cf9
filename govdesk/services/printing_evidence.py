"""The canonical events that a printed log carries: deflated as they come, with their manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from govdesk.database.copying import Piece
from govdesk.evidence.leaf import GENESIS
from govdesk.evidence.merkle import Frontier
from govdesk.exports.pdf.attachments import LARGEST, Deflated, Evidence, evidence
from govdesk.exports.pdf.facts import Facts

_MARKER = b'"leaf_hash":"'

Under = Callable[[int, int], Mapping[str, object]]
"""``checkpoint`` and ``tree`` of a manifest, for the range from one event to another."""


def _nothing(first: int, last: int) -> Mapping[str, object]:
    """No checkpoint covers the range."""
    return {"checkpoint": None, "tree": None}


class Collected:
    """Lines on their way into the document, and what their manifest says of them."""

    def __init__(self, limit: int = LARGEST):
        self.events = Deflated(limit)
        self.rows = 0
        self.first_seq: int | None = None
        self.last_seq: int | None = None
        self._prev = GENESIS
        self._tree = Frontier()

    def take(self, data: bytes) -> bool:
        """Take whole lines; False once they are too many to be attached."""
        lines = data.splitlines(keepends=True)
        for line in lines:
            at = line.rindex(_MARKER) + len(_MARKER)
            self._tree.push(bytes.fromhex(line[at : at + 64].decode()))
        if lines:
            self._note_ends(lines[0], lines[-1])
        self.rows += len(lines)
        return self.events.write(data)

    def _note_ends(self, first: bytes, last: bytes) -> None:
        if self.first_seq is None:
            begin = json.loads(first)
            self.first_seq, self._prev = begin["seq"], json.loads(begin["leaf"])["prev"]
        self.last_seq = json.loads(last)["seq"]

    def manifest(self, facts: Facts, *, dense: bool, under: Under = _nothing) -> dict[str, object]:
        """What the file promises; the events are finished. A selection stands under nothing."""
        complete = not facts.filter and facts.whole and dense
        return {
            "format": "govdesk-jsonl",
            "v": 1,
            "tenant_path": facts.tenant_path,
            "filter": facts.filter or None,
            "from": facts.first,
            "to": facts.last,
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
            "rows": self.rows,
            "redacted": sorted(facts.redacted),
            "complete": complete,
            "sha256": self.events.sha256,
            "root": self._tree.root().hex(),
            "prev": self._prev,
            **(under if complete else _nothing)(facts.first, facts.last),
            "chain": {"head_seq": facts.head_seq, "head_hash": facts.head_hash or GENESIS},
            "generated_at": facts.made_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "generator": facts.generator,
        }


def collect(
    pieces: Iterable[Piece],
    facts: Facts,
    limit: int = LARGEST,
    *,
    dense: bool = True,
    under: Under = _nothing,
) -> Evidence:
    """Collect a selection's lines for a document; with none, it says why.

    A range is not `dense` where events of it were archived and pruned: they are missing by design.
    `under` is asked for the checkpoint of a complete range, once its events are read.
    """
    collected = Collected(limit)
    for piece in pieces:
        if not collected.take(piece.data):
            return _too_large(limit)
    collected.events.finish()
    if not collected.rows:
        return Evidence(reason="No event matches, so none is attached.")
    said = collected.manifest(facts, dense=dense, under=under)
    made = evidence(collected.events, _json(said), collected.rows, facts.made_at)
    point = said["checkpoint"]
    return replace(made, covered=point["size"]) if isinstance(point, dict) else made


def _json(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _too_large(limit: int) -> Evidence:
    return Evidence(
        reason=f"Not attached: the events have more than {limit >> 20} MiB as JSONL. Export them"
        " beside this document (“govdesk audit export --format jsonl” with the same filter and"
        " range); without that file these pages are a rendering only."
    )
