"""What a reviewer must see before deciding: who, what, the difference, who gains and loses."""

from __future__ import annotations

from typing import Final

from govdesk.services import decision_words
from govdesk.services.links import Decision
from govdesk.web import words
from govdesk.web.html import Html, tag
from govdesk.web.layout import facts, section, time_of

_MOST_EFFECTS: Final = 200
_VERBS: Final = {"gained": "Gained", "lost": "Lost"}


def facts_of(decision: Decision) -> Html:
    """Who asks whom, why, and until when."""
    digest = tag("code", words.digest(decision.digest), title=decision.digest)
    return facts(
        [
            ("Asked by", decision.requester),
            ("Reason given", decision.reason),
            ("Asked on", time_of(decision.created_at)),
            ("Decide by", time_of(decision.expires_at)),
            ("You decide as", decision.reviewer_email),
            ("Digest", digest),
        ]
    )


def what_changes(decision: Decision) -> Html:
    """Each field before and after; plain values, whatever they contain."""
    rows = words.changes(decision.before, decision.payload)
    table = _table(
        ("Field", "Before", "After"),
        [(row.name, row.before or "–", row.after) for row in rows],
        [row.is_different for row in rows],
    )
    return section("What would change", table if rows else tag("p", decision.summary, dir="auto"))


def as_it_is(decision: Decision) -> Html | None:
    """What else is true of whom or what it concerns, today."""
    rows = words.standing(decision.before, decision.payload)
    return section("As it is now", facts(rows)) if rows else None


def blast_radius(decision: Decision) -> Html:
    """Who gains and who loses what, and how much lies there."""
    effects = words.effects(decision.blast)
    if not effects:
        said = decision_words.effect(
            decision.action, words.fields_of(decision.payload), words.fields_of(decision.before)
        )
        return section("Who gains and loses what", tag("p", said, dir="auto"))
    # People read one list for a place, not the place beside every permission.
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in effects:
        groups.setdefault((one.change, one.where, one.counts), []).append(one.permission)
    return section(
        "Who gains and loses what", [_effects(*key, may) for key, may in sorted(groups.items())]
    )


def _effects(change: str, where: str, counts: str, may: list[str]) -> Html:
    shown, left = may[:_MOST_EFFECTS], max(0, len(may) - _MOST_EFFECTS)
    verb = _VERBS.get(change, change.capitalize())
    return tag(
        "div",
        tag("h3", f"{verb} on ", tag("bdi", where), f": {words.counted(len(may), 'permission')}"),
        tag("p", f"There: {counts}.", class_="help") if counts else None,
        tag("ul", [tag("li", one) for one in shown], class_="permissions"),
        tag("p", f"And {left:,} more.") if left else None,
    )


def _table(
    heads: tuple[str, ...], rows: list[tuple[str, ...]], marked: list[bool] | None = None
) -> Html:
    marks = marked or [False] * len(rows)
    return tag(
        "table",
        tag("thead", tag("tr", [tag("th", head, scope="col") for head in heads])),
        tag(
            "tbody",
            [
                tag("tr", _cells(heads, row), class_="changed" if mark else None)
                for row, mark in zip(rows, marks, strict=True)
            ],
        ),
    )


def _cells(heads: tuple[str, ...], row: tuple[str, ...]) -> list[Html]:
    first = tag("th", tag("span", row[0], dir="auto"), scope="row")
    # On a narrow screen each row is a block and each cell carries its heading.
    return [
        first,
        *(
            tag("td", tag("span", head, class_="head", aria_hidden="true"), _value(text))
            for head, text in zip(heads[1:], row[1:], strict=True)
        ),
    ]


def _value(text: str) -> Html:
    return tag("span", text, class_="value", dir="auto")
