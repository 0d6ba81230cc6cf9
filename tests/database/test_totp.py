"""TOTP in SQL against the vectors of RFC 6238, appendix B (SHA-1; six digits of its eight)."""

from __future__ import annotations

import base64

import psycopg
import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import Connect, Database

SECRET = b"12345678901234567890"
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


@pytest.mark.parametrize(("seconds", "digits"), VECTORS.items())
def test_sql_computes_the_codes_of_rfc_6238(
    module_database: Database, connect: Connect, seconds: int, digits: str
) -> None:
    admin = connect(module_database.admin_url)
    found = admin.execute("SELECT govdesk_private.totp(%s, %s)", (SECRET, seconds // 30)).fetchone()
    assert found == (digits[2:],)


@settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(seed=st.binary(min_size=16, max_size=32), step=st.integers(min_value=0, max_value=2**40))
def test_sql_and_an_authenticator_app_agree(
    module_database: Database, connect: Connect, seed: bytes, step: int
) -> None:
    with psycopg.connect(module_database.admin_url) as admin:
        found = admin.execute("SELECT govdesk_private.totp(%s, %s)", (seed, step)).fetchone()
    assert found == (pyotp.HOTP(base64.b32encode(seed).decode()).at(step),)
