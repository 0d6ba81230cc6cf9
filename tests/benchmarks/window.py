"""How soon the demo's window can be used, against a bare window and the server's bare start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from govdesk.database.embedded import EmbeddedServer
from govdesk.services import demo
from tests.benchmarks.measuring import Figure, interleaved
from tests.benchmarks.scene import Scene

_ROUNDS = 7
_PROGRAM = "from govdesk.cli import main; main()"
_BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
window.show()
window.grab()
QTimer.singleShot(0, lambda: print("usable window", file=sys.stderr, flush=True))
app.exec()
"""


def figures(scene: Scene) -> Iterator[Figure]:
    """The second start of a demo that is there; the first one installs, and informs only."""
    scene.running.stop()
    home, cache = scene.home / "demo", scene.home / "bytecode"
    try:
        ours, window, server = (
            sorted(side)[_ROUNDS // 2]
            for side in interleaved(
                [
                    lambda: _until_usable(
                        cache, _PROGRAM, "usable demo", "demo", "--data-dir", str(home)
                    ),
                    lambda: _until_usable(cache, _BARE, "usable window"),
                    lambda: _server(home),
                ],
                _ROUNDS,
            )
        )
    finally:
        scene.running = demo.start(home, 0)
    yield Figure(
        "window: demo until usable", ours, window + server, "s", ours / (window + server), 2.5,
        note=f"other: bare window {window:.2f} s + server {server:.2f} s; medians of {_ROUNDS}",
    )  # fmt: skip


def _until_usable(cache: Path, program: str, word: str, *arguments: str) -> float:
    """Seconds from the start of a process until it says the word; it is ended by a signal.

    Compiled modules are kept, as they are on any installation: the round that warms up makes them.
    """
    with tempfile.TemporaryDirectory(prefix="govdesk-bench-") as folder:
        plain = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment = plain | {
            "PYTHONPYCACHEPREFIX": str(cache),
            "QT_QPA_PLATFORM": "offscreen",
            "GOVDESK_ANNOUNCE": "1",
            "XDG_CONFIG_HOME": folder,
            "XDG_STATE_HOME": folder,
            "XDG_RUNTIME_DIR": folder,
        }
        begun = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stderr is not None
        said = []
        for line in child.stderr:
            said.append(line)
            if line.startswith(word):
                break
        taken = time.perf_counter() - begun
        child.send_signal(signal.SIGTERM)
        child.stderr.read()
        child.wait(timeout=60)
        child.stderr.close()
    if not said or not said[-1].startswith(word):
        raise RuntimeError(f"it never said {word!r}: {''.join(said)[-2000:]}")
    return taken


def _server(home: Path) -> float:
    begun = time.perf_counter()
    server = EmbeddedServer.start(home)
    taken = time.perf_counter() - begun
    server.stop()
    return taken
