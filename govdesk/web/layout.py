"""The frame of every page, and the small parts that pages share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from starlette.responses import HTMLResponse

from govdesk.web import words
from govdesk.web.forms import summary
from govdesk.web.html import Child, Html, document, group, tag


def page(
    title: str,
    *content: Child,
    place: str = "",
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """A whole page; with faults, their number leads its title and a summary its content."""
    wrong = faults or {}
    counted = f"{words.counted(len(wrong), 'error')}: " if wrong else ""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("title", f"{counted}{title} · GovDesk"),
        tag("link", rel="stylesheet", href="/style.css"),
        tag("link", rel="icon", href="/mark.svg", type="image/svg+xml"),
    )
    body = tag(
        "body",
        tag(
            "header",
            tag("img", src="/mark.svg", alt="", width=24, height=24),
            tag("span", "GovDesk", class_="name"),
            tag("bdi", place, class_="place") if place else None,
        ),
        tag("main", tag("h1", title), summary(wrong), *content),
    )
    return HTMLResponse(document(head, body), status_code=status)


def facts(rows: Iterable[tuple[str, Child]]) -> Html:
    """A list of names and what they are; what is empty is left out."""
    shown = [
        tag("div", tag("dt", name), tag("dd", value, dir="auto")) for name, value in rows if value
    ]
    return tag("dl", shown, class_="facts")


def time_of(at: datetime) -> Html:
    """A moment that machines can read as well."""
    return tag("time", words.moment(at), datetime=at.isoformat())


def section(title: str, *content: Child, **attributes: str) -> Html:
    """A part of a page under a heading of its own."""
    return tag("section", tag("h2", title), *content, **attributes)


def paragraphs(*sentences: Child) -> Html:
    """Each child in a paragraph."""
    return group([tag("p", sentence) for sentence in sentences if sentence])
