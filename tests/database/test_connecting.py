"""Reaching a server by profile: every way of not getting in has its own sentence."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from govdesk.config.profiles import Profile
from govdesk.database import floors
from govdesk.database.embedded import EmbeddedServer
from govdesk.database.errors import DatabaseProblem, Refused, ServerTooOld, ServerUnfit, Unreachable
from govdesk.services import accounts, connecting, entrance
from govdesk.services.connecting import CertificateProblem
from tests.certificates import Authority, Secure
from tests.databases import APP_PASSWORD
from tests.people import ADA, PASSWORD, Cast


def plain(cast: Cast) -> Profile:
    """The cast's database as a profile of this machine."""
    parts = psycopg.conninfo.conninfo_to_dict(cast.database.app_url)
    return Profile(
        "Acme", "127.0.0.1", int(str(parts["port"])), str(parts["dbname"]), tls="disable"
    )


def refused(profile: Profile, password: str = APP_PASSWORD) -> DatabaseProblem:
    """Why the profile does not get in."""
    with pytest.raises(DatabaseProblem) as caught:
        connecting.check(profile, password)
    assert "\n" not in caught.value.sentence
    assert caught.value.remedy.endswith(".")
    return caught.value


# TLS


def test_a_certificate_of_the_given_authority_for_this_host_verifies(secure: Secure) -> None:
    # No login is called nobody: getting as far as its password means that TLS stood.
    assert refused(secure.show("good")).key == "login_password"


def test_an_unknown_authority_is_named_with_what_going_on_would_give_up(
    secure: Secure, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority.named("Another CA").pem)
    problem = refused(replace(secure.show("good"), ca_file=str(other)))
    assert isinstance(problem, CertificateProblem)
    assert problem.finding.reason == "issuer"
    assert problem.sentence == (
        'The server\'s certificate was issued by "Acme Internal CA", which is not trusted here.'
    )
    assert "anyone on the way" in problem.gives_up
    assert problem.finding.certificate.names == ("localhost",)
    assert len(problem.finding.certificate.fingerprint) == 64


def test_without_a_ca_file_the_machines_authorities_are_asked(secure: Secure) -> None:
    problem = refused(replace(secure.show("good"), ca_file=""))
    assert isinstance(problem, CertificateProblem)
    assert problem.finding.reason == "issuer"


def test_a_certificate_for_another_host_names_both(secure: Secure) -> None:
    problem = refused(secure.show("other_host"))
    assert isinstance(problem, CertificateProblem)
    assert problem.sentence == (
        'The server\'s certificate is for "db.acme.example", not for "localhost".'
    )


@pytest.mark.parametrize(
    ("mode", "key"), [("verify-ca", "login_password"), ("require", "login_password")]
)
def test_weaker_modes_go_on_with_a_certificate_for_another_host(
    secure: Secure, mode: str, key: str
) -> None:
    assert refused(replace(secure.show("other_host"), tls=mode)).key == key


def test_an_expired_certificate_says_since_when(secure: Secure) -> None:
    problem = refused(secure.show("expired"))
    assert isinstance(problem, CertificateProblem)
    assert problem.finding.reason == "expired"
    assert problem.sentence.endswith("3 days ago.")


def test_a_certificate_of_the_future_hints_at_the_clock(secure: Secure) -> None:
    problem = refused(secure.show("not_yet"))
    assert isinstance(problem, CertificateProblem)
    assert problem.finding.reason == "not_yet"
    assert "clock" in problem.remedy


def test_a_ca_file_that_went_away_is_named(secure: Secure, tmp_path: Path) -> None:
    problem = refused(replace(secure.show("good"), ca_file=str(tmp_path / "gone.pem")))
    assert problem.key == "ca_file"
    assert "gone.pem" in problem.sentence


def test_a_server_without_tls_is_not_spoken_to_in_the_clear(cast: Cast) -> None:
    for mode in ("require", "verify-ca", "verify-full"):
        assert refused(replace(plain(cast), tls=mode)).key == "no_tls"


# Everything else


def test_a_profile_that_fits_says_what_it_reached(cast: Cast) -> None:
    server = connecting.check(plain(cast), APP_PASSWORD)
    assert server.sentence == f"Connected: PostgreSQL {server.version}, not encrypted."


def test_variables_of_libpq_change_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "require")
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")
    monkeypatch.setenv("PGDATABASE", "nothing")
    assert connecting.check(plain(cast), APP_PASSWORD).encryption == "not encrypted"


def test_a_wrong_password_of_the_login_is_not_taken_for_ones_own(cast: Cast) -> None:
    problem = refused(plain(cast), "wrong")
    assert problem.key == "login_password"
    assert "not your own" in problem.remedy


def test_a_host_that_is_not_there_is_named(cast: Cast) -> None:
    problem = refused(replace(plain(cast), host="no-such-host.invalid"))
    assert problem.key == "host_unknown"
    assert '"no-such-host.invalid"' in problem.sentence


def test_a_port_where_nothing_listens_is_named(cast: Cast) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        problem = refused(replace(plain(cast), port=port))
    assert problem.key == "refused"
    assert f"nothing answers at 127.0.0.1, port {port}" in problem.sentence


@contextmanager
def answering(words: bytes) -> Iterator[int]:
    """A listener that says `words` to whoever comes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(1024)
                caller.sendall(words)

        thread = threading.Thread(target=answer)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("disable", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("require", b"HTTP/1.1 400\r\n\r\n"),
        ("disable", b""),
    ],
)
def test_what_is_no_postgres_is_called_so(cast: Cast, mode: str, words: bytes) -> None:
    with answering(words) as port:
        problem = refused(replace(plain(cast), port=port, tls=mode))
    assert problem.key == "not_postgres"


def test_a_server_that_says_nothing_is_given_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govdesk.database.connection.CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        problem = refused(replace(plain(cast), port=silent.getsockname()[1]))
    assert problem.key == "timeout"


def test_a_database_that_is_not_there_is_named(cast: Cast) -> None:
    problem = refused(replace(plain(cast), database="nothing"))
    assert (problem.key, '"nothing"' in problem.sentence) == ("no_database", True)


def test_a_database_without_govdesk_is_called_so(server: EmbeddedServer) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(server.admin_url)
    profile = Profile("x", "127.0.0.1", server.port, "postgres", str(parts["user"]), "disable")
    problem = refused(profile, str(parts["password"]))
    assert isinstance(problem, ServerUnfit)
    assert "holds no GovDesk" in problem.sentence


def test_a_server_with_known_holes_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    running = cast.admin.info.server_version
    monkeypatch.setitem(floors.FLOORS, running // 10000, running + 1)
    assert isinstance(refused(plain(cast)), ServerTooOld)


def test_an_address_in_the_url_needs_no_care_with_strange_characters() -> None:
    odd = Profile("x", "::1", 5432, "a/b?c", "o'r d", "disable")
    parts = psycopg.conninfo.conninfo_to_dict(connecting.address(odd, "p@ss:w/rd%?#"))
    assert (parts["host"], parts["dbname"], parts["user"]) == ("::1", "a/b?c", "o'r d")
    assert parts["password"] == "p@ss:w/rd%?#"
    folder = replace(odd, host="/run/post gres")
    assert (
        psycopg.conninfo.conninfo_to_dict(connecting.address(folder, ""))["host"]
        == "/run/post gres"
    )


# Coming in


def test_coming_in_gives_a_session_and_a_check_of_the_password(cast: Cast) -> None:
    entry = entrance.come_in(plain(cast), APP_PASSWORD, ADA.email, PASSWORD, cast.fresh_code(ADA))
    assert (entry.tenant_path, entry.email, entry.has_factor) == ("acme", ADA.email, True)
    assert entry.profile.email == ADA.email
    session = accounts.open_session(entry.url, entry.token, entry.tenant_path)
    assert session.tenant_id == cast.tenant_id()
    session.close()
    assert entry.check.accepts(PASSWORD)
    assert not entry.check.accepts(PASSWORD + " ")


def test_an_entry_shows_no_secret_when_it_is_printed(cast: Cast) -> None:
    entry = entrance.come_in(plain(cast), APP_PASSWORD, ADA.email, PASSWORD, cast.fresh_code(ADA))
    shown = repr(entry)
    for secret in (
        entry.token,
        APP_PASSWORD.replace(" ", "%20"),
        PASSWORD,
        repr(entry.check.stored),
    ):
        assert secret not in shown


def test_a_session_made_for_somebody_who_went_away_is_ended(cast: Cast) -> None:
    entry = entrance.come_in(
        plain(cast), APP_PASSWORD, ADA.email, PASSWORD, cast.fresh_code(ADA),
        is_cancelled=lambda: True,
    )  # fmt: skip
    assert accounts.end(entry.url, entry.token) is False


def test_coming_back_is_another_session_of_the_same_person(cast: Cast) -> None:
    entry = entrance.come_in(plain(cast), APP_PASSWORD, ADA.email, PASSWORD, cast.fresh_code(ADA))
    assert entrance.leave(entry) is True
    again = entrance.come_back(entry, PASSWORD, cast.fresh_code(ADA))
    assert (again.email, again.tenant_path) == (entry.email, entry.tenant_path)
    assert again.token != entry.token
    assert entrance.leave(again) is True


def test_a_newcomer_goes_from_set_up_code_to_second_factor(cast: Cast) -> None:
    profile = plain(cast)
    code = accounts.create_tenant(
        cast.database.admin_url, "gamma", "Gamma", "dev", "gil@gamma.example", "Gil"
    )
    assert entrance.set_first_password(profile, APP_PASSWORD, code, PASSWORD) == (
        "gil@gamma.example", "gamma",
    )  # fmt: skip
    with pytest.raises(Refused) as caught:
        entrance.set_first_password(profile, APP_PASSWORD, code, PASSWORD)
    assert caught.value.key == "setup_code_unknown"
    entry = entrance.come_in(profile, APP_PASSWORD, "gil@gamma.example", PASSWORD)
    assert not entry.has_factor
    secret = accounts.new_seed()
    with pytest.raises(Refused):
        entrance.enrol(entry, secret, "000000" if accounts.totp(secret) != "000000" else "000001")
    whole, codes = entrance.enrol(entry, secret, accounts.totp(secret))
    assert (whole.has_factor, whole.salted, len(codes)) == (True, b"", 10)
    session = accounts.open_session(whole.url, whole.token, whole.tenant_path)
    session.close()


def test_keys_of_reasons_reach_the_faces(cast: Cast) -> None:
    assert connecting.key_of(Unreachable("x.", key="timeout")) == "timeout"
    assert connecting.key_of(OSError()) == ""
