"""The database login's password of a profile: found, kept, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from govdesk.config.passwords import NotKept, PasswordSafe, usable_keyring
from govdesk.config.profiles import Profile
from govdesk.domain.problem import Problem


def system_safe() -> PasswordSafe:
    """The safe of this computer; may wait for D-Bus, so it is asked for in a job."""
    return PasswordSafe(usable_keyring())


def find(safe: PasswordSafe, profile: Profile) -> str | None:
    """Return the password that is kept for the profile's login; raises `Problem`."""
    with _as_problem():
        return safe.find(profile.login)


def keep(safe: PasswordSafe, profile: Profile, password: str, where: str) -> None:
    """Keep it in one of `KEEPING`'s places; raises `Problem`."""
    with _as_problem():
        safe.keep(profile.login, password, where)


def forget(safe: PasswordSafe, profile: Profile) -> None:
    """Remove it wherever it is; raises `Problem`."""
    with _as_problem():
        safe.forget(profile.login)


@contextmanager
def _as_problem() -> Iterator[None]:
    try:
        yield
    except NotKept as error:
        raise Problem(error.sentence, error.remedy) from error
