"""Connection profiles: which server, how protected, which environment. Never a password."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import platformdirs

from govdesk.config import private_file
from govdesk.config.tls import BY_KEY, TlsMode

ENVIRONMENTS: Final = {"dev": "Development", "staging": "Staging", "production": "Production"}
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST: Final = re.compile(r"[\w.:%-]+|/.+")
_PATH: Final = re.compile(r"\w+(\.\w+)*")
_LONGEST_NAME: Final = 60
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Profile:
    """How to reach one server, and who signed in there last.

    `host` is a name, an address or the folder of a socket; without `ca_file` the authorities that
    this machine trusts are asked.
    """

    name: str
    host: str
    port: int = 5432
    database: str = "govdesk"
    user: str = "govdesk_app"
    tls: str = "verify-full"
    ca_file: str = ""
    environment: str = "production"
    tenant_path: str = ""
    email: str = ""

    @property
    def login(self) -> str:
        """Name of the database login, under which its password is kept."""
        return f"{self.user}@{self.host}:{self.port}/{self.database}"

    @property
    def tls_mode(self) -> TlsMode:
        """The mode as a row of facts."""
        return BY_KEY[self.tls]

    @property
    def is_local(self) -> bool:
        """Whether the connection never leaves this machine."""
        return self.host in _LOCAL or self.host.startswith("/")

    @property
    def gives_up(self) -> str:
        """What the TLS mode gives up; empty for the full one and on this machine."""
        return "" if self.is_local else self.tls_mode.gives_up

    @property
    def mark(self) -> str:
        """Two or three words for the band when something is given up; else empty."""
        return "" if self.is_local else self.tls_mode.mark


def faults(profile: Profile) -> dict[str, str]:
    """Return a sentence for every field that cannot stay as it is; empty when all can."""
    found = {}
    if not profile.name.strip():
        found["name"] = "Give the profile a name, for example the organization's."
    elif len(profile.name) > _LONGEST_NAME:
        found["name"] = f"A name has up to {_LONGEST_NAME} characters."
    if not _HOST.fullmatch(profile.host):
        found["host"] = "Give the server's name or address, for example db.example.com."
    if not 1 <= profile.port <= 65535:
        found["port"] = "A port is a number from 1 to 65535; PostgreSQL's own is 5432."
    if not profile.database.strip():
        found["database"] = "Give the name of the database; the usual one is govdesk."
    if not profile.user.strip():
        found["user"] = "Give the database login; the usual one is govdesk_app."
    if profile.tls not in BY_KEY:
        found["tls"] = "Choose how the connection is protected."
    if profile.environment not in ENVIRONMENTS:
        found["environment"] = "Choose development, staging or production."
    if profile.tenant_path and not _PATH.fullmatch(profile.tenant_path):
        found["tenant_path"] = "A path is one or more words joined by dots, for example acme."
    return found | _fault_of_ca_file(profile)


def _fault_of_ca_file(profile: Profile) -> dict[str, str]:
    if not profile.ca_file:
        return {}
    try:
        text = Path(profile.ca_file).expanduser().read_text(encoding="ascii", errors="replace")
    except OSError as error:
        return {"ca_file": f"This file cannot be read: {error.strerror or error}."}
    if "BEGIN CERTIFICATE" not in text and "BEGIN TRUSTED CERTIFICATE" not in text:
        return {"ca_file": "This file holds no certificate in PEM form."}
    return {}


class ProfileStore:
    """All profiles of this person in one JSON file.

    `notice` says in one sentence what was wrong with the file, if something was; what could be
    read is there, and the file itself is kept beside as ``profiles.json.broken``.
    """

    def __init__(self, folder: Path | None = None):
        folder = folder or platformdirs.user_config_path("govdesk", appauthor=False)
        self.path = folder / "profiles.json"
        self.notice = ""
        self._profiles: dict[str, Profile] = {}
        self._last = ""
        self._read()

    def all(self) -> list[Profile]:
        """Profiles by name."""
        return sorted(self._profiles.values(), key=lambda profile: profile.name.casefold())

    def get(self, name: str) -> Profile | None:
        """The profile of this name, whatever its capitals."""
        return self._profiles.get(name.strip().casefold())

    @property
    def last(self) -> Profile | None:
        """The one signed in with most recently, else the first."""
        return self.get(self._last) or next(iter(self.all()), None)

    def faults(self, profile: Profile, replacing: str | None = None) -> dict[str, str]:
        """Like `faults`; a name that another profile has is one, too."""
        found = faults(profile)
        key = profile.name.strip().casefold()
        if key in self._profiles and key != (replacing or "").strip().casefold():
            found["name"] = "Another profile has this name."
        return found

    def save(self, profile: Profile, replacing: str | None = None) -> None:
        """Keep a profile, in the place of `replacing` if that is given.

        Raises ValueError with the first of its faults, OSError when the file cannot be written.
        """
        self._read()
        found = self.faults(profile, replacing)
        if found:
            raise ValueError(next(iter(found.values())))
        kept = dict(self._profiles)
        kept.pop((replacing or "").strip().casefold(), None)
        kept[profile.name.strip().casefold()] = replace(profile, name=profile.name.strip())
        renamed = replacing is not None and self._last.casefold() == replacing.casefold()
        self._write(kept, profile.name if renamed else self._last)

    def remove(self, name: str) -> None:
        """Forget a profile; its password is kept elsewhere and forgotten there."""
        self._read()
        kept = {k: p for k, p in self._profiles.items() if k != name.strip().casefold()}
        self._write(kept, self._last)

    def note_use(self, name: str, email: str) -> None:
        """Remember that somebody signed in with this profile."""
        self._read()
        profile = self.get(name)
        if profile is None:
            return
        used = replace(profile, email=email)
        self._write(self._profiles | {name.strip().casefold(): used}, name)

    def _read(self) -> None:
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            self._set_aside(f"it cannot be read ({error.__class__.__name__})")
            return
        read, last, lost = _understood(document)
        if lost:
            self._set_aside(f"{lost} of its profiles cannot be understood")
        self._profiles, self._last = read, last

    def _set_aside(self, why: str) -> None:
        aside = self.path.with_name(self.path.name + ".broken")
        self.notice = f"The file of the profiles was set aside, because {why}: {aside}"
        try:
            self.path.replace(aside)
        except OSError as error:
            self.notice = f"The file of the profiles is of no use, because {why}: {error}"

    def _write(self, profiles: dict[str, Profile], last: str) -> None:
        document = {
            "v": _VERSION,
            "last": last,
            "profiles": [asdict(profile) for profile in profiles.values()],
        }
        private_file.write(self.path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        self._profiles, self._last = profiles, last


def _understood(document: Any) -> tuple[dict[str, Profile], str, int]:
    """Return the profiles by key, the last used name, and how many entries made no sense."""
    if not isinstance(document, dict) or not isinstance(document.get("profiles"), list):
        return {}, "", 1
    read, lost = {}, 0
    for entry in document["profiles"]:
        profile = _profile(entry)
        if profile is None or profile.name.casefold() in read:
            lost += 1
        else:
            read[profile.name.casefold()] = profile
    return read, str(document.get("last", "")), lost


def _profile(entry: Any) -> Profile | None:
    if not isinstance(entry, dict):
        return None
    known = {field.name: entry[field.name] for field in fields(Profile) if field.name in entry}
    if not all(isinstance(value, int if key == "port" else str) for key, value in known.items()):
        return None
    try:
        profile = Profile(**known)
    except TypeError:
        return None
    # A CA file may be away for a while (a drive not mounted); that is no reason to lose a profile.
    wrong = faults(replace(profile, ca_file=""))
    return None if wrong else profile
