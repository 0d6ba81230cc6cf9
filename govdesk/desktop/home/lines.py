"""What Home says, line by line: kinds of need, unusual events, the state of the chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from govdesk.desktop.timeline.columns import time_text
from govdesk.services.attention import Need
from govdesk.services.seals import SealState
from govdesk.services.timeline import Event

MOST_OF_A_KIND: Final = 5
"""More needs of one kind than this are counted, not listed."""
TIMELINE: Final = "timeline"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it means, what it says, and where it leads.

    `meaning` is one of the theme's and `word` its name here; `page` the id of the page it opens,
    empty for none; `about` what is selected there, an entity's id or an event's number. Where every
    line leads to one place, they need not name it.
    """

    key: str
    meaning: str
    word: str
    sentence: str
    when: str = ""
    page: str = ""
    place: str = ""
    about: str = ""
    names_place: bool = True

    @property
    def spoken(self) -> str:
        """The line as a screen reader says it."""
        where = f" Opens {self.place}." if self.place else ""
        when = f" {self.when}." if self.when else ""
        return f"{self.word}: {self.sentence}{when}{where}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of need: its meaning, its word, and the page where it is mended."""

    meaning: str
    word: str
    page: str
    place: str
    since: str = "since"
    remedy: str = ""


_MEMBERS: Final = ("members", "Team Members")
_KEYS: Final = ("integration", "Integration")
_WEBHOOKS: Final = ("webhooks", "Webhooks")
_SESSIONS: Final = ("sessions", "Sessions")
_TIMELINE: Final = (TIMELINE, "Audit timeline")
_EVIDENCE: Final = ("evidence", "Evidence")
_OTHER: Final = Kind("state_attention", "Attention", "", "")
KINDS: Final = {
    "audit_fault": Kind("state_failed", "Log contradicted", *_TIMELINE, "found"),
    "owner_recovered": Kind("severity_high", "Owner recovered", *_MEMBERS, "on"),
    "staff_inside": Kind("severity_high", "Staff inside", *_SESSIONS),
    "worker_silent": Kind(
        "state_failed", "Worker silent", "", "", "last heard of", "Start it: govdesk worker."
    ),
    "deploy_failed": Kind(
        "state_failed", "Deploy failed", "", "", "at", "Mend it, then run govdesk server migrate."
    ),
    "checkpoint_late": Kind(
        "state_failed",
        "Checkpoint late",
        *_EVIDENCE,
        "since",
        "The log of govdesk worker says what it waits for.",
    ),
    "decision_waits": Kind("state_attention", "Waiting for you", "approvals", "Approvals", "until"),
    "key_suspended": Kind("severity_high", "Key suspended", *_KEYS, "made"),
    "webhook_disabled": Kind("severity_high", "Webhook disabled", *_WEBHOOKS),
    "webhook_no_secret": Kind("severity_high", "Webhook without secret", *_WEBHOOKS),
    "webhook_failing": Kind("state_attention", "Webhook failing", *_WEBHOOKS),
    "key_expiring": Kind("state_attention", "Key expires soon", *_KEYS, "on"),
    "key_by_staff": Kind(
        "state_attention", "Key seen by staff", *_KEYS, "made", "Rotate it, and only you know it."
    ),
    "key_stale": Kind("state_attention", "Key unused", *_KEYS),
    "vault_rewrap": Kind(
        "state_attention", "Vault", "", "", "new key since", "Run govdesk keys rewrap."
    ),
    "invitation_expires": Kind("state_attention", "Expires soon", *_MEMBERS, "on"),
    "no_mfa": Kind("state_attention", "No second factor", *_MEMBERS, "here since"),
}
"""In the order of weight, which is that of the list."""


def of_needs(needs: Iterable[Need], zone: tzinfo) -> list[Line]:
    """The lines of what needs somebody: the weightiest kind first, each kind as it came."""
    by_kind: defaultdict[str, list[Need]] = defaultdict(list)
    for need in needs:
        by_kind[need.kind].append(need)
    order = [*KINDS, *(kind for kind in by_kind if kind not in KINDS)]
    return [line for kind in order if kind in by_kind for line in _of_kind(by_kind[kind], zone)]


def _of_kind(needs: Sequence[Need], zone: tzinfo) -> list[Line]:
    first = needs[0].kind
    kind = KINDS.get(first, _OTHER)
    lines = [_of_need(need, kind, zone) for need in needs[:MOST_OF_A_KIND]]
    rest = len(needs) - len(lines)
    if rest:
        words = "1 more is" if rest == 1 else f"{rest:,} more are"
        where = f" {kind.place} has them all." if kind.place else ""
        sentence = f"{words} not listed here.{where}"
        more = Line(f"{first} more", kind.meaning, kind.word, sentence, "", kind.page, kind.place)
        lines.append(more)
    return lines


def _of_need(need: Need, kind: Kind, zone: tzinfo) -> Line:
    return Line(
        f"{need.kind} {need.entity_id}",
        kind.meaning,
        kind.word,
        f"{_ended(need.sentence)} {kind.remedy}".rstrip(),
        "" if need.at is None else f"{kind.since} {time_text(need.at, zone)}",
        kind.page,
        kind.place,
        need.entity_id or "",
    )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def of_events(events: Iterable[Event], zone: tzinfo) -> list[Line]:
    """The lines of unusual events; each opens in the timeline."""
    return [
        Line(
            f"event {event.seq}",
            f"severity_{event.severity}",
            event.severity,
            event.summary or event.action,
            time_text(event.at, zone),
            TIMELINE,
            "Audit timeline",
            str(event.seq),
            names_place=False,
        )
        for event in events
    ]


def of_chain(state: SealState | None, zone: tzinfo) -> Line:
    """The line about the chain, as far as this console has verified it."""
    key, page, place = "chain", TIMELINE, "Audit timeline"
    if state is not None and state.faults:
        fault = state.faults[0]
        return Line(
            key,
            "state_failed",
            "Broken",
            f"The log does not verify. {fault.sentence()}",
            "",
            page,
            place,
            str(max(fault.first, 1)),
        )
    if state is None or not state.verified_to:
        sentence = "The log is not verified on this computer yet."
        return Line(key, "state_neutral", "Not yet verified", sentence, "", page, place)
    newest = max(state.newest, state.verified_to)
    rest = newest - state.verified_to
    when = "" if state.verified_at is None else time_text(state.verified_at, zone)
    if rest:
        sentence = (
            f"Verified to event {state.verified_to:,} of {newest:,};"
            f" {_counted(rest)} to be checked."
        )
        return Line(key, "state_neutral", "Verifying", sentence, when, page, place)
    sentence = f"Verified to event {state.verified_to:,}, the newest. {_scope(state)}"
    return Line(key, "state_ok", "Verified", sentence, when, page, place)


def _counted(rest: int) -> str:
    return "1 event is still" if rest == 1 else f"{rest:,} events are still"


def _scope(state: SealState) -> str:
    if state.whole:
        return "No event is altered or missing."
    return "No event that you may see is altered."
