"""Following a reference to the secret that is kept elsewhere, at the moment it is needed.

Whoever may enter a reference chooses what this process fetches and where it is sent: so what
belongs to GovDesk itself or to the account it runs with is never given out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from govdesk.config.passwords import NO_KEYRING, usable_keyring
from govdesk.domain.secret_references import SecretReference, words
from govdesk.vault.aws import Place, told
from govdesk.vault.errors import VaultProblem
from govdesk.vault.hidden import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

HttpGet = Callable[[str, Mapping[str, str]], tuple[int, bytes]]
"""Fetches a URL with these headers: status and body.

It follows no redirect, because the token would go along; raises Problem when nobody answers.
"""

_OWN: Final = re.compile(r"(GOVDESK|AWS|VAULT|GOOGLE|AZURE)_\w*|PG[A-Z]+", re.IGNORECASE)


class SecretNotFound(VaultProblem):
    """The reference leads to no secret; the sentence names the reference, never a value."""


class Keepers:
    """What this process can ask for secrets; every method may wait for a network or a keyring.

    `environment` also tells where HashiCorp Vault is (VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE);
    `http` is how it is reached, None if it is not.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        keyring_backend: Callable[[], KeyringBackend | None] = usable_keyring,
        aws: Place | None = None,
        http: HttpGet | None = None,
    ):
        self._environment = environment
        self._keyring = keyring_backend
        self._aws = aws or Place()
        self._http = http

    def resolve(self, reference: SecretReference) -> Secret:
        """Return the secret; raises `SecretNotFound` or another Problem that says what to do."""
        ways: dict[str, Callable[[SecretReference], str]] = {
            "env": self._from_environment,
            "keyring": self._from_keyring,
            "awssm": self._from_aws,
            "vault": self._from_vault,
        }
        if reference.scheme not in ways:
            raise SecretNotFound(
                f"GovDesk cannot ask {reference.keeper} yet, so {reference} leads nowhere.",
                "Keep the secret in HashiCorp Vault, AWS Secrets Manager, the environment or the"
                " keyring, and enter that reference.",
            )
        found = ways[reference.scheme](reference)
        if not found:
            raise SecretNotFound(f"The secret is empty: {words(reference)}.", "Set it there.")
        return Secret(found)

    def _from_environment(self, reference: SecretReference) -> str:
        if _OWN.fullmatch(reference.path):
            raise SecretNotFound(
                f"The environment variable {reference.path} is not for integrations.",
                "Names of GovDesk, PostgreSQL, Vault and the clouds are kept back: put the"
                " secret into a variable of its own, such as BILLING_SMTP_PASSWORD.",
            )
        found = self._environment.get(reference.path)
        if found is None:
            raise SecretNotFound(
                f"The environment variable {reference.path} is not set here.",
                "Set it where GovDesk is started, on this machine, and start GovDesk again.",
            )
        return found

    def _from_keyring(self, reference: SecretReference) -> str:
        backend = self._keyring()
        if backend is None:
            raise SecretNotFound(
                NO_KEYRING,
                "Keep the secret in a private file that sets environment variables where GovDesk"
                f" is started (mode 600), and enter env://NAME instead of {reference}.",
            )
        from keyring.errors import KeyringError

        service, name = reference.parts
        try:
            found = backend.get_password(service, name)
        except KeyringError as error:
            raise SecretNotFound(
                f"The keyring refused: {error}", "Unlock it, and try again."
            ) from None
        if found is None:
            raise SecretNotFound(
                f"This computer's keyring has no entry {name} of {service}.",
                f"Add it: keyring set {service} {name}",
            )
        return found

    def _from_aws(self, reference: SecretReference) -> str:
        absent = SecretNotFound(
            f"AWS Secrets Manager has no secret {reference.path}.", "Check its name and region."
        )
        region = reference.path.split(":")[3] if reference.path.startswith("arn:") else None
        place = Place(self._aws.region or region, self._aws.endpoint)
        client = place.client("secretsmanager")
        try:
            with told("Secrets Manager", {"ResourceNotFoundException": absent}):
                answer = client.get_secret_value(SecretId=reference.path)
        finally:
            client.close()
        return _field(_object(answer.get("SecretString"), reference), reference)

    def _from_vault(self, reference: SecretReference) -> str:
        url, headers = self._vault_request(reference)
        assert self._http is not None
        status, body = self._http(url, headers)
        if status == 404:
            raise SecretNotFound(
                f"HashiCorp Vault has no secret {reference.path}, or it was deleted.",
                "Check the path: its first part is the name of the key-value store.",
            )
        if status == 403:
            raise SecretNotFound(
                f"HashiCorp Vault does not let this token read {reference.path}.",
                "Ask whoever runs Vault for a policy that can read it, or renew VAULT_TOKEN.",
            )
        if status != 200:
            raise SecretNotFound(
                f"HashiCorp Vault answered with status {status} for {reference.path}.",
                "Check that it is unsealed and that VAULT_ADDR is its address.",
            )
        answer = _object(body, reference)
        return _field(_inside(_inside(answer, "data"), "data"), reference)

    def _vault_request(self, reference: SecretReference) -> tuple[str, dict[str, str]]:
        """The version 2 key-value API: GET /v1/<mount>/data/<path>."""
        address = self._environment.get("VAULT_ADDR", "").rstrip("/")
        token = self._environment.get("VAULT_TOKEN", "")
        if not address or not token or self._http is None:
            raise SecretNotFound(
                "GovDesk does not know your HashiCorp Vault here.",
                "Set VAULT_ADDR and VAULT_TOKEN where GovDesk is started.",
            )
        mount, *path = reference.parts
        if not path:
            raise SecretNotFound(
                f"{reference} names a key-value store and no secret in it.",
                "Write vault://store/path#field, for example vault://secret/smtp#password.",
            )
        headers = {"X-Vault-Token": token, "X-Vault-Request": "true"}
        if namespace := self._environment.get("VAULT_NAMESPACE"):
            headers["X-Vault-Namespace"] = namespace
        where = "/".join(quote(part, safe="") for part in (mount, "data", *path))
        return f"{address}/v1/{where}", headers


def _object(text: str | bytes | None, reference: SecretReference) -> object:
    try:
        return json.loads(text or "")
    except ValueError:
        raise SecretNotFound(
            f"{reference.path} in {reference.keeper} is not kept as JSON, so it has no fields.",
            "Keep it as an object of texts, for example with a field “password”.",
        ) from None


def _inside(held: object, name: str | None) -> object:
    return held.get(name) if isinstance(held, dict) else None


def _field(held: object, reference: SecretReference) -> str:
    value = _inside(held, reference.field)
    if not isinstance(value, str):
        raise SecretNotFound(
            f"{reference.path} in {reference.keeper} has no text in a field {reference.field}.",
            "Check the part after #.",
        )
    return value
