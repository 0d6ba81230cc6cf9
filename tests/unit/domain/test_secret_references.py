"""Claims about references to secrets: what is one, what is none, and how it is said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.domain.secret_references import (
    MAX_LENGTH,
    SCHEMES,
    NotAReference,
    SecretReference,
    is_reference,
    parse,
    words,
)

GOOD = {
    "vault://billing/smtp#password": SecretReference("vault", "billing/smtp", "password"),
    "vault://kv/data/a.b_c-d@e#x.y": SecretReference("vault", "kv/data/a.b_c-d@e", "x.y"),
    "vault://one#two": SecretReference("vault", "one", "two"),
    "vault://.hidden/..data#f": SecretReference("vault", ".hidden/..data", "f"),
    "awssm://prod/smtp#password": SecretReference("awssm", "prod/smtp", "password"),
    "awssm://arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf#password":
        SecretReference(
            "awssm",
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf",
            "password",
        ),
    "gcpsm://acme-billing/smtp_password": SecretReference("gcpsm", "acme-billing/smtp_password"),
    "gcpsm://123456789012/x": SecretReference("gcpsm", "123456789012/x"),
    "env://SMTP_PASSWORD": SecretReference("env", "SMTP_PASSWORD"),
    "env://_x1": SecretReference("env", "_x1"),
    "keyring://govdesk/jane@acme.example": SecretReference(
        "keyring", "govdesk/jane@acme.example"
    ),
}  # fmt: skip
BAD = (
    *("", "hunter2", "vault:", "vault://", "vault://a", "vault://a#", "vault://#b", "vault:/a#b"),
    *("vault:///a#b", "vault://a/#b", "vault://a//b#c", "vault://../a#b", "vault://a/..#b"),
    *("vault://a/./b#c", "vault://a#b#c", "vault://a b#c", "vault://a#b ", " vault://a#b"),
    *("vault://a#b\n", "VAULT://a#b", "vault://a?x=1#b", "vault://ä#b", "vault://a%2fb#c"),
    *("awssm://name", "awssm://arn:aws:s3:::bucket#a", "awssm://a:b#c", "awssm://a\\b#c"),
    *("gcpsm://acme-billing", "gcpsm://Acme/x", "gcpsm://acme-billing/a/b", "gcpsm://acme-b/x#y"),
    *("env://", "env://1A", "env://A-B", "env://A=B", "env://A#b", "env://A/B", "env://$A"),
    *("keyring://service", "keyring://service/", "keyring:///name", "keyring://a/b/c"),
    *("https://vault/a#b", "file:///etc/passwd", "vault://" + "a" * 600 + "#b"),
)
NOTHING_SAID = str(NotAReference())


@pytest.mark.parametrize("text", GOOD)
def test_a_reference_is_read_and_written_back(text: str) -> None:
    assert parse(text) == GOOD[text]
    assert str(parse(text)) == text
    assert is_reference(text)
    assert words(parse(text)).isprintable()


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_anything_else_is_refused_and_not_repeated(text: str) -> None:
    assert not is_reference(text)
    with pytest.raises(NotAReference) as caught:
        parse(text)
    assert (str(caught.value), caught.value.__dict__) == (NOTHING_SAID, NotAReference().__dict__)
    assert "vault://" in caught.value.remedy


@given(st.text(max_size=60))
def test_what_is_read_is_written_back_the_same(text: str) -> None:
    for scheme in SCHEMES:
        one = f"{scheme.name}://{text}"
        if is_reference(one):
            assert str(parse(one)) == one
            assert len(one) <= MAX_LENGTH


@given(st.from_regex("|".join(scheme.pattern for scheme in SCHEMES), fullmatch=True))
def test_no_path_leads_upwards_or_carries_control_characters(text: str) -> None:
    if len(text) <= MAX_LENGTH:
        parts = parse(text).parts
        assert not {"", ".", ".."} & set(parts)
        assert text.isprintable()


def test_examples_are_references_and_each_has_its_words() -> None:
    assert [words(parse(scheme.example)) for scheme in SCHEMES] == [
        "password of billing/smtp in HashiCorp Vault",
        "password of billing/smtp in AWS Secrets Manager",
        "acme-billing/smtp-password in Google Secret Manager",
        "the environment variable BILLING_SMTP_PASSWORD",
        "govdesk/smtp in the keyring of the operating system",
    ]
    for scheme in SCHEMES:
        assert parse(scheme.example).keeper == scheme.keeper
        assert re.compile(scheme.pattern).groups == 1 + scheme.has_field
