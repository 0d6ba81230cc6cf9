"""What surrounds every page: who may ask, over what, and the headers of each answer.

Pure ASGI, so that nothing is answered without it, errors included.
"""

from __future__ import annotations

import logging
import time
import traceback
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from govdesk.web import intake_problems, notices
from govdesk.web.allowance import Allowance
from govdesk.web.draining import closing
from govdesk.web.settings import Settings, is_address

_LOG: Final = logging.getLogger("govdesk.web")
_KNOWN: Final = frozenset({"invitation", "decision", "recover", ".well-known"})
_PLAIN: Final = frozenset(
    {
        "/recover", "/style.css", "/mark.svg", "/robots.txt", "/healthz", "/v1/events",
        "/openapi.json",
    }
)  # fmt: skip
_CLIENT: Final = "govdesk.client"
HEALTH: Final = "/healthz"
CROWDED: Final = "govdesk.crowded"
"""Set in the scope of a request for which there is no room."""

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_FEATURES: Final = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write",
    "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid",
    "idle-detection", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _FEATURES),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_UNLESS_SAID: Final = {"Cache-Control": "no-store"}
_ONLY_TLS: Final = "max-age=63072000"


class Guard:
    """Lets only requests for this host through, over TLS where the address says so."""

    def __init__(self, app: ASGIApp, settings: Settings):
        self._app, self._settings = app, settings
        self._allowance = Allowance()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong is one friendly page."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = scope[_CLIENT] = self._client(scope)
        answer = _Answer(send, secure=self._is_secure(scope) and self._settings.is_https)
        began = time.monotonic()
        try:
            refused = self._refused(scope)
            inner = self._app if refused is None else closing(refused, Request(scope, receive))
            await inner(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 (the last line: a page, and a log without values)
            _log_error(error)
            if not answer.status:
                for_program = is_for_programs(scope["path"])
                page = intake_problems.broken() if for_program else notices.broken()
                await page(scope, receive, answer)
        finally:
            _log_access(scope, answer.status, time.monotonic() - began, client)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request that no page gets to see."""
        # Probes come by address and without TLS, and learn nothing but one word.
        if scope["path"] == HEALTH:
            return None
        for_intake = is_intake(scope["path"])
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1 or not self._settings.is_host(hosts[0]):
            if is_for_programs(scope["path"]):
                return intake_problems.wrong_host()
            return PlainTextResponse("This host is not served here.\n", status_code=421)
        if scope.get(CROWDED):
            for_program = is_for_programs(scope["path"])
            return intake_problems.crowded() if for_program else notices.crowded()
        if not self._settings.is_https or self._is_secure(scope):
            # The intake has limits of its own, by key.
            is_form = scope["method"] == "POST" and not for_intake
            is_welcome = not is_form or self._allowance.takes(client_of(scope))
            return None if is_welcome else notices.too_often()
        if scope["method"] in ("GET", "HEAD"):
            there = scope["raw_path"].decode("ascii")
            return RedirectResponse(f"{self._settings.web_url}{there}", status_code=308)
        if for_intake:
            return intake_problems.only_https()
        return notices.refused(
            "This page is served over HTTPS only",
            "What you sent was not used. Open the link from the mail once more.",
            403,
        )

    def _is_secure(self, scope: Scope) -> bool:
        if not self._is_proxied(scope):
            return bool(scope["scheme"] == "https")
        said = Headers(scope=scope).getlist("x-forwarded-proto")
        return len(said) == 1 and said[0].strip().lower() == "https"

    def _is_proxied(self, scope: Scope) -> bool:
        peer = scope.get("client")
        return peer is not None and self._settings.is_proxy(peer[0])

    def _client(self, scope: Scope) -> str:
        """The nearest address that is no proxy of ours."""
        peer = scope.get("client")
        address = str(peer[0]) if peer else "-"
        if not self._is_proxied(scope):
            return address
        said = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        for one in reversed([part.strip() for part in said]):
            if not self._settings.is_proxy(one):
                return one if is_address(one) else address
        return address


def is_intake(path: str) -> bool:
    """Whether this has limits of its own and takes nothing over plain HTTP."""
    return path.startswith("/v1/") or path == "/openapi.json"


def is_for_programs(path: str) -> bool:
    """Whether programs ask for this, and so get problem documents instead of pages."""
    return is_intake(path) or path.startswith("/.well-known/")


def client_of(scope: Scope) -> str:
    """The address that a request comes from, behind our proxies."""
    return str(scope[_CLIENT])


class _Answer:
    """Puts the headers on whatever is sent, and remembers the status."""

    def __init__(self, send: Send, *, secure: bool):
        self._send, self._secure = send, secure
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            for name, value in _UNLESS_SAID.items():
                headers.setdefault(name, value)
            # Over plain HTTP browsers must ignore it (RFC 6797 §8.1), and it must not be sent.
            if self._secure:
                headers["Strict-Transport-Security"] = _ONLY_TLS
        await self._send(message)


def _log_access(scope: Scope, status: int, seconds: float, client: str) -> None:
    _LOG.info(
        "%s %s %s %d %.0f ms", client, _method(scope), _place(scope["path"]), status, seconds * 1000
    )


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method.isalpha() and len(method) < 10 else "?"


def _place(path: str) -> str:
    """Which page was asked for, never which link."""
    if path in _PLAIN:
        return path
    first = path.split("/")[1] if path.startswith("/") else ""
    return f"/{first}/…" if first in _KNOWN else "/…"


def _log_error(error: Exception) -> None:
    """Where it happened, without the message: that may hold what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    _LOG.error("%s in %s", type(error).__name__, where)
