"""One running console per profile: a second start raises the first and goes away."""

from __future__ import annotations

import getpass
import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import platformdirs
from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_RAISE: Final = b"raise\n"
_PATIENCE_MS: Final = 1000


class OneConsole(QObject):
    """Holds a profile for this process; `raise_asked` comes when another start wants it.

    The lock file decides (its stale remains are recognised by process id); the local socket, open
    to this user only, carries the wish. Where no folder can hold the lock nothing is guarded.
    """

    raise_asked = Signal()

    def __init__(self, parent: QObject | None = None, folder: Path | None = None):
        super().__init__(parent)
        self._folder = folder or _runtime_folder()
        self._lock: QLockFile | None = None
        self._server: QLocalServer | None = None
        self._key = ""

    def claim(self, profile_name: str) -> bool:
        """Take the profile; False if another console has it, which was then asked to raise itself.

        Claiming another profile gives the one before free.
        """
        key = self._key_of(profile_name)
        if key == self._key:
            return True
        self.release()
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = QLockFile(str(self._folder / f"{key}.lock"))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
            self._ask(key)
            return False
        self._lock, self._key = lock, key
        self._listen(key)
        return True

    def release(self) -> None:
        """Give the profile free."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        self._key = ""

    def _key_of(self, profile_name: str) -> str:
        text = f"{getpass.getuser()}\n{self._folder}\n{profile_name.strip().casefold()}"
        return "govdesk-" + hashlib.sha256(text.encode()).hexdigest()[:24]

    def _listen(self, key: str) -> None:
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # Only the holder of the lock comes here: what is left over is a dead console's.
        QLocalServer.removeServer(key)
        self._server.newConnection.connect(self._called)
        self._server.listen(key)

    @Slot()
    def _called(self) -> None:
        assert self._server is not None
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            caller.disconnectFromServer()
            self.raise_asked.emit()

    def _ask(self, key: str) -> None:
        caller = QLocalSocket()
        caller.connectToServer(key)
        if caller.waitForConnected(_PATIENCE_MS):
            caller.write(_RAISE)
            caller.flush()
            caller.disconnectFromServer()


def _runtime_folder() -> Path:
    """Where this login keeps what ends with it; without such a folder, what is kept of it."""
    if sys.platform == "linux" and not os.environ.get("XDG_RUNTIME_DIR"):
        return platformdirs.user_state_path("govdesk", appauthor=False) / "running"
    return platformdirs.user_runtime_path("govdesk", appauthor=False)
