"""What every answer carries, and what is refused before any page is asked."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from govdesk.domain.problem import Problem
from govdesk.services.links import Links
from govdesk.web import app, draining, guard, serving
from govdesk.web.settings import settings
from tests.people import Cast
from tests.strictness import ExpectLog
from tests.web.conftest import served
from tests.web.visiting import FORM, Visitor

_NO_LINK = "/invitation/" + "x" * 60
_PATHS = (
    "/recover", "/style.css", "/mark.svg", "/nowhere", _NO_LINK, "/healthz", "/recover/x",
    "/v1/events", "/openapi.json", "/.well-known/webhooks/nobody",
)  # fmt: skip
_NOWHERE = "postgresql://govdesk_worker:x@127.0.0.1:1/none?connect_timeout=2"


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_answer_is_guarded(shared_pages: Visitor, method: str, path: str) -> None:
    headers = shared_pages.ask(method, path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "camera=()" in headers["permissions-policy"]
    assert not {"set-cookie", "server", "strict-transport-security"} & set(headers)


def test_no_page_has_a_script_or_a_style_of_its_own(shared_pages: Visitor) -> None:
    for path in ("/recover", "/nowhere", _NO_LINK):
        page = shared_pages.get(path).page
        assert not {tag for tag, _ in page.seen} & {"script", "style", "iframe", "object"}
        attributes = {name for _, facts in page.seen for name in facts}
        assert not {a for a in attributes if a == "style" or a.startswith("on")}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/invitation", 404),
        ("GET", "/recover/", 404),
        ("GET", "/invitation/x/", 404),
        ("GET", "/..%2f..%2fetc/passwd", 404),
        ("GET", "/docs", 404),
        ("GET", "/invitation/short", 410),
        ("GET", _NO_LINK, 410),
        ("GET", "/decision/" + "x" * 60, 410),
        ("GET", "/recover/" + "x" * 60, 410),
        ("GET", "/decision/" + "x" * 60 + "/code", 410),
        ("GET", "/invitation/" + "%27" * 60, 410),
        ("GET", "/invitation/" + "%00" * 60, 410),
        ("GET", "/invitation/" + "%C3%A9" * 60, 410),
        ("GET", "/healthz", 200),
        ("GET", "/robots.txt", 200),
    ],
)
def test_an_address_has_one_answer(
    shared_pages: Visitor, method: str, path: str, status: int
) -> None:
    assert shared_pages.ask(method, path).status == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_another_method_names_those_that_are_served(shared_pages: Visitor, method: str) -> None:
    answer = shared_pages.ask(method, _NO_LINK)
    assert answer.status == 405
    assert {name.strip() for name in answer.headers["allow"].split(",")} == {"GET", "HEAD", "POST"}


def test_another_host_is_not_served(shared_pages: Visitor) -> None:
    for host in (
        "evil.example",
        f"evil.example:{shared_pages.host}",
        "",
        f"{shared_pages.host}.x",
        f"{shared_pages.host}?x",
        f"x@{shared_pages.host}",
    ):
        answer = Visitor(shared_pages.url, host or " ").get("/recover")
        assert answer.status == 421, host
        assert "evil" not in answer.text + str(answer.headers)
    assert Visitor(shared_pages.url, "10.0.0.7").get("/healthz").status == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"email=" + b"x" * (64 * 1024), FORM, 413),
        (b'{"email": "a@b.example"}', "application/json", 415),
        (b"email=x", "multipart/form-data; boundary=x", 415),
        (b"email=x", "", 415),
        (b"email=%ff%fe", FORM, 400),
        (b"email=\xff", FORM, 400),
        (b"email=a%00b", FORM, 400),
        (b"&".join(b"f%d=x" % n for n in range(60)), FORM, 400),
        (b"", FORM, 422),
    ],
)
def test_only_a_small_form_is_read(
    shared_pages: Visitor, body: bytes, kind: str, status: int
) -> None:
    answer = shared_pages.ask("POST", "/recover", body, Content_Type=kind)
    assert answer.status == status


def test_a_body_without_a_length_is_limited_too(shared_pages: Visitor) -> None:
    host, _, port = shared_pages.netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(
            f"POST /recover HTTP/1.1\r\nHost: {shared_pages.host}\r\nContent-Type: {FORM}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        for _ in range(17):
            line.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("size", [64 * 1024 + 1, 300_000, 1_000_000])
def test_who_sends_too_much_gets_to_read_why(shared_pages: Visitor, size: int) -> None:
    """All of it is sent before anything is read, as most programs do."""
    host, _, port = shared_pages.netloc.partition(":")
    head = (
        f"POST /recover HTTP/1.1\r\nHost: {shared_pages.host}\r\nContent-Type: {FORM}\r\n"
        f"Content-Length: {size}\r\n\r\n"
    )
    for _ in range(5):
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(head.encode() + b"x" * size)
            answer = b"".join(iter(partial(line.recv, 65536), b""))
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert answer.endswith(b"</html>\n")


def test_a_body_that_is_announced_as_huge_is_not_waited_for(shared_pages: Visitor) -> None:
    host, _, port = shared_pages.netloc.partition(":")
    begun = time.monotonic()
    for more in ("Content-Length: 9999999999", "Expect: 100-continue\r\nContent-Length: 99999"):
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(
                f"POST /recover HTTP/1.1\r\nHost: {shared_pages.host}\r\n"
                f"Content-Type: {FORM}\r\n{more}\r\n\r\n".encode()
            )
            assert line.recv(100).startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - begun < draining.SECONDS


def test_where_there_is_no_room_people_and_programs_are_told_to_come_back(
    shared_pages: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, _, port = shared_pages.netloc.partition(":")
    monkeypatch.setattr(serving, "AT_ONCE", 2)
    taken = [socket.create_connection((host, int(port)), timeout=30) for _ in range(2)]
    page = shared_pages.ask("POST", "/recover", b"email=a@b.example", Content_Type=FORM)
    assert (page.status, page.headers["retry-after"]) == (503, "60")
    assert page.headers["content-type"].startswith("text/html")
    assert "Too many people are here at once" in page.text
    assert "content-security-policy" in page.headers
    for path in ("/v1/events", "/openapi.json", "/.well-known/webhooks/acme"):
        answer = shared_pages.ask("POST", path, b"{}", Content_Type="application/json")
        assert (answer.status, answer.headers["retry-after"]) == (503, "5"), path
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.text)["type"] == "urn:govdesk:problem:crowded"
    assert shared_pages.get("/healthz").status == 200
    assert Visitor(shared_pages.url, "evil.example").get("/recover").status == 421
    for line in taken:
        line.close()
    until = time.monotonic() + 5
    while shared_pages.get("/recover").status != 200:
        assert time.monotonic() < until, "there is room again"


def test_plain_http_leads_to_https_and_is_not_listened_to(module_cast: Cast) -> None:
    with served(module_cast.database.worker_url, "https://desk.example") as visitor:
        for method in ("GET", "HEAD"):
            answer = visitor.ask(method, _NO_LINK + "?utm=1")
            assert (answer.status, answer.headers["location"]) == (
                308,
                f"https://desk.example{_NO_LINK}",
            )
            assert "strict-transport-security" not in answer.headers
        assert visitor.post("/recover", {"email": "otis@acme.example"}).status == 403
        # Nobody named this peer a proxy.
        assert visitor.get("/recover", X_Forwarded_Proto="https").status == 308
        assert visitor.get("/healthz").status == 200


def test_a_named_proxy_may_say_that_it_was_https(module_cast: Cast) -> None:
    url = module_cast.database.worker_url
    with served(url, "https://desk.example", ("127.0.0.0/8",)) as visitor:
        answer = visitor.get("/recover", X_Forwarded_Proto="https")
        assert answer.status == 200
        assert answer.headers["strict-transport-security"] == "max-age=63072000"
        for said in ("http", "https, http", "HTTPS,https", ""):
            assert visitor.get("/recover", X_Forwarded_Proto=said).status == 308
        for host in ("DESK.example", "desk.example:443"):
            visitor.host = host
            assert visitor.get("/recover", X_Forwarded_Proto="https").status == 200
        visitor.host = "desk.example:8443"
        assert visitor.get("/recover", X_Forwarded_Proto="https").status == 421


@pytest.mark.parametrize(
    ("web_url", "proxies"),
    [
        ("desk.example", []),
        ("ftp://desk.example", []),
        ("http://desk.example", []),
        ("https://desk.example/govdesk", []),
        ("https://desk.example?x", []),
        ("https://user@desk.example", []),
        ("https://desk.example:99999", []),
        ("https://desk.example", ["10.0.0.1/8"]),
        ("https://desk.example", ["proxy"]),
    ],
)
def test_a_wrong_setting_is_said_at_the_start(web_url: str, proxies: list[str]) -> None:
    with pytest.raises(Problem) as caught:
        settings(web_url, proxies)
    assert caught.value.exit_code == 2


def test_who_sends_a_byte_at_a_time_is_left(
    shared_pages: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.2)
    host, _, port = shared_pages.netloc.partition(":")
    for sent in (b"", b"GET /recover HTTP/1.1\r\nHost: x\r\nX-Slow: "):
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(sent)
            assert _until_it_ends(line) == b""


def test_a_form_that_never_ends_is_left(
    shared_pages: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "BODY_SECONDS", 0.2)
    host, _, port = shared_pages.netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(
            f"POST /recover HTTP/1.1\r\nHost: {shared_pages.host}\r\nContent-Type: {FORM}\r\n"
            "Content-Length: 100\r\n\r\nemail=".encode()
        )
        assert _until_it_ends(line).startswith(b"HTTP/1.1 408 ")


def _until_it_ends(line: socket.socket) -> bytes:
    got = b""
    try:
        while part := line.recv(4096):
            got += part
    except ConnectionResetError:
        pass
    return got


def test_without_a_database_there_is_a_sentence(expected_log: ExpectLog) -> None:
    expected_log("refused: ")
    with served(_NOWHERE) as visitor:
        answer = visitor.get(_NO_LINK)
        assert (answer.status, answer.headers["retry-after"]) == (503, "60")
        assert "127.0.0.1" not in answer.words
        assert visitor.get("/healthz").status == 503
        assert visitor.get("/style.css").status == 200


def test_a_defect_is_one_page_without_details(
    shared_pages: Visitor, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectLog
) -> None:
    def broken(self: Links, token: str) -> None:
        raise RuntimeError(f"secret detail {token}")

    monkeypatch.setattr(Links, "invitation", broken)
    expected_log(r"^RuntimeError in broken:\d+ < ")
    answer = shared_pages.get(_NO_LINK)
    assert answer.status == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "Something went wrong here" in answer.words
    assert answer.headers["content-security-policy"] == guard.POLICY


def test_a_crowd_waits_for_its_turn(module_cast: Cast) -> None:
    statuses: list[int] = []
    with served(module_cast.database.worker_url) as visitor:

        def visit() -> None:
            statuses.append(visitor.get("/invitation/" + "y" * 60).status)

        crowd = [threading.Thread(target=visit) for _ in range(60)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
    assert statuses == [410] * 60


def test_the_stylesheet_has_the_consoles_colours() -> None:
    from govdesk.desktop.theme.tokens import DARK, LIGHT, NAMES

    style = Path(app.__file__).with_name("style.css").read_text(encoding="utf-8")
    light, _, rest = style.partition("@media (prefers-color-scheme: dark)")
    dark = rest.partition("* {")[0]
    for part, tokens in ((light, LIGHT), (dark, DARK)):
        named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", part))
        assert len(named) > 15
        assert named == {name: getattr(tokens, name) for name in named}
        assert set(named) <= set(NAMES)
    assert not re.search(r"#[0-9a-f]{3,8}\b", style.replace(light, "").replace(dark, ""))


def test_the_mark_is_the_programs() -> None:
    root = Path(__file__).parents[2]
    own = Path(app.__file__).with_name("mark.svg").read_bytes()
    assert own == (root / "resources/icons/govdesk.svg").read_bytes()
