"""Claims: work in a process of its own ends as the same work here would, and never lingers."""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from govdesk.database.errors import SessionEnded
from govdesk.exports.files import FileProblem
from govdesk.services.children import ChildCancelled, ChildLost, run_in_child

Send = Callable[[object], None]


def _add(send: Send, a: int, b: int) -> int:
    send(f"adding {a}")
    return a + b


def _refuse(send: Send) -> None:
    raise SessionEnded


def _vanish(send: Send) -> None:
    os._exit(9)


def _write_slowly(send: Send, path: str) -> None:
    part = Path(path)
    part.write_text("begun")
    try:
        # The parent may cancel before this returns.
        send("begun")
        threading.Event().wait(60)
    finally:
        part.unlink()


def _pour(send: Send) -> None:
    while True:
        send(bytes(50_000_000))


def _shout(send: Send) -> None:
    while True:
        send("again")


def test_the_result_and_every_message_reach_the_parent() -> None:
    heard: list[object] = []
    assert run_in_child(_add, 2, 3, on_message=heard.append) == 5
    assert heard == ["adding 2"]


def test_an_error_of_the_child_is_raised_with_its_sentence() -> None:
    with pytest.raises(SessionEnded) as caught:
        run_in_child(_refuse)
    assert caught.value.sentence
    assert caught.value.refusal.key == "session_ended"


def test_problems_keep_everything_on_their_way_between_processes() -> None:
    problem = pickle.loads(pickle.dumps(FileProblem("It is full.", 3)))
    assert (problem.sentence, problem.exit_code) == ("It is full.", 3)


def test_a_child_that_dies_is_a_problem_with_a_remedy() -> None:
    with pytest.raises(ChildLost, match="code 9"):
        run_in_child(_vanish)


def test_a_cancelled_child_cleans_up_and_is_gone_within_a_second(tmp_path: Path) -> None:
    part, cancel = tmp_path / "part", threading.Event()
    began: list[float] = []

    def stop(message: object) -> None:
        assert part.exists()
        began.append(time.monotonic())
        cancel.set()

    with pytest.raises(ChildCancelled):
        run_in_child(_write_slowly, str(part), on_message=stop, cancel=cancel)
    assert time.monotonic() - began[0] < 1.0
    assert not part.exists()


def test_a_child_cancelled_in_the_middle_of_a_message_is_cancelled() -> None:
    cancel = threading.Event()
    with pytest.raises(ChildCancelled):
        run_in_child(_pour, on_message=lambda _: cancel.set(), cancel=cancel)


def test_a_child_that_is_no_longer_heard_ends_without_a_word(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def stop(message: object) -> None:
        raise FileProblem("It is full.")

    for _ in range(5):
        with pytest.raises(FileProblem):
            run_in_child(_shout, on_message=stop)
    assert capfd.readouterr().err == ""
