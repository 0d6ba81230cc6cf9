"""Commands in this process, each with an environment of its own: for tests of many short ones."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
import pytest

from govdesk.cli.program import run
from govdesk.services import accounts
from tests.end_to_end.conftest import Answer, Office

PASSWORD = "correct horse battery staple"


@dataclass
class Someone:
    """An account that was enrolled with a secret of its own."""

    email: str
    tenant_path: str
    secret: str
    token: str
    codes: list[str]
    password: str = PASSWORD

    def environment(self, office: Office) -> dict[str, str]:
        """Who signs in, with a code that is good now."""
        office.fresh_code()
        return {
            "GOVDESK_EMAIL": self.email,
            "GOVDESK_PASSWORD": self.password,
            "GOVDESK_TOTP_SECRET": self.secret,
        }

    def code(self) -> str:
        """The present code."""
        return pyotp.TOTP(self.secret).at(int(time.time()))


def fresh_secret() -> str:
    """A base32 secret."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def enrolled(office: Office, setup_code: str) -> Someone:
    """Set the first password and enrol, as the first command of a newcomer does."""
    secret = fresh_secret()
    email, path = accounts.set_first_password(office.app_url, setup_code, PASSWORD)
    started, codes = accounts.enrol(
        office.app_url, path, email, PASSWORD, secret, lambda: accounts.totp(secret)
    )
    return Someone(email, path, secret, started.token, codes)


def founded(office: Office, path: str, email: str) -> Someone:
    """An organisation of a test's own, and its owner."""
    code = accounts.create_tenant(
        office.admin_url, path, path.title(), "dev", email, email.split("@")[0].title()
    )
    return enrolled(office, code)


Shell = Callable[..., Answer]


@pytest.fixture
def shell(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """``shell({"GOVDESK_SESSION": …}, "session", "list", "--json")``; a traceback is an error."""

    def command(environment: dict[str, str], *arguments: str) -> Answer:
        with monkeypatch.context() as patch:
            for name in ("GOVDESK_SESSION", "GOVDESK_EMAIL", "GOVDESK_TENANT"):
                patch.delenv(name, raising=False)
            for name, value in (environment | {"GOVDESK_DATABASE_URL": office.app_url}).items():
                patch.setenv(name, value)
            code = run(list(arguments))
        out, err = capsys.readouterr()
        return Answer(code, out, err).without_traceback()

    return command
