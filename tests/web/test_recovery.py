"""Ways back in: a mailed link, and something only the person has."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

import pytest

from govdesk.database.errors import Refused
from govdesk.database.web_links import Credential
from govdesk.domain.problem import Problem
from govdesk.services import accounts, invitations
from govdesk.services.links import Entered, Links
from govdesk.services.recovery import Account
from tests.deciding import COUNSEL, name_reviewer, request
from tests.doors import arranged, mails, member_id, seat
from tests.people import ACME, OLGA, OTIS, PASSWORD, Cast
from tests.web.offered import ANOTHER, decide, joining, lost, mailed, snapshot, work
from tests.web.visiting import Visitor

_RECOVERY = re.compile(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}")
_SPARE = "ABCD-EFGH-JKMN-PQRS-TVWX-YZ01"


def _give_recovery_code(cast: Cast, email: str = OTIS.email) -> None:
    with arranged(cast) as admin:
        admin.execute(
            "INSERT INTO govdesk_private.recovery_code (person_id, code_hash)"
            " SELECT id, %s FROM govdesk_private.person WHERE email = %s",
            (hashlib.sha256(_SPARE.replace("-", "").encode()).digest(), email),
        )


def _can_sign_in(cast: Cast, password: str, secret: str) -> bool:
    cast.admin.execute("UPDATE govdesk_private.factor SET last_step = 0")
    url, code = cast.database.app_url, accounts.totp(secret)
    try:
        return accounts.start(url, ACME, OTIS.email, password, code, None).mfa
    except Problem:
        return False


def test_the_answer_is_the_same_for_every_address(cast: Cast, pages: Visitor) -> None:
    answers = {
        (answer.status, answer.text)
        for email in (OTIS.email, "nobody@new.example", f" {OTIS.email.upper()} ")
        for answer in [pages.post("/recover", {"email": email})]
    }
    assert len(answers) == 1
    work(cast)
    assert {mail["to_address"] for mail in mails(cast, "recover")} == {OTIS.email}


def test_what_is_no_address_is_said_beside_the_field(shared_pages: Visitor) -> None:
    answer = shared_pages.post("/recover", {"email": "otis at acme"})
    assert answer.status == 422
    assert answer.form.fields["email"] == "otis at acme"
    assert 'id="email-fault"' in answer.text


def test_password_and_app_are_replaced_together_with_a_recovery_code(
    cast: Cast, pages: Visitor
) -> None:
    _give_recovery_code(cast)
    path = lost(cast, pages)
    form = pages.get(path).form
    spare = {"recovery_code": _SPARE.lower().replace("-", " ")}
    answer = pages.post(path, joining(form, password=ANOTHER, again=ANOTHER, **spare))
    assert answer.status == 200, answer.words
    assert len(set(_RECOVERY.findall(answer.words))) == 10
    assert _can_sign_in(cast, ANOTHER, form.fields["secret"])
    assert not _can_sign_in(cast, PASSWORD, form.fields["secret"])
    assert pages.get(path).status == 410


def test_a_wrong_recovery_code_is_said_beside_its_field(cast: Cast, pages: Visitor) -> None:
    _give_recovery_code(cast)
    path = lost(cast, pages)
    wrong = {"recovery_code": _SPARE[:-1] + "2"}
    answer = pages.post(path, joining(pages.get(path).form, **wrong))
    assert answer.status == 422
    assert 'id="recovery_code-fault"' in answer.text
    assert answer.form.fields["recovery_code"] == wrong["recovery_code"]
    assert pages.post(path, joining(answer.form, recovery_code=_SPARE)).status == 200


def test_a_link_without_a_recovery_code_lets_nobody_in(cast: Cast, pages: Visitor) -> None:
    path = lost(cast, pages)
    for spare in ("", " ", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"):
        answer = pages.post(path, joining(pages.get(path).form, recovery_code=spare))
        assert answer.status == 422
    secret = answer.form.fields["secret"]
    assert not _can_sign_in(cast, PASSWORD, secret)


def _reset(cast: Cast, visitor: Visitor) -> str:
    """Two people agree that Otis gets another app; returns the path in his mail."""
    name_reviewer(cast, COUNSEL)
    payload = {"member_id": member_id(cast, OTIS.email)}
    request(seat(cast, OLGA.email), "factor.reset", payload, "He lost the phone")
    assert decide(cast, visitor, mailed(cast, "decision", COUNSEL)).status == 200
    return mailed(cast, "factor", OTIS.email)


def test_after_a_decision_of_two_the_password_and_the_link_make_another_app(
    cast: Cast, pages: Visitor
) -> None:
    path = _reset(cast, pages)
    page = pages.get(path)
    assert set(page.form.fields) == {"username", "password", "secret", "code"}
    answer = pages.post(path, joining(page.form))
    assert answer.status == 200, answer.words
    assert len(set(_RECOVERY.findall(answer.words))) == 10
    assert not cast.one(
        "SELECT count(*) FROM govdesk_private.session s JOIN govdesk.member m ON m.id = s.member_id"
        " WHERE m.email = %s AND s.mfa AND NOT govdesk_private.is_ended(s.id)",
        OTIS.email,
    )
    assert _can_sign_in(cast, PASSWORD, page.form.fields["secret"])
    assert pages.get(path).status == 410


def test_the_link_alone_makes_no_app(cast: Cast, pages: Visitor) -> None:
    path = _reset(cast, pages)
    before = snapshot(cast)
    for password in ("", "wrong password of length"):
        answer = pages.post(path, joining(pages.get(path).form, password=password))
        assert answer.status == 422
        assert 'id="password-fault"' in answer.text
    assert snapshot(cast) == before
    assert pages.post(path, joining(answer.form)).status == 200


def test_a_refused_app_leaves_no_session_behind(cast: Cast, pages: Visitor) -> None:
    path = _reset(cast, pages)
    links = Links(cast.database.worker_url)
    token, secret = path.rpartition("/")[2], accounts.new_seed()
    wrong = "000000" if accounts.totp(secret) != "000000" else "000001"
    with pytest.raises(Refused):
        links.replace_factor(token, links.account_link(token), PASSWORD, secret, wrong)
    links.close()
    assert not cast.one(
        "SELECT count(*) FROM govdesk_private.session s JOIN govdesk.member m ON m.id = s.member_id"
        " WHERE m.email = %s AND NOT govdesk_private.is_ended(s.id)",
        OTIS.email,
    )


def test_what_is_shown_of_an_account_in_a_log_holds_no_secret() -> None:
    code = "ABCD-EFGH-JKMN-PQRS-TVWX-YZ01"
    shown = [
        Entered("a@b.example", "acme", (code,)),
        Account("a@b.example", "acme", (code,)),
        Credential(b"salt", b"key", b"seed", "123456", (code,)),
        invitations.Link("id", f"https://x.example/invitation/{code}", 1),
        accounts.Started(code, datetime.now(UTC), "acme", True),
    ]
    assert not [one for one in shown if code in repr(one) or "123456" in repr(one)]
