"""HTML built from Python: text is escaped unless it was built here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final, Union

_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})

Child = Union[str, int, "Html", None, Iterable["Child"]]
Value = str | int | bool | None


class Html:
    """Finished markup; only `tag` and `group` make it."""

    __slots__ = ("text",)

    def __init__(self, text: str):
        self.text = text

    def __str__(self) -> str:
        return self.text


def tag(name: str, /, *children: Child, **attributes: Value) -> Html:
    """Return one element.

    `class_` and `for_` lose their underscore and others become hyphens; True stands without a
    value; None and False are left out.
    """
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if name in _VOID:
        return Html(opening)
    return Html(f"{opening}{group(*children)}</{name}>")


def group(*children: Child) -> Html:
    """Return the children one after the other."""
    return Html("".join(map(_text, children)))


def document(head: Html, body: Html) -> str:
    """Return a whole page in English."""
    return f'<!doctype html>\n<html lang="en">{head}{body}</html>\n'


def _text(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child.text
    if isinstance(child, (str, int)):
        return escape(str(child))
    return "".join(map(_text, child))


def _attribute(key: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
