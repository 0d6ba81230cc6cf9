"""Claims: the database finds the same raw secrets as the program, refuses them wherever text is
readable, keeps nothing of them, and stands in nobody's way otherwise."""

from __future__ import annotations

import base64
import json
import random
import re
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from govdesk.database.connection import Session
from govdesk.domain.integrations import KINDS
from govdesk.domain.raw_secrets import PATTERNS, find
from govdesk.domain.secret_references import SCHEMES, is_reference
from tests.databases import Connect, Database
from tests.people import ACME, ADA, OLGA, Cast
from tests.secret_corpora import harmless, secrets

NODE = "acme.claims"
SECRETS = secrets()
HARMLESS = harmless()
# Some of every kind and of every layer, where each takes a row of its own.
SAMPLE = SECRETS[::5]
Answer = tuple[str, str] | None

_JUNK = "abcZ019_-./+=:@ \"'\\%{}[]<>;&,?#u00\n\t\x01\x7fäÄ漢К"
_WORDS = [one.hint for one in PATTERNS] + [
    *("password=", '"password":"', "token:", "Basic ", "Bearer ", "https://u:", "@", "\\u0041"),
    *("%41", "%zz", "\\", "\\n", "sk_live_", "client_secret=", "secret ", "=", "Authorization: "),
]


def ours(text: str) -> Answer:
    found = find(text)
    return None if found is None else (found.name, found.fingerprint)


def theirs(connection: psycopg.Connection[Any], texts: list[str]) -> list[Answer]:
    rows = connection.execute(
        "SELECT f.name, left(encode(sha256(convert_to(f.value, 'UTF8')), 'hex'), 12)"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS t (one, place)"
        " LEFT JOIN LATERAL govdesk_private.find_raw_secret_value(t.one) f ON true"
        " ORDER BY t.place",
        (texts,),
    ).fetchall()
    return [None if name is None else (name, mark) for name, mark in rows]


def junk(chance: random.Random) -> str:
    """Text in which much begins like a secret and little is one, encoded up to twice."""
    pieces = []
    for _ in range(chance.randint(1, 8)):
        alphabet = chance.choice([_JUNK, "0123456789abcdef", "ABCdefGHIjkl0123456789"])
        letters = "".join(chance.choices(alphabet, k=chance.choice([1, 5, 16, 24, 36, 40, 64])))
        pieces.append(chance.choice([*_WORDS, letters, letters]))
    text = "".join(pieces)
    for _ in range(chance.choice([0, 0, 1, 2])):
        text = chance.choice(
            [
                base64.b64encode(text.encode(chance.choice(["utf-8", "utf-16-le"]))).decode(),
                base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
                json.dumps({"a": text}),
                "".join(f"%{byte:02x}" for byte in text.encode()),
            ]
        )
    return text


# The twin


def test_the_table_of_patterns_is_the_program_s(
    module_database: Database, connect: Connect
) -> None:
    rows = connect(module_database.admin_url).execute(
        "SELECT name, title, hint, pattern FROM govdesk_private.secret_pattern ORDER BY place"
    )
    assert rows.fetchall() == [(p.name, p.title, p.hint, p.pattern) for p in PATTERNS]


def test_both_give_the_same_answer_over_both_corpora(
    module_database: Database, connect: Connect
) -> None:
    texts = [secret.text for secret in SECRETS] + HARMLESS
    answers = theirs(connect(module_database.admin_url), texts)
    assert [(t, a) for t, a in zip(texts, answers, strict=True) if a != ours(t)] == []
    assert [answer and answer[0] for answer in answers] == [
        *(secret.kind for secret in SECRETS),
        *(None for _ in HARMLESS),
    ]


def test_both_give_the_same_answer_over_a_thousand_random_texts(
    module_database: Database, connect: Connect
) -> None:
    chance = random.Random(5)
    texts = [junk(chance) for _ in range(1_000)]
    answers = theirs(connect(module_database.admin_url), texts)
    assert [(t, a, ours(t)) for t, a in zip(texts, answers, strict=True) if a != ours(t)] == []
    assert len({answer[0] for answer in answers if answer}) >= 10


def test_a_secret_cut_anywhere_is_judged_alike(module_database: Database, connect: Connect) -> None:
    """Where a value ends is where two engines of expressions would part."""
    whole = [secret.text for secret in SAMPLE if len(secret.text) < 200]
    texts = [text[:-cut] for text in whole for cut in (1, 2, 5)]
    texts += [text + end for text in whole for end in ("=", ".", "-x", "\n", '"', "@", " b", "é")]
    answers = theirs(connect(module_database.admin_url), texts)
    assert [(t, a, ours(t)) for t, a in zip(texts, answers, strict=True) if a != ours(t)] == []


# Through the front door


@pytest.fixture
def ada(module_cast: Cast) -> Session:
    """Somebody who manages connections."""
    return module_cast.sign_in(ADA)


def insert(
    connection: psycopg.Connection[Any],
    *,
    name: str = "Splunk",
    settings: dict[str, str] | None = None,
    refs: dict[str, str] | None = None,
) -> None:
    connection.execute(
        "INSERT INTO govdesk.integration"
        " (tenant_id, tenant_path, node_path, kind, name, settings, secret_refs)"
        " SELECT t.tenant_id, t.tenant_path, %s::public.ltree, 'http', %s, %s, %s"
        " FROM govdesk.tenant t WHERE t.tenant_path = %s::public.ltree",
        (NODE, name, Jsonb(settings or {}), Jsonb(refs or {}), ACME),
    )


def refused(connection: psycopg.Connection[Any], **columns: Any) -> dict[str, str]:
    """What the database says about a row that it does not take; the transaction lives on."""
    with pytest.raises(psycopg.Error) as caught, connection.transaction():
        insert(connection, **columns)
    diagnosis = caught.value.diag
    assert diagnosis.sqlstate == "GD026", caught.value
    told = " ".join(
        str(getattr(diagnosis, part))
        for part in dir(diagnosis)
        if not part.startswith("_") and isinstance(getattr(diagnosis, part), str)
    )
    detail: dict[str, str] = json.loads(diagnosis.message_detail or "")
    return detail | {"told": told}


def test_no_secret_of_the_corpus_gets_into_a_setting(ada: Session) -> None:
    with ada.transaction() as connection:
        for secret in SECRETS:
            said = refused(connection, settings={"host": "a.example", "note": secret.text})
            assert said["field"] == "note"
            assert (said["kind"], said["fingerprint"]) == ours(secret.text), secret.kind
            assert secret.text not in said["told"]


def test_nor_into_a_name_nor_behind_a_scheme_that_promises_a_reference(ada: Session) -> None:
    with ada.transaction() as connection:
        for secret in SAMPLE:
            if len(secret.text) <= 200 and secret.text.strip() == secret.text:
                assert refused(connection, name=secret.text)["field"] == "name"
        for token in ("ghp_" + "aB3dE5gH7j" * 3 + "aB3dE5", "AKIA" + "QRSTUVWXYZ234567"):
            said = refused(connection, refs={"token": f"env://{token}"})
            assert said["field"] == "token"


def test_nor_into_a_row_that_is_there_already(ada: Session) -> None:
    with ada.transaction() as connection:
        insert(connection, name="To be changed")
        for column, value in (
            ("name", SECRETS[0].text),
            ("settings", Jsonb({"a": SAMPLE[3].text})),
        ):
            with pytest.raises(psycopg.Error) as caught, connection.transaction():
                connection.execute(
                    f"UPDATE govdesk.integration SET {column} = %s WHERE name = 'To be changed'",
                    (value,),
                )
            assert caught.value.diag.sqlstate == "GD026"


def test_nothing_of_what_was_refused_is_kept_anywhere(module_cast: Cast, ada: Session) -> None:
    tried = [s.text for s in SAMPLE if not s.layers and len(s.text) < 2_000]
    for text in tried[:12]:
        with pytest.raises(Exception, match="raw secret") as caught, ada.transaction() as c:
            insert(c, settings={"note": text})
        assert text not in str(caught.value)
    tables = module_cast.admin.execute(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname LIKE 'govdesk%'"
    ).fetchall()
    for (table,) in tables:
        for text in tried[:12]:
            assert module_cast.one(
                f"SELECT count(*) FROM {table} t WHERE strpos(t::text, %s) > 0", text
            ) == 0, table  # fmt: skip


def test_every_harmless_value_is_accepted_and_comes_back_the_same(
    module_cast: Cast, ada: Session
) -> None:
    with ada.transaction() as connection:
        for place, value in enumerate(HARMLESS):
            insert(connection, name=f"harmless {place}", settings={"note": value})
    kept = module_cast.admin.execute(
        "SELECT settings ->> 'note' FROM govdesk.integration WHERE name LIKE 'harmless %%'"
        " ORDER BY substr(name, 10)::int",
        (),
    ).fetchall()
    assert [value for (value,) in kept] == HARMLESS
    assert len(kept) >= 500


def test_harmless_names_are_accepted(ada: Session) -> None:
    names = [value for value in HARMLESS if value.strip() and len(value) <= 200][::4]
    assert len(names) > 150
    with ada.transaction() as connection:
        for name in names:
            insert(connection, name=name)


def test_every_kind_with_the_values_that_its_fields_suggest_is_accepted(ada: Session) -> None:
    with ada.transaction() as connection:
        for kind in KINDS:
            texts = {one.name: one.default or one.example for one in kind.fields}
            columns = {
                column: {f.name: texts[f.name] for f in kind.fields if f.column == column}
                for column in ("open", "ref")
            }
            insert(connection, name=kind.title, settings=columns["open"], refs=columns["ref"])


def test_what_is_no_reference_is_refused_where_one_belongs(ada: Session) -> None:
    no_references = (
        *("hunter2", "", " ", "https://vault.example/x", "VAULT://a#b", "vault:", "vault://"),
        *("vault://a b#c", "env://A\n", "keyring://\t", "ftp://a", "vault//a#b", "a vault://b#c"),
    )
    with ada.transaction() as connection:
        for text in no_references:
            assert not is_reference(text)
            with pytest.raises(psycopg.Error) as caught, connection.transaction():
                insert(connection, refs={"token": text})
            assert caught.value.diag.sqlstate == "GD027", text
            assert caught.value.diag.message_detail == "token"
        for scheme in SCHEMES:
            insert(connection, refs={"token": scheme.example})


def test_the_grammar_of_references_is_valid_in_the_database(
    module_database: Database, connect: Connect
) -> None:
    admin = connect(module_database.admin_url)
    examples = [scheme.example for scheme in SCHEMES]
    texts = [one[:cut] + x + one[cut:] for one in examples for cut in (3, 9, 12, len(one))
             for x in ("", "/", "..", "#", " ", "a", "\n", "é")]  # fmt: skip
    pattern = "^(?:" + "|".join(scheme.pattern for scheme in SCHEMES) + ")$"
    rows = admin.execute(
        "SELECT one ~ %s FROM unnest(%s::text[]) WITH ORDINALITY AS t (one, n) ORDER BY n",
        (pattern, texts),
    ).fetchall()
    assert [fits for (fits,) in rows] == [is_reference(text) for text in texts]
    assert re.compile(pattern)


# Labels


def test_no_secret_becomes_the_label_of_a_key_or_the_words_of_a_scope(module_cast: Cast) -> None:
    olga = module_cast.sign_in(OLGA)
    with olga.transaction() as connection:
        for secret in SAMPLE:
            if len(secret.text) > 200 or not secret.text.isprintable():
                continue
            with pytest.raises(psycopg.Error) as caught, connection.transaction():
                connection.execute(
                    "INSERT INTO govdesk.key_scope (tenant_id, tenant_path, name, description)"
                    " SELECT t.tenant_id, t.tenant_path, 'x:y', %s FROM govdesk.tenant t",
                    (secret.text,),
                )
            assert caught.value.diag.sqlstate == "GD026", secret.kind
            with pytest.raises(psycopg.Error) as caught, connection.transaction():
                connection.execute(
                    "SELECT govdesk_api.create_key(gen_random_uuid(), n.id, 'aB3dE5gH7jK9', 'dev',"
                    " %s, ARRAY['events:write'], now() + interval '9 days', 0, %s)"
                    " FROM govdesk.node n WHERE n.node_path = %s::public.ltree",
                    (secret.text, b"m" * 32, NODE),
                )
            assert caught.value.diag.sqlstate == "GD026", (secret.kind, caught.value)
