"""The page of sessions: who is seen by whom, what ends, and what the log says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

import pytest
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton

from govdesk.database.connection import Session
from govdesk.database.demo import Person
from govdesk.desktop.sessions import SessionsPage
from govdesk.domain.problem import Problem
from govdesk.jobs import Jobs
from govdesk.services import sessions
from govdesk.services.link import SessionEnded
from tests.desktop.conftest import Linked
from tests.desktop.driving import find, opened, press, settle, show, wait_for, write
from tests.doors import member_id
from tests.people import ADA, BEA, MEI, OLGA, OTIS, Cast

Open = Callable[[Person], SessionsPage]


@pytest.fixture(autouse=True)
def _nobody_else(module_cast: Cast) -> None:
    """Sessions of the tests before this one have ended."""
    module_cast.admin.execute("UPDATE govdesk_private.credential SET version = version + 1")


@pytest.fixture
def page(jobs: Jobs, linked: Linked) -> Open:
    """Somebody before the page."""

    def show_page(person: Person) -> SessionsPage:
        made = SessionsPage(linked(person), jobs, UTC, person in (OLGA, ADA))
        made.errors = []  # type: ignore[attr-defined]
        made.trouble.connect(made.errors.append)  # type: ignore[attr-defined]
        show(made, 1000, 600)
        wait_for(lambda: made.model.total, what="the list")
        return made

    return show_page


def texts(page: SessionsPage) -> list[tuple[str, ...]]:
    lines = (page.model.line(row) for row in range(page.model.rowCount()))
    return [line.texts for line in lines if line is not None]


def people(page: SessionsPage) -> list[str]:
    return [row[0] for row in texts(page)]


def is_alive(session: Session) -> bool:
    try:
        session.touch()
    except SessionEnded:
        return False
    return True


def answer(button: str) -> str:
    question = opened("revoke_question", QMessageBox)
    said = f"{question.text()} {question.informativeText()}"
    find(question, button, QPushButton).click()
    return said


def test_one_sees_ones_own_and_managers_see_everyones(page: Open, module_cast: Cast) -> None:
    module_cast.sign_in(MEI)
    module_cast.sign_in(BEA)
    assert set(people(page(OTIS))) == {OTIS.email}
    everyone = set(people(page(ADA)))
    assert {MEI.email, ADA.email, OTIS.email} <= everyone
    assert BEA.email not in everyone, "another organisation's"


def test_this_session_is_marked_and_stands_first(page: Open, module_cast: Cast) -> None:
    module_cast.sign_in(ADA)
    shown = page(ADA)
    assert texts(shown)[0][:2] == (ADA.email, "this one")
    assert [row[1] for row in texts(shown)].count("this one") == 1
    assert "this one from 127.0.0.1" in str(shown.model.data(shown.model.index(0, 0), 11))


def test_somebody_elses_session_ends_after_a_question_and_the_log_says_who(
    page: Open, module_cast: Cast
) -> None:
    theirs = module_cast.sign_in(MEI)
    shown = page(ADA)
    before = module_cast.last_seq()
    row = people(shown).index(MEI.email)
    shown.table.setFocus()
    shown.table.go_to(row)
    find(shown, "revoke_one", QPushButton).click()
    said = answer("revoke_no")
    assert f"Revoke the session of {MEI.email} from 127.0.0.1?" in said
    assert "sign in again" in said
    settle()
    assert is_alive(theirs)
    find(shown, "revoke_one", QPushButton).click()
    answer("revoke_yes")
    wait_for(lambda: MEI.email not in people(shown), what="the session to be gone")
    assert not is_alive(theirs)
    rows = module_cast.rows(before)
    assert [(row["action"], row["actor"]) for row in rows] == [
        ("session.revoked", f"user:{ADA.email}")
    ]
    assert rows[0]["request_id"]


def test_all_sessions_of_a_person_end_and_the_question_counts_them(
    page: Open, module_cast: Cast
) -> None:
    theirs = [module_cast.sign_in(MEI) for _ in range(3)]
    shown = page(ADA)
    shown.table.go_to(people(shown).index(MEI.email))
    find(shown, "revoke_person", QPushButton).click()
    assert f"Revoke 3 sessions of {MEI.email}?" in answer("revoke_yes")
    wait_for(lambda: MEI.email not in people(shown), what="the sessions to be gone")
    assert [is_alive(one) for one in theirs] == [False] * 3


def test_all_my_others_end_and_this_one_goes_on(page: Open, module_cast: Cast) -> None:
    others = [module_cast.sign_in(OTIS) for _ in range(2)]
    shown = page(OTIS)
    noted: list[str] = []
    shown.noted.connect(noted.append)
    find(shown, "revoke_others", QPushButton).click()
    assert "Revoke 2 sessions" in answer("revoke_yes")
    wait_for(lambda: len(people(shown)) == 1, what="one session")
    assert noted == ["2 sessions ended."]
    assert [is_alive(one) for one in others] == [False] * 2
    assert not find(shown, "revoke_others", QPushButton).isEnabled()


def test_ones_own_session_says_what_it_means_and_ends(page: Open) -> None:
    shown = page(OTIS)
    shown.table.go_to(0)
    find(shown, "revoke_one", QPushButton).click()
    assert "you will be signed out" in answer("revoke_yes")
    wait_for(lambda: shown.errors, what="the end")  # type: ignore[attr-defined]
    assert isinstance(shown.errors[0], SessionEnded)  # type: ignore[attr-defined]


def test_finding_narrows_and_loses_no_selection(page: Open, module_cast: Cast) -> None:
    module_cast.sign_in(MEI)
    shown = page(ADA)
    field = find(shown, "sessions_find", QLineEdit)
    field.setFocus()
    write(field, "mei")
    assert people(shown) == [MEI.email]
    press(field, "Ctrl+A")
    write(field, "nobody at all")
    assert people(shown) == []
    assert not find(shown, "revoke_one", QPushButton).isEnabled()


def test_a_double_click_asks_once(page: Open) -> None:
    shown = page(OTIS)
    shown.table.go_to(0)
    shown.revoke_one()
    shown.revoke_one()
    questions = shown.window().findChildren(QMessageBox, "revoke_question")
    assert len(questions) == 1
    questions[0].reject()


def test_a_member_cannot_end_anothers_by_calling_the_function(module_cast: Cast) -> None:
    mine, theirs = module_cast.sign_in(OTIS), module_cast.sign_in(ADA)
    other = next(one for one in sessions.running(theirs) if one.current)
    with pytest.raises(Problem):
        sessions.revoke(mine, other.id)
    with pytest.raises(Problem):
        sessions.revoke_all_of(mine, member_id(module_cast, ADA.email))
    foreign = module_cast.sign_in(BEA)
    with pytest.raises(Problem):
        sessions.revoke(foreign, other.id)
    assert is_alive(theirs)


def test_the_page_goes_to_a_session_or_a_member_that_is_asked_for(
    page: Open, module_cast: Cast
) -> None:
    module_cast.sign_in(MEI)
    shown = page(ADA)
    shown.select_entity(member_id(module_cast, MEI.email))
    assert people(shown)[shown.table.current_row()] == MEI.email


def test_a_server_that_is_away_is_a_page_with_retry(jobs: Jobs, linked: Linked) -> None:
    link = linked(OTIS)
    link.url = "host=127.0.0.1 port=1 dbname=govdesk"
    shown = SessionsPage(link, jobs, UTC, False)
    show(shown, 900, 500)
    wait_for(lambda: shown.state.state == "error", what="the error")
    assert find(shown, "state_action", QPushButton).text() == "Retry"
