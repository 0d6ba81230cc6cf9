"""The part of a form that makes somebody a new password and authenticator app."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable

import segno

from govdesk.domain import codes, passwords
from govdesk.services import accounts
from govdesk.web.forms import Faults, field
from govdesk.web.html import Html, tag
from govdesk.web.layout import section

LONGEST_PASSWORD = 1000
WRONG_CODE = (
    "This code does not fit. Type the newest one, and check that the phone's clock is right."
)
_SEED_BYTES = 20
_STEPS = (0, -codes.STEP_SECONDS, codes.STEP_SECONDS)


def secret_of(sent: dict[str, str]) -> str:
    """The app's secret that the form carries, or a fresh one if it carries none."""
    secret = sent.get("secret", "")
    return secret if _is_secret(secret) else accounts.new_seed()


def username(email: str) -> Html:
    """The address as password managers look for it; not to be changed."""
    return field(
        "username",
        "E-mail address",
        {},
        kind="email",
        value=email,
        readonly=True,
        autocomplete="username",
    )


def new_password(faults: Faults) -> Html:
    """A password twice, never shown again."""
    return section(
        "Choose a password",
        field(
            "password",
            "Password",
            faults,
            help=passwords.RULE,
            kind="password",
            autocomplete="new-password",
            aria_required="true",
        ),
        field(
            "again",
            "The same password again",
            faults,
            kind="password",
            autocomplete="new-password",
            aria_required="true",
        ),
    )


def app(secret: str, email: str, issuer: str, sent: dict[str, str], faults: Faults) -> Html:
    """A QR code, the same key in letters, and the code that proves it was read."""
    uri = accounts.provisioning_uri(secret, email, issuer).replace("%20?", "?")
    key = tag("code", codes.in_groups(secret), id="key", class_="key")
    return section(
        "Set up an authenticator app",
        tag(
            "p",
            "Scan this picture with an app such as Aegis, 2FAS, Google Authenticator or the one"
            " in your password manager.",
        ),
        tag(
            "div",
            _picture(uri),
            tag("p", "Or type this key into the app:", tag("br"), key),
            class_="app",
        ),
        tag("input", type="hidden", name="secret", value=secret),
        field(
            "code",
            "Six digits that the app shows",
            faults,
            help="The code changes every 30 seconds; the newest one is the right one.",
            value=sent.get("code", ""),
            inputmode="numeric",
            autocomplete="one-time-code",
            aria_required="true",
            maxlength=12,
            class_="short",
        ),
    )


def judge_password(sent: dict[str, str], email: str) -> Faults:
    """What is wrong with the two passwords."""
    password, faults = sent.get("password", ""), Faults()
    if not passwords.judge(password, email).is_accepted:
        faults["password"] = f"A password has {passwords.SHORTEST} characters or more."
    elif len(password) > LONGEST_PASSWORD:
        faults["password"] = f"A password has at most {LONGEST_PASSWORD:,} characters."
    elif sent.get("again", "") != password:
        faults["again"] = "This is not the same password."
    return faults


def judge_code(sent: dict[str, str]) -> Faults:
    """What is wrong with the app's code by its form."""
    if not _is_secret(sent.get("secret", "")):
        return {"code": "The picture is a new one. Scan it and type the code it gives."}
    code = codes.normal(sent.get("code", ""))
    if not codes.is_whole(code):
        return {"code": "The app shows six digits."}
    # Judged here too, so that a refusal of the database concerns the other secret of the form.
    if not any(code == accounts.totp(sent["secret"], time.time() + away) for away in _STEPS):
        return {"code": WRONG_CODE}
    return {}


def recovery_codes(given: Iterable[str], email: str, tenant_path: str) -> Html:
    """The codes and whose they are, once; the print style leaves only that on the paper."""
    return section(
        "Keep these recovery codes",
        tag(
            "p",
            "Each works once, in place of the app's code, if you lose your phone. They are shown"
            " only now: print this page, or write them down, and keep them where you keep"
            " important papers.",
        ),
        tag("p", f"GovDesk, {tenant_path}, {email}", class_="whose", dir="auto"),
        tag("ol", [tag("li", tag("code", code)) for code in given], class_="codes"),
        class_="keep",
    )


def _is_secret(text: str) -> bool:
    try:
        return len(base64.b32decode(text)) == _SEED_BYTES
    except ValueError:
        return False


def _picture(uri: str) -> Html:
    code = segno.make(uri, error="m", micro=False)
    return tag(
        "img",
        src=code.svg_data_uri(scale=4, border=4, light="#fff", xmldecl=False),
        alt="QR code for the authenticator app; the key beside it says the same",
        class_="qr",
        width=212,
        height=212,
    )
