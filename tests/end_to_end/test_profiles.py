"""The command line with a profile of the console instead of an address."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from govdesk.config.passwords import PasswordSafe
from govdesk.config.profiles import Profile, ProfileStore
from tests.databases import APP_PASSWORD
from tests.end_to_end.conftest import OWNER, PASSWORD, Office, Program


@pytest.fixture
def profile(office: Office, tmp_path: Path) -> Profile:
    """A saved profile whose login's password is in the private file."""
    parts = psycopg.conninfo.conninfo_to_dict(office.app_url)
    made = Profile(
        "Head office",
        "127.0.0.1",
        int(str(parts["port"])),
        str(parts["dbname"]),
        tls="disable",
        email=OWNER,
    )
    ProfileStore(tmp_path / "govdesk").save(made)
    PasswordSafe(None, tmp_path / "govdesk").keep(made.login, APP_PASSWORD, "file")
    return made


@pytest.fixture
def program(bare: Program, tmp_path: Path) -> Program:
    """The program with the folder of that profile, away from this machine's keyring."""
    return bare.given(
        XDG_CONFIG_HOME=str(tmp_path), PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring"
    )


@pytest.mark.parametrize("option", [["--profile", "head OFFICE"], ["--profile=Head office"]])
def test_a_profile_names_the_server_and_the_person(
    program: Program, office: Office, profile: Profile, option: list[str]
) -> None:
    person = program.given(GOVDESK_PASSWORD=PASSWORD, GOVDESK_TOTP=office.fresh_code())
    started = person("session", "start", *option, "--json")
    assert started.code == 0, started.err
    later = program.given(GOVDESK_SESSION=started.document["token"])
    assert later(*option, "session", "end", "--json").document["changed"] is True


def test_an_unknown_profile_is_answered_with_the_known_ones(
    program: Program, profile: Profile
) -> None:
    answer = program("--profile", "branch", "session", "list")
    assert answer.code == 2
    assert answer.err.strip() == ('govdesk: No profile is called "branch". There are: Head office.')
    assert program("session", "list", "--profile").code == 2


def test_a_password_that_is_kept_nowhere_is_asked_for(
    program: Program, profile: Profile, tmp_path: Path
) -> None:
    PasswordSafe(None, tmp_path / "govdesk").forget(profile.login)
    person = program.given(GOVDESK_PASSWORD=PASSWORD, GOVDESK_TOTP="123456")
    answer = person("session", "start", "--profile", profile.name)
    assert answer.code == 2
    assert "GOVDESK_LOGIN_PASSWORD" in answer.err
    wrong = person.given(GOVDESK_LOGIN_PASSWORD="wrong")
    answer = wrong("session", "start", "--profile", profile.name)
    assert answer.code == 3
    assert "does not accept the password of the database login" in answer.err
