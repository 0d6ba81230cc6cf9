"""Files made beside a window: in a process of their own, so that they never hold it up."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, Protocol, TypeVar

from govdesk.database.connection import Session, connect
from govdesk.exports.files import discard_part
from govdesk.services.audit import Cancelled, Progress
from govdesk.services.children import ChildCancelled, ChildLost, run_in_child
from govdesk.services.link import Link


class Order(Protocol):
    """A dataclass that says what to write; its event ends the work."""

    target: Path
    cancel: threading.Event


Ordered = TypeVar("Ordered", bound=Order)
T = TypeVar("T")


def beside(
    make: Callable[[Session, Ordered, Progress], T], link: Link, order: Ordered, progress: Progress
) -> T:
    """Have `make`, a function of a module, write `order` in a child process.

    Raises what `make` raises, `Cancelled`, and `ChildLost`; a child that was cancelled or lost
    leaves nothing under the final name.
    """
    # An event of this process means nothing in another.
    names = [one.name for one in fields(order) if one.name != "cancel"]  # type: ignore[arg-type]
    facts = {name: getattr(order, name) for name in names}
    try:
        made: T = run_in_child(
            _make,
            make,
            type(order),
            (link.url, link.token, link.tenant_path),
            facts,
            on_message=lambda done: progress(*done),
            cancel=order.cancel,
        )
        return made
    except ChildCancelled:
        discard_part(order.target)
        raise Cancelled from None
    except ChildLost:
        discard_part(order.target)
        raise


def _make(
    send: Callable[[object], None],
    make: Callable[[Session, Any, Progress], T],
    kind: type[Any],
    place: tuple[str, str, str],
    facts: dict[str, Any],
) -> T:
    url, token, tenant_path = place
    session = Session(connect(url), token, tenant_path, f"export-{secrets.token_hex(8)}")
    try:
        return make(session, kind(**facts), lambda done, total: send((done, total)))
    finally:
        session.close()
