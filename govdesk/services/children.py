"""Work in Python that would hold the interpreter's lock runs in a process of its own."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from govdesk.domain.problem import Problem

T = TypeVar("T")
_PATIENCE_SECONDS = 1.0


class ChildCancelled(Exception):
    """The work was cancelled; the process is gone."""


class ChildLost(Problem):
    """The process ended without a word: killed, or out of memory."""


class _Stop(BaseException):
    """Raised in the child's main thread by a cancellation, so that its clean-up runs."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing a child says: a message, its result or its error."""

    kind: str
    value: Any


def _ignore(message: object) -> None:
    """Progress that nobody watches."""


def run_in_child(
    function: Callable[..., T],
    *args: object,
    on_message: Callable[[Any], None] = _ignore,
    cancel: threading.Event | None = None,
) -> T:
    """Run a module-level ``function(send, *args)`` in a spawned process and return its result.

    What it passes to ``send`` reaches `on_message` in the calling thread. Its exception is raised
    here. Once `cancel` is set the child's clean-up runs and `ChildCancelled` is raised; a child
    that does not end within a second is killed. Arguments travel through a pipe, never on a
    command line. A child whose parent dies ends too.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_work, args=(theirs,), daemon=True)
    child.start()
    theirs.close()
    try:
        ours.send((function, args))
        result: T = _followed(ours, on_message, cancel)
        return result
    except (EOFError, ConnectionError):
        child.join(_PATIENCE_SECONDS)
        raise ChildLost(
            f"The process that did the work ended unexpectedly (code {child.exitcode}).",
            "Try again; if it happens again, the machine may be out of memory.",
        ) from None
    finally:
        ours.close()
        child.join(_PATIENCE_SECONDS)
        if child.is_alive():
            child.kill()
            child.join()
        child.close()


def _followed(
    pipe: Connection, on_message: Callable[[Any], None], cancel: threading.Event | None
) -> Any:
    """Pass messages on until the child has a result, an error, or was cancelled."""
    while True:
        if cancel is not None and cancel.is_set():
            pipe.send("cancel")
            _drained(pipe)
            raise ChildCancelled
        if not pipe.poll(0.1):
            continue
        said = _heard_whole(pipe)
        if said.kind == "message":
            on_message(said.value)
        elif said.kind == "error":
            raise said.value
        else:
            return said.value


def _drained(pipe: Connection) -> None:
    """Wait until the child has let go, so that a full pipe cannot hold up its clean-up."""
    try:
        while pipe.poll(_PATIENCE_SECONDS):
            _heard_whole(pipe)
    except (EOFError, ConnectionError):
        return


def _heard_whole(pipe: Connection) -> _Said:
    """One message; a child that ended in the middle of one said nothing."""
    try:
        said: _Said = pipe.recv()
    except EOFError:
        raise
    except OSError as error:
        raise EOFError from error
    return said


def _work(pipe: Connection) -> None:
    """Body of the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    function, args = pipe.recv()
    lock = threading.Lock()

    def say(kind: str, value: object) -> None:
        try:
            with lock:
                pipe.send(_Said(kind, value))
        except ConnectionError:
            os._exit(3)  # Nobody listens any more.

    try:
        # Within: it may hear of a cancellation before `start` has come back.
        threading.Thread(target=_listen, args=(pipe,), daemon=True).start()
        value = function(lambda message: say("message", message), *args)
    except _Stop:
        return
    except Exception as error:  # noqa: BLE001 (raised again in the parent)
        say("error", error)
    else:
        say("result", value)


def _listen(pipe: Connection) -> None:
    """Hear the cancellation, or the parent's end."""
    parent = parent_process()
    assert parent is not None
    ready = wait([pipe, parent.sentinel])
    if parent.sentinel in ready or not _heard(pipe):
        os._exit(3)
    if sys.platform == "win32":
        _thread.interrupt_main(signal.SIGTERM)
    else:  # A real signal also ends a wait for the server.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _heard(pipe: Connection) -> bool:
    try:
        return bool(pipe.recv() == "cancel")
    except (EOFError, ConnectionError):
        return False


def _stop(number: int, frame: object) -> None:
    raise _Stop
