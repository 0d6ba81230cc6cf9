"""Pictures of the setup guide: each page, with and without the key, waiting and arrived."""

from __future__ import annotations

from functools import partial

from govdesk.desktop.guide.window import SetupGuide
from govdesk.desktop.keys.part import KeysPart
from govdesk.desktop.keys.samples import sample_event, sample_key, sample_revealed
from govdesk.desktop.keys.scenes import fill, scene
from govdesk.desktop.scene import Scene

_ADDRESS = "https://govdesk.acme.example"


def _open(keys: KeysPart, *, at_hand: bool = False, place: int = 0) -> SetupGuide:
    fill(keys)
    if at_hand:
        keys.recent.keep(sample_revealed())
    keys.open_guide(sample_key(place))
    guide = keys.window().findChild(SetupGuide)
    assert guide is not None
    guide.need.address.setText(_ADDRESS)
    return guide


def _need(keys: KeysPart) -> None:
    _open(keys)


def _at_hand(keys: KeysPart) -> None:
    _open(keys, at_hand=True)


def _mistyped(keys: KeysPart) -> None:
    guide = _open(keys)
    guide.need.address.setText("govdesk.acme.example")
    guide.need.paste.setText(sample_revealed().raw)
    guide.need._on_pasted(sample_revealed().raw)
    guide.go_on()


def _snippet(keys: KeysPart, language: int = 0, *, at_hand: bool = True) -> SetupGuide:
    guide = _open(keys, at_hand=at_hand)
    guide.go_on()
    guide.snippet.tabs.setCurrentIndex(language)
    return guide


def _wait(keys: KeysPart) -> SetupGuide:
    guide = _snippet(keys)
    guide.arrival.begin = _still  # type: ignore[method-assign]
    guide.go_on()
    guide.arrival.pill.set_meaning("state_neutral", "waiting", icon="clock")
    guide.arrival.waiting.setText(
        f"Waiting for the first event of {sample_key(0).prefix} since 09:12:04."
    )
    return guide


def _still() -> None:
    """Ask nobody: what the demo answers is another story."""


def _patience(keys: KeysPart) -> None:
    _wait(keys).arrival._advise()


def _arrived(keys: KeysPart) -> None:
    _wait(keys).arrival.show_arrived(sample_event())


def scenes() -> list[Scene]:
    """The three pages."""
    guide = partial(scene, "guide")
    return [
        guide("need", _need),
        guide("need-at-hand", _at_hand),
        guide("need-faults", _mistyped),
        guide("curl", _snippet),
        guide("python", partial(_snippet, language=1)),
        guide("node", partial(_snippet, language=2, at_hand=False)),
        guide("wait", _wait),
        guide("patience", _patience),
        guide("arrived", _arrived),
    ]
