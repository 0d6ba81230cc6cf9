"""Testing object storage that speaks S3: may these keys see this bucket?"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from govdesk.delivery.http import Answer, Place
from govdesk.delivery.testing_errand import Errand
from govdesk.delivery.testing_signature import EMPTY, Signer
from govdesk.domain.problem import Problem

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION: Final = re.compile(r"[a-z0-9-]{2,32}")


def try_storage(errand: Errand) -> str:
    """HEAD the bucket with a signed request; nothing is read or written."""
    bucket, region = errand.required("bucket"), errand.text("region", "us-east-1")
    if not _BUCKET.fullmatch(bucket) or not _REGION.fullmatch(region):
        raise Problem("This is not the name of a bucket and a region.", "Check both.")
    # A signature gives no secret away, so http:// is left to the guard.
    place = errand.place(with_secret=False, below=f"/{bucket}")
    answer = errand.ask("HEAD", place, _signed(errand, place, region), with_body=False)
    errand.notes.append(f"answered {answer.status}")
    _expect_yes(answer, region)
    return f"The bucket {bucket} is there, and these keys may use it."


def _signed(errand: Errand, place: Place, region: str) -> dict[str, str]:
    now = datetime.now(UTC)
    errand.required("access_key_id")
    signer = Signer(errand.header("access_key_id"), errand.required("secret_access_key"), region)
    usual = place.port == {"http": 80, "https": 443}[place.scheme]
    host = f"[{place.host}]" if ":" in place.host else place.host
    headers = {
        "host": host if usual else f"{host}:{place.port}",
        "x-amz-content-sha256": EMPTY,
        "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
    }
    if session := errand.header("session_token"):
        headers["x-amz-security-token"] = session
    return headers | {"authorization": signer.authorization("HEAD", place.url, headers, now)}


def _expect_yes(answer: Answer, region: str) -> None:
    there = answer.headers.get("x-amz-bucket-region", region)
    if answer.status == 200:
        return
    if answer.status in (301, 307, 400) and there != region and _REGION.fullmatch(there):
        raise Problem(f"The bucket is in the region {there}.", "Enter that region and its URL.")
    if answer.status == 404:
        raise Problem("There is no such bucket.", "Check its name and the URL.")
    if answer.status in (400, 401, 403):
        raise Problem(
            "The storage does not let these keys see the bucket.",
            "Check the keys, what they may do, the region, and this machine's clock.",
        )
    raise Problem("The storage does not answer as expected.", "Check the URL.")
