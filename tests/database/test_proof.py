"""Claims: what the timeline shows of a sealed event is enough to recompute its leaf."""

from __future__ import annotations

from govdesk.database.migrate import claim_setup
from govdesk.services import timeline
from govdesk.services.proof import prove
from tests.database.conftest import ACME, OLGA, Cast
from tests.database.rich_events import as_json
from tests.database.test_verification import fill


def test_every_event_of_a_log_proves_itself_from_what_is_shown(cast: Cast) -> None:
    fill(cast)
    odd = {"n": 2**53 - 1, "t": "é\U0001f511\u2028", "d": [None, True, {"a": []}], "f": "1e400"}
    event = {"action": "system.event", "summary": "odd", "data": odd, "ip": "2001:db8::1"}
    with cast.admin.transaction():
        claim_setup(cast.admin, ACME)
        cast.admin.execute("SELECT govdesk_api.record_events(%s)", (as_json([event]),))
    session = cast.sign_in(OLGA)
    wrong = {}
    for seq in range(1, cast.last_seq() + 1):
        detail = timeline.detail(session, seq)
        assert detail is not None
        proof = prove(detail, ACME)
        if not proof.matches:
            wrong[seq] = proof.wrong
    assert wrong == {}
