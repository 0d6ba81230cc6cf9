"""Claims: people come, go, lose things and are let in again, told from outside.

By commands, raw HTTP and the mails alone, over a demo with its own server, worker and pages.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from tests.end_to_end.town import (
    Citizen,
    Mail,
    Town,
    at,
    eventually,
    fresh_password,
    one_line,
    spare_codes,
)

OWNER, ADMIN, COUNSEL = "owner@example.com", "admin@example.com", "counsel@example.com"
MAIL_SECONDS = 2.0
LIKE_SECONDS = 0.25
"""What may lie between two answers that must not tell one address from another."""


def shown(town: Town, decision: str, who: str = OWNER) -> dict[str, Any]:
    document = town.done(who, "decisions", "show", decision)
    assert isinstance(document, dict)
    return document


def one_row(town: Town, query: str) -> dict[str, Any]:
    (row,) = town.audit(query)
    return row


def member(town: Town, email: str) -> dict[str, Any]:
    document = town.done(OWNER, "members", "show", email)
    assert isinstance(document, dict)
    return document


def is_in(town: Town, person: Citizen) -> bool:
    return town.by(person, "audit", "list", "--limit", "1").code == 0


def refused(town: Town, person: Citizen) -> None:
    """Somebody's session, which was good, is none any more."""
    answer = town.by(person, "members", "list", "--json")
    assert answer.code in (3, 4)
    assert one_line(answer)


def decide_by_page(town: Town, mail: Mail, verdict: str, reason: str) -> tuple[str, str]:
    """Look, have a code mailed, decide; return the code and what the page says at the end."""
    form, since = town.pages.get(mail.link).form, time.time()
    sent = town.pages.press(form, "Send me a code")
    assert "on its way" in sent.words
    code = town.mail(mail.to, "decision_code", since).code
    answer = town.pages.press(sent.form, verdict, reason=reason, code=code)
    assert answer.status == 200, answer.words
    return code, answer.words


# Coming


def test_an_invited_person_comes_in_once_by_the_mailed_link(town: Town) -> None:
    email, since = "new@example.com", time.time()
    made = town.done(
        OWNER, "members", "invite", email, "--role", "operator", "--name", "Nel Neu 梅",
        "--message", "See you <b>soon</b>.",
    )  # fmt: skip
    invited = one_row(town, f"action:member.invited seq:{made['seq']}")
    mail = town.mail(email, "invitation", since)
    assert mail.arrived - at(invited) < MAIL_SECONDS
    for method in ("GET", "HEAD", "GET"):
        assert town.pages.ask(method, mail.link).status == 200
    assert "Nel Neu" in town.pages.get(mail.link).text
    assert "<b>soon" not in town.pages.get(mail.link).text

    person = town.admit(mail, fresh_password())
    assert len(set(person.recovery_codes)) == 10
    for again in (town.pages.get(mail.link), town.pages.post(mail.link, {"name": "Eve"})):
        assert again.status == 410
        assert email not in again.text
    town.sign_in(person)
    assert is_in(town, person)
    listed = town.done(OWNER, "members", "list", "--find", email)["items"]
    assert [(m["email"], m["display_name"], m["status"]) for m in listed] == [
        (email, "Nel Neu 梅", "active")
    ]
    assert [grant["role_key"] for grant in listed[0]["grants"]] == ["operator"]
    accepted = one_row(town, f"action:member.accepted actor:invitee:{email}")
    assert accepted["seq"] > invited["seq"]
    assert invited["actor"] == f"user:{OWNER}"
    verified = town.done(OWNER, "audit", "verify")
    assert (verified["ok"], verified["faults"]) == (True, [])


# Two people


def test_an_admin_goes_when_outside_counsel_agrees(town: Town) -> None:
    leaver = town.newcomer("leaver@example.com", "admin")
    town.sign_in(leaver)
    alone = town.by(ADMIN, "members", "remove", leaver.email, "--json")
    assert alone.code == 4
    assert "--ask" in one_line(alone)
    since = time.time()
    made = town.done(ADMIN, "members", "remove", leaver.email, "--ask", "He sells our data.")
    assert (made["changed"], made["seq"]) == (False, None)
    mail = town.mail(COUNSEL, "decision", since)
    page = town.pages.get(mail.link)
    for words in ("He sells our data.", f"Remove {leaver.email}", ADMIN, "Lost on Acme Ltd"):
        assert words in page.words
    assert town.pages.ask("HEAD", mail.link).status == 200
    assert is_in(town, leaver)

    code, said = decide_by_page(town, mail, "Approve", "I have seen the invoices.")
    assert "The change has been made." in said
    refused(town, leaver)
    assert town.by(OWNER, "members", "show", leaver.email).code == 2
    row = one_row(town, f"action:decision.executed entity:{made['decision']}")
    assert COUNSEL in row["actor"]
    assert ADMIN in json.dumps(row)
    removed = one_row(town, f"action:member.removed entity:{entity(town, made)}")
    assert (removed["actor"], removed["on_behalf_of"]) == (row["actor"], f"user:{ADMIN}")
    assert {COUNSEL, ADMIN} <= set(re.findall(r"[a-z]+@example\.com", json.dumps(removed)))

    told = json.dumps(shown(town, made["decision"], ADMIN))
    told += json.dumps(town.done(ADMIN, "audit", "list", "--limit", "60"))
    told += "".join(one.text for one in town.mails(to=ADMIN, since=since))
    for secret in (mail.link, mail.link.rpartition("/")[2], code):
        assert secret not in told


def entity(town: Town, made: dict[str, Any]) -> str:
    return str(shown(town, made["decision"])["entity_id"])


def test_a_promotion_to_owner_is_rejected_with_a_reason(town: Town) -> None:
    climber = town.newcomer("climber@example.com", "operator")
    since = time.time()
    ask = ("--ask", "She founded the branch.")
    made = town.done(OWNER, "members", "role", climber.email, "owner", *ask)
    mail = town.mail(COUNSEL, "decision", since)
    for who in (climber, town.citizen(OWNER)):
        if not who.token:
            town.sign_in(who)
        own = town.by(who, "decisions", "approve", made["decision"], "--reason", "Sure.", "--json")
        assert own.code in (2, 4)
        assert one_line(own)
    done = town.done(ADMIN, "decisions", "reject", made["decision"], "--reason", "Too early.")
    assert done["changed"] is True
    after = shown(town, made["decision"])
    assert (after["status"], after["decision_reason"]) == ("rejected", "Too early.")
    row = one_row(town, f"action:decision.rejected entity:{made['decision']}")
    assert row["actor"] == f"user:{ADMIN}"
    assert "Too early." in json.dumps(row)
    held = [grant["role_key"] for grant in member(town, climber.email)["grants"]]
    assert held == ["operator"]
    assert "This has been decided" in town.pages.get(mail.link).words


# Losing things


def test_forgotten_passwords_are_asked_about_alike_and_replaced_with_the_app(town: Town) -> None:
    person = town.newcomer("forgetful@example.com", "member")
    town.sign_in(person)
    since, answers, times = time.time(), set(), {}
    for email in ("nobody@example.com", person.email) * 2:
        begun = time.monotonic()
        answer = town.pages.post("/recover", {"email": email})
        times[email] = min(times.get(email, 9.0), time.monotonic() - begun)
        answer.headers.pop("date")
        answers.add((answer.status, answer.text, tuple(answer.headers.items())))
    assert len(answers) == 1
    assert abs(times[person.email] - times["nobody@example.com"]) < LIKE_SECONDS
    assert is_in(town, person)

    mails = eventually(lambda: both(town.mails(person.email, "recover", since)), "no two mails")
    form = town.pages.get(mails[-1].link).form
    new = Citizen(person.email, fresh_password(), form.fields["secret"], "acme")
    spare = person.recovery_codes[3]
    keys = {"password": new.password, "again": new.password, "code": new.code()}
    wrong = town.pages.press(
        form, form.buttons[-1].label, recovery_code="AAAA-" * 5 + "AAAA", **keys
    )
    assert wrong.status in (400, 422)
    assert is_in(town, person)
    right = town.pages.press(wrong.form, form.buttons[-1].label, recovery_code=spare, **keys)
    assert right.status == 200, right.words
    assert not set(spare_codes(right.text)) & set(person.recovery_codes)
    refused(town, person)
    old = town.by(
        None, "session", "start", "--json",
        GOVDESK_EMAIL=person.email, GOVDESK_PASSWORD=person.password, GOVDESK_TOTP=new.code(),
    )  # fmt: skip
    assert old.code == 4
    new.step -= 1
    town.sign_in(new)
    assert is_in(town, new)
    assert not [m for m in town.mails() if m.to == "nobody@example.com"]


def both(mails: list[Mail]) -> list[Mail]:
    return mails if len(mails) == 2 else []


def test_a_lost_phone_is_replaced_when_two_agree(town: Town) -> None:
    person = town.newcomer("phoneless@example.com", "member")
    town.sign_in(person)
    since = time.time()
    lost = ("--reason", "He showed me his passport.")
    made = town.done(OWNER, "mfa", "reset", "--member", person.email, *lost)
    assert is_in(town, person)
    agreed = ("--reason", "I called him back.")
    done = town.done(ADMIN, "decisions", "approve", made["decision"], *agreed)
    assert done["changed"] is True
    refused(town, person)
    mail = town.mail(person.email, "factor", since)
    form = town.pages.get(mail.link).form
    new = Citizen(person.email, person.password, form.fields["secret"], "acme")
    answer = town.pages.press(form, form.buttons[-1].label, password=new.password, code=new.code())
    assert answer.status == 200, answer.words
    assert len(set(spare_codes(answer.text))) == 10
    assert town.pages.get(mail.link).status == 410
    town.sign_in(new)
    assert is_in(town, new)
    row = one_row(town, f"action:decision.executed entity:{made['decision']}")
    assert (row["actor"], row["on_behalf_of"]) == (f"user:{ADMIN}", f"user:{OWNER}")
    reset = town.audit("action:mfa.reset")[0]
    assert (reset["actor"], reset["on_behalf_of"]) == (row["actor"], row["on_behalf_of"])
