"""Claims: people are invited by keyboard, each address is judged at its field, links stay safe."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)

from govdesk.database.migrate import claim_setup
from govdesk.desktop.members import invitation as panels
from govdesk.desktop.members import sending
from govdesk.domain.problem import Problem
from govdesk.services import invitations, members
from govdesk.services.invitations import Invite
from tests.desktop.driving import find, opened, press, wait_for, write
from tests.desktop.test_members import Open, Team, paste, team
from tests.people import ADA, MEI, OLGA, PASSWORD

__all__ = ["team"]

NEW = "grüße@exämple.com"


def begin(here: Team) -> QPlainTextEdit:
    """Open the form with the page's own button."""
    press(find(here.window, "members_invite", QPushButton), "Space")
    emails = find(here.window, "invite_emails", QPlainTextEdit)
    wait_for(lambda: here.page.invite.role.key, what="the roles")
    assert emails.hasFocus()
    return emails


def settle(here: Team) -> None:
    """Wait until what was sent is through."""
    wait_for(lambda: not here.page._jobs.running and not here.page.invite._is_busy, what="the jobs")


def stored(here: Team) -> dict[str, tuple[str, str, str, str]]:
    """Invitations of the database by address: name, role, node, status."""
    rows = here.cast.admin.execute(
        "SELECT email, display_name, role_key, node_path::text, status FROM govdesk.invitation"
    ).fetchall()
    return {row[0]: tuple(row[1:]) for row in rows}  # type: ignore[misc]


def test_a_person_is_invited_with_unicode_address_and_name_by_keyboard_alone(team: Open) -> None:
    here = team(OLGA)
    begin(here)
    assert here.page.invite.role.key == "member"
    paste(NEW)
    here.tab_to("invite_name")
    paste("محمد الأحمد")
    here.choose("invite_node", "acme.claims")
    wait_for(lambda: here.page.invite._path == "acme.claims", what="the roles there")
    here.choose("invite_role", "operator")
    here.tab_to("invite_message")
    here.write("Welcome to the team")
    here.tab_to("invite_days")
    find(here.window, "invite_days", QSpinBox).setValue(3)
    here.push("invite_send")
    wait_for(lambda: here.page.invited.model.total == 1, what="the invitation")
    assert stored(here) == {NEW: ("محمد الأحمد", "operator", "acme.claims", "pending")}
    days = here.cast.one(
        "SELECT round(extract(epoch FROM expires_at - created_at) / 86400) FROM govdesk.invitation"
    )
    assert days == 3
    assert here.page.tab == "invitations"
    wait_for(lambda: here.page.invitation.isVisible(), what="its panel")
    assert here.words("invitation_mail") == "Mail: queued."
    assert here.page.invite.emails.toPlainText() == ""
    assert here.page.invite.role.key == "member", "a role that was chosen once is not given twice"
    assert here.troubles == []


def test_enter_sends_and_escape_closes_the_form_without_losing_a_word(team: Open) -> None:
    here = team(OLGA)
    begin(here)
    here.write("new@example.com")
    here.press("Escape")
    assert here.page.panels.isHidden()
    assert begin(here).toPlainText() == "new@example.com"
    here.press("Return")
    wait_for(lambda: "new@example.com" in stored(here), what="the invitation")
    settle(here)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write an e-mail address."),
        ("ada", "ada: An address looks like name@example.com."),
        ("mei@acme.example", "mei@acme.example: is a member already: Mei Member."),
        ("a@x.example, A@x.example", "A@x.example: This address stands here twice."),
    ],
)
def test_what_is_wrong_with_an_address_stands_beside_the_field(
    team: Open, typed: str, sentence: str
) -> None:
    here = team(OLGA)
    emails = begin(here)
    here.write(typed)
    here.press("Return")
    assert here.page.invite.fields["emails"].error == sentence
    assert emails.toPlainText() == typed
    assert emails.hasFocus()
    assert stored(here) == {}


def test_an_essay_as_name_or_message_is_refused_beside_its_field(team: Open) -> None:
    here = team(OLGA)
    begin(here)
    here.write("new@example.com")
    here.tab_to("invite_name")
    paste("It was the best of times,\nit was the worst of times. " * 40)
    here.page.invite.message.setPlainText("word " * 1000)
    here.push("invite_send")
    fields = here.page.invite.fields
    assert fields["name"].error.startswith("A name has at most 200 characters; this has 2,")
    assert fields["message"].error == "A message has at most 2,000 characters; this has 5,000."
    assert find(here.window, "invite_name", QLineEdit).hasFocus()
    assert len(find(here.window, "invite_name", QLineEdit).text()) > 2000
    assert stored(here) == {}


def test_a_pasted_list_is_judged_whole_before_anything_is_sent(team: Open) -> None:
    here = team(OLGA)
    emails = begin(here)
    paste("Zoë <zoe@example.com>\nnonsense; mei@acme.example, new@example.com")
    here.press("Return")
    error = here.page.invite.fields["emails"].error
    assert error == "nonsense: An address looks like name@example.com. And 1 more."
    assert stored(here) == {}
    emails.setPlainText("Zoë <zoe@example.com>\nnew@example.com")
    here.press("Return")
    wait_for(lambda: here.page.invited.model.total == 2, what="both")
    assert {email: row[0] for email, row in stored(here).items()} == {
        "zoe@example.com": "Zoë",
        "new@example.com": "new",
    }


def test_what_another_invited_meanwhile_is_said_by_the_server_and_stays_in_the_form(
    team: Open,
) -> None:
    here = team(OLGA)
    emails = begin(here)
    emails.setPlainText("first@example.com\nsecond@example.com")
    other = here.cast.sign_in(ADA)
    invitations.invite(other, Invite("first@example.com", "F", "member", "acme"))
    here.press("Return")
    wait_for(lambda: "second@example.com" in stored(here), what="the other one")
    settle(here)
    assert emails.toPlainText() == "first <first@example.com>"
    assert here.words("invite_report") == "1 invited. Not invited yet: 1."
    error = here.page.invite.fields["emails"].error
    assert error.startswith("first@example.com: This address has an invitation already.")


def test_an_admin_is_not_offered_the_owners_role_and_is_told_why(team: Open) -> None:
    here = team(ADA)
    begin(here)
    assert "Owner: not offered" in here.words("invite_role_why")
    offered = [one.role_key for one in here.page.invite.role._offers if one.allowed]
    assert "owner" not in offered
    assert "member" in offered


def test_inviting_an_admin_asks_for_a_confirmation_and_then_goes_on_by_itself(team: Open) -> None:
    here = team(OLGA)
    with here.cast.admin.transaction():
        claim_setup(here.cast.admin, "acme")
        here.cast.admin.execute("UPDATE govdesk_private.session SET stepped_up_at = NULL")
    begin(here)
    here.write("boss@example.com")
    here.choose("invite_role", "admin")
    here.push("invite_send")
    form = opened("ConfirmForm")
    assert stored(here) == {}
    write(find(form, "password"), PASSWORD)
    write(find(form, "code"), here.cast.fresh_code(OLGA))
    wait_for(lambda: "boss@example.com" in stored(here), what="the invitation")
    settle(here)


# What follows an invitation


def invited(here: Team) -> None:
    """One invitation, shown in its panel with the keyboard on the table."""
    session = here.cast.sign_in(OLGA)
    invitations.invite(session, Invite("new@example.com", "New", "member", "acme"))
    here.page.refresh()
    wait_for(lambda: here.page.invited.model.total == 1, what="the invitation")
    here.page.show_tab("invitations")
    here.page.invited.table.setFocus()
    here.press("Return")
    wait_for(here.page.invitation.isVisible, what="the panel")


def test_the_link_is_copied_once_the_web_address_is_known_and_never_shown(
    team: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = team(OLGA)
    invited(here)
    assert here.words("invitation_warning") == panels.WHO_HAS_IT
    here.push("invitation_copy")
    field = find(here.window, "invitation_web_url", QLineEdit)
    assert field.hasFocus()
    assert "missing" in here.page.invitation.web_field.error
    here.write("https://desk.example.com/")
    here.press("Return")
    wait_for(lambda: QApplication.clipboard().text(), what="the link")
    link = QApplication.clipboard().text()
    assert link.startswith("https://desk.example.com/invitation/")
    token = link.rpartition("/")[2]
    assert here.words("invitation_said") == "Link copied. The clipboard is cleared in 60 seconds."
    assert not [w for w in here.window.findChildren(QLabel) if token in w.text()]
    view = here.cast.admin.execute(
        "SELECT email FROM govdesk_api.invitation_view(%s)", (token,)
    ).fetchone()
    assert view == ("new@example.com",)
    here.page.invitation._clipboard.clear()
    assert QApplication.clipboard().text() == ""
    assert here.words("invitation_said") == "The clipboard has been cleared."
    settle(here)


def test_resend_makes_a_new_link_and_the_old_one_dies(team: Open) -> None:
    here = team(OLGA)
    invited(here)
    session = here.cast.sign_in(OLGA)
    one = invitations.find(session, "new@example.com")
    old = invitations.link(session, one.id, "https://x.example").link.rpartition("/")[2]
    here.push("invitation_resend")
    wait_for(
        lambda: (
            here.page.invitation.invitation is not None
            and here.page.invitation.invitation.sent == 2
        ),
        what="it to be sent again",
    )
    with pytest.raises(Exception, match=r"link"):
        here.cast.admin.execute("SELECT * FROM govdesk_api.invitation_view(%s)", (old,))
    assert here.troubles == []


def test_revoke_asks_first_and_then_the_invitation_is_over(team: Open) -> None:
    here = team(OLGA)
    invited(here)
    here.push("invitation_revoke")
    here.dialog()
    here.press("Escape")
    assert stored(here)["new@example.com"][3] == "pending"
    here.push("invitation_revoke")
    here.agree()
    assert stored(here)["new@example.com"][3] == "revoked"
    wait_for(
        lambda: not find(here.window, "invitation_copy", QPushButton).isVisible(),
        what="the panel without acts",
    )


def test_a_mail_server_that_is_down_is_said_in_words_and_the_link_still_helps(team: Open) -> None:
    here = team(OLGA)
    invited(here)
    worker = here.cast.open(here.cast.database.worker_url)
    mail = worker.execute("SELECT id FROM govdesk_api.mail_claim('h', 1)").fetchone()
    assert mail is not None
    worker.execute("SELECT govdesk_api.mail_failed(%s, 'connection refused', 60)", (mail[0],))
    here.page.refresh()
    wait_for(lambda: "refused" in here.words("invitation_mail"), what="what became of the mail")
    assert here.words("invitation_mail") == (
        "Mail: queued, not sent: connection refused. Copy the link and hand it over yourself."
    )


def test_a_member_reads_invitations_and_can_do_nothing_with_them(team: Open) -> None:
    here = team(MEI)
    invited(here)
    for name in ("invitation_resend", "invitation_copy", "invitation_revoke"):
        assert not find(here.window, name, QPushButton).isEnabled(), name


def test_without_any_invitation_the_page_says_so_and_offers_the_first(team: Open) -> None:
    here = team(OLGA)
    here.page.show_tab("invitations")
    state = here.page.invited.state
    assert state.state == "empty"
    press(find(state, "state_action", QPushButton), "Space")
    assert find(here.window, "invite_emails", QPlainTextEdit).hasFocus()


def test_an_invitation_is_shown_though_the_lists_are_not_read_yet(team: Open) -> None:
    here = team(OLGA)
    invited(here)
    page = here.page
    one = page.invited.model.item(0).id
    page.show_tab("people")
    page.take_team(members.Team(()))
    page.take_invitations([])
    page.select_entity(one)
    page.refresh()
    wait_for(lambda: page.tab == "invitations", what="the invitations to be shown")
    assert page.invited.item().id == one


def test_cancelling_many_keeps_those_in_the_form_that_were_not_sent() -> None:
    invites = [Invite(f"p{n}@new.example", f"P{n}", "member", "acme") for n in range(3)]
    sent: list[str] = []

    def send(one: Invite) -> str:
        sent.append(one.email)
        return one.email

    found = sending.each(invites, send, lambda: len(sent) == 1)
    assert [one.id for one in found] == ["p0@new.example", "", ""]
    assert [one.error for one in found] == [None, sending.CANCELLED, sending.CANCELLED]


def test_what_a_cancellation_cuts_short_is_told_as_not_sent() -> None:
    def send(one: Invite) -> str:
        raise Problem("canceling statement due to user request")

    asked = iter([False, True])
    (found,) = sending.each(
        [Invite("p@new.example", "P", "member", "acme")], send, lambda: next(asked)
    )
    assert found.error is sending.CANCELLED
