"""Pictures of a sealed file: asking for its passphrase, its key, its verdict, its faults."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from govdesk.config.preferences import Preferences
from govdesk.desktop.borrowing import borrowed
from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.snapshot.passphrase import PassphraseDialog
from govdesk.desktop.snapshot.place import SnapshotPlace
from govdesk.evidence import checkpoints, notes
from govdesk.evidence.checkpoints import SignedCheckpoint, Tree
from govdesk.evidence.notes import KeyPair
from govdesk.evidence.report import Checkpoint, Report
from govdesk.evidence.sealed_about import UNSEALED
from govdesk.jobs import Task
from govdesk.services import snapshots
from govdesk.services.seals import SealFault, SealState
from govdesk.services.snapshot_facts import SnapshotFacts
from govdesk.services.snapshot_link import SnapshotLink
from govdesk.services.snapshot_verdict import Standing, Verdict
from govdesk.services.trust import Trust

Act = Callable[[SnapshotPlace], object]
_PASSPHRASE: Final = "three red lanterns over the quay"
_NAME: Final = "acme-2026-06.govsnap"
_MADE_AT: Final = datetime(2026, 6, 30, 15, 20, tzinfo=UTC)
_files: dict[str, bytes] = {}
"""One for each server: a picture after another need not be told in the log again."""


# The file


def _written(stage: Stage) -> Path:
    """A snapshot of the log that the other pictures show."""
    link = stage.link()
    if link.url not in _files:

        def make(task: Task) -> bytes:
            path = stage.folder / "made.govsnap"
            order = snapshots.Order(path, _PASSPHRASE, unsigned=True, seconds=0.0)
            with borrowed(link, "export", task) as session:
                snapshots.create(session, order)
            return path.read_bytes()

        _files[link.url] = _awaited(stage, make)
    path = stage.folder / _NAME
    path.write_bytes(_files[link.url])
    return path


def _awaited(stage: Stage, make: Callable[[Task], bytes]) -> bytes:
    loop = QEventLoop()
    job = stage.jobs.start(make, owner=loop, lane="export")
    job.finished.connect(loop.quit)
    loop.exec()
    if job.error is not None:
        raise job.error
    return bytes(job.result)


# Its window


def _place(stage: Stage, act: Act, *, names_sealed: bool) -> QWidget:
    preferences = Preferences(
        stage.folder / "preferences.json", policy=stage.folder / "policy.json"
    )
    link = SnapshotLink(_written(stage), _PASSPHRASE)
    link.facts = replace(_signed(link.facts), names_sealed=names_sealed)
    place = SnapshotPlace(link, stage.jobs, preferences, trust=Trust(stage.folder))
    place.setParent(place.window)
    place.window.destroyed.connect(preferences.close)
    place.window.destroyed.connect(link.close)

    def begin() -> None:
        place.timeline.apply(None)
        place.timeline.table.setFocus()
        act(place)

    QTimer.singleShot(0, place, begin)
    return place.window


def _signed(facts: SnapshotFacts) -> SnapshotFacts:
    """As if it were of the day of the pictures, and signed by a key of that day."""
    key, log = KeyPair.generate(), facts.origin
    note = notes.sign(
        checkpoints.body(log, Tree(facts.last, hashlib.sha256(log.encode()).digest())), log, [key]
    )
    return replace(
        facts,
        created_at=_MADE_AT,
        checkpoint=SignedCheckpoint.parse(note),
        signers=(key.vkey(log),),
    )


def _scene(
    state: str,
    act: Act,
    then: Callable[[SnapshotPlace], object] | None = None,
    *,
    names_sealed: bool = True,
) -> Scene:
    return Scene(
        "snapshot",
        lambda stage: _place(stage, act, names_sealed=names_sealed),
        state,
        lambda window: then(_of(window)) if then is not None else None,
        _is_at_rest,
    )


def _of(window: QWidget) -> SnapshotPlace:
    found = window.findChild(SnapshotPlace)
    assert found is not None
    return found


def _is_at_rest(window: QWidget) -> bool:
    place = _of(window)
    detail = place.timeline.detail
    waits = detail.isVisible() and detail.seq is None
    return not place.jobs.running and not waits


# What was found


def _found(standing: Standing, *faults: SealFault, not_judged: tuple[str, ...] = ()) -> Act:
    def act(place: SnapshotPlace) -> None:
        facts = place.link.facts
        checkpoint = Checkpoint(facts.last, "", "govdesk" if standing == "verified" else None)
        report = Report(rows=facts.rows, checkpoint=checkpoint, not_judged=list(not_judged))
        for fault in faults:
            report.add(fault.first, fault.last, fault.kind, fault.detail)  # type: ignore[arg-type]
        seals = SealState.of(
            faults,
            verified_to=facts.last if standing == "verified" else 0,
            newest=facts.last,
            verified_at=_MADE_AT,
        )
        if standing == "verified":
            place.verification.trusted = facts.signers
        place.verification.pretend(Verdict(standing, report, seals, _MADE_AT))

    return act


_VERIFIED: Final = _found(
    "verified", not_judged=("events after the newest of this snapshot: the range ends there",)
)
_FAULTY: Final = _found(
    "faulty",
    SealFault(8, 8, "altered", "its summary does not match its commitment"),
    SealFault(14, 17, "deleted", "no event stands between 13 and 18"),
    SealFault(31, 31, "inserted", "it bears the number of another event"),
)


def _verifying(place: SnapshotPlace) -> None:
    place.verification.pretend(None, 0.43)


def _unknown(place: SnapshotPlace) -> None:
    _found("unknown_key", not_judged=("who signed the checkpoint: no key was given",))(place)
    _ask(place, knows_another=False)


def _another(place: SnapshotPlace) -> None:
    _found("unknown_key")(place)
    _ask(place, knows_another=True)


def _ask(place: SnapshotPlace, *, knows_another: bool) -> None:
    facts = place.link.facts
    assert facts.key is not None
    place.window.question.ask(
        facts.organization, facts.origin, facts.key.fingerprint, knows_another=knows_another
    )


def _unplugged(place: SnapshotPlace) -> None:
    place.link.path.unlink()
    place.verification.begin()


def _locked(place: SnapshotPlace) -> None:
    _VERIFIED(place)
    place.lock.lock()


def _older(place: SnapshotPlace) -> None:
    """Of a file from before names were sealed."""
    _found("verified", not_judged=(UNSEALED,))(place)
    place.show_about()


def _detail(place: SnapshotPlace) -> None:
    place.timeline.table.go_to(3)
    place.timeline.toggle_detail()


def _about_below(place: SnapshotPlace) -> None:
    place.show_about()
    bar = place.about.findChildren(QWidget, "about_scroll")[0].verticalScrollBar()  # type: ignore[attr-defined]
    bar.setValue(bar.maximum())


def _run(action: str) -> Act:
    return lambda place: place.actions.run(action)


def _file_menu(place: SnapshotPlace) -> None:
    button = place.window.band.findChildren(QWidget, "file_button")[0]
    button.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))  # type: ignore[attr-defined]


# The passphrase


def _question(stage: Stage) -> QWidget:
    return PassphraseDialog(_written(stage), stage.jobs)


def _no_snapshot(stage: Stage) -> QWidget:
    path = stage.folder / "evidence-2026-06.govsnap"
    path.write_bytes(b"PK\x03\x04")
    return PassphraseDialog(path, stage.jobs)


def _wrong(window: QWidget) -> None:
    assert isinstance(window, PassphraseDialog)
    window.form.passphrase.setText("three red lanterns")
    window.submit()


def scenes() -> list[Scene]:
    """A sealed file from the question for its passphrase to its last fault."""
    return [
        Scene("open-snapshot", _question),
        Scene("open-snapshot", _question, "wrong", _wrong),
        Scene("open-snapshot", _no_snapshot, "no-snapshot"),
        _scene("", _VERIFIED),
        _scene("detail", _VERIFIED, _detail),
        _scene("verifying", _verifying),
        _scene("unknown-key", _unknown),
        _scene("another-key", _another),
        _scene("faults", _FAULTY),
        _scene("about", _VERIFIED, SnapshotPlace.show_about),
        _scene("about-below", _VERIFIED, _about_below),
        _scene("about-faults", _FAULTY, SnapshotPlace.show_about),
        _scene("about-verifying", _verifying, SnapshotPlace.show_about),
        _scene("about-older", _older, names_sealed=False),
        _scene("unplugged", _VERIFIED, _unplugged),
        _scene("locked", _locked),
        _scene("export", _VERIFIED, _run("export.menu")),
        _scene("file-menu", _VERIFIED, _file_menu),
    ]
