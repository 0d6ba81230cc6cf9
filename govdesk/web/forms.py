"""Forms: what came in, what is wrong with it, and how a field is shown."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from govdesk.web.html import Child, Html, Value, tag

Faults = dict[str, str]
"""A sentence for each field that needs a look; under "" one that concerns the whole form."""

FORM_TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 40


class Malformed(Exception):
    """What came in is no form of this surface."""


def read(body: bytes) -> dict[str, str]:
    """Return the fields of a form; of a repeated one the first. Raises `Malformed`."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise Malformed from error
    # PostgreSQL holds no NUL, and no keyboard types one.
    if any("\0" in part for pair in pairs for part in pair):
        raise Malformed
    return dict(reversed(pairs))


def field(
    name: str,
    label: str,
    faults: Mapping[str, str],
    *,
    help: str = "",
    value: str = "",
    kind: str = "text",
    **attributes: Value,
) -> Html:
    """A label, its input, and below it the help or, in its place, what is wrong."""
    described, note = _note(name, faults, help)
    box = tag(
        "input",
        id=name,
        name=name,
        type=kind,
        value=value or None,
        aria_describedby=described,
        aria_invalid="true" if name in faults else None,
        **attributes,
    )
    return _framed(name, label, faults, box, note)


def text_area(
    name: str, label: str, faults: Mapping[str, str], *, help: str = "", value: str = ""
) -> Html:
    """A field of several lines."""
    described, note = _note(name, faults, help)
    # The parser drops one line break after the opening tag.
    box = tag(
        "textarea",
        "\n" + value,
        id=name,
        name=name,
        rows=3,
        maxlength=1000,
        dir="auto",
        aria_required="true",
        aria_describedby=described,
        aria_invalid="true" if name in faults else None,
    )
    return _framed(name, label, faults, box, note)


def form(path: str, *children: Child) -> Html:
    """A form whose faults are said by the server, next to the field."""
    return tag(
        "form", *children, method="post", action=path, novalidate=True, accept_charset="utf-8"
    )


def summary(faults: Mapping[str, str]) -> Html | None:
    """All faults above the form, focused when the page opens."""
    if not faults:
        return None
    return tag(
        "div",
        tag("h2", "Something needs another look" if len(faults) == 1 else heading(faults)),
        tag("ul", [tag("li", _pointer(name, sentence)) for name, sentence in faults.items()]),
        id="faults",
        class_="faults",
        role="alert",
        tabindex=-1,
        autofocus=True,
    )


def heading(faults: Mapping[str, str]) -> str:
    """How many faults there are, in words."""
    return f"{len(faults)} things need another look"


def _pointer(name: str, sentence: str) -> Child:
    return tag("a", sentence, href=f"#{name}") if name else sentence


def _note(name: str, faults: Mapping[str, str], help: str) -> tuple[str | None, Html | None]:
    if name in faults:
        mark = tag("span", "! ", aria_hidden="true")
        fault = tag("p", mark, faults[name], id=f"{name}-fault", class_="fault")
        return f"{name}-fault", fault
    if help:
        return f"{name}-help", tag("p", help, id=f"{name}-help", class_="help")
    return None, None


def _framed(name: str, label: str, faults: Mapping[str, str], box: Html, note: Html | None) -> Html:
    frame = "field wrong" if name in faults else "field"
    return tag("div", tag("label", label, for_=name), box, note, class_=frame)
