"""Whatever somebody typed arrives as text: in markup, in forms, in tables of changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdesk.web import forms, words
from govdesk.web.html import document, group, tag

_TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))


class _Heard(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(_TYPED, _TYPED)
def test_text_and_attributes_are_what_was_typed(text: str, value: str) -> None:
    heard = _Heard(str(tag("p", text, title=value)))
    assert heard.tags == [("p", {"title": value})]
    assert heard.text == text


def test_what_was_built_here_is_not_escaped_again() -> None:
    inner = tag("b", "1 < 2", class_="x", aria_label='"', hidden=True, id=None, disabled=False)
    assert str(group([inner, None], tag("br"))) == (
        '<b class="x" aria-label="&quot;" hidden>1 &lt; 2</b><br>'
    )
    assert document(tag("head"), tag("body")).startswith('<!doctype html>\n<html lang="en">')


@given(st.dictionaries(_TYPED.filter(bool), _TYPED, max_size=20))
def test_a_form_says_what_was_typed(fields: dict[str, str]) -> None:
    assert forms.read(urlencode(fields).encode()) == fields


def test_of_a_repeated_field_the_first_counts() -> None:
    assert forms.read(b"verdict=reject&verdict=approve") == {"verdict": "reject"}


@pytest.mark.parametrize("body", [b"a=%ff", b"a=\xff", b"a=%00", b"&".join([b"a=b"] * 41)])
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(forms.Malformed):
        forms.read(body)


def test_a_change_is_told_field_by_field() -> None:
    before = {"legal_entity": "Acme Ltd", "abn": None, "old": 1}
    after = {
        "legal_entity": "Acme Pty Ltd",
        "abn": None,
        "effective_from": "2026-07-01T00:00:00Z",
        "invite": {"email": "a@b.example", "days": 7, "enabled": True},
    }
    rows = words.changes(json.dumps(before), json.dumps(after))
    assert [(row.name, row.before, row.after, row.is_different) for row in rows] == [
        ("Legal entity", "Acme Ltd", "Acme Pty Ltd", True),
        ("ABN", "none", "none", False),
        ("In force from", "", "1 July 2026, 00:00 UTC", True),
        ("E-mail address", "", "a@b.example", True),
        ("Days to accept", "", "7", True),
        ("Switched on", "", "yes", True),
    ]
    assert words.standing(json.dumps(before), json.dumps(after)) == [("Old", "1")]


def test_a_role_that_is_given_where_another_is_held_replaces_it() -> None:
    before = {
        "member": "mei@acme.example",
        "status": "active",
        "grants": [
            {"node_path": "acme", "role_key": "member"},
            {"node_path": "acme.portal", "role_key": "admin"},
        ],
    }
    after = {"member_id": "f2d1", "node_path": "acme", "role_key": "owner"}
    rows = words.changes(json.dumps(before), json.dumps(after))
    assert [(row.name, row.before, row.after) for row in rows] == [
        ("Scope", "acme", "acme"),
        ("Role", "member", "owner"),
    ]
    assert words.standing(json.dumps(before), json.dumps(after)) == [
        ("Member", "mei@acme.example"),
        ("Status", "active"),
        ("Roles", "member on acme, admin on acme.portal"),
    ]


@given(st.recursive(st.none() | st.booleans() | st.integers() | _TYPED,
                    lambda inner: st.lists(inner) | st.dictionaries(_TYPED, inner)))  # fmt: skip
def test_every_payload_can_be_told(payload: object) -> None:
    for row in words.changes(None, json.dumps(payload)):
        assert row.name
        assert row.after


def test_an_effect_has_counts() -> None:
    row = {
        "permission": "owner.manage", "node_path": "acme", "node_name": "Acme Ltd",
        "change": "gained", "systems": 1, "members": 12, "events": 10000, "events_capped": True,
    }  # fmt: skip
    (effect,) = words.effects(json.dumps([row]))
    assert effect == words.Effect(
        "gained", "make and unmake owners", "Acme Ltd",
        "1 system, 12 members, more than 10,000 events",
    )  # fmt: skip
    assert words.effects(None) == words.effects("[]") == words.effects("") == []


def test_a_moment_is_in_utc() -> None:
    assert words.moment(datetime(2026, 7, 1, 9, 5, tzinfo=UTC)) == "1 July 2026, 09:05 UTC"
