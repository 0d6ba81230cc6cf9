"""Claims: requests are signed as AWS publishes it, and a bucket is found or the reason is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import ThreadedMotoServer

from govdesk.delivery import testing
from govdesk.delivery.testing_signature import EMPTY, Signer
from tests.unit.delivery.servers import Asked, answer, web

# docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, examples
KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AT = datetime(2013, 5, 24, tzinfo=UTC)


def signed(url: str, **more: str) -> str:
    headers = {
        "Host": urlsplit(url).netloc,
        "x-amz-date": "20130524T000000Z",
        "x-amz-content-sha256": EMPTY,
        **more,
    }
    text = Signer(KEY_ID, SECRET, "us-east-1").authorization("GET", url, headers, AT)
    return text.rpartition("Signature=")[2]


def test_the_examples_of_s3_are_signed_as_published() -> None:
    host = "https://examplebucket.s3.amazonaws.com"
    assert signed(f"{host}/test.txt", range="bytes=0-9") == (
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )
    assert signed(f"{host}/?lifecycle") == (
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
    )
    assert signed(f"{host}/?max-keys=2&prefix=J") == (
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )


@pytest.mark.parametrize(
    ("more", "signature"),
    [
        ({}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (
            {"My-Header1": " value1", "My-Header2": ' "a   b   c"'},
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
    ],
    ids=["get-vanilla", "get-header-value-trim"],
)
def test_the_published_test_suite_is_signed_as_it_says(
    more: dict[str, str], signature: str
) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    headers = {"Host": "example.amazonaws.com", "X-Amz-Date": "20150830T123600Z", **more}
    text = Signer("AKIDEXAMPLE", secret, "us-east-1", "service").authorization(
        "GET",
        "https://example.amazonaws.com/",
        headers,
        datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
    )
    assert text.endswith(signature)


@pytest.mark.parametrize("path", ["/bucket", "/a-b.c/", "/bucket?x=1&a=%20b&c"])
def test_botocore_signs_the_same(path: str) -> None:
    url = f"https://s3.eu-central-1.amazonaws.com{path}"
    request = AWSRequest("HEAD", url, headers={"x-amz-content-sha256": EMPTY})
    S3SigV4Auth(Credentials(KEY_ID, SECRET, "session"), "s3", "eu-central-1").add_auth(request)
    theirs = request.headers
    mine = {
        name: theirs[name]
        for name in ("x-amz-content-sha256", "X-Amz-Date", "X-Amz-Security-Token")
    } | {"host": "s3.eu-central-1.amazonaws.com"}
    at = datetime.strptime(theirs["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    text = Signer(KEY_ID, SECRET, "eu-central-1").authorization("HEAD", url, mine, at)
    assert text == re.sub(r",\s+", ",", theirs["Authorization"])


@pytest.fixture(scope="module")
def storage() -> Iterator[int]:
    """moto's S3, with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    _, port = server.get_host_and_port()
    client = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
        aws_access_key_id="AKIA", aws_secret_access_key="sk12",
    )  # fmt: skip
    client.create_bucket(Bucket="evidence")
    client.close()
    yield port
    server.stop()


def tried(port: int, bucket: str, region: str = "us-east-1") -> testing.TestOutcome:
    settings = {"url": f"http://127.0.0.1:{port}", "bucket": bucket, "region": region}
    secrets = {"access_key_id": KEY_ID, "secret_access_key": SECRET}
    got = testing.test("object-storage", settings, secrets, [f"127.0.0.1/32:{port}"], 8)
    assert SECRET not in f"{got}"
    assert KEY_ID not in f"{got}"
    return got


def test_a_bucket_is_found_and_another_one_is_not(storage: int) -> None:
    got = tried(storage, "evidence")
    assert got.ok, got
    assert got.sentence == "The bucket evidence is there, and these keys may use it."
    assert tried(storage, "nothing-here").sentence.startswith("There is no such bucket.")


@pytest.mark.parametrize(
    ("status", "region", "words"),
    [
        (301, "eu-west-1", "is in the region eu-west-1"),
        (400, "eu-west-1", "is in the region eu-west-1"),
        (400, "us-east-1", "does not let these keys"),
        (403, "us-east-1", "does not let these keys"),
        (301, "<b>", "does not answer as expected"),
        (500, "us-east-1", "does not answer as expected"),
    ],
)
def test_each_refusal_has_its_sentence(status: int, region: str, words: str) -> None:
    reply: Callable[[Asked], bytes] = lambda _: answer(status, x_amz_bucket_region=region)  # noqa: E731
    with web(reply) as (server, requests):
        assert words in tried(server.port, "evidence").sentence
    assert requests[0].method == "HEAD"
    assert requests[0].headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=")


@pytest.mark.parametrize("bucket", ["../x", "A", "a/b", "UPPER", "a b", "x" * 64])
def test_what_is_no_bucket_is_refused(bucket: str) -> None:
    assert tried(1, bucket).sentence.startswith("This is not the name of a bucket")
