"""Many at once, programs that press everything, links of other kinds, and what a log keeps."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.doors import mails
from tests.people import BEA, PASSWORD, Cast
from tests.web.offered import NOOR, code_of, invite, join, joining, lost, promotion, snapshot
from tests.web.visiting import Answer, Form, Visitor

_MANY = 100


def _at_once(act: Callable[[int], Answer], number: int = _MANY) -> list[Answer]:
    """Do the same so many times together; all start when the last is ready."""
    together, answers = threading.Barrier(number), list[Answer]()

    def one(at: int) -> None:
        together.wait()
        answers.append(act(at))

    threads = [threading.Thread(target=one, args=(at,)) for at in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == number
    return answers


def test_of_a_hundred_acceptances_one_succeeds(cast: Cast, pages: Visitor) -> None:
    path = invite(cast)
    form = pages.get(path).form
    answers = _at_once(lambda at: pages.post(path, joining(form, name=f"Noor {at}")))
    assert Counter(answer.status for answer in answers)[200] == 1
    assert {answer.status for answer in answers} <= {200, 410}
    assert cast.one("SELECT count(*) FROM govdesk.member WHERE email = %s", NOOR) == 1
    assert [row["action"] for row in cast.rows(0)].count("member.accepted") == 1


def test_of_a_hundred_who_join_with_an_account_one_succeeds(cast: Cast, pages: Visitor) -> None:
    path = invite(cast, BEA.email)
    answers = _at_once(lambda at: pages.post(path, {"email": BEA.email}))
    assert Counter(answer.status for answer in answers)[200] == 1
    assert cast.one("SELECT count(*) FROM govdesk.member WHERE email = %s", BEA.email) == 2


def test_of_a_hundred_approvals_one_succeeds(cast: Cast, pages: Visitor) -> None:
    path = promotion(cast)
    form = pages.press(pages.get(path).form, "Send me a code").form
    fields = {"reason": "Yes", "code": code_of(cast)}
    answers = _at_once(lambda at: pages.press(form, "Approve", **fields))
    assert Counter(answer.status for answer in answers)[200] == 1
    actions = [row["action"] for row in cast.rows(0)]
    assert actions.count("decision.executed") == 1
    assert (
        cast.one(
            "SELECT count(*) FROM govdesk.member_grant"
            " WHERE role_key = 'owner' AND status = 'active' AND tenant_path = 'acme'"
        )
        == 2
    )


def _dummy(form: Form) -> dict[str, str]:
    values = {"password": PASSWORD, "email": "scanner@gateway.example", "textarea": "test"}
    return {
        name: form.fields[name] or values.get(form.kinds[name], "12345678") for name in form.fields
    }


def _scan(visitor: Visitor, start: str) -> None:
    """Open and probe every target, submit every form by every button, empty and filled."""
    seen, left = set[str](), [start]
    while left:
        path = left.pop()
        if path in seen:
            continue
        seen.add(path)
        visitor.ask("HEAD", path)
        answer = visitor.get(path)
        answers = [answer]
        for form in answer.page.forms:
            for button in form.buttons:
                answers.append(visitor.press(form, button.label))
                answers.append(visitor.press(form, button.label, **_dummy(form)))
                answers.append(visitor.get(urlsplit(button.action).path))
        for target in (t for one in answers for t in one.page.targets):
            if target.startswith("/"):
                left.append(target)


@pytest.mark.parametrize("offer", [invite, promotion])
def test_a_scanner_that_presses_everything_decides_nothing(
    cast: Cast, pages: Visitor, offer: Callable[[Cast], str]
) -> None:
    path = offer(cast)
    before = snapshot(cast)
    _scan(pages, path)
    assert snapshot(cast) == before
    assert {mail["kind"] for mail in mails(cast)} <= {"decision_code"}
    assert pages.get(path).status == 200


def test_a_scanner_joins_nobody_who_has_an_account(cast: Cast, pages: Visitor) -> None:
    path = invite(cast, BEA.email)
    before = snapshot(cast)
    _scan(pages, path)
    assert snapshot(cast) == before


def test_a_scanner_replaces_no_password(cast: Cast, pages: Visitor) -> None:
    path = lost(cast, pages)
    before = snapshot(cast)
    _scan(pages, path)
    assert snapshot(cast) == before
    assert pages.get(path).status == 200


def test_a_link_opens_only_its_own_kind_of_page(cast: Cast, pages: Visitor) -> None:
    paths = [invite(cast), promotion(cast), lost(cast, pages)]
    for path in paths:
        token = path.rpartition("/")[2]
        kinds = {"/invitation/", "/decision/", "/recover/"} - {path.removesuffix(token)}
        for kind in kinds:
            assert pages.get(kind + token).status == 410
            assert pages.post(kind + token, {}).status == 410
        assert pages.get(path).status == 200


@pytest.mark.parametrize("at", [0, 10, 25, -1])
def test_a_link_with_another_letter_is_nothing(cast: Cast, pages: Visitor, at: int) -> None:
    path = invite(cast)
    kind, _, token = path.rpartition("/")
    other = "A" if token[at] != "A" else "B"
    letters = list(token)
    letters[at] = other
    assert pages.get(f"{kind}/{''.join(letters)}").status == 410
    assert pages.get(path).status == 200


def test_a_link_that_is_over_is_nothing(cast: Cast, pages: Visitor) -> None:
    from tests.doors import later

    path = invite(cast)
    form = pages.get(path).form
    later(cast, "govdesk.invitation", "expires_at", "8 days")
    later(cast, "govdesk_private.link", "expires_at", "8 days")
    assert pages.get(path).status == 410
    assert pages.post(path, joining(form)).status == 410
    assert not cast.one("SELECT count(*) FROM govdesk.member WHERE email = %s", NOOR)


def test_no_log_keeps_a_link_or_what_was_typed(
    cast: Cast, pages: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    paths = [invite(cast), promotion(cast), lost(cast, pages)]
    pages.get(paths[1])
    pages.get(f"/nowhere/{paths[1]}")
    join(pages, paths[0])
    pages.post(paths[2], {"password": PASSWORD, "recovery_code": "ABCD"})
    assert "GET /decision/… 200" in caplog.text
    assert "POST /invitation/… 200" in caplog.text
    for path in paths:
        assert path.rpartition("/")[2][:30] not in caplog.text
    for typed in (PASSWORD, NOOR, "ABCD"):
        assert typed not in caplog.text
