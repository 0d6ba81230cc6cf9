"""A console's window in a process of its own, offscreen, and what is done in it and measured.

``python -m tests.benchmarks.desk`` reads one line of JSON, an order, from standard input and
prints one line of JSON. Where the order needs something done outside the window (the server
stopped, say), it prints ``{"please": …}`` and goes on once a line comes back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from govdesk.config.preferences import Preferences
from govdesk.config.profiles import Profile
from govdesk.desktop import theme
from govdesk.desktop.tables import WindowedTable
from govdesk.desktop.workplace import Workplace
from govdesk.jobs import Jobs
from govdesk.services import organization
from govdesk.services.entrance import Entry, PasswordCheck
from govdesk.services.link import Link

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 120.0
WIDTH, HEIGHT = 1280, 800

Answer = Callable[[str], None]


def sit_down(module: str, act: str, *, please: Answer | None = None, **order: object) -> Any:
    """Run ``act`` of a module of this folder at a desk of its own and return what it measured.

    `please` does what the act asks to be done outside. Raises RuntimeError if the act failed.
    """
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "1"}
    child = subprocess.Popen(
        [sys.executable, "-m", __name__], cwd=_ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        _tell(child.stdin, {"module": module, "act": act, **order})
        for line in child.stdout:
            said = json.loads(line)
            if "result" in said:
                return said["result"]
            assert please is not None
            please(said["please"])
            _tell(child.stdin, "done")
        assert child.stderr is not None
        raise RuntimeError(f"{act} failed: {child.stderr.read()[-3000:]}")
    finally:
        child.stdin.close()
        child.wait(timeout=30)
        child.stdout.close()
        child.stderr.close() if child.stderr else None


def _tell(pipe: Any, what: object) -> None:
    pipe.write(json.dumps(what) + "\n")
    pipe.flush()


class Desk:
    """The window of one signed-in owner, shown and read, and words to work with it."""

    def __init__(self, order: dict[str, Any], folder: Path):
        self.order = order
        self.jobs = Jobs()
        self.link = Link(order["url"], order["token"], order["path"], email="owner@example.com")
        with self.link.session("interactive") as session:
            here = organization.here(session)
        entry = Entry(
            Profile("Bench", "127.0.0.1", 5432, "govdesk", "govdesk_app", tls="disable"),
            order["url"], order["token"], order["path"], "owner@example.com",
            datetime.now(UTC) + timedelta(hours=12), True, PasswordCheck(None, b""),  # type: ignore[arg-type]
        )  # fmt: skip
        self.preferences = Preferences(folder / "preferences.json")
        self.place = Workplace(
            entry, self.link, here, self.jobs, self.preferences, state_folder=folder
        )
        self.page = self.place.timeline
        self.table: WindowedTable = self.page.table
        self.paint = Painted(self.table)

    def open(self) -> None:
        """Show the window and wait for its first rows; nothing is verified beside it."""
        window = self.place.window
        window.resize(WIDTH, HEIGHT)
        window.show_page("timeline")
        window.show()
        self.timed(lambda: self.page.apply(None), opening=True)

    def timed(
        self,
        act: Callable[[], object],
        *,
        opening: bool = False,
        there: Callable[[], bool] = lambda: True,
    ) -> float:
        """Seconds from an action until every row in sight is painted.

        `opening` ones begin another list; `there` says whether it is the one that was asked for.
        """
        opened: list[bool] = []
        connection = self.page.opened.connect(lambda: opened.append(True))
        begun = time.perf_counter()
        act()
        try:
            return self.paint.wait(lambda: (bool(opened) or not opening) and there()) - begun
        finally:
            self.page.opened.disconnect(connection)

    def until(self, condition: Callable[[], object], seconds: float = _PATIENCE_SECONDS) -> None:
        """Run the event loop until the condition holds."""
        loop, look = QEventLoop(), QTimer()
        until = time.monotonic() + seconds
        look.timeout.connect(
            lambda: loop.quit() if condition() or time.monotonic() > until else None
        )
        look.start(5)
        if not condition():
            loop.exec()
        look.stop()
        if not condition():
            raise RuntimeError(f"nothing came within {seconds:g} s")

    def rest(self, seconds: float) -> None:
        """Run the event loop, doing nothing."""
        until = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > until)

    def please(self, what: str) -> None:
        """Have something done outside, while the window lives on."""
        done: list[bool] = []
        self.jobs.start(lambda task: _ask(what), owner=self.place, on_result=done.append,
                        lane="network")  # fmt: skip
        self.until(lambda: done)

    def close(self) -> None:
        """Leave, as the console does."""
        self.place.window.close()
        self.jobs.close()
        self.link.close()
        self.preferences.close()


class Painted(QObject):
    """Knows when the table's rows are on the screen."""

    def __init__(self, table: WindowedTable):
        super().__init__(table)
        self._table = table
        self._is_there: Callable[[], bool] | None = None
        self._at = 0.0
        self._loop = QEventLoop(self)
        table.viewport().installEventFilter(self)

    def wait(self, is_there: Callable[[], bool]) -> float:
        """Return the time after the first painting with every row in sight there."""
        self._is_there = is_there
        overdue = QTimer()
        overdue.setSingleShot(True)
        overdue.timeout.connect(self._loop.quit)
        overdue.start(int(_PATIENCE_SECONDS * 1000))
        self._loop.exec()
        if not overdue.isActive():
            raise RuntimeError("the rows were not painted in time")
        return self._at

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See paintings; what follows in the loop comes after them."""
        if event.type() == QEvent.Type.Paint and self._is_there is not None and self._all_there():
            self._is_there = None
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        self._at = time.perf_counter()
        self._loop.quit()

    def _all_there(self) -> bool:
        first, last = self._table.visible_rows()
        model = self._table.model()
        whole = last >= first and all(model.line(row) for row in range(first, last + 1))
        return whole and self._is_there is not None and self._is_there()


def _ask(what: str) -> bool:
    print(json.dumps({"please": what}), flush=True)
    return bool(sys.stdin.readline())


def memory() -> float:
    """Proportional share of this process's memory in MiB; what is resident where it is unknown."""
    path = Path("/proc/self/smaps_rollup")
    lines = path.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    """Do one act at a desk."""
    order = json.loads(sys.stdin.readline())
    app = QApplication(["govdesk"])
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus, False)
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app, "light")
    from importlib import import_module

    act = getattr(import_module(f"tests.benchmarks.{order['module']}"), order["act"])
    with tempfile.TemporaryDirectory(prefix="govdesk-desk-") as folder:
        desk = Desk(order, Path(folder))
        try:
            desk.open()
            result = act(desk)
        finally:
            desk.close()
    print(json.dumps({"result": result}), flush=True)


if __name__ == "__main__":
    # Under this name the classes would exist twice.
    from tests.benchmarks import desk as module

    module.main()
