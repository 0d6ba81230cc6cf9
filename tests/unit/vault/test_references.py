"""Claims: a reference leads to its secret, or to a sentence that says what is missing and where."""

from __future__ import annotations

import http.server
import json
import pickle
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from govdesk.domain.problem import Problem
from govdesk.domain.secret_references import parse
from govdesk.vault.aws import Place
from govdesk.vault.errors import KeyServiceRefused
from govdesk.vault.references import Keepers, SecretNotFound

SECRET = "correct horse battery staple"


class Keyring(KeyringBackend):
    """A keyring with one entry."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        if service == "locked":
            raise keyring.errors.KeyringLocked("locked")
        return SECRET if (service, username) == ("govdesk", "smtp") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


def keepers(environment: Mapping[str, str] | None = None, **more: Any) -> Keepers:
    return Keepers(environment or {}, **{"keyring_backend": lambda: None, **more})


def test_the_environment_gives_its_variable() -> None:
    found = keepers({"BILLING_SMTP_PASSWORD": SECRET}).resolve(parse("env://BILLING_SMTP_PASSWORD"))
    assert found.reveal() == SECRET


@pytest.mark.parametrize("name", ["GOVDESK_DATABASE_URL", "PGPASSWORD", "VAULT_TOKEN"])
def test_what_belongs_to_govdesk_itself_is_never_given_out(name: str) -> None:
    for spelled in (name, name.lower()):
        with pytest.raises(SecretNotFound, match="not for integrations"):
            keepers({spelled: SECRET}).resolve(parse(f"env://{spelled}"))


def test_the_keyring_gives_its_entry_or_a_sentence() -> None:
    own = keepers(keyring_backend=Keyring)
    assert own.resolve(parse("keyring://govdesk/smtp")).reveal() == SECRET
    with pytest.raises(SecretNotFound, match="keyring set govdesk other"):
        own.resolve(parse("keyring://govdesk/other"))
    with pytest.raises(SecretNotFound, match="Unlock"):
        own.resolve(parse("keyring://locked/smtp"))
    with pytest.raises(SecretNotFound, match="no keyring that GovDesk can use"):
        keepers().resolve(parse("keyring://govdesk/smtp"))


def test_secrets_manager_gives_a_field_of_its_secret(
    aws: Place, of_operator: Callable[[str], Any]
) -> None:
    manager = of_operator("secretsmanager")
    text = json.dumps({"password": SECRET, "port": 25})
    arn = manager.create_secret(Name="billing/smtp", SecretString=text)["ARN"]
    manager.create_secret(Name="plain", SecretString=SECRET)
    manager.create_secret(Name="binary", SecretBinary=b"\x00\x01")
    own = keepers(aws=aws)
    assert own.resolve(parse("awssm://billing/smtp#password")).reveal() == SECRET
    assert own.resolve(parse(f"awssm://{arn}#password")).reveal() == SECRET
    for reference, words in (
        ("awssm://billing/smtp#port", "no text in a field port"),
        ("awssm://billing/smtp#other", "no text in a field other"),
        ("awssm://plain#password", "not kept as JSON"),
        ("awssm://binary#password", "not kept as JSON"),
        ("awssm://absent#password", "no secret absent"),
    ):
        with pytest.raises(SecretNotFound, match=words) as caught:
            own.resolve(parse(reference))
        assert SECRET not in str(caught.value)


@pytest.mark.usefixtures("aws")
def test_an_arn_brings_its_region_and_a_bare_name_needs_one() -> None:
    with pytest.raises(KeyServiceRefused, match="AWS_REGION"):
        keepers().resolve(parse("awssm://billing/smtp#password"))
    arn = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:billing/smtp-AbCdEf"
    nowhere = keepers(aws=Place(endpoint="http://127.0.0.1:1"))
    with pytest.raises(KeyServiceRefused, match="cannot be reached"):
        nowhere.resolve(parse(f"awssm://{arn}#password"))


class Vault(http.server.BaseHTTPRequestHandler):
    """The one call of HashiCorp Vault's version 2 key-value API that is used here."""

    def do_GET(self) -> None:
        asked = (
            self.path,
            self.headers.get("X-Vault-Token"),
            self.headers.get("X-Vault-Namespace"),
        )
        self.server.asked.append(asked)  # type: ignore[attr-defined]
        status, body = self._answer()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> tuple[int, bytes]:
        held = {"data": {"data": {"password": SECRET, "empty": ""}, "metadata": {"version": 3}}}
        found = {
            "/v1/secret/data/billing/smtp": (200, json.dumps(held).encode()),
            "/v1/secret/data/closed": (403, b'{"errors":["permission denied"]}'),
            "/v1/secret/data/sealed": (503, b'{"errors":["Vault is sealed"]}'),
            "/v1/secret/data/odd": (200, b"<html>"),
            "/v1/secret/data/older": (200, b'{"data":{"password":"kept by version 1"}}'),
            "/v1/secret/data/list": (200, b"[]"),
        }
        return found.get(self.path, (404, b'{"errors":[]}'))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def vault() -> Iterator[Any]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vault)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def get(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers=dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def with_vault(server: Any, **more: str) -> Keepers:
    address = f"http://127.0.0.1:{server.server_port}/"
    return keepers({"VAULT_ADDR": address, "VAULT_TOKEN": "made-up", **more}, http=get)


def test_vault_gives_a_field_and_hears_token_and_namespace(vault: Any) -> None:
    own = with_vault(vault, VAULT_NAMESPACE="acme")
    assert own.resolve(parse("vault://secret/billing/smtp#password")).reveal() == SECRET
    assert vault.asked == [("/v1/secret/data/billing/smtp", "made-up", "acme")]


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("vault://secret/absent#password", "no secret secret/absent"),
        ("vault://secret/closed#password", "does not let this token"),
        ("vault://secret/sealed#password", "status 503"),
        ("vault://secret/odd#password", "not kept as JSON"),
        ("vault://secret/list#password", "no text in a field password"),
        ("vault://secret/older#password", "no text in a field password"),
        ("vault://secret/billing/smtp#other", "no text in a field other"),
        ("vault://secret/billing/smtp#empty", "is empty"),
        ("vault://secret#password", "no secret in it"),
    ],
)
def test_what_vault_does_not_give_gets_a_sentence(vault: Any, reference: str, words: str) -> None:
    with pytest.raises(SecretNotFound, match=words) as caught:
        with_vault(vault).resolve(parse(reference))
    assert caught.value.remedy
    assert SECRET not in str(caught.value)
    assert "made-up" not in str(caught.value)


@pytest.mark.parametrize("missing", ["VAULT_ADDR", "VAULT_TOKEN"])
def test_without_address_or_token_it_says_what_to_set(missing: str) -> None:
    known = {"VAULT_ADDR": "https://vault.example", "VAULT_TOKEN": "t"}
    del known[missing]
    with pytest.raises(SecretNotFound, match="Set VAULT_ADDR and VAULT_TOKEN"):
        keepers(known, http=get).resolve(parse("vault://secret/smtp#password"))


def test_a_keeper_that_is_not_there_yet_gets_a_sentence() -> None:
    with pytest.raises(SecretNotFound, match="cannot ask Google Secret Manager yet") as caught:
        keepers().resolve(parse("gcpsm://acme-billing/smtp-password"))
    assert "gcpsm://acme-billing/smtp-password" in caught.value.sentence


def test_an_unset_variable_and_an_empty_one_are_two_things() -> None:
    with pytest.raises(SecretNotFound, match="not set here"):
        keepers().resolve(parse("env://ABSENT"))
    with pytest.raises(SecretNotFound, match="is empty"):
        keepers({"EMPTY": ""}).resolve(parse("env://EMPTY"))


def test_a_problem_of_the_network_passes_as_it_is() -> None:
    def refused(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        raise Problem("This address is not allowed.")

    known = {"VAULT_ADDR": "https://vault.example", "VAULT_TOKEN": "t"}
    with pytest.raises(Problem, match="not allowed"):
        keepers(known, http=refused).resolve(parse("vault://secret/smtp#password"))


def test_a_secret_does_not_show_itself() -> None:
    found = keepers({"NAME": SECRET}).resolve(parse("env://NAME"))
    assert repr(found) == f"{found}" == "Secret(…)"
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(found)
