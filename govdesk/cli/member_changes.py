"""Changes of members and roles as a command makes them: confirmed, or asked for, and printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from govdesk.cli import identity
from govdesk.cli.output import Trouble, emit
from govdesk.database.errors import Refused
from govdesk.services import decisions
from govdesk.services.changes import Change
from govdesk.services.link import Session

Decision = Callable[[str], tuple[str, Mapping[str, object]]]


def carry_out(
    session: Session, act: Callable[[], Change], ask: str, decision: Decision | None = None
) -> Change:
    """Do it, confirming if the server asks for it; where two decide, ask if there is a reason."""
    try:
        return identity.confirmed(session, act)
    except Refused as refusal:
        action = decisions.needed(refusal)
        if action is None or decision is None:
            raise
        if not ask:
            raise Trouble(
                f"{refusal.sentence} Nothing was changed. Give --ask REASON to ask for it.", 4
            ) from None
    named, payload = decision(action)
    asked = identity.confirmed(session, lambda: decisions.request(session, named, payload, ask))
    return Change(None, False, None, str(asked))


def told(change: Change, done: str, as_json: bool) -> None:
    """Print a change; `done` says it in words."""
    words = done if change.changed else "Nothing changed."
    if change.decision:
        words = f"Asked. The decision {change.decision} waits for a second human."
    emit(asdict(change), as_json=as_json, text=words)
