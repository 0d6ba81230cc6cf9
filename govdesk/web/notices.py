"""Pages that only say something: a link that is over, an error, a moment of trouble."""

from __future__ import annotations

from starlette.responses import Response

from govdesk.web.layout import page, paragraphs


def dead_link() -> Response:
    """A link that was used, revoked, forged, or is too old; nobody learns which."""
    return _over(
        "This link is no longer valid",
        "It was used already, it was withdrawn, a newer one was sent, or its time is over.",
        "If you have just sent a form from here, it may have worked: a link works once. Open"
        " GovDesk and sign in to see. New recovery codes are made there, too.",
        "Otherwise look for a newer mail, or ask the person who invited you for another link.",
    )


def dead_decision() -> Response:
    """The same for a decision; its reviewer most often comes back to one that has been made."""
    return _over(
        "This link is no longer valid",
        "It has been decided, it was withdrawn, the facts have changed, or its time is over. A"
        " decision is made once, and nothing was changed now.",
        "If you have just pressed Approve or Reject twice, the first one counts.",
        "If you expected to decide, look for a newer mail, or ask the person who asked you.",
    )


def dead_recovery() -> Response:
    """The same for a way back into an account."""
    return _over(
        "This link is no longer valid",
        "It was used already, a newer one was sent, or its time is over.",
        "If you have just sent a form from here, it may have worked: try to sign in. New recovery"
        " codes are made in GovDesk, too.",
        "Otherwise ask for another link where you sign in, or ask an owner of your organization.",
    )


def _over(title: str, *sentences: str) -> Response:
    return page(title, paragraphs(*sentences), status=410)


def not_found() -> Response:
    """No page stands at this address."""
    return page(
        "There is no page here",
        paragraphs(
            "Open the link from the mail once more; it may have been cut at the end of a line."
        ),
        status=404,
    )


def wrong_method(allowed: str) -> Response:
    """The page does not answer to this method."""
    answer = page(
        "This page cannot be used that way",
        paragraphs("Open the link from the mail once more."),
        status=405,
    )
    answer.headers["Allow"] = allowed
    return answer


def refused(title: str, sentence: str, status: int) -> Response:
    """The request has a form that is not served."""
    return page(title, paragraphs(sentence), status=status)


def too_often() -> Response:
    """More forms than one address may send."""
    answer = page(
        "Too many forms came from your network",
        paragraphs("What you sent was not used. Wait a minute, then send it once more."),
        status=429,
    )
    answer.headers["Retry-After"] = "60"
    return answer


def unavailable() -> Response:
    """The database cannot be reached, or everyone is here at once."""
    answer = page(
        "GovDesk cannot answer just now",
        paragraphs(
            "Try again in a few minutes.",
            "If you sent a form, open the link once more: if it is no longer valid, what you sent"
            " has been done; otherwise nothing has changed.",
        ),
        status=503,
    )
    answer.headers["Retry-After"] = "60"
    return answer


def crowded() -> Response:
    """More connections than one process takes."""
    answer = page(
        "Too many people are here at once",
        paragraphs("What you sent was not used. Wait a minute, then try once more."),
        status=503,
    )
    answer.headers["Retry-After"] = "60"
    answer.headers["Connection"] = "close"
    return answer


def broken() -> Response:
    """An error of ours."""
    return page(
        "Something went wrong here",
        paragraphs(
            "It is not your fault. Open the link once more; if this page comes again, tell the"
            " people who run GovDesk at what time you saw it."
        ),
        status=500,
    )
