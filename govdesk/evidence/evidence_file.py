"""What bundle, snapshot and JSONL manifest have in common: what was ordered, and what it opens.

Rows that a filter leaves out are shown as their leaves. A term that reads a committed field can
only be judged there if that field is opened, with its salt; nothing else of them is shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from govdesk.evidence.canonical import canonical
from govdesk.evidence.checkpoints import SignedCheckpoint
from govdesk.evidence.proofs import Edges

Terms = Sequence[Mapping[str, object]]
"""Filter terms in the form of ``docs/spec/filter-language.md``."""

READS: Final = {"actor": "actor", "for": "on_behalf_of", "ip": "ip", "session": "session_id"}
"""The committed field that terms of a key read and that may be opened to prove them."""

TEXT_UNPROVABLE: Final = "the filter looks for words in summaries, which are not shown"
ERASED_UNPROVABLE: Final = "the filter asks which fields are erased, which leaves do not say"


def reads(term: Mapping[str, object]) -> str | None:
    """Return the committed field that a term reads; None if it reads the leaf alone."""
    if term["key"] == "text":
        return "summary"
    return READS.get(str(term["key"]))


def is_provable(term: Mapping[str, object]) -> bool:
    """Whether a term can be judged of a row that is shown as its leaf and opened fields."""
    return term["key"] != "text" and not (term["key"] == "is" and term["value"] == "erased")


def opened_fields(terms: Terms, redact: Iterable[str] = ()) -> frozenset[str] | None:
    """Return the committed fields that rows left out must open; None if it is not provable."""
    fields = frozenset(name for term in terms if (name := reads(term)))
    provable = all(is_provable(term) for term in terms) and fields.isdisjoint(redact)
    return fields if provable else None


def unprovable(terms: Terms, redact: Iterable[str] = ()) -> list[str]:
    """Return why it cannot be proved that nothing was left out, as clauses; [] if it can."""
    found = []
    if any(term["key"] == "text" for term in terms):
        found.append(TEXT_UNPROVABLE)
    if any(term["key"] == "is" and term["value"] == "erased" for term in terms):
        found.append(ERASED_UNPROVABLE)
    shut = sorted({str(name) for term in terms if (name := reads(term)) in set(redact)})
    if shut:
        found.append(f"the filter reads {' and '.join(shut)}, which is redacted")
    return found


def leaf_terms(terms: Terms) -> list[Mapping[str, object]]:
    """Return the terms that the leaf alone answers: a row that fails them opens nothing."""
    return [term for term in terms if is_provable(term) and reads(term) is None]


@dataclass(frozen=True, slots=True)
class Ordered:
    """What was asked for. Its digest is sealed in the log before the first row is written.

    `systems` says for each term (by its place) of the key ``system`` which ids it meant, `denied`
    which actions ``is:denied`` meant. The range is `first` to `last`, both included. No leaf names
    `tenant_id`, which stands on every line; here it is sealed.
    """

    tenant_path: str
    tenant_id: str
    export: str
    first: int
    last: int
    filter: str | None = None
    terms: Terms = ()
    systems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    denied: Sequence[str] | None = None
    redact: frozenset[str] = frozenset()
    whole: bool = True

    @property
    def document(self) -> dict[str, object]:
        """The order as JSON; canonical in the sense of ``docs/spec/leaf-v1.md`` §3."""
        return {
            "tenant_path": self.tenant_path,
            "tenant_id": self.tenant_id,
            "export": self.export,
            "first": self.first,
            "last": self.last,
            "filter": self.filter,
            "terms": [dict(term) for term in self.terms],
            "systems": {place: sorted(ids) for place, ids in self.systems.items()},
            "denied": None if self.denied is None else sorted(self.denied),
            "redact": sorted(self.redact),
            "whole": self.whole,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the order's canonical JSON, in hex."""
        return hashlib.sha256(canonical(self.document)).hexdigest()

    @property
    def opened(self) -> frozenset[str]:
        """The committed fields that rows left out open where their leaf alone does not decide."""
        return opened_fields(self.terms, self.redact) or frozenset()

    @property
    def provable(self) -> bool:
        """Whether a reader can re-run the filter over every row of the range."""
        return self.whole and opened_fields(self.terms, self.redact) is not None


@dataclass(frozen=True, slots=True)
class Counts:
    """What was written. `opened` left-out rows show committed fields, `hidden` only their hash."""

    rows: int
    left_out: int = 0
    opened: int = 0
    hidden: int = 0
    first_seq: int | None = None
    last_seq: int | None = None
    absent: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Facts of one evidence file; `about` is what its cover says, for people."""

    ordered: Ordered
    counts: Counts
    checkpoint: SignedCheckpoint | None
    generated_at: str
    generator: str
    about: Mapping[str, object] = field(default_factory=dict)

    def manifest(self, format: str) -> dict[str, object]:
        """Return the manifest as JSON; `format` names the kind of file."""
        ordered, counts = self.ordered, self.counts
        why = unprovable(ordered.terms, ordered.redact)
        if not ordered.whole:
            why.insert(0, "who made this sees a part of the organization")
        return {
            "format": format,
            "v": 1,
            "tenant_path": ordered.tenant_path,
            "order": ordered.document,
            "rows": counts.rows,
            "left_out": counts.left_out,
            "opened": counts.opened,
            "hidden": counts.hidden,
            "first_seq": counts.first_seq,
            "last_seq": counts.last_seq,
            "provable": ordered.provable,
            "not_provable_because": why,
            "checkpoint": tree_as_json(self.checkpoint),
            "generated_at": self.generated_at,
            "generator": self.generator,
            "about": dict(self.about),
        }


def tree_as_json(checkpoint: SignedCheckpoint | None) -> dict[str, object] | None:
    """Return size and root of a checkpoint, as manifests carry them."""
    if checkpoint is None:
        return None
    return {"size": checkpoint.tree.size, "root": checkpoint.tree.root.hex()}


def edges_as_json(size: int, edges: Edges) -> dict[str, object]:
    """Return the document ``tree.json``: what completes the range to the checkpoint's root."""
    return {
        "size": size,
        "left": [node.hex() for node in edges.left],
        "right": [node.hex() for node in edges.right],
    }


def left_out_line(
    leaf: str, leaf_hash: str, opened: Mapping[str, tuple[str, object]] | None = None
) -> bytes:
    """Return the line of a row left out; `opened` is the salt in hex and the value, by field."""
    shown = opened or {}
    document: dict[str, object] = {"leaf": leaf, "leaf_hash": leaf_hash}
    document["salts"] = {name: salt for name, (salt, _) in shown.items()}
    document |= {name: value for name, (_, value) in shown.items()}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def hidden_line(seq: int, leaf_hash: str) -> bytes:
    """Return the line of a row that the maker may not read or that was pruned: its hash alone."""
    return f'{{"seq":{seq:d},"leaf_hash":"{leaf_hash}"}}\n'.encode()
