"""Claims about the log: what is secret does not reach it, what is not stays readable."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.diagnostics.logs import MASK, redact, set_up, without_keys

SECRET = "hunter2XYZ"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A log of our own, taken down afterwards."""
    root = logging.getLogger()
    level = root.level
    text = io.StringIO()
    handler = set_up(logging.INFO, text)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://govdesk_app:{SECRET}@127.0.0.1:5432/govdesk",
        f"postgresql://u:with@sign{SECRET}@host/db",
        f"key gd_prod_AbC123_{SECRET}_0aZ9kq used",
        f"Authorization: Bearer {SECRET}",
        f'{{"token": "{SECRET}", "tenant_path": "acme"}}',
        f"GOVDESK_PASSWORD={SECRET}",
        f"password='{SECRET}' host=localhost",
        f"{{'app_password': '{SECRET}'}}",
        f'passphrase: "two words {SECRET}"',
        f"ALTER ROLE x PASSWORD 'SCRAM-SHA-256$4096:{SECRET}$a:b'",
        f"otpauth://totp/GovDesk:anna?secret={SECRET}&issuer=GovDesk",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET} cut off",
        f"https://example.com/accept?code={SECRET}&x=1",
        f"the webhook has whsec_{SECRET}, and whsk_{SECRET}",
    ],
)
def test_secret_is_redacted(text: str) -> None:
    assert SECRET not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "sealed 17 rows of acme.emea at seq 204",
        "connecting to postgresql://127.0.0.1:5432/govdesk",
        "the password was wrong",
        "https://example.com/a:b/c@d",
        "actor user:anna@acme.example did api_key.rotated",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_public_part_of_an_api_key_stays_readable() -> None:
    assert redact("gd_dev_Ab12_s3cret_c0ffee") == f"gd_dev_Ab12_{MASK}"


@given(st.text())
def test_redacting_twice_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_arguments_and_tracebacks_are_redacted_too(stream: io.StringIO) -> None:
    try:
        raise RuntimeError(f"cannot connect to postgresql://u:{SECRET}@h/d")
    except RuntimeError:
        logging.getLogger("x").info("with %s", {"password": SECRET}, exc_info=True)
    assert "Traceback" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_second_set_up_replaces_the_first(stream: io.StringIO) -> None:
    other = io.StringIO()
    handler = set_up(logging.INFO, other)
    logging.getLogger("x").info("once")
    logging.getLogger().removeHandler(handler)
    assert stream.getvalue() == ""
    assert other.getvalue().count("once") == 1


def test_a_sentence_loses_the_secret_of_a_key_and_no_other_word() -> None:
    typed = f"--field password: my_gd_prod_AbC123_{SECRET}_0aZ9kq is not a reference"
    assert without_keys(typed) == f"--field password: my_gd_prod_AbC123_{MASK} is not a reference"
    assert SECRET not in redact(typed)
