"""The pages in a real browser: no script, no mouse, narrow, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from govdesk.services import accounts
from tests.people import BEA, PASSWORD, Cast
from tests.web import browser
from tests.web.browser import Browser
from tests.web.offered import NOOR, code_of, invite, lost, promotion
from tests.web.visiting import Visitor


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the module; every test opens its own addresses."""
    with browser.running() as running:
        yield running


@pytest.fixture
def tab(chromium: Browser) -> Browser:
    """A window of ordinary size, empty."""
    chromium.look(1000, 800)
    chromium.go("about:blank")
    return chromium


def _key_on(page: Browser) -> str:
    found = re.search(r'id="key"[^>]*>([A-Z2-7 ]+)<', page.source())
    assert found is not None
    return found[1].replace(" ", "")


def test_scripts_are_off(tab: Browser) -> None:
    tab.go("data:text/html,<title>still</title><script>document.title='ran'</script>")
    assert tab.title() == "still"


def test_an_invitation_is_accepted_by_keyboard(cast: Cast, pages: Visitor, tab: Browser) -> None:
    tab.go(pages.url + invite(cast))
    tab.tab_to("Password")
    tab.type(PASSWORD)
    tab.tab_to("The same password again")
    tab.type(PASSWORD)
    tab.tab_to("Six digits that the app shows")
    tab.type(accounts.totp(_key_on(tab)))
    tab.tab_to("Join Acme Ltd")
    tab.submit()
    assert "You are a member of Acme Ltd" in tab.title()
    assert len(re.findall(r"\b(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}\b", tab.text())) == 10
    assert cast.one("SELECT count(*) FROM govdesk.member WHERE email = %s", NOOR) == 1


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(
    cast: Cast, pages: Visitor, tab: Browser
) -> None:
    tab.go(pages.url + invite(cast))
    tab.tab_to("Password")
    tab.type("short")
    tab.submit()
    assert tab.title().startswith("2 errors: ")
    assert tab.focused()[0] == "alert"
    tab.key("Tab")
    role, name, _ = tab.focused()
    assert (role, name) == ("link", "A password has 12 characters or more.")
    tab.key("Enter")
    tab.key("Tab")
    field = next(node for node in tab.tree() if node[1] == "Password" and node[0] == "textbox")
    assert field[2]["description"] == "A password has 12 characters or more."
    assert field[2]["invalid"] == "true"


def test_a_decision_is_made_by_keyboard_and_not_by_enter(
    cast: Cast, pages: Visitor, tab: Browser
) -> None:
    tab.go(pages.url + promotion(cast))
    tab.tab_to("Send me a code")
    tab.submit()
    assert "A code is on its way" in tab.focused()[1] + tab.text()
    tab.tab_to("Your reason")
    tab.type("She has earned it")
    tab.tab_to("The code from the mail, 8 digits")
    tab.type(code_of(cast))
    tab.forget()
    tab.key("Enter")
    assert tab.focused()[1] == "The code from the mail, 8 digits"
    tab.tab_to("Approve")
    assert tab.events("Network.requestWillBeSent") == []
    assert cast.one("SELECT status FROM govdesk.decision") == "pending"
    tab.submit(" ")
    assert "Approved and carried out" in tab.title()
    assert cast.one("SELECT status FROM govdesk.decision") == "executed"


def test_the_back_button_decides_nothing_again(cast: Cast, pages: Visitor, tab: Browser) -> None:
    path = promotion(cast)
    tab.go(pages.url + path)
    tab.tab_to("Send me a code")
    tab.submit()
    tab.tab_to("Your reason")
    tab.type("Not yet")
    tab.tab_to("The code from the mail, 8 digits")
    tab.type(code_of(cast))
    tab.tab_to("Reject")
    tab.submit()
    assert "Rejected" in tab.title()
    history = tab.ask("Page.getNavigationHistory")
    first = next(one["id"] for one in history["entries"] if one["url"] == pages.url + path)
    tab.ask("Page.navigateToHistoryEntry", entryId=first)
    tab.wait("Page.loadEventFired")
    assert "no longer valid" in tab.title()
    assert "A decision is made once, and nothing was changed now." in tab.text()


def test_every_page_fits_a_narrow_window_in_both_colour_schemes(
    cast: Cast, pages: Visitor, tab: Browser
) -> None:
    paths = [invite(cast), invite(cast, BEA.email), promotion(cast), lost(cast, pages)]
    for path in [*paths, "/recover", "/nowhere", "/invitation/over"]:
        for dark in (False, True):
            tab.look(320, 700, dark=dark)
            tab.go(pages.url + path)
            window, content = tab.widths()
            assert (window, content) == (320, 320), path
            said = [one["entry"]["text"] for one in tab.events("Log.entryAdded")]
            assert [line for line in said if "Failed to load resource" not in line] == []


def test_every_control_has_a_name(cast: Cast, pages: Visitor, tab: Browser) -> None:
    for path in (invite(cast), promotion(cast), lost(cast, pages), "/recover"):
        tab.go(pages.url + path)
        nameless = [
            role
            for role, name, _ in tab.tree()
            if role in ("textbox", "button", "link") and not name
        ]
        assert nameless == []
        headings = [name for role, name, _ in tab.tree() if role == "heading"]
        assert len(headings) >= 1


def test_the_link_is_not_told_to_anyone(cast: Cast, pages: Visitor, tab: Browser) -> None:
    path = promotion(cast)
    tab.go(pages.url + path)
    tab.tab_to("Send me a code")
    tab.submit()
    sent = tab.events("Network.requestWillBeSent") + tab.events(
        "Network.requestWillBeSentExtraInfo"
    )
    assert sent
    token = path.rpartition("/")[2]
    for one in sent:
        headers = one.get("headers") or one["request"]["headers"]
        named = {name.lower(): value for name, value in headers.items()}
        assert named.get("referer", "") == ""
        assert token not in str([v for n, v in named.items() if n != ":path"])
