"""Coming in by a mailed link: each way, the attack on it, and the rows it leaves in the log."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit

from govdesk.config.profiles import Profile
from govdesk.database.connection import Session
from govdesk.desktop.entrance import EntranceWindow
from govdesk.desktop.entrance.forgotten import ALIKE
from govdesk.domain.problem import Problem
from govdesk.services import accounts, entrance, recovery
from tests.databases import APP_PASSWORD
from tests.desktop.entering import House, Person, other_code
from tests.doors import answer, ask, later, mails, member_id, worker
from tests.people import ADA, BETA, MEI, OLGA, PASSWORD, Cast, seed_of

NEW = "three quite unrelated words"
NOA = "noa@acme.example"
WEB = "https://govdesk.acme.example"


# Arrangements


def invite(cast: Cast, email: str = NOA, name: str = "Noa New") -> str:
    """Have Olga invite somebody as an operator; returns the link of the mail."""
    ask(
        cast.sign_in(OLGA),
        "SELECT govdesk_api.invite(%s, %s, 'operator', 'acme.claims'::ltree, %s)",
        email,
        name,
        "Welcome to claims.",
    )
    mail = mails(cast, "invitation", email)[-1]
    return f"{WEB}{mail['facts']['link_path']}{mail['token']}"


def served(cast: Cast) -> None:
    """The worker turns every wish for a link into a mail."""
    door = worker(cast)
    while answer(door, "SELECT govdesk_api.expire_due('tests')") == "ok" and cast.one(
        "SELECT count(*) FROM govdesk_private.recovery_wish"
    ):
        pass


def forgotten(cast: Cast, email: str = ADA.email) -> str:
    """The link that the worker mails to somebody who asked for it."""
    served(cast)
    mail = mails(cast, "recover", email)[-1]
    return f"{WEB}{mail['facts']['link_path']}{mail['token']}"


def own_codes(cast: Cast, person: object = ADA) -> list[str]:
    """Give Ada ten recovery codes that the test knows."""
    session = cast.sign_in(ADA)
    cast.fresh_code(ADA)
    secret = base64.b32encode(seed_of(ADA.email)).decode()
    return list(
        recovery.replace_factor(session, ADA.email, PASSWORD, secret, accounts.totp(secret))
    )


def actions(cast: Cast, after: int) -> list[str]:
    return [row["action"] for row in cast.rows(after)]


def secret_of(person: Person) -> str:
    return person.find(QLineEdit, "secret").text().replace(" ", "")


def goes_to(house: House, person: Person, title: str) -> None:
    house.bot.waitUntil(lambda: person.shows("title") == title)


def keeps_codes(house: House, person: Person) -> list[str]:
    goes_to(house, person, "Your recovery codes")
    codes = person.find(QPlainTextEdit, "codes").toPlainText().splitlines()
    person.find(QAbstractButton, "kept").setChecked(True)
    person.clicks("next")
    return codes


def may_sign_in(cast: Cast, profile: Profile, email: str, password: str, code: str) -> bool:
    cast.admin.execute("UPDATE govdesk_private.factor SET last_step = 0")
    try:
        entry = entrance.come_in(profile, APP_PASSWORD, email, password, code)
    except Problem:
        return False
    return entry.has_factor


# Invited


def at_invitation(house: House, link: str) -> tuple[EntranceWindow, Person]:
    window, person = house.window()
    person.clicks("invited")
    person.types("link", link)
    person.clicks("look")
    return window, person


def test_an_invitation_is_shown_then_accepted_with_password_and_app(
    house: House, known: Profile, cast: Cast
) -> None:
    link = invite(cast)
    before = cast.last_seq()
    window, person = at_invitation(house, link)
    person.waits_for("offer", "Olga Owner invites you to Acme Ltd")
    facts = person.shows("offer_facts")
    assert "Operator on Claims triage" in facts
    assert NOA in facts
    assert person.shows("offer_message") == "“Welcome to claims.”"
    assert person.find(QLineEdit, "display_name").text() == "Noa New"
    assert actions(cast, before) == [], "looking spends nothing and writes nothing"
    person.types("password", NEW)
    person.types("again", NEW)
    person.presses(Qt.Key.Key_Return)
    goes_to(house, person, "Your second factor")
    secret = secret_of(person)
    person.types("code", other_code(accounts.totp(secret)))
    person.waits_for("message", "does not fit this key")
    assert actions(cast, before) == [], "the link is spent only when all of it is right"
    person.types("code", accounts.totp(secret))
    codes = keeps_codes(house, person)
    assert len(codes) == 10
    goes_to(house, person, "Sign in")
    assert person.find(QLineEdit, "email").text() == NOA
    person.waits_for("message", "Your account is ready")
    done = actions(cast, before)
    assert "invitation.accepted" in done or "member.accepted" in done, done
    assert "mfa.enabled" in done, done
    cast.admin.execute("UPDATE govdesk_private.factor SET last_step = 0")
    with house.bot.waitSignal(window.entered) as entered:
        person.types("code", accounts.totp(secret))
    assert entered.args[0].tenant_path == "acme"


def test_a_link_of_an_invitation_is_good_once(house: House, known: Profile, cast: Cast) -> None:
    link = invite(cast)
    door = recovery.door_of(known, lambda: APP_PASSWORD)
    secret = accounts.new_seed()
    token = recovery.token_in(link, "invitation")
    recovery.accept(door, token, "Noa", NEW, secret, accounts.totp(secret))
    _, person = at_invitation(house, link)
    person.waits_for("link_help", "not valid any more")
    with pytest.raises(Problem):
        recovery.accept(door, token, "Noa", NEW, secret, accounts.totp(secret))
    assert cast.one("SELECT count(*) FROM govdesk.member WHERE email = %s", NOA) == 1


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("half a link", "not a whole link"),
        ("https://x.example/decision/" + "d" * 60, "for a decision"),
        ("https://x.example/recover/" + "r" * 60, "a link for an account"),
        ("https://x.example/invitation/" + "i" * 60, "not valid any more"),
    ],
)
def test_another_link_is_named_and_stays_in_its_field(
    house: House, known: Profile, pasted: str, words: str
) -> None:
    _, person = at_invitation(house, pasted)
    person.waits_for("link_help", words)
    assert person.find(QLineEdit, "link").text() == pasted


def test_a_revoked_or_late_invitation_opens_nothing(
    house: House, known: Profile, cast: Cast
) -> None:
    late = invite(cast)
    later(cast, "govdesk.invitation", "expires_at", "8 days")
    _, person = at_invitation(house, late)
    person.waits_for("link_help", "not valid any more")


def test_whoever_has_an_account_joins_without_another_password(
    house: House, known: Profile, cast: Cast
) -> None:
    link = invite(cast, "bea@beta.example", "")
    before = cast.last_seq()
    _, person = at_invitation(house, link)
    person.waits_for("offer_account", "has an account already")
    assert not person.window.findChild(QLineEdit, "display_name").isVisible()  # type: ignore[union-attr]
    assert person.find(QAbstractButton, "next").text() == "&Join"
    person.clicks("next")
    goes_to(house, person, "Sign in")
    person.waits_for("message", "You belong to acme now")
    assert "grant.added" in actions(cast, before) or "member.accepted" in actions(cast, before)
    secret = base64.b32encode(seed_of("bea@beta.example")).decode()
    both = [replace(known, tenant_path=path) for path in ("acme", BETA)]
    for profile in both:
        assert may_sign_in(cast, profile, "bea@beta.example", PASSWORD, accounts.totp(secret))


def test_the_password_of_an_invitation_is_judged_where_it_is_typed(
    house: House, known: Profile, cast: Cast
) -> None:
    _, person = at_invitation(house, invite(cast))
    person.waits_for("offer", "Olga Owner")
    person.types("password", "short")
    person.clicks("next")
    assert "12 characters or more" in person.shows("password_help")
    person.types("password", NEW)
    person.types("again", "another one altogether")
    person.clicks("next")
    assert "not the same" in person.shows("again_help")
    person.types("again", NEW)
    person.types("display_name", " ")
    person.clicks("next")
    assert "Give the name" in person.shows("display_name_help")
    assert person.find(QLineEdit, "password").text() == NEW


# Forgotten password


def at_link(house: House, link: str) -> tuple[EntranceWindow, Person]:
    window, person = house.window()
    person.clicks("forgotten")
    person.types("link", link)
    person.clicks("next")
    return window, person


def test_everybody_gets_the_same_answer_to_a_forgotten_password(
    house: House, known: Profile, cast: Cast
) -> None:
    _, person = house.window()
    person.clicks("forgotten")
    said = []
    for email in (ADA.email, "nobody@nowhere.example"):
        person.types("address", email)
        person.clicks("send")
        person.waits_for("address_help", ALIKE)
        said.append(person.shows("address_help"))
        assert not person.find(QAbstractButton, "send").isEnabled(), "one click is one mail"
    assert said[0] == said[1]
    served(cast)
    assert [mail["to_address"] for mail in mails(cast, "recover")] == [ADA.email]


def test_link_and_recovery_code_replace_password_and_app_and_end_every_session(
    house: House, known: Profile, cast: Cast
) -> None:
    codes = own_codes(cast)
    old = cast.sign_in(ADA)
    recovery.request(recovery.door_of(known, lambda: APP_PASSWORD), ADA.email)
    link = forgotten(cast)
    before = cast.last_seq()
    _, person = at_link(house, link)
    goes_to(house, person, "A new password")
    assert ADA.email in person.shows("purpose")
    person.types("recovery_code", codes[0].lower())
    person.types("password", NEW)
    person.types("again", NEW)
    person.presses(Qt.Key.Key_Return)
    goes_to(house, person, "Your second factor")
    secret = secret_of(person)
    person.types("code", accounts.totp(secret))
    keeps_codes(house, person)
    person.waits_for("message", "all your sessions have ended")
    done = actions(cast, before)
    for one in ("password.changed", "recovery_code.used", "session.revoked"):
        assert one in done, (one, done)
    assert any(action.startswith("mfa.") for action in done), done
    assert not is_alive(old)
    old_secret = base64.b32encode(seed_of(ADA.email)).decode()
    assert not may_sign_in(cast, known, ADA.email, PASSWORD, accounts.totp(old_secret))
    assert not may_sign_in(cast, known, ADA.email, NEW, accounts.totp(old_secret))
    assert not may_sign_in(cast, known, ADA.email, NEW, "")
    assert not may_sign_in(cast, known, ADA.email, NEW, codes[1]), "old codes are void"
    assert may_sign_in(cast, known, ADA.email, NEW, accounts.totp(secret))


def is_alive(session: Session) -> bool:
    try:
        session.touch()
    except Problem:
        return False
    return True


def test_a_mailbox_alone_takes_nothing_over(house: House, known: Profile, cast: Cast) -> None:
    codes = own_codes(cast)
    recovery.request(recovery.door_of(known, lambda: APP_PASSWORD), ADA.email)
    before = cast.last_seq()
    _, person = at_link(house, forgotten(cast))
    before = cast.last_seq()
    goes_to(house, person, "A new password")
    person.types("password", NEW)
    person.types("again", NEW)
    person.clicks("next")
    assert "24 letters and digits" in person.shows("recovery_code_help")
    person.types("recovery_code", "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF")
    person.clicks("next")
    goes_to(house, person, "Your second factor")
    secret = secret_of(person)
    person.types("code", accounts.totp(secret))
    goes_to(house, person, "A new password")
    assert "recovery code is not right" in person.shows("message")
    assert person.find(QLineEdit, "password").text() == NEW, "nothing typed is lost"
    assert actions(cast, before) == []
    person.types("recovery_code", codes[2])
    person.clicks("next")
    goes_to(house, person, "Your second factor")
    assert secret_of(person) == secret, "the app has this key already"
    assert "scanned already" in person.shows("issuer")
    person.types("code", accounts.totp(secret))
    keeps_codes(house, person)


def test_a_recovery_link_is_good_once_and_for_an_hour(
    house: House, known: Profile, cast: Cast
) -> None:
    codes = own_codes(cast)
    door = recovery.door_of(known, lambda: APP_PASSWORD)
    recovery.request(door, ADA.email)
    link = forgotten(cast)
    secret = accounts.new_seed()
    token = recovery.token_in(link, "recover")
    recovery.recover(door, token, codes[0], NEW, secret, accounts.totp(secret))
    _, person = at_link(house, link)
    person.waits_for("link_help", "not valid any more")
    recovery.request(door, MEI.email)
    late = forgotten(cast, MEI.email)
    later(cast, "govdesk_private.link", "expires_at", "2 hours")
    with pytest.raises(Problem, match="not valid any more"):
        recovery.look(door, recovery.token_in(late, "recover"))


def test_five_links_a_day_are_mailed(known: Profile, cast: Cast) -> None:
    door = recovery.door_of(known, lambda: APP_PASSWORD)
    for _ in range(7):
        recovery.request(door, ADA.email)
    served(cast)
    assert len(mails(cast, "recover", ADA.email)) == 5


def test_after_a_reset_by_two_people_link_and_password_enrol_another_app(
    house: House, known: Profile, cast: Cast
) -> None:
    link = reset(cast)
    before = cast.last_seq()
    _, person = at_link(house, link)
    goes_to(house, person, "A new authenticator app")
    person.types("password", "not her password at all")
    person.clicks("next")
    goes_to(house, person, "Your second factor")
    person.types("code", accounts.totp(secret_of(person)))
    goes_to(house, person, "A new authenticator app")
    assert "password is not right" in person.shows("message")
    assert "mfa.enabled" not in actions(cast, before)
    person.types("password", PASSWORD)
    person.clicks("next")
    goes_to(house, person, "Your second factor")
    secret = secret_of(person)
    person.types("code", accounts.totp(secret))
    keeps_codes(house, person)
    person.waits_for("message", "Your app is enrolled")
    assert "mfa.enabled" in actions(cast, before)
    assert may_sign_in(cast, known, MEI.email, PASSWORD, accounts.totp(secret))


def test_after_a_reset_the_password_alone_enrols_no_app(known: Profile, cast: Cast) -> None:
    reset(cast)
    entry = entrance.come_in(known, APP_PASSWORD, MEI.email, PASSWORD)
    assert not entry.has_factor
    secret = accounts.new_seed()
    with pytest.raises(Problem, match="not valid any more"):
        entrance.enrol(entry, secret, accounts.totp(secret))


def reset(cast: Cast) -> str:
    """Two people take Mei's app away; returns the link that is mailed to her."""
    olga, ada = cast.sign_in(OLGA), cast.sign_in(ADA)
    ask(olga, "SELECT govdesk_api.set_reviewer(%s, 'Ada Admin', 'active')", ADA.email)
    decision = ask(
        olga,
        "SELECT govdesk_api.request_decision('factor.reset', %s::jsonb, 'Mei lost her phone')",
        f'{{"member_id": "{member_id(cast, MEI.email)}"}}',
    )
    attempt = ask(ada, "SELECT govdesk_api.decide_submit(%s, 'approve', 'seen her')", decision)
    ask(ada, "SELECT govdesk_api.decide_reveal(%s)", attempt)
    mail = mails(cast, "factor", MEI.email)[-1]
    return f"{WEB}{mail['facts']['link_path']}{mail['token']}"
