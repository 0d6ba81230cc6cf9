"""Testing a time-stamp authority (RFC 3161)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from govdesk.delivery import testing_der as der
from govdesk.delivery.testing_errand import Errand
from govdesk.domain.problem import Problem

_SHA256: Final = bytes.fromhex("608648016503040201")
_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_TIME_STAMP: Final = bytes.fromhex("2a864886f70d0109100104")
_GRANTED: Final = (0, 1)


def try_tsa(errand: Errand) -> str:
    """Have random bytes stamped; the answer must be granted and about these very bytes."""
    imprint = hashlib.sha256(secrets.token_bytes(32)).digest()
    nonce = secrets.randbits(63)
    headers = {"Content-Type": "application/timestamp-query"}
    place = errand.place(with_secret=False)
    answer = errand.ask("POST", place, headers, query(imprint, nonce))
    errand.notes.append(f"answered {answer.status}")
    if answer.status != 200:
        raise Problem("There is no time-stamp authority at this URL.", "Check the URL.")
    try:
        when = stamped(answer.body, imprint, nonce)
    except (ValueError, IndexError):
        raise Problem("The answer is not a time stamp.", "Check the URL.") from None
    errand.notes.append(f"stamped {when}; the stamp's signature was not checked")
    return "The time-stamp authority stamps."


def query(imprint: bytes, nonce: int) -> bytes:
    """A TimeStampReq over a SHA-256 digest that asks for the certificate too."""
    algorithm = der.element(der.SEQUENCE, der.element(der.OID, _SHA256), der.element(der.NULL))
    return der.element(
        der.SEQUENCE,
        der.integer(1),
        der.element(der.SEQUENCE, algorithm, der.element(der.OCTETS, imprint)),
        der.integer(nonce),
        der.element(der.BOOLEAN, b"\xff"),
    )


def stamped(data: bytes, imprint: bytes, nonce: int) -> str:
    """The time in a TimeStampResp, as it stands there.

    Raises `Problem` if it was not granted or is about something else, `ValueError` or `IndexError`
    for what is no such answer.
    """
    status, *token = _only(data).inside()
    code = status.inside()[0].number
    if code not in _GRANTED:
        raise Problem(
            f"The time-stamp authority refuses (status {code}).",
            "Ask who runs it which requests it takes.",
        )
    parts = _info(token[0]).inside()
    stamp, *_, when = parts[2].inside()[1], parts[4]
    nonces = [one.number for one in parts[5:] if one.tag == der.INTEGER]
    if stamp.content != imprint or nonces != [nonce] or when.tag != der.TIME:
        raise Problem("The time stamp is about something else.", "Do not use this authority.")
    return when.content.decode("ascii")


def _info(token: der.Element) -> der.Element:
    """TSTInfo out of the SignedData that carries it (RFC 5652)."""
    kind, signed = token.inside()
    if kind.content != _SIGNED_DATA or signed.tag != der.CONTEXT_0:
        raise ValueError("not signed data")
    encapsulated = _only(signed.content).inside()[2].inside()
    if encapsulated[0].content != _TIME_STAMP:
        raise ValueError("not a time stamp")
    return _only(_only(encapsulated[1].content).content)


def _only(data: bytes) -> der.Element:
    (one,) = der.elements(data)
    return one
