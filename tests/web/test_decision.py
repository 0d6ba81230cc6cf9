"""A decision is shown to whoever holds the link, and made by whoever also gets the code."""

from __future__ import annotations

import pytest

from govdesk.database.errors import Refused, SessionEnded
from govdesk.services import accounts
from tests.deciding import COUNSEL, name_reviewer, need_second_human, request
from tests.doors import ask, mails, member_id, seat
from tests.people import ACME, MEI, OLGA, Cast
from tests.web.offered import code_of, decide, mailed, promotion, snapshot
from tests.web.visiting import Visitor


def _status(cast: Cast) -> str:
    return str(cast.one("SELECT status FROM govdesk.decision"))


def _owners(cast: Cast) -> int:
    return int(
        cast.one(
            "SELECT count(*) FROM govdesk.member_grant WHERE role_key = 'owner'"
            " AND status = 'active' AND tenant_path = 'acme'"
        )
    )


def test_the_page_shows_who_asks_for_what_with_which_effect(cast: Cast, pages: Visitor) -> None:
    answer = pages.get(promotion(cast))
    for said in ("Acme Ltd", OLGA.email, COUNSEL, "Olga <b>leaves</b> in June", "UTC", "Owner"):
        assert said in answer.words
    for said in ("What would change", "Gained on", "make and unmake owners", "2 systems"):
        assert said in answer.words
    assert "Make mei@acme.example Owner of Acme Ltd" in answer.words
    assert "Role Before member After owner" in answer.words
    assert "Member mei@acme.example" in answer.words
    assert cast.one("SELECT left(digest, 4) FROM govdesk.decision") in answer.words
    assert "<b>" not in answer.text


@pytest.mark.parametrize(
    ("label", "status", "said"),
    [("Approve", "executed", "Approved and carried out"), ("Reject", "rejected", "Rejected")],
)
def test_a_reviewer_decides_with_reason_and_code(
    cast: Cast, pages: Visitor, label: str, status: str, said: str
) -> None:
    path = promotion(cast)
    answer = decide(cast, pages, path, label)
    assert answer.status == 200
    assert said in answer.words
    assert _status(cast) == status
    assert _owners(cast) == (2 if label == "Approve" else 1)
    assert cast.one("SELECT decision_reason FROM govdesk.decision") == "She has earned it"


def test_inviting_an_owner_is_not_said_to_give_nothing(cast: Cast, pages: Visitor) -> None:
    name_reviewer(cast, COUNSEL)
    need_second_human(cast, "owner.promote")
    payload = {"invite": {"email": "new@x.example", "role_key": "owner", "node_path": ACME}}
    request(seat(cast, OLGA.email), "owner.promote", payload, "She buys the firm")
    answer = pages.get(mailed(cast, "decision", COUNSEL))
    assert "Who gains and loses what" in answer.words
    assert "is gained or lost" not in answer.words
    assert "No member gains" not in answer.words


def test_deciding_again_says_so_and_changes_nothing(cast: Cast, pages: Visitor) -> None:
    path = promotion(cast)
    form = pages.press(pages.get(path).form, "Send me a code").form
    fields = {"reason": "Yes", "code": code_of(cast)}
    assert pages.press(form, "Approve", **fields).status == 200
    before, seq = snapshot(cast), cast.last_seq()
    for label in ("Approve", "Reject", "Send me another code"):
        assert pages.press(form, label, **fields).status == 410
    assert pages.get(path).status == 410
    assert (snapshot(cast), cast.last_seq()) == (before, seq)
    assert mails(cast, "decision_code") == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": " ok "}, "reason"),
        ({"reason": "r" * 1001}, "reason"),
        ({"code": "1234567"}, "code"),
        ({"code": "1234567a"}, "code"),
        ({"code": "١٢٣٤٥٦٧٨"}, "code"),
    ],
)
def test_a_form_that_is_not_whole_decides_nothing_and_costs_no_try(
    cast: Cast, pages: Visitor, wrong: dict[str, str], field: str
) -> None:
    path = promotion(cast)
    form = pages.press(pages.get(path).form, "Send me a code").form
    good = {"reason": "Agreed, all of it", "code": code_of(cast)}
    for _ in range(7):
        answer = pages.press(form, "Approve", **(good | wrong))
        assert answer.status == 422
        assert f'id="{field}-fault"' in answer.text
    if field != "reason":
        assert answer.form.fields["reason"] == good["reason"]
    assert pages.post(path, good).status == 422
    assert _status(cast) == "pending"
    assert pages.press(answer.form, "Approve", **good).status == 200


def test_a_wrong_code_is_counted_and_five_end_it(cast: Cast, pages: Visitor) -> None:
    path = promotion(cast)
    form = pages.press(pages.get(path).form, "Send me a code").form
    code = code_of(cast)
    wrong = str((int(code) + 1) % 10**8).zfill(8)
    for _ in range(5):
        answer = pages.press(form, "Approve", reason="Yes", code=wrong)
        assert answer.status == 422
        assert answer.form.fields["reason"] == "Yes"
        assert answer.form.fields["code"] == ""
    assert pages.press(form, "Approve", reason="Yes", code=code).status == 422
    assert _status(cast) == "pending"
    fresh = pages.press(pages.get(path).form, "Send me a code").form
    assert pages.press(fresh, "Approve", reason="Yes", code=code_of(cast)).status == 200


def test_asking_for_a_code_keeps_the_reason(cast: Cast, pages: Visitor) -> None:
    reason = "\nTwo lines,\nand <more> & “quotes”"
    answer = pages.press(pages.get(promotion(cast)).form, "Send me a code", reason=reason)
    assert answer.form.fields["reason"] == reason
    assert f"A code is on its way to {COUNSEL}" in answer.words


def test_five_codes_a_day(cast: Cast, pages: Visitor) -> None:
    path = promotion(cast)
    for _ in range(5):
        pages.press(pages.get(path).form, "Send me a code")
    page = pages.get(path)
    assert "Send me a code" not in [button.label for button in page.form.buttons]
    assert pages.post(f"{path}/code", {}).status == 422
    assert len(mails(cast, "decision_code")) == 5


def test_a_change_that_no_longer_fits_is_void_and_says_why(cast: Cast, pages: Visitor) -> None:
    path = promotion(cast)
    ask(
        seat(cast, OLGA.email),
        "UPDATE govdesk.member SET status = 'removed' WHERE id = %s RETURNING id",
        member_id(cast, MEI.email),
    )
    page = pages.get(path)
    if page.status == 200:
        answer = decide(cast, pages, path)
        assert "void" in answer.words.lower()
    else:
        assert page.status == 410
    assert _status(cast) == "voided"
    assert _owners(cast) == 1


def test_the_link_is_no_session_anywhere(cast: Cast, pages: Visitor) -> None:
    token = promotion(cast).rpartition("/")[2]
    with pytest.raises(SessionEnded):
        accounts.open_session(cast.database.app_url, token, ACME)
    with pytest.raises(Refused):
        accounts.open_session(cast.database.worker_url, token, ACME)
    for answer in (pages.get("/", Cookie=f"session={token}"), pages.get(f"/?{token}")):
        assert answer.status == 404
    answer = pages.get(f"/decision/{token}")
    assert "set-cookie" not in answer.headers
    targets = set(answer.page.targets) | {form.action for form in answer.page.forms}
    assert targets == {"/style.css", "/mark.svg", f"/decision/{token}"}
