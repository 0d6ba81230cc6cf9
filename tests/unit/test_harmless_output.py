"""Claims: what other people wrote moves no cursor and hides nothing on a terminal."""

from __future__ import annotations

import pytest

from govdesk.cli.output import emit, harmless, say


@pytest.mark.parametrize(
    "hostile",
    ["-action:x\x1b[2K\x1b[GFilter:", "a\rb", "a\x08b", "\x9b2J", "\u202egpj.exe", "\x00", "\x7f"],
)
def test_controls_are_shown_as_escapes(hostile: str) -> None:
    shown = harmless(hostile)
    assert shown.isprintable()
    assert "\\" in shown


def test_lines_tabs_and_letters_of_all_scripts_stay() -> None:
    text = "eins\tzwei\ndrei é 日本 עברית 👩‍💻"
    assert harmless(text) == text


def test_both_streams_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    emit({}, as_json=False, text="a\x1b[2Jb")
    say("c\x1b[2Jd")
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
