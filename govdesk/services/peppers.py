"""Peppers: what verifiers of API keys are made with, kept in a file and never in the database.

All programs of an installation that verify keys share one file. It is read again when it changes,
so that nothing has to be restarted when a new pepper comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from govdesk.database import key_doors
from govdesk.database.connection import Connection, Session
from govdesk.database.errors import DatabaseProblem, Refused, Unreachable
from govdesk.database.key_doors import PepperState
from govdesk.domain.problem import Problem
from govdesk.vault.key_files import KeyFileProblem
from govdesk.vault.peppers import WAITING, PepperFile, PepperRing

VARIABLE: Final = "GOVDESK_PEPPER_FILE"
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Version:
    """How many live keys are verified under one version; 0 are those that wait for a pepper."""

    version: int
    status: str
    fingerprint: str
    keys: int


@dataclass(frozen=True, slots=True)
class Rotation:
    """A version that was made current, and the tenants in which it was not yet."""

    version: int
    tenants: tuple[str, ...]


def versions(session: Session) -> list[Version]:
    """Return the meter of this organisation, the newest version first."""
    with session.reading() as connection:
        found = connection.execute(
            "SELECT version, status, coalesce(fingerprint, ''), keys"
            " FROM govdesk_api.key_versions() ORDER BY version DESC"
        ).fetchall()
    return [Version(*row) for row in found]


def usable(session: Session, ring: PepperRing) -> PepperRing | None:
    """Return the ring if its current version is this organisation's as well, else None."""
    fingerprint = ring.fingerprint(ring.current)
    for one in versions(session):
        if (one.version, one.status) == (ring.current, "current"):
            return ring if one.fingerprint == fingerprint else None
    return None


def path_of(environment: Mapping[str, str]) -> Path:
    """Where the peppers are: as the environment says, else among this user's own data."""
    given = environment.get(VARIABLE, "")
    return Path(given) if given else own_folder(environment) / "peppers.json"


def own_folder(environment: Mapping[str, str]) -> Path:
    """Where a program keeps files of its own: a service has no home, systemd names a folder."""
    state = environment.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(state) if state else platformdirs.user_data_path("govdesk", appauthor=False)


def ready(connection: Connection, file: PepperFile) -> PepperRing:
    """Return the peppers; the first program of an installation makes the file.

    A file that is missing where keys already need it is never made anew: raises `KeyFileProblem`.
    """
    if not file.path.exists():
        if any(state.version != WAITING for state in key_doors.pepper_states(connection)):
            raise KeyFileProblem(
                f"The pepper file {file.path} is missing, and keys need it.",
                f"Bring it back from your backup, or name it in {VARIABLE}.",
            )
        PepperRing.read_or_create(file.path)
    return file.ring()


# What the worker does


def attend(connection: Connection, ring: PepperRing, host: str) -> int:
    """Give waiting keys their verifiers, and make a new pepper current; returns how much it did."""
    done, fingerprint = 0, ring.fingerprint(ring.current)
    while waiting := key_doors.to_pepper(connection, _BATCH):
        given = sum(_give(connection, ring, key, host) for key in waiting)
        done += given
        if not given:
            break
    return done + len(key_doors.make_current(connection, ring.current, fingerprint, host))


def _give(connection: Connection, ring: PepperRing, key: key_doors.Waiting, host: str) -> bool:
    """Give one key its verifier; where somebody holds the log, it is served later."""
    mac = ring.mac_of_inner(ring.current, key.inner_hash)
    fingerprint = ring.fingerprint(ring.current)
    try:
        return key_doors.pepper(connection, key.key_id, ring.current, fingerprint, mac, host)
    except (Refused, Unreachable):
        raise
    except DatabaseProblem:
        return False


# What an administrator does


def rotate(connection: Connection, file: PepperFile, host: str) -> Rotation:
    """Add a pepper to the file and make it current in every tenant.

    Keys move to it one by one, each at its next use; until then their old pepper stays.
    """
    ready(connection, file)
    PepperRing.rotate(file.path)
    return spread(connection, file, host)


def spread(connection: Connection, file: PepperFile, host: str) -> Rotation:
    """Make the file's current version current in every tenant where it is not yet."""
    ring = ready(connection, file)
    fingerprint = ring.fingerprint(ring.current)
    tenants = key_doors.make_current(connection, ring.current, fingerprint, host)
    return Rotation(ring.current, tuple(tenants))


def meter(connection: Connection) -> list[Version]:
    """Return live keys per version over all tenants, the newest version first.

    A version that is retired in some tenants and not in all counts as not retired.
    """
    found: dict[int, list[PepperState]] = {}
    for state in key_doors.pepper_states(connection):
        found.setdefault(state.version, []).append(state)
    return [_total(version, found[version]) for version in sorted(found, reverse=True)]


def _total(version: int, states: list[PepperState]) -> Version:
    standing = {state.status for state in states}
    status = next((one for one in ("current", "live") if one in standing), states[0].status)
    fingerprint = next((state.fingerprint for state in states if state.fingerprint), "")
    return Version(version, status, fingerprint, sum(state.keys for state in states))


def retire(connection: Connection, file: PepperFile, version: int, host: str) -> tuple[str, ...]:
    """Retire a version everywhere and take it out of the file; returns the tenants it was in.

    Raises `Problem` while any live key needs it, for the current version, and for an unknown one.
    """
    ring = ready(connection, file)
    if version == ring.current:
        raise Problem(f"Version {version} is the current pepper.", "Rotate first.", exit_code=2)
    known = next((one for one in meter(connection) if one.version == version), None)
    if known is None and version not in ring.versions:
        raise Problem(f"There is no pepper of version {version}.", exit_code=2)
    if known is not None and known.keys:
        raise in_use(version, known.keys)
    try:
        tenants = key_doors.retire(connection, version, host)
    except Refused as refusal:
        if refusal.key == "pepper_in_use":
            raise in_use(version, None) from refusal
        raise
    if version in ring.versions:
        PepperRing.drop(file.path, version)
    return tuple(tenants)


def in_use(version: int, keys: int | None) -> Problem:
    """Why a version stays."""
    number = "Keys still need" if keys is None else f"{keys:,} keys still need"
    return Problem(
        f"{number} pepper {version}; nothing was retired.",
        "Each moves to the current one at its next use; rotate or revoke those that rest.",
        exit_code=2,
    )
