"""Testing what is reached by HTTP: any web service, ntfy, and Splunk's event collector."""

from __future__ import annotations

import json
import re
from typing import Final

from govdesk.delivery.http import Answer
from govdesk.delivery.testing_errand import Errand
from govdesk.domain.problem import Problem

_TOPIC: Final = re.compile(r"[-_A-Za-z0-9]{1,64}")
_NO_METHOD: Final = frozenset({405, 501})


def try_http(errand: Errand) -> str:
    """Ask for the headers of the URL; the body is not read."""
    token = errand.header("token")
    place = errand.place(with_secret=bool(token))
    headers = _bearer(token)
    answer = errand.ask("HEAD", place, headers, with_body=False)
    if answer.status in _NO_METHOD:
        answer = errand.ask("GET", place, headers, with_body=False)
    _expect_yes(errand, answer)
    return f"The service at {place.host} answers."


def try_ntfy(errand: Errand) -> str:
    """Publish one message of the lowest priority; only that shows that the token may write."""
    topic, token = errand.required("topic"), errand.header("token")
    if not _TOPIC.fullmatch(topic):
        raise Problem(
            "The topic is not one that ntfy has.", "Use at most 64 letters, digits, - and _."
        )
    headers = {"Title": "GovDesk connection test", "Priority": "1", **_bearer(token)}
    place = errand.place(with_secret=bool(token), below=f"/{topic}")
    words = b"The connection from GovDesk works. There is nothing to do."
    answer = errand.ask("POST", place, headers, words)
    _expect_yes(errand, answer)
    if "id" not in _object(answer):
        raise Problem("The server took the message but does not answer as ntfy does.")
    errand.notes.append("one message of the lowest priority was published")
    return "The ntfy server took a test message."


def try_splunk(errand: Errand) -> str:
    """Ask the collector for its health, and for its opinion of the token; no event is sent.

    An empty event is refused with code 5 or 10, and only after the token was accepted.
    """
    errand.required("token")
    headers = {"Authorization": f"Splunk {errand.header('token')}"}
    healthy = errand.place(with_secret=True, below="/services/collector/health")
    health = errand.ask("GET", healthy)
    if health.status != 200:
        errand.notes.append(f"health answered {health.status}")
        raise Problem(
            "The event collector says it cannot take events now."
            if health.status == 503
            else "No event collector answers at this URL.",
            "Ask who runs Splunk." if health.status == 503 else "Check the address and its port.",
        )
    events = errand.place(with_secret=True, below="/services/collector/event")
    _expect_token(errand, errand.ask("POST", events, headers, b""))
    errand.notes.append("no event was sent")
    return "The event collector is healthy and accepts the token."


def _expect_token(errand: Errand, answer: Answer) -> None:
    code = _object(answer).get("code")
    errand.notes.append(f"the empty event was answered {answer.status}, code {code}")
    if code in (5, 10) or answer.status == 200:
        return
    if code == 1:
        raise Problem("The token is disabled in Splunk.", "Have it enabled there.")
    if answer.status in (401, 403):
        raise Problem("Splunk does not accept the token.", "Check the token, and what it may do.")
    raise Problem("The event collector does not answer as expected.", "Check the address.")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _expect_yes(errand: Errand, answer: Answer) -> None:
    """Raise unless the status is 2xx; the body never becomes part of what is shown."""
    errand.notes.append(f"answered {answer.status}")
    if 200 <= answer.status < 300:
        return
    sentence, remedy = _BY_STATUS.get(answer.status) or _by_class(answer.status)
    raise Problem(sentence, remedy)


_BY_STATUS: Final = {
    401: ("The service asks for a valid token.", "Check the token."),
    403: ("The service does not let this token in.", "Check the token, and what it may do."),
    404: ("The host answers, but there is nothing at this path.", "Check the URL."),
    407: ("A proxy stands in the way.", "Use an address that is reached without a proxy."),
    413: ("The service finds the message too long.", "Ask who runs it."),
    429: ("The service has been asked too often.", "Wait a minute and test again."),
}


def _by_class(status: int) -> tuple[str, str]:
    if 300 <= status < 400:
        return (
            "The service sends us on to another address, which is not followed.",
            "Enter the address itself.",
        )
    if status >= 500:
        return "The service has trouble of its own.", "Ask who runs it, and test again."
    return "The service refuses the request.", "Check the URL."


def _object(answer: Answer) -> dict[str, object]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
