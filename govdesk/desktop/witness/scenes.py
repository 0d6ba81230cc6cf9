"""Pictures of the witness: the alarm of each kind, the notices, what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from PySide6.QtWidgets import QWidget

from govdesk.desktop.scene import Scene, Stage
from govdesk.desktop.scene_console import console, is_at_rest, workplace
from govdesk.evidence.checkpoints import Tree, body, origin
from govdesk.evidence.notes import VerifierKey, sign
from govdesk.services.witness_memory import Known, Pin, Remembered
from govdesk.services.witness_verdict import Found, Restored, State, Verdict

_AT: Final = datetime(2026, 6, 30, 4, 12, 8, tzinfo=UTC)
_SINCE: Final = datetime(2026, 2, 3, tzinfo=UTC)
_PATH: Final = "acme"


class _Painted:
    """A key of no worker, whose signatures are good enough for a picture."""

    def __init__(self, seed: bytes):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(sha256(seed).digest())
        self.public: bytes = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def scenes() -> list[Scene]:
    """The alarm over the window, the band that stays, notices and the dialog."""
    return [
        _scene("witness-alarm", _alarm("rolled_back")),
        _scene("witness-alarm", _alarm("rechained"), "rechained"),
        _scene("witness-alarm", _alarm("unsigned_key"), "key"),
        _scene("witness-alarm", _go_on, "gone-on"),
        _scene("witness-notice", _notice("first_seen"), "first-key"),
        _scene("witness-notice", _notice("restored"), "restored"),
        _scene("witness", _dialog),
        _scene("witness", _dialog_with_new_key, "new-key"),
        _scene("witness", _status, "status"),
    ]


def _scene(name: str, act: Callable[[QWidget], object], state: str = "") -> Scene:
    return Scene(name, _console, state, act, is_at_rest)


def _console(stage: Stage) -> QWidget:
    return console(stage, role="owner")


def _worker(seed: bytes = b"worker") -> tuple[_Painted, VerifierKey]:
    pair = _Painted(seed)
    return pair, VerifierKey(origin(_PATH), pair.public)


def _tree(size: int, branch: bytes = b"") -> Tree:
    return Tree(size, sha256(branch + str(size).encode()).digest())


def _known(size: int = 412_933) -> Known:
    pair, key = _worker()
    text = body(origin(_PATH), _tree(size))
    return Known(sign(text, origin(_PATH), [pair]), _AT, key)


def _verdict(state: State) -> Verdict:
    _, key = _worker()
    _, other = _worker(b"another")
    verdict = Verdict(
        state,
        _PATH,
        _known(),
        Found(_tree(409_200), "", _AT.replace(day=28), (key,)),
        "the log ends before event 412,933",
        _known(409_100),
    )
    if state == "rechained":
        found = Found(_tree(412_990, b"x"), "", _AT.replace(hour=6), (key,))
        detail = "the first 412,933 events are not the ones seen before"
        return replace(verdict, found=found, detail=detail)
    if state == "unsigned_key":
        found = Found(_tree(412_990), "", _AT.replace(hour=6), (other,))
        detail = "it is signed by a key that was not seen here before"
        return replace(verdict, found=found, detail=detail, new_keys=(other,), last_good=None)
    return verdict


def _alarm(state: State) -> Callable[[QWidget], object]:
    return lambda window: workplace(window).witnessing.watching.take(_verdict(state))


def _go_on(window: QWidget) -> None:
    _alarm("rolled_back")(window)
    screen = workplace(window).witnessing.screen
    assert screen is not None
    screen.go_on.click()


def _notice(state: State) -> Callable[[QWidget], object]:
    restored = Restored(
        "1", _known().tree, _tree(409_200), _AT, "user:olga@acme.example",
        "reviewer:counsel@law.example", "The disk failed; Saturday's backup was restored.",
    )  # fmt: skip
    verdict = replace(_verdict("rolled_back"), state=state, detail="", restored=(restored,))
    return lambda window: workplace(window).witnessing.watching.take(verdict)


def _dialog(window: QWidget) -> None:
    _open(window, Remembered((Pin(_worker()[1], _SINCE),), _known()))


def _dialog_with_new_key(window: QWidget) -> None:
    verdict = replace(_verdict("rolled_back"), state="consistent", new_keys=(_worker(b"new")[1],))
    part = workplace(window).witnessing
    part.watching.take(verdict)
    part.band.clear()
    pin = Pin(_worker()[1], _SINCE, is_compared=True)
    _open(window, Remembered((pin,), _known()))


def _status(window: QWidget) -> None:
    """The explanation of what the status bar says."""
    part = workplace(window)
    part.witnessing.watching.take(replace(_verdict("rolled_back"), state="consistent", detail=""))
    part.witnessing.band.clear()
    part.window.log_status.explain()


def _open(window: QWidget, remembered: Remembered) -> None:
    """Open the dialog as if this had been remembered; nothing is written for a picture."""
    part = workplace(window).witnessing
    part.watching.witness.remembered = lambda: remembered  # type: ignore[method-assign]
    if part.watching.verdict is None or part.watching.verdict.state == "none_yet":
        part.watching.take(replace(_verdict("rolled_back"), state="consistent", detail=""))
    part.open()
