"""Claims: anybody gets an organization's public keys, and learns of nothing else."""

from __future__ import annotations

import base64
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from govdesk.delivery.signing import is_signed_v1a, signed_bytes, v1a
from govdesk.services import webhook_changes
from govdesk.web import published_keys
from govdesk.web.intake_limits import Rate
from tests.people import OLGA, Cast
from tests.strictness import ExpectLog
from tests.vaulting import Round, at_desk
from tests.web.conftest import served
from tests.web.sending import problem
from tests.web.visiting import Visitor
from tests.webhooking import add_webhook, open_endpoint

ACME = "/.well-known/webhooks/acme"


@pytest.fixture
def key_file(cast: Cast, tmp_path: Path) -> Path:
    """An organization whose webhook the worker can sign for."""
    turn = Round(cast, tmp_path)
    turn()
    add_webhook(at_desk(cast, OLGA))
    turn()
    return tmp_path / "worker-key.json"


@pytest.fixture
def pages(cast: Cast) -> Iterator[Visitor]:
    with served(cast.database.worker_url) as visitor:
        yield visitor


def hook_id(cast: Cast) -> str:
    return str(cast.one("SELECT id FROM govdesk.webhook LIMIT 1"))


def test_the_keys_that_sign_are_published(
    cast: Cast, pages: Visitor, key_file: Path, tmp_path: Path
) -> None:
    webhook_changes.rotate_signing_key(at_desk(cast, OLGA), 7)
    Round(cast, tmp_path)()
    answer = pages.get(ACME)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/jwk-set+json")
    keys = json.loads(answer.text)["keys"]
    own = open_endpoint(cast, hook_id(cast), key_file).signing_keys
    assert [one["kid"] for one in keys] == [one.kid for one in own]
    message = signed_bytes("msg_1", 1, b"{}")
    for published, key in zip(keys, own, strict=True):
        assert (published["kty"], published["crv"]) == ("OKP", "Ed25519")
        raw = base64.urlsafe_b64decode(published["x"] + "=")
        assert is_signed_v1a(raw, message, v1a(key, message))
    assert ["exp" in one for one in keys] == [False, True]
    assert 0 < keys[1]["exp"] - time.time() <= 7 * 86400
    seeds = [one.seed for one in own]
    assert not any(seed.hex() in answer.text for seed in seeds)


def test_the_answer_may_be_kept_for_five_minutes_and_asked_after(
    pages: Visitor, key_file: Path
) -> None:
    answer = pages.get(ACME)
    assert answer.headers["cache-control"] == "public, max-age=300"
    tag = answer.headers["etag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        again = pages.get(ACME, If_None_Match=known)
        assert (again.status, again.text, again.headers["etag"]) == (304, "", tag)
        assert again.headers["cache-control"] == "public, max-age=300"
    assert pages.get(ACME, If_None_Match='"x"').status == 200
    assert pages.ask("HEAD", ACME).status == 200


def test_it_carries_what_every_answer_carries_and_no_script_of_others_reads_it(
    pages: Visitor, key_file: Path
) -> None:
    headers = pages.get(ACME, Origin="https://evil.example").headers
    assert "access-control-allow-origin" not in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "nobody", "beta", "acme.claims", "platform", "ACME", "acme.", "..", "%27or%271", "%00",
        "acme%2F..%2Fbeta", "a" * 600, "%C3%A9", "acme%20",
    ],
)  # fmt: skip
def test_who_is_not_there_and_who_has_no_keys_get_one_answer(
    pages: Visitor, key_file: Path, path: str
) -> None:
    answer = pages.get(f"/.well-known/webhooks/{path}")
    said = problem(answer)
    assert (answer.status, said["title"]) == (404, "No keys are published here")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text == pages.get("/.well-known/webhooks/nobody").text


def test_the_time_of_the_answer_tells_nothing_either(pages: Visitor, key_file: Path) -> None:
    def took(path: str) -> float:
        begun = time.perf_counter()
        assert pages.get(f"/.well-known/webhooks/{path}").status == 404
        return time.perf_counter() - begun

    pairs = [(took("beta"), took("nobody")) for _ in range(60)]
    there, nowhere = (statistics.median(side) for side in zip(*pairs, strict=True))
    assert abs(there - nowhere) < 0.25 * max(there, nowhere)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_put_there(pages: Visitor, key_file: Path, method: str) -> None:
    answer = pages.ask(method, ACME, b"{}")
    assert answer.status == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_who_asks_too_often_is_told_to_keep_the_answer(
    cast: Cast, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_keys, "ASKED", Rate(0.01, 3))
    with served(cast.database.worker_url) as pages:
        assert [pages.get(ACME).status for _ in range(3)] == [200] * 3
        answer = pages.get(ACME)
        assert answer.status == 429
        assert int(answer.headers["retry-after"]) > 0
        assert "Keep the keys for 5 minutes" in problem(answer)["detail"]


def test_without_a_database_it_says_when_to_come_back(expected_log: ExpectLog) -> None:
    expected_log("refused")
    url = "postgresql://govdesk_worker:x@127.0.0.1:1/none?connect_timeout=2"
    with served(url) as pages:
        answer = pages.get(ACME)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert "good until they end" in problem(answer)["detail"]
