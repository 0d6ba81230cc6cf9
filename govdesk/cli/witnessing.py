"""What a command says of the log before it does its own work."""

from __future__ import annotations

from govdesk.cli.output import say
from govdesk.database.connection import Session
from govdesk.database.errors import SessionEnded
from govdesk.domain.problem import Problem
from govdesk.services.trust import grouped
from govdesk.services.witness import Witness, report_fault
from govdesk.services.witness_verdict import Verdict, report

QUIET_SECONDS = 60.0


def look(session: Session, witness: Witness, *, always: bool = True) -> Verdict | None:
    """Compare the log with what was seen here before, and say on standard error what matters.

    Without `always` a log that was in order within the last minute is not asked again. A server
    that cannot be asked gets a line and None: that is no alarm.
    """
    if not always and witness.is_fresh(QUIET_SECONDS):
        return None
    try:
        verdict = witness.check(session)
    except SessionEnded:
        raise
    except Problem as problem:
        say(f"govdesk: the log could not be compared with what was seen here: {problem}")
        return None
    if witness.notice:
        say(f"govdesk: {witness.notice}")
    tell(verdict)
    if verdict.is_alarm:
        report_fault(session, verdict)
    return verdict


def tell(verdict: Verdict) -> None:
    """Say on standard error what a person should know of a verdict."""
    if verdict.is_alarm:
        say(f"govdesk: {report(verdict)}")
    elif verdict.state == "first_seen":
        for key in verdict.found.signed_by:
            shown = grouped(key.fingerprint).replace("\n", "\n  ")
            say(
                f"govdesk: first checkpoint of {verdict.tenant_path} seen on this computer. Its key"
                f" counts from now on; compare the fingerprint once:\n  {shown}"
            )
    elif verdict.state == "restored":
        for one in verdict.restored:
            say(
                f"govdesk: the log was restored from {one.known.size} to {one.found.size} events,"
                f" declared by {one.requester}, approved by {one.reviewer}: {one.reason}"
            )
    for key in verdict.new_keys if not verdict.is_alarm else ():
        say(
            f"govdesk: a new key signs the checkpoints too: {key.text}\n  Compare its fingerprint"
            f" and add it with govdesk witness accept before the old one ends:\n"
            f"  {grouped(key.fingerprint)}"
        )
