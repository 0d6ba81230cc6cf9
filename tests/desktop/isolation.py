"""Keeps desktop tests inside: folders of their own, a keyring in memory, loopback only."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from govdesk.config import passwords

_FOLDERS = {
    "XDG_CONFIG_HOME": "config",
    "XDG_STATE_HOME": "state",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "run",
}


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets with the test; `locked` makes it refuse."""

    priority = 9.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is held."""
        self._open()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Hold it."""
        self._open()
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        self._open()
        if self.held.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not found")

    def _open(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked by the test")


class Outside:
    """Notes and refuses what would leave the test: other hosts, the session bus, real keyrings."""

    def __init__(self) -> None:
        self.touched: list[str] = []
        self.awake = False

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """See every connection and name look-up that Python makes."""
        if not self.awake:
            return
        if event == "socket.connect" or event == "socket.sendto":
            address = arguments[1]
            if not _is_inside(address):
                self.refuse(f"a connection to {address}")
        elif event == "socket.getaddrinfo" and _is_name(arguments[0]):
            self.refuse(f"a look-up of {arguments[0]}")

    def refuse(self, what: str) -> None:
        """Note it and end the attempt."""
        self.touched.append(what)
        raise PermissionError(f"{what} from a test")


_OUTSIDE = Outside()
# An audit hook cannot be taken back, so one sleeps between the tests.
sys.addaudithook(_OUTSIDE.audit)


def _is_inside(address: object) -> bool:
    if isinstance(address, tuple):
        return _is_loopback(address[0])
    text = address.decode(errors="replace") if isinstance(address, bytes) else str(address)
    return "/dbus" not in text and not text.endswith("/bus")


def _is_loopback(host: object) -> bool:
    address = _address(host)
    return not _is_name(host) and (address is None or address.is_loopback)


def _is_name(host: object) -> bool:
    """Whether somebody would have to be asked what the host's address is."""
    return host not in (None, "", b"", "localhost", b"localhost") and _address(host) is None


def _address(host: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


@pytest.fixture(autouse=True)
def stays_inside() -> Iterator[None]:
    """Fail a test that reached for another host, the session bus or a real keyring."""
    _OUTSIDE.touched.clear()
    _OUTSIDE.awake = True
    yield
    _OUTSIDE.awake = False
    if _OUTSIDE.touched:
        pytest.fail("the test reached outside: " + ", ".join(_OUTSIDE.touched), pytrace=False)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with config, state, data, cache and run folders of this test's own."""
    folder = tmp_path / "home"
    for variable, name in _FOLDERS.items():
        (folder / name).mkdir(parents=True, mode=0o700)
        monkeypatch.setenv(variable, str(folder / name))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    return folder


@pytest.fixture(autouse=True)
def memory_keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """The only keyring there is."""
    made = MemoryKeyring()
    before = KeyringBackend.__init__

    def careful(backend: KeyringBackend) -> None:
        module = type(backend).__module__
        if module.startswith("keyring.backends.") and module != "keyring.backends.fail":
            _OUTSIDE.refuse(f"the keyring {module}")
        before(backend)

    monkeypatch.setattr(KeyringBackend, "__init__", careful)
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: [made])
    monkeypatch.setattr(keyring.core, "_keyring_backend", made)
    monkeypatch.setattr(passwords, "_TRUSTED", (*passwords._TRUSTED, __name__))
    # A child process has none at all.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return made
