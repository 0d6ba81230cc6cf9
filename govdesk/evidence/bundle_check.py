"""The check of a range that is shown partly whole and partly by its leaves: bundle and snapshot.

What is claimed of the events is judged here; the events themselves are walked over once, by
`bundle_at_once` and `bundle_walk`. The same rules stand a second time, written for auditors, in
``standalone/verify.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from govdesk.domain.filter_language.model import Exact, Numbers, Span
from govdesk.domain.filter_language.period import utc_text
from govdesk.evidence.absences import ERASED
from govdesk.evidence.bundle_at_once import QuickWalk
from govdesk.evidence.bundle_lines import (
    left_out_event,
    read_edges,
    read_hash,
    read_leaf,
    read_order,
    unique,
)
from govdesk.evidence.bundle_report import BundleReport
from govdesk.evidence.bundle_walk import Progress, silent
from govdesk.evidence.canonical import canonical
from govdesk.evidence.checkpoints import Tree, origin
from govdesk.evidence.judging import judge_checkpoint
from govdesk.evidence.leaf import Row
from govdesk.evidence.merkle import Frontier
from govdesk.evidence.notes import VerifierKey
from govdesk.evidence.proofs import BadProof, Edges, begin_range, end_range, verify_inclusion
from govdesk.evidence.sealed_about import UNSEALED, is_as_sealed
from govdesk.evidence.selecting import BadOrder, Selecting
from govdesk.evidence.tlog import InclusionProof

_SEALED_AS: Final = {
    "govdesk-bundle": "audit.bundle_created",
    "govdesk-snapshot": "audit.snapshot_created",
}
"""The action of the event that holds the order; anybody may send events of other actions."""
_NO_KEY: Final = "who signed the checkpoint: no key was given"


@dataclass(slots=True)
class Claims:
    """What a file says of its events; nothing of it is believed. Documents are read JSON.

    `trouble` are faults that whoever read the file found in its documents.
    """

    manifest: Mapping[str, Any]
    note: str | None = None
    tree: Mapping[str, Any] | None = None
    order: Mapping[str, Any] | None = None
    proofs: Mapping[str, str] = field(default_factory=dict)
    erasures: Iterable[bytes] = ()
    trouble: list[str] = field(default_factory=list)


def check(
    claims: Claims,
    rows: Iterable[Row],
    left_out: Iterable[bytes],
    keys: Sequence[VerifierKey],
    *,
    notes: Mapping[int, str] | None = None,
    progress: Progress = silent,
) -> BundleReport:
    """Check everything that a bundle or snapshot claims and return the report.

    `rows` are the events that are shown whole, `left_out` the lines of those that are not; both
    ascending. `notes` say of rows, by number, what their reader found wrong. Never raises for what
    stands in the file.
    """
    checking = _Checking(claims, keys, {} if notes is None else notes, progress)
    for trouble in claims.trouble:
        checking.add(0, 0, "manifest", trouble)
    if checking.begin():
        checking.walk.over(rows, left_out)
        checking.end()
    return checking.finished()


class _Checking:
    def __init__(
        self,
        claims: Claims,
        keys: Sequence[VerifierKey],
        notes: Mapping[int, str],
        progress: Progress,
    ):
        self.claims, self.keys, self.notes, self.progress = claims, keys, notes, progress
        self.report = BundleReport()
        self.add = self.report.add
        self.tree: Tree | None = None
        self.edges: Edges | None = None
        self.frontier: Frontier | None = None
        self.ordered_at: int | None = None

    # ------------------------------------------------------------ before the events

    def begin(self) -> bool:
        """Read the order and the checkpoint; False if there is no order to check against."""
        order = self.claims.manifest.get("order")
        self.sealed_as = _SEALED_AS.get(str(self.claims.manifest.get("format")))
        if self.sealed_as is None or self.claims.manifest.get("v") != 1:
            self.add(0, 0, "manifest", "the manifest is not one of version 1")
        try:
            self.order = read_order(order)
            self.selecting = Selecting(self.order)
        except BadOrder as error:
            self.add(0, 0, "manifest", str(error))
            return False
        self.first, self.last = self.order["first"], self.order["last"]
        self.report.first, self.report.last = self.first, self.last
        self.report.filter = self.order["filter"] or None
        if not self.selecting.says_the_same:
            self.add(0, 0, "manifest", "the filter's text does not say what its terms do")
        self._checkpoint()
        self._edges()
        self.walk = QuickWalk(
            self.order, self.selecting, self.report, self.frontier, self.notes, self.progress
        )
        return True

    def _checkpoint(self) -> None:
        note, said = self.claims.note, self.claims.manifest.get("checkpoint")
        if note is None:
            if said is not None:
                self.add(0, 0, "manifest", "the checkpoint is not there")
            else:
                self._cannot("anything against a forger: there is no signed checkpoint")
            return
        path = self.order["tenant_path"]
        found = judge_checkpoint(note, self.keys, path)
        if found.fault is not None:
            # Whose it is and whether it fits can be said even if nobody is to be believed.
            self.report.faults.append(found.fault)
            found = judge_checkpoint(note, (), path)
        elif found.by is None:
            others = any(key.name != origin(path) for key in self.keys)
            self._cannot(_NO_KEY if not others else "who signed: the key given is of another log")
        self.tree, self.report.checkpoint = found.tree, found.checkpoint
        if self.tree and said != {"size": self.tree.size, "root": self.tree.root.hex()}:
            self.add(0, 0, "manifest", "the manifest names another checkpoint")

    def _edges(self) -> None:
        if self.tree is None:
            return
        try:
            self.edges = read_edges(self.claims.tree, self.tree.size)
            self.frontier = begin_range(self.first - 1, self.edges)
        except (BadProof, ValueError) as error:
            self.add(0, 0, "manifest", f"tree.json: {error}")

    def _cannot(self, what: str) -> None:
        self.report.undecided = True
        self.report.not_judged.append(what)

    # ------------------------------------------------------------ after the events

    def end(self) -> None:
        """Erasures outside the range, the root, the order, the counts."""
        self._erasures()
        self._root()
        self._proofs()
        self._counts()
        self._say_what_is_left()
        self._names()

    def _erasures(self) -> None:
        for number, line in enumerate(self.claims.erasures, 1):
            try:
                found = unique(line)
                leaf = read_leaf(found.get("leaf"))
                path = [read_hash(node) for node in found["proof"]]
                digest = hashlib.sha256(b"\x00" + found["leaf"].encode()).digest()
            except (ValueError, KeyError, TypeError, AttributeError):
                self.add(0, 0, "manifest", f"line {number} of the erasures is none")
                continue
            if not self._included(digest, leaf, path):
                detail = "this erasure is not proven to be in the log"
                self.add(leaf["seq"], leaf["seq"], "manifest", detail)
            elif leaf["action"] == ERASED:
                self.walk.settle(leaf)
        self.walk.say_unaccounted()

    def _included(self, digest: bytes, leaf: Mapping[str, Any], path: list[bytes]) -> bool:
        if self.tree is None:
            return True  # Nothing is proven then, and the report says so.
        try:
            verify_inclusion(digest, leaf["seq"] - 1, self.tree, path)
        except BadProof:
            return False
        return bool(leaf["tenant_path"] == self.order["tenant_path"])

    def _root(self) -> None:
        if self.tree is None or self.edges is None or self.frontier is None:
            return
        if not self.walk.whole:
            self.report.not_judged.append("the checkpoint's root: faults changed it anyway")
            return
        try:
            end_range(self.frontier, self.edges, self.tree)
        except BadProof as error:
            if "another root" not in str(error):
                self.add(0, 0, "manifest", f"tree.json: {error}")
            elif not any(fault.kind == "altered" for fault in self.report.faults):
                detail = "these are not the events that the checkpoint covers"
                self.add(self.first, self.last, "rechained", detail)
        if self.frontier.size == self.tree.size:
            self.report.root = self.frontier.root().hex()

    def _proofs(self) -> None:
        if self.tree is None:
            return
        for name, seq in (("first", self.first), ("last", self.last)):
            # Of a range that is not whole, it was said already what is wrong.
            found = None if self.report.faults else self.walk.ends.get(seq)
            self._proof(name, seq, bytes.fromhex(found) if found else None)
        self._order_sealed()

    def _proof(self, name: str, seq: int, digest: bytes | None) -> bool:
        """A proof is of this event and this checkpoint; with a hash, it leads to its root."""
        text = self.claims.proofs.get(name)
        if text is None or self.tree is None:
            self.add(0, 0, "manifest", f"the proof of the {name} is not there")
            return False
        try:
            proof = InclusionProof.parse(text)
            if proof.index != seq - 1 or proof.checkpoint.note != self.claims.note:
                self.add(0, 0, "manifest", f"the proof of the {name} is of something else")
                return False
            if digest is not None:
                verify_inclusion(digest, proof.index, self.tree, proof.hashes)
        except BadProof as error:
            self.add(0, 0, "manifest", f"the proof of the {name}: {error}")
            return False
        return True

    def _order_sealed(self) -> None:
        """The order was sealed in the log before the first row was written."""
        if self.claims.order is None and not self.order["whole"]:
            who = "whoever made this sees a part of the log"
            self.report.not_judged.append(f"whether this is all that was ordered: {who}")
            return
        try:
            line = json.dumps(self.claims.order).encode()
            event = left_out_event(line, frozenset(("diff",)))
            sealed = event.line["diff"]["data"]["new"]["order"]
            digest = hashlib.sha256(canonical(self.order)).hexdigest()
        except (ValueError, KeyError, TypeError, RecursionError):
            self.add(0, 0, "manifest", "order.json is not the order of this file")
            return
        leaf = event.leaf or {}
        wrong = event.wrong or event.absent or leaf.get("action") != self.sealed_as
        named = (leaf.get("tenant_path"), leaf.get("entity_id"))
        if wrong or named != (self.order["tenant_path"], self.order["export"]):
            self.add(0, 0, "manifest", "order.json is not the order of this file")
        elif sealed != digest:
            detail = "range, filter or redaction are not what was ordered: the log holds another"
            self.add(0, 0, "manifest", f"{detail} order at event {event.seq}")
        elif self._proof("order", event.seq, bytes.fromhex(event.hash or "")):
            self.ordered_at = event.seq

    def _names(self) -> None:
        """Organization, maker and time are those that the order's event commits to."""
        manifest = self.claims.manifest
        found = is_as_sealed(manifest, self.claims.order)
        if found is None:
            self.report.not_judged.append(UNSEALED)
        elif not found:
            detail = "organization, maker or time are not what the order sealed"
            self.add(0, 0, "manifest", detail)
        elif self.ordered_at is not None:
            self.report.about = manifest["about"] | {"generated_at": manifest["generated_at"]}

    def _counts(self) -> None:
        report, said = self.report, self.claims.manifest
        found = {
            "tenant_path": self.order["tenant_path"],
            "rows": report.rows,
            "left_out": report.left_out,
            "opened": report.opened,
            "hidden": report.hidden,
            "first_seq": report.first_seq,
            "last_seq": report.last_seq,
        }
        for name, value in found.items():
            if type(said.get(name)) is not type(value) or said.get(name) != value:
                detail = f"the manifest's {name} is {said.get(name)!r}, found {value!r}"
                self.add(0, 0, "manifest", detail)

    def _say_what_is_left(self) -> None:
        report, say = self.report, self.report.not_judged.append
        if report.rows + report.left_out + report.hidden == 0:
            self._cannot("anything: there are no events")
        if report.unjudged:
            say(f"whether every match is there: of {report.unjudged:,} events the fields that the"
                " filter reads are not shown")  # fmt: skip
        if report.hidden:
            say(f"whether {report.hidden:,} events match of which only the hash is there")
        if self.first > 1 and not self._covers(self.walk.first_at, self.first, low=True):
            say(f"events before {self.first}: the range begins there")
        if self.last + 1 != self.ordered_at and not self._covers(
            self.walk.last_at, self.last, low=False
        ):
            say(f"events after {self.last}: the range ends there")
        for place, term in enumerate(self.selecting.filter.terms):
            if term.key == "system":
                ids = self.order["systems"][str(place)]
                if not isinstance(term.match, Exact) or ids != [term.match.value]:
                    say(f"whether {term} meant the systems {', '.join(ids) or 'none'}")
        if self.selecting.asks_denied:
            actions = ", ".join(self.order["denied"]) or "none"
            say(f"whether is:denied meant the actions {actions}")

    def _covers(self, at: str, seq: int, *, low: bool) -> bool:
        """Whether what lies beyond an end of the range is outside the filter's period anyway."""
        for term in self.selecting.filter.terms:
            if term.negated:
                continue
            if isinstance(term.match, Numbers):
                bound = term.match.low if low else term.match.high
                if bound is not None and (bound >= seq if low else bound <= seq):
                    return True
            elif isinstance(term.match, Span) and at:
                end = term.match.low if low else term.match.high
                if end is not None and (at < utc_text(end) if low else at >= utc_text(end)):
                    return True
        return False

    def finished(self) -> BundleReport:
        """Set the verdict."""
        report = self.report
        report.settle(self.notes)
        lost = any(fault.kind in ("deleted", "cut") for fault in report.faults)
        unsure = report.unjudged or report.hidden or report.faults or report.first is None
        unsure = unsure or not self.order["whole"] or report.undecided
        empty = report.rows + report.left_out == 0
        report.complete = False if lost else None if unsure or empty else True
        return report
