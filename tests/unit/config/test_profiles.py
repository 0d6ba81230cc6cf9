"""Profiles and the passwords of their logins: kept whole, kept private, never lost."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import keyring.backend
import keyring.errors
import pytest

from govdesk.config import device
from govdesk.config.passwords import NotKept, PasswordSafe, usable_keyring
from govdesk.config.profiles import Profile, ProfileStore, faults
from govdesk.config.tls import TLS_MODES

ACME = Profile("Acme", "db.acme.example")


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory; `locked` is what a person who cancels its dialog leaves."""

    priority = 1

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


def test_a_profile_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    full = Profile(
        "Büro", "db.acme.example", 6432, "desk", "app", "verify-ca", "", "staging", "acme.north"
    )
    ProfileStore(tmp_path).save(full)
    assert ProfileStore(tmp_path).all() == [full]


def test_the_weaker_modes_say_what_they_give_up_and_the_full_one_is_the_default() -> None:
    assert ACME.tls == "verify-full"
    assert [bool(mode.gives_up) for mode in TLS_MODES] == [False, True, True, True]
    weak = replace(ACME, tls="disable")
    assert (bool(weak.gives_up), weak.mark) == (True, "not encrypted")
    here = replace(weak, host="127.0.0.1")
    assert (here.gives_up, here.mark) == ("", "")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"host": ""}, "host"),
        ({"host": "db acme"}, "host"),
        ({"host": "postgresql://db"}, "host"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"database": ""}, "database"),
        ({"user": ""}, "user"),
        ({"tls": "prefer"}, "tls"),
        ({"environment": "test"}, "environment"),
        ({"tenant_path": "acme."}, "tenant_path"),
        ({"ca_file": "/no/such/file"}, "ca_file"),
    ],
)
def test_a_field_that_cannot_stay_has_a_sentence(change: dict[str, object], field: str) -> None:
    found = faults(replace(ACME, **change))  # type: ignore[arg-type]
    assert list(found) == [field]
    assert found[field].endswith(".")


@pytest.mark.parametrize("host", ["db", "db.acme.example", "10.0.0.7", "::1", "/run/postgresql"])
def test_a_name_an_address_and_a_socket_are_hosts(host: str) -> None:
    assert faults(replace(ACME, host=host)) == {}


def test_a_ca_file_without_a_certificate_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("-----BEGIN PRIVATE KEY-----\n")
    assert "no certificate" in faults(replace(ACME, ca_file=str(file)))["ca_file"]


def test_names_are_unique_whatever_their_capitals(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.save(ACME)
    with pytest.raises(ValueError, match="Another profile has this name"):
        store.save(replace(ACME, name="ACME"))
    store.save(replace(ACME, name="ACME", port=1), replacing="Acme")
    assert [(p.name, p.port) for p in store.all()] == [("ACME", 1)]


def test_two_stores_do_not_undo_each_other(tmp_path: Path) -> None:
    one, other = ProfileStore(tmp_path), ProfileStore(tmp_path)
    one.save(ACME)
    other.save(replace(ACME, name="Beta"))
    assert [p.name for p in ProfileStore(tmp_path).all()] == ["Acme", "Beta"]


def test_the_last_used_profile_is_offered_first_with_its_address(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.save(ACME)
    store.save(replace(ACME, name="Beta"))
    store.note_use("Beta", "olga@acme.example")
    last = ProfileStore(tmp_path).last
    assert last is not None
    assert (last.name, last.email) == ("Beta", "olga@acme.example")


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"profiles": 7}', "\x00\xff"])
def test_a_broken_file_is_kept_aside_and_said(tmp_path: Path, broken: str) -> None:
    (tmp_path / "profiles.json").write_bytes(broken.encode("latin-1"))
    store = ProfileStore(tmp_path)
    assert store.all() == []
    assert "profiles.json.broken" in store.notice
    assert (tmp_path / "profiles.json.broken").read_bytes() == broken.encode("latin-1")
    store.save(ACME)
    again = ProfileStore(tmp_path)
    assert (again.all(), again.notice) == ([ACME], "")


def test_one_bad_entry_does_not_cost_the_others(tmp_path: Path) -> None:
    ProfileStore(tmp_path).save(ACME)
    path = tmp_path / "profiles.json"
    document = json.loads(path.read_text())
    document["profiles"] += [{"name": "Bad", "host": "db", "port": "many"}, "nonsense"]
    path.write_text(json.dumps(document))
    store = ProfileStore(tmp_path)
    assert store.all() == [ACME]
    assert "2 of its profiles" in store.notice
    assert (tmp_path / "profiles.json.broken").exists()


def test_a_missing_ca_file_does_not_lose_the_profile(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n")
    kept = replace(ACME, ca_file=str(file))
    ProfileStore(tmp_path).save(kept)
    file.unlink()
    assert ProfileStore(tmp_path).all() == [kept]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ProfileStore(tmp_path)
    store.save(ACME)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.save(replace(ACME, name="Beta"))
    assert [p.name for p in store.all()] == ["Acme"]
    assert [path.name for path in tmp_path.iterdir()] == ["profiles.json"]
    assert ProfileStore(tmp_path).all() == [ACME]


# Passwords of logins


def test_the_keyring_keeps_the_password_and_no_file_does(tmp_path: Path) -> None:
    ring = Ring()
    safe = PasswordSafe(ring, tmp_path)
    safe.keep(ACME.login, "s3cret", "keyring")
    assert safe.find(ACME.login) == "s3cret"
    assert list(ring.held.values()) == ["s3cret"]
    assert list(tmp_path.iterdir()) == []


def test_a_password_follows_the_login_not_the_name_of_the_profile(tmp_path: Path) -> None:
    safe = PasswordSafe(Ring(), tmp_path)
    safe.keep(ACME.login, "s3cret", "keyring")
    assert safe.find(replace(ACME, name="Other", email="x@y.example").login) == "s3cret"
    assert safe.find(replace(ACME, port=1).login) is None


def test_without_a_keyring_a_private_file_is_a_choice_and_only_that(tmp_path: Path) -> None:
    safe = PasswordSafe(None, tmp_path)
    assert safe.choices == ["ask", "file"]
    safe.keep(ACME.login, "s3cret", "ask")
    assert safe.find(ACME.login) is None
    safe.keep(ACME.login, "s3cret", "file")
    assert PasswordSafe(None, tmp_path).find(ACME.login) == "s3cret"
    assert stat.S_IMODE(safe.path.stat().st_mode) == 0o600
    safe.forget(ACME.login)
    assert "s3cret" not in safe.path.read_text()
    with pytest.raises(NotKept, match="no keyring"):
        safe.keep(ACME.login, "s3cret", "keyring")


def test_a_password_that_moves_to_the_keyring_leaves_the_file(tmp_path: Path) -> None:
    PasswordSafe(None, tmp_path).keep(ACME.login, "old", "file")
    safe = PasswordSafe(Ring(), tmp_path)
    assert safe.find(ACME.login) == "old"
    safe.keep(ACME.login, "new", "keyring")
    assert safe.find(ACME.login) == "new"
    assert "old" not in safe.path.read_text()


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    safe = PasswordSafe(None, tmp_path)
    safe.keep(ACME.login, "s3cret", "file")
    safe.path.chmod(0o644)
    with pytest.raises(NotKept, match="can be read by others"):
        safe.find(ACME.login)


def test_a_keyring_that_stays_locked_is_a_sentence(tmp_path: Path) -> None:
    safe = PasswordSafe(Ring(locked=True), tmp_path)
    with pytest.raises(NotKept, match="stayed locked"):
        safe.find(ACME.login)
    with pytest.raises(NotKept, match="stayed locked"):
        safe.keep(ACME.login, "s3cret", "keyring")


def test_only_keyrings_that_keep_secrets_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    # Ring is a backend like any that a package may bring along: not on the list.
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: [Ring()])
    assert usable_keyring() is None


def test_the_device_keeps_one_secret(tmp_path: Path) -> None:
    first = device.secret(tmp_path / "state")
    assert first is not None
    assert len(first) == 32
    assert device.secret(tmp_path / "state") == first
    assert stat.S_IMODE((tmp_path / "state" / "device").stat().st_mode) == 0o600
