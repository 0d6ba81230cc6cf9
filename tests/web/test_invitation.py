"""An invitation is read by whoever holds the link, and accepted once, in one step."""

from __future__ import annotations

import re

import pytest

from govdesk.services import accounts
from tests.people import ACME, BEA, PASSWORD, Cast
from tests.web.offered import NOOR, invite, join, joining, snapshot
from tests.web.visiting import Visitor

_RECOVERY = re.compile(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}")


def test_the_page_says_who_invites_to_what(cast: Cast, pages: Visitor) -> None:
    words = pages.get(invite(cast)).words
    for said in ("Acme Ltd", "Olga Owner", "Member", NOOR, "UTC", "Please join <soon>."):
        assert said in words


def test_whoever_accepts_can_sign_in_with_the_password_and_the_app(
    cast: Cast, pages: Visitor
) -> None:
    path = invite(cast)
    form = pages.get(path).form
    answer = pages.post(path, joining(form, name="Noor  عائشة"))
    assert answer.status == 200
    given = _RECOVERY.findall(answer.words)
    assert len(set(given)) == 10
    assert cast.one("SELECT display_name FROM govdesk.member WHERE email = %s", NOOR) == (
        "Noor عائشة"
    )
    cast.admin.execute("UPDATE govdesk_private.factor SET last_step = 0")
    url, code = cast.database.app_url, accounts.totp(form.fields["secret"])
    assert accounts.start(url, ACME, NOOR, PASSWORD, code, None).mfa
    assert accounts.start(url, ACME, NOOR, PASSWORD, given[3], None).mfa


def test_it_works_once(cast: Cast, pages: Visitor) -> None:
    path = invite(cast)
    assert join(pages, path).status == 200
    assert pages.get(path).status == 410
    assert pages.post(path, {"name": "Noor"}).status == 410


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name": " "}, "name", "at least one character"),
        ({"name": "n" * 201}, "name", "at most 200"),
        ({"password": "short", "again": "short"}, "password", "12 characters or more"),
        ({"password": "x" * 1001, "again": "x" * 1001}, "password", "at most 1,000"),
        ({"again": "something else"}, "again", "not the same"),
        ({"code": "12345"}, "code", "six digits"),
        ({"code": "١٢٣٤٥٦"}, "code", "six digits"),
        ({"secret": "short"}, "code", "new one"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    cast: Cast, pages: Visitor, wrong: dict[str, str], field: str, sentence: str
) -> None:
    path = invite(cast)
    before = snapshot(cast)
    filled = joining(pages.get(path).form, **({"name": "Noor Renamed"} | wrong))
    answer = pages.post(path, filled)
    assert answer.status == 422
    page = answer.page
    assert answer.words.startswith("1 error: ")
    described = {f["name"]: f for tag, f in page.seen if tag == "input"}
    assert described[field]["aria-invalid"] == "true"
    assert described[field]["aria-describedby"] == f"{field}-fault"
    assert sentence in answer.text.split(f'id="{field}-fault"')[1].split("</p>")[0]
    for name, value in answer.form.fields.items():
        if name.startswith(("password", "again")):
            assert value == ""
        elif name not in wrong:
            assert value == filled[name]
    assert PASSWORD not in answer.text
    assert snapshot(cast) == before
    # The same form, mended, is accepted: the app need not be set up again.
    if "secret" not in wrong:
        assert pages.post(path, joining(answer.form, name="Noor")).status == 200


def test_a_code_of_another_key_accepts_nothing(cast: Cast, pages: Visitor) -> None:
    path = invite(cast)
    answer = join(pages, path, code=accounts.totp(accounts.new_seed()))
    assert answer.status == 422
    assert "does not fit" in answer.words
    assert join(pages, path).status == 200


def test_who_has_an_account_keeps_password_and_app(cast: Cast, pages: Visitor) -> None:
    path = invite(cast, BEA.email)
    page = pages.get(path)
    assert BEA.email not in page.text
    assert set(page.form.fields) == {"email"}
    assert pages.press(page.form, "Join Acme Ltd").status == 422
    assert pages.press(page.form, "Join Acme Ltd", email="mallory@new.example").status == 422
    answer = pages.press(page.form, "Join Acme Ltd", email=f" {BEA.email.title()} ")
    assert answer.status == 200
    assert not _RECOVERY.search(answer.words)
    key = cast.client_key(BEA)
    assert key
    assert cast.one(
        "SELECT count(*) FROM govdesk.member WHERE email = %s AND tenant_path = 'acme'", BEA.email
    )


def test_a_page_that_is_opened_or_probed_changes_nothing(cast: Cast, pages: Visitor) -> None:
    path, seq = invite(cast), cast.last_seq()
    for _ in range(3):
        assert pages.get(path).status == 200
        assert pages.ask("HEAD", path).status == 200
    assert cast.last_seq() == seq
    assert join(pages, path).status == 200
