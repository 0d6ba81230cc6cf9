"""``/recover``: ask for a link; ``/recover/<token>``: a new password, a new authenticator app."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from govdesk.domain import addresses, codes
from govdesk.services.links import AccountLink, Entered, Links
from govdesk.web import credentials, troubles
from govdesk.web.forms import Faults, field, form
from govdesk.web.html import Html, tag
from govdesk.web.layout import facts, page, paragraphs, section, time_of

_RECOVERY_LETTERS: Final = 24
_WRONG_RECOVERY: Final = "This recovery code is not right, or it was used. Each works once."
_WRONG_PASSWORD: Final = "This is not the password of the account."


def ask(sent: dict[str, str], faults: Faults) -> Response:
    """The form that asks for a link."""
    return page(
        "Get back in",
        paragraphs(
            "If you have forgotten your password, we mail you a link. You also need one of your"
            " recovery codes.",
            "If you have lost both, ask an owner of your organization to start the recovery;"
            " a second human has to agree.",
        ),
        form(
            "/recover",
            field(
                "email",
                "Your e-mail address",
                faults,
                value=sent.get("email", ""),
                kind="email",
                autocomplete="username",
                aria_required="true",
                maxlength=addresses.LONGEST_ADDRESS,
            ),
            tag("button", "Mail me a link", type="submit", class_="primary"),
        ),
        faults=faults,
        status=troubles.status(faults),
    )


def request(links: Links, sent: dict[str, str]) -> Response:
    """Ask for a link; the answer is the same whether there is such an account or not."""
    email = sent.get("email", "")
    try:
        links.request_recovery(addresses.address(email))
    except addresses.BadAddress as error:
        return ask(sent, {"email": str(error)})
    return page(
        "Look at your mail",
        paragraphs(
            "If there is an account with this address, a link is on its way to it.",
            "Nothing came after some minutes? Look among unwanted mail. At most five links are"
            " sent a day.",
        ),
    )


def show(links: Links, token: str) -> Response:
    """Show what the link is for; changes nothing."""
    return _asked(links.account_link(token), token, {}, {})


def mend(links: Links, token: str, sent: dict[str, str]) -> Response:
    """Replace what was lost, or show the form again with what was wrong."""
    link = links.account_link(token)
    faults = _judged(link, sent)
    if not faults:
        field, sentence = _doubtful(link)
        with troubles.said(field, sentence) as faults:
            return _mended(link, _act(links, link, token, sent))
    return _asked(link, token, sent, faults)


def _act(links: Links, link: AccountLink, token: str, sent: dict[str, str]) -> Entered:
    code, password, secret = codes.normal(sent["code"]), sent["password"], sent["secret"]
    if link.kind == "factor":
        return links.replace_factor(token, link, password, secret, code)
    spare = _recovery_code(sent) if link.needs_recovery_code else None
    return links.recover(token, spare, password, secret, code)


def _doubtful(link: AccountLink) -> tuple[str, str]:
    """The secret that only the database can judge."""
    if link.kind == "factor":
        return "password", _WRONG_PASSWORD
    if link.needs_recovery_code:
        return "recovery_code", _WRONG_RECOVERY
    return "code", credentials.WRONG_CODE


def _recovery_code(sent: dict[str, str]) -> str:
    return codes.normal(sent.get("recovery_code", "")).replace("-", "")


def _judged(link: AccountLink, sent: dict[str, str]) -> Faults:
    faults = Faults()
    if link.kind == "factor":
        if not sent.get("password"):
            faults["password"] = "Type the password of the account."
        return faults | credentials.judge_code(sent)
    spare = _recovery_code(sent)
    if link.needs_recovery_code and len(spare) != _RECOVERY_LETTERS:
        faults["recovery_code"] = "A recovery code has six groups of four letters and digits."
    faults |= credentials.judge_password(sent, link.email)
    return faults | credentials.judge_code(sent)


def _asked(link: AccountLink, token: str, sent: dict[str, str], faults: Faults) -> Response:
    is_factor = link.kind == "factor"
    return page(
        "Set up a new authenticator app" if is_factor else "Get back in",
        facts([("Address", link.email), ("Valid until", time_of(link.expires_at))]),
        form(
            f"/recover/{token}",
            _who(link, sent, faults),
            None if is_factor else credentials.new_password(faults),
            credentials.app(
                credentials.secret_of(sent), link.email, link.tenant_path, sent, faults
            ),
            tag(
                "button",
                "Use this app from now on" if is_factor else "Replace password and app",
                type="submit",
                class_="primary",
            ),
        ),
        faults=faults,
        status=troubles.status(faults),
    )


def _who(link: AccountLink, sent: dict[str, str], faults: Faults) -> Html:
    own: Html | None = None
    if link.kind == "factor":
        own = field(
            "password",
            "Your password",
            faults,
            kind="password",
            autocomplete="current-password",
            aria_required="true",
        )
    elif link.needs_recovery_code:
        own = field(
            "recovery_code",
            "One of your recovery codes",
            faults,
            help="Six groups of four; you kept them when you set up the app.",
            value=sent.get("recovery_code", ""),
            autocomplete="off",
            aria_required="true",
            autocapitalize="characters",
            spellcheck="false",
            maxlength=60,
        )
    return section("Who you are", credentials.username(link.email), own)


def _mended(link: AccountLink, entered: Entered) -> Response:
    return page(
        "Done",
        credentials.recovery_codes(entered.recovery_codes, entered.email, entered.tenant_path),
        section(
            "Open GovDesk",
            paragraphs(
                "Sign in with your password and a new code from the app. The recovery codes you"
                " had before no longer work, and every session has ended."
            ),
            facts([("Organization", entered.tenant_path), ("Address", entered.email)]),
        ),
    )
