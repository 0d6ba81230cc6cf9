"""``/decision/<token>``: one change, shown whole, and the two things a reviewer may say to it.

Whoever opens it sees; deciding needs a code mailed to the reviewer, so a program that follows links
and submits forms decides nothing. The page is no session and leads nowhere else.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from govdesk.services.links import Decision, Links, Outcome, Verdict
from govdesk.web import troubles
from govdesk.web.decision_facts import as_it_is, blast_radius, facts_of, what_changes
from govdesk.web.forms import Faults, field, form, text_area
from govdesk.web.html import Html, tag
from govdesk.web.layout import page, paragraphs, section

_DIGITS: Final = 8
_LONGEST_REASON: Final = 1000
_VERDICTS: Final[dict[str, Verdict]] = {"approve": "approve", "reject": "reject"}
_SHORTEST_REASON: Final = 3
_NEWER: Final = "This is not the code that was mailed last, or its ten minutes are over."
_FIVE: Final = "Five codes were wrong. Press Send me a code for a new one."
_TODAY: Final = "All of today's codes have been sent. Use the last one, or come back tomorrow."

_BECAME: Final = {
    "executed": ("Approved and carried out", "The change has been made."),
    "approved": ("Approved", "It may be carried out now."),
    "rejected": ("Rejected", "Nothing was changed."),
    "voided": ("The change was void", "Nothing was changed, because the facts had changed."),
    "expired": ("Too late", "Its time was over; nothing was changed."),
    "cancelled": ("Withdrawn", "Whoever asked has withdrawn it; nothing was changed."),
}


def show(links: Links, token: str) -> Response:
    """Show the decision; never spends the link."""
    decision = links.decision(token)
    return _asked(decision, token, {}, {}) if _is_open(decision) else _decided_before(decision)


def send_code(links: Links, token: str, sent: dict[str, str]) -> Response:
    """Mail a code, and show the page with all that was typed."""
    decision = links.decision(token)
    if not _is_open(decision):
        return _decided_before(decision)
    with troubles.said("code", _NEWER, _TODAY) as faults:
        links.send_code(token)
    note = "" if faults else f"A code is on its way to {decision.reviewer_email}."
    return _asked(links.decision(token), token, sent | {"code": ""}, faults, note)


def decide(links: Links, token: str, sent: dict[str, str]) -> Response:
    """Decide, or show the page again with what was wrong."""
    decision = links.decision(token)
    if not _is_open(decision):
        return _decided_before(decision)
    faults, code = _judged(sent), _code_of(sent)
    if not faults:
        verdict, reason = _VERDICTS[sent["verdict"]], sent["reason"].strip()
        with troubles.said("code", _NEWER, _FIVE) as faults:
            return _became(decision, links.decide(token, verdict, reason, code))
    return _asked(links.decision(token), token, sent, faults)


def _is_open(decision: Decision) -> bool:
    return decision.status == "pending"


def _code_of(sent: dict[str, str]) -> str:
    return "".join(sent.get("code", "").split())


def _judged(sent: dict[str, str]) -> Faults:
    faults, reason, code = Faults(), sent.get("reason", "").strip(), _code_of(sent)
    if len(reason) < _SHORTEST_REASON:
        faults["reason"] = "Say in a few words why; it stands in the log beside your name."
    elif len(reason) > _LONGEST_REASON:
        faults["reason"] = f"A reason has at most {_LONGEST_REASON:,} characters."
    if not (len(code) == _DIGITS and code.isascii() and code.isdigit()):
        faults["code"] = f"The code in the mail has {_DIGITS} digits."
    if sent.get("verdict") not in _VERDICTS:
        faults["approve"] = "Press Approve or Reject."
    return faults


def _asked(
    decision: Decision, token: str, sent: dict[str, str], faults: Faults, note: str = ""
) -> Response:
    return page(
        decision.title,
        tag("p", decision.summary, class_="lead", dir="auto"),
        facts_of(decision),
        what_changes(decision),
        as_it_is(decision),
        blast_radius(decision),
        _form(decision, f"/decision/{token}", sent, faults, note),
        place=decision.organization,
        faults=faults,
        status=troubles.status(faults),
    )


def _form(decision: Decision, path: str, sent: dict[str, str], faults: Faults, note: str) -> Html:
    return form(
        path,
        # What Enter in a field would press; a decision is never made by accident.
        tag("button", "Nothing", type="submit", disabled=True, hidden=True),
        _first_step(decision, path, note),
        section(
            "2. Decide",
            text_area(
                "reason",
                "Your reason",
                faults,
                help="It stands in the log beside your name.",
                value=sent.get("reason", ""),
            ),
            field(
                "code",
                f"The code from the mail, {_DIGITS} digits",
                faults,
                value=sent.get("code", "") if not faults.get("code") else "",
                inputmode="numeric",
                autocomplete="one-time-code",
                aria_required="true",
                maxlength=16,
                class_="short",
            ),
            tag(
                "div",
                _verdict("approve", "Approve", "primary"),
                _verdict("reject", "Reject", "danger"),
                class_="actions",
            ),
        ),
    )


def _verdict(value: str, label: str, look: str) -> Html:
    return tag("button", label, type="submit", name="verdict", value=value, id=value, class_=look)


def _first_step(decision: Decision, path: str, note: str) -> Html:
    left = decision.codes_left
    hint = f"It goes to {decision.reviewer_email} and is valid for ten minutes."
    if left <= 0:
        hint = _TODAY
    elif left <= 2:
        hint = f"{hint} {left} more today."
    return section(
        "1. Get a code",
        tag("p", note, class_="note", role="status", tabindex=-1, autofocus=True) if note else None,
        tag(
            "button",
            "Send me another code" if note else "Send me a code",
            type="submit",
            formaction=f"{path}/code",
            disabled=left <= 0,
            aria_describedby="send-help",
        ),
        tag("p", hint, id="send-help", class_="help"),
    )


def _became(decision: Decision, outcome: Outcome) -> Response:
    title, sentence = _BECAME.get(outcome.status, (outcome.status.capitalize(), ""))
    why = outcome.outcome if outcome.status == "voided" else None
    return page(
        title,
        tag("p", decision.summary, class_="lead", dir="auto"),
        paragraphs(sentence, why, "You can close this page."),
        place=decision.organization,
    )


def _decided_before(decision: Decision) -> Response:
    title, sentence = _BECAME.get(decision.status, (decision.status.capitalize(), ""))
    return page(
        "This has been decided",
        tag("p", decision.summary, class_="lead", dir="auto"),
        paragraphs(
            f"{title}. {sentence}".strip(), "A decision is made once. Nothing is open here."
        ),
        place=decision.organization,
        status=410,
    )
