"""``/invitation/<token>``: what is offered, and a form that makes the account in one step."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from govdesk.domain import addresses, codes
from govdesk.services.links import Entered, Invitation, Links
from govdesk.web import credentials, troubles
from govdesk.web.forms import Faults, field, form
from govdesk.web.html import Html, tag
from govdesk.web.layout import facts, page, paragraphs, section, time_of

_OTHER: Final = "This is not the address that the invitation was sent to."


def show(links: Links, token: str) -> Response:
    """Show the invitation; changes nothing."""
    invitation = links.invitation(token)
    return _asked(invitation, token, {"name": invitation.display_name}, {})


def accept(links: Links, token: str, sent: dict[str, str]) -> Response:
    """Accept it, or show the form again with what was wrong."""
    invitation = links.invitation(token)
    if invitation.has_account:
        return _join(links, invitation, token, sent)
    faults = _judged(invitation, sent)
    if not faults:
        name, code = addresses.one_line(sent["name"]), codes.normal(sent["code"])
        with troubles.said("code", credentials.WRONG_CODE) as faults:
            entered = links.accept(token, name, sent["password"], sent["secret"], code)
            return _joined(invitation, entered)
    return _asked(invitation, token, sent, faults)


def _join(links: Links, invitation: Invitation, token: str, sent: dict[str, str]) -> Response:
    # Not in the link and not on the page: a program that submits every form joins nobody.
    if not _is_address(sent.get("email", ""), invitation.email):
        return _asked(invitation, token, sent, {"email": _OTHER})
    with troubles.said("email", _OTHER) as faults:
        return _joined(invitation, links.join(token))
    return _asked(invitation, token, sent, faults)


def _is_address(typed: str, email: str) -> bool:
    try:
        return addresses.address(typed) == addresses.address(email)
    except addresses.BadAddress:
        return False


def _judged(invitation: Invitation, sent: dict[str, str]) -> Faults:
    faults, fault = Faults(), addresses.name_fault(sent.get("name", ""))
    if fault:
        faults["name"] = fault
    faults |= credentials.judge_password(sent, invitation.email)
    return faults | credentials.judge_code(sent)


def _asked(invitation: Invitation, token: str, sent: dict[str, str], faults: Faults) -> Response:
    fill = _with_account if invitation.has_account else _without_account
    return page(
        f"Join {invitation.organization}",
        facts(
            [
                ("Invited by", invitation.inviter),
                ("As", invitation.role_title),
                ("Scope", invitation.node_name),
                ("Address", None if invitation.has_account else invitation.email),
                ("Valid until", time_of(invitation.expires_at)),
            ]
        ),
        _message(invitation),
        fill(invitation, f"/invitation/{token}", sent, faults),
        place=invitation.organization,
        faults=faults,
        status=troubles.status(faults),
    )


def _message(invitation: Invitation) -> Html | None:
    if not invitation.message:
        return None
    return tag("blockquote", tag("p", invitation.message, dir="auto"))


def _with_account(invitation: Invitation, path: str, sent: dict[str, str], faults: Faults) -> Html:
    return form(
        path,
        paragraphs("You have a GovDesk account; its password and authenticator app stay the same."),
        field(
            "email",
            "Your e-mail address",
            faults,
            help="The one that this invitation was sent to.",
            value=sent.get("email", ""),
            kind="email",
            autocomplete="email",
            aria_required="true",
            maxlength=addresses.LONGEST_ADDRESS,
        ),
        tag("button", f"Join {invitation.organization}", type="submit", class_="primary"),
    )


def _without_account(
    invitation: Invitation, path: str, sent: dict[str, str], faults: Faults
) -> Html:
    return form(
        path,
        section(
            "Who you are",
            credentials.username(invitation.email),
            field(
                "name",
                "Your name",
                faults,
                help="As colleagues will see it.",
                value=sent.get("name", ""),
                autocomplete="name",
                aria_required="true",
                maxlength=addresses.LONGEST_NAME,
                dir="auto",
            ),
        ),
        credentials.new_password(faults),
        credentials.app(
            credentials.secret_of(sent), invitation.email, invitation.tenant_path, sent, faults
        ),
        tag("button", f"Join {invitation.organization}", type="submit", class_="primary"),
    )


def _joined(invitation: Invitation, entered: Entered) -> Response:
    given = entered.recovery_codes
    return page(
        f"You are a member of {invitation.organization}",
        credentials.recovery_codes(given, entered.email, entered.tenant_path) if given else None,
        section(
            "Open GovDesk",
            paragraphs(
                "Start GovDesk on your computer and sign in to this organization with your"
                " password and a new code from the app. If it is not installed yet, ask the"
                " person who invited you.",
            ),
            facts([("Organization", entered.tenant_path), ("Address", entered.email)]),
        ),
        place=invitation.organization,
    )
