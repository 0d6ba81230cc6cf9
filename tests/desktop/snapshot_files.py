"""Real snapshots over synthetic logs, made by the product's own writer, and windows over them.

``Sealed``      a log, its key and what its file says; ``write(path)`` makes the file
``snapshots``   opens files as the console does and closes them after the test
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from govdesk.database.snapshot_format import COLUMNS, FORMAT
from govdesk.database.snapshot_writing import SnapshotWriter
from govdesk.desktop.snapshot import Snapshots
from govdesk.desktop.snapshot.passphrase import PassphraseDialog
from govdesk.desktop.snapshot.place import SnapshotPlace
from govdesk.evidence import checkpoints, notes, proofs, sealed_about
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree
from govdesk.evidence.evidence_file import (
    Counts,
    Evidence,
    Ordered,
    edges_as_json,
    left_out_line,
)
from govdesk.evidence.leaf import Row
from govdesk.evidence.notes import KeyPair, VerifierKey
from govdesk.evidence.proofs import MemoryHashes
from govdesk.evidence.tlog import InclusionProof, Policy
from govdesk.services.trust import Trust
from tests.desktop import driving
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.unit.evidence import logs
from tests.unit.evidence.logs import TENANT_ID, TENANT_PATH

PASSPHRASE = "three red lanterns over the quay"
ORGANIZATION = "Meridian Bank"
MADE_AT = "2026-06-30T15:20:00.000000Z"
EXPORT = "7e0c2f53-98a9-4ac5-8b3c-6f1f5d0a9c11"


@dataclass
class Sealed:
    """A log and what a snapshot says of all of it; tests change what they need before `write`."""

    size: int = 600
    key: KeyPair = field(default_factory=KeyPair.generate)
    lines: list[dict[str, Any]] = field(default_factory=list)
    about: dict[str, str] = field(
        default_factory=lambda: {
            "organization": ORGANIZATION,
            "tenant_id": TENANT_ID,
            "made_by": "olga@meridian.example",
        }
    )
    signs: bool = True
    seals_names: bool = True
    """Whether the sealed order commits to `about` and its time, as newer ones do."""
    meta: dict[str, str] = field(default_factory=dict)
    """Documents to be written in the place of the right ones."""

    def __post_init__(self) -> None:
        self.lines = self.lines or logs.log(self.size, seed=7)

    @property
    def vkey(self) -> VerifierKey:
        """The public half, under the name of this log."""
        return self.key.vkey(checkpoints.origin(TENANT_PATH))

    @property
    def rows(self) -> list[Row]:
        """The events."""
        return logs.rows(self.lines)

    def write(self, path: Path, passphrase: str = PASSPHRASE) -> Path:
        """Make the file."""
        with SnapshotWriter(path, passphrase) as writer:
            writer.add(self._values(row) for row in self.rows)
            writer.finish({**self._documents(), **self.meta})
        return path

    def _values(self, row: Row) -> list[Any]:
        return [{**row._asdict(), "system": None}[name] for name in COLUMNS]

    def _documents(self) -> Mapping[str, str]:
        count = len(self.lines)
        ordered = Ordered(TENANT_PATH, TENANT_ID, EXPORT, 1, count)
        order = self._order(ordered)
        hashes = MemoryHashes([bytes.fromhex(one["leaf_hash"]) for one in (*self.lines, order)])
        tree = Tree(count + 1, proofs.root(hashes, count + 1))
        origin = checkpoints.origin(TENANT_PATH)
        checkpoint = SignedCheckpoint.parse(
            notes.sign(checkpoints.body(origin, tree), origin, [self.key])
        )
        evidence = Evidence(
            ordered,
            Counts(count, first_seq=1, last_seq=count),
            checkpoint if self.signs else None,
            MADE_AT,
            "GovDesk tests",
            self.about,
        )
        documents = {"manifest": json.dumps(evidence.manifest(FORMAT))}
        if self.signs:
            shown = {"diff": (order["salts"]["diff"], order["diff"])}

            def proof(index: int) -> str:
                path = tuple(proofs.inclusion(hashes, index, count + 1))
                return InclusionProof(index, path, checkpoint).text

            documents |= {
                "checkpoint": checkpoint.note,
                "tree": json.dumps(
                    edges_as_json(count + 1, proofs.edges(hashes, 0, count, count + 1))
                ),
                "policy": Policy((self.vkey,)).text,
                "order": left_out_line(order["leaf"], order["leaf_hash"], shown).decode(),
                "proof_order": proof(count),
                "proof_first": proof(0),
                "proof_last": proof(count - 1),
            }
        return documents

    def _order(self, ordered: Ordered) -> dict[str, Any]:
        """The event that seals what was ordered, right behind the events of the snapshot."""
        rng = random.Random(1)
        facts = {"order": ordered.digest}
        if self.seals_names:
            facts[sealed_about.FACT] = sealed_about.digest(self.about)
        said = logs.event(rng) | {
            "at": MADE_AT,
            "action": "audit.snapshot_created",
            "entity_type": "export",
            "entity_id": EXPORT,
            "diff": {"data": {"new": facts, "old": None}},
        }
        return logs.seal([said], rng, self.lines[-1])[0]


class Reader:
    """Somebody who opens snapshots: her keys, her folder, her windows."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.trust = Trust(folder / "keys")
        self.found: list[str] = []
        """What she chooses in the platform's file dialog, in turn."""
        self.written = folder / "written"
        self.written.mkdir()
        self.parents: list[QWidget | None] = []
        self._own = Snapshots(trust=self.trust, find=self._find, choose=self._choose)
        self.snapshots = self._own
        """Hers; a test may let her use those of a console, which ends them itself."""
        driving.ending.callback(self._end)

    def _find(self, parent: QWidget | None, title: str, kinds: str) -> str:
        self.parents.append(parent)
        return self.found.pop(0) if self.found else ""

    def _choose(self, parent: QWidget, title: str, name: str, kinds: str) -> str:
        return str(self.written / name)

    def _end(self) -> None:
        self._own.close()
        self._own.deleteLater()

    def dialog(self, path: Path) -> PassphraseDialog:
        """Ask to open a file; returns the question for its passphrase."""
        self.snapshots.open(path)
        return opened("OpenSnapshotForm", PassphraseDialog)

    def open(self, path: Path, passphrase: str = PASSPHRASE) -> SnapshotPlace:
        """Open a file by keyboard, and wait for its first page."""
        before = len(self.snapshots.places)
        dialog = self.dialog(path)
        wait_for(dialog.form.passphrase.isEnabled, what="the file to be looked at")
        dialog.activateWindow()
        write(find(dialog, "passphrase"), passphrase)
        press(dialog, "Return")
        wait_for(lambda: len(self.snapshots.places) > before, what="the snapshot's window")
        place = self.snapshots.places[-1]
        place.window.activateWindow()
        wait_for(place.window.isActiveWindow, what="the snapshot's window to be active")
        wait_for(lambda: place.timeline.count > 0, what="the first page")
        return place

    def settle(self, place: SnapshotPlace) -> None:
        """Wait until all is read, counted and verified."""
        wait_for(
            lambda: not place.jobs.running and place.timeline.model.is_settled,
            seconds=60,
            what="the snapshot to be at rest",
        )


@pytest.fixture
def reader(home: Path, tmp_path: Path) -> Reader:
    """Somebody without a server and without trusted keys."""
    folder = tmp_path / "reader"
    folder.mkdir()
    return Reader(folder)
