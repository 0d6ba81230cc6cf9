"""Where the password of the *database login* is kept; a person's own password never is.

The operating system's keyring is used through ``keyring``, and only backends that keep secrets
(an allow-list: others write them in the clear or keep nothing). Without one the choice is between
asking each time and a private file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from govdesk.config import private_file

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "GovDesk database login"
KEEPING: Final = {
    "keyring": "In this computer's keyring",
    "file": "In a private file, not encrypted",
    "ask": "Nowhere: ask each time",
}
NO_KEYRING: Final = "This computer has no keyring that GovDesk can use."
ABOUT_FILE: Final = (
    "Whoever can read your files, or a copy of this disk, can read the password."
    " It opens the way to the sign-in only, not your account."
)
_TRUSTED: Final = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)


class NotKept(Exception):
    """Keyring or file refused; `sentence` says how, `remedy` what to do."""

    def __init__(self, sentence: str, remedy: str):
        super().__init__(f"{sentence} {remedy}")
        self.sentence, self.remedy = sentence, remedy


def usable_keyring() -> KeyringBackend | None:
    """Return the system's keyring, or None without one. May wait for D-Bus: not for a window.

    ``PYTHON_KEYRING_BACKEND``, the library's own variable, names another or, with
    ``keyring.backends.fail.Keyring``, none.
    """
    # Looks through every installed package when it is loaded; most commands need no keyring.
    import keyring
    from keyring.backend import get_all_keyring

    named = "PYTHON_KEYRING_BACKEND" in os.environ
    offered = [keyring.get_keyring()] if named else get_all_keyring()
    trusted = [backend for backend in offered if type(backend).__module__ in _TRUSTED]
    return max(trusted, key=lambda backend: backend.priority, default=None)


class PasswordSafe:
    """Finds and keeps passwords by `Profile.login`; every method may wait for the keyring.

    `backend` None means that there is no usable keyring; tests give one of their own.
    """

    def __init__(self, backend: KeyringBackend | None, folder: Path | None = None):
        folder = folder or platformdirs.user_config_path("govdesk", appauthor=False)
        self.path = folder / "passwords.json"
        self._backend = backend

    @property
    def choices(self) -> list[str]:
        """Keys of `KEEPING` that exist here, the best first."""
        return ["keyring", "ask"] if self._backend is not None else ["ask", "file"]

    def find(self, login: str) -> str | None:
        """Return the password, or None; raises `NotKept`."""
        found = self._in_files().get(login)
        if found is None and self._backend is not None:
            with _explained():
                found = self._backend.get_password(SERVICE, login)
        return found

    def keep(self, login: str, password: str, where: str) -> None:
        """Keep it in ``keyring``, ``file`` or not at all (``ask``), and nowhere else.

        Raises `NotKept` when keyring or disk refuse.
        """
        if where == "keyring":
            self._set(login, password)
        elif self._backend is not None:
            self._delete(login)
        held = self._in_files()
        changed = {k: v for k, v in held.items() if k != login}
        if where == "file":
            changed[login] = password
        if changed != held:
            self._write(changed)

    def forget(self, login: str) -> None:
        """Remove it from wherever it is."""
        self.keep(login, "", "ask")

    def _set(self, login: str, password: str) -> None:
        if self._backend is None:
            raise NotKept(NO_KEYRING, "Choose another way to keep the password.")
        with _explained():
            self._backend.set_password(SERVICE, login, password)

    def _delete(self, login: str) -> None:
        assert self._backend is not None
        with _explained():
            if self._backend.get_password(SERVICE, login) is not None:
                self._backend.delete_password(SERVICE, login)

    def _write(self, held: dict[str, str]) -> None:
        try:
            private_file.write(self.path, json.dumps(held, indent=2) + "\n")
        except OSError as error:
            raise NotKept(
                f"The file of passwords cannot be written: {error.strerror}: {self.path}",
                "Free space or choose another way to keep the password.",
            ) from error

    def _in_files(self) -> dict[str, str]:
        try:
            if private_file.is_open_to_others(self.path):
                raise NotKept(
                    f"The file of passwords can be read by others: {self.path}",
                    "Make it private (chmod 600), and have the password changed.",
                )
            held = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            return {}
        return {str(k): str(v) for k, v in held.items()} if isinstance(held, dict) else {}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the keyring refuses into `NotKept`."""
    from keyring.errors import KeyringError, KeyringLocked

    try:
        yield
    except KeyringLocked as error:
        raise NotKept(
            "The keyring stayed locked.", "Unlock it, or type the password here."
        ) from error
    except KeyringError as error:
        raise NotKept(f"The keyring refused: {error}", "Type the password here.") from error
