"""The addresses of the web surface, and how a request becomes a call."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.resources import files
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from govdesk.domain.problem import Problem
from govdesk.services.connecting import key_of
from govdesk.services.links import Links
from govdesk.services.snippets import INTAKE_PATH
from govdesk.web import (
    decision,
    forms,
    intake_openapi,
    intake_problems,
    invitation,
    notices,
    published_keys,
    recovery,
    troubles,
)
from govdesk.web.draining import closing
from govdesk.web.guard import HEALTH, Guard, client_of, is_for_programs
from govdesk.web.intake import EventIntake
from govdesk.web.settings import Settings

MOST_BYTES: Final = 64 * 1024
BODY_SECONDS: Final = 20.0
_LOG: Final = logging.getLogger("govdesk.web")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_.-]{40,200}", re.ASCII)

Endpoint = Callable[[Request], Awaitable[Response]]
Show = Callable[[Links, str], Response]
Dead = Callable[[], Response]
Act = Callable[[Links, str, dict[str, str]], Response]


class _Refused(Exception):
    def __init__(self, answer: Response):
        self.answer = answer


def application(links: Links, intake: EventIntake, settings: Settings) -> ASGIApp:
    """Return the whole surface; `links` and `intake` stay open and are the caller's to close."""
    routes = [
        _page("/invitation/{token}", links, invitation.show, invitation.accept, notices.dead_link),
        _page("/decision/{token}", links, decision.show, decision.decide, notices.dead_decision),
        _page(
            "/decision/{token}/code",
            links,
            decision.show,
            decision.send_code,
            notices.dead_decision,
        ),
        _page("/recover/{token}", links, recovery.show, recovery.mend, notices.dead_recovery),
        Route("/recover", _asking(links), methods=["GET", "POST"]),
        Route(HEALTH, _health(links), methods=["GET"]),
        _file("/style.css", "style.css", "text/css"),
        _file("/mark.svg", "mark.svg", "image/svg+xml"),
        Route("/robots.txt", _robots, methods=["GET"]),
        Route(INTAKE_PATH, _events(intake), methods=["POST"]),
        Route("/openapi.json", _document(settings.web_url), methods=["GET"]),
        Route(published_keys.PATH, _keys(links), methods=["GET"]),
    ]
    inner = Starlette(routes=routes, exception_handlers=_TROUBLES)
    # A slash too many is no other page, and a redirect would repeat the link.
    inner.router.redirect_slashes = False
    return Guard(inner, settings)


def _page(path: str, links: Links, show: Show, act: Act, dead: Dead) -> Route:
    async def endpoint(request: Request) -> Response:
        token = request.path_params["token"]
        if _TOKEN.fullmatch(token) is None:
            return dead()
        if request.method == "POST":
            return await _answered(request, lambda sent: act(links, token, sent), dead)
        return await _called(partial(show, links, token), dead)

    return Route(path, endpoint, methods=["GET", "POST"])


def _asking(links: Links) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            return await _answered(request, partial(recovery.request, links), notices.dead_recovery)
        return recovery.ask({}, {})

    return endpoint


def _health(links: Links) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if await run_in_threadpool(links.is_well):
            return PlainTextResponse("ok\n")
        return PlainTextResponse("the database does not answer\n", status_code=503)

    return endpoint


def _file(path: str, name: str, kind: str) -> Route:
    data = files("govdesk.web").joinpath(name).read_bytes()

    async def endpoint(request: Request) -> Response:
        return Response(data, media_type=kind)

    return Route(path, endpoint, methods=["GET"])


def _events(intake: EventIntake) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await intake(request)

    return endpoint


def _document(web_url: str) -> Endpoint:
    text = intake_openapi.text(web_url)

    async def endpoint(request: Request) -> Response:
        return Response(text, media_type="application/json")

    return endpoint


def _keys(links: Links) -> Endpoint:
    page = published_keys.PublishedKeys(links)

    async def endpoint(request: Request) -> Response:
        path, known = request.path_params["tenant_path"], request.headers.get("if-none-match", "")
        if refusal := page.refusal(path, client_of(request.scope)):
            return refusal
        return await run_in_threadpool(page, path, known)

    return endpoint


async def _robots(request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _answered(
    request: Request, act: Callable[[dict[str, str]], Response], dead: Dead
) -> Response:
    try:
        sent = await _form(request)
    except _Refused as refused:
        # What is left of the body must not be taken for another request.
        return closing(refused.answer, request)
    return await _called(partial(act, sent), dead)


async def _called(act: Callable[[], Response], dead: Dead) -> Response:
    """Run a use case in a thread; what it cannot mend becomes one of the notices."""
    try:
        return await run_in_threadpool(act)
    except Problem as problem:
        if troubles.is_gone(problem):
            return dead()
        _LOG.error("refused: %s", key_of(problem) or type(problem).__name__)
        return notices.unavailable()


async def _form(request: Request) -> dict[str, str]:
    """Read a small form whole; raises `_Refused` with the answer to anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != forms.FORM_TYPE:
        raise _Refused(_bad("This is not a form of this page.", 415))
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return forms.read(await _body(request))
    except TimeoutError:
        raise _Refused(_bad("The form came too slowly.", 408)) from None
    except ClientDisconnect:
        raise _Refused(_bad("The form did not come whole.", 400)) from None
    except forms.Malformed:
        raise _Refused(_bad("The form cannot be read.", 400)) from None


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise _Refused(_bad("The form is too large.", 413))
    whole = bytearray()
    async for part in request.stream():
        whole += part
        if len(whole) > MOST_BYTES:
            raise _Refused(_bad("The form is too large.", 413))
    return bytes(whole)


def _bad(sentence: str, status: int) -> Response:
    return notices.refused("This was not used", sentence, status)


async def _not_found(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(published_keys.PLACE):
        return published_keys.not_found()
    return intake_problems.not_found() if is_for_programs(request.url.path) else notices.not_found()


async def _wrong_method(request: Request, error: Exception) -> Response:
    headers = (error.headers if isinstance(error, HTTPException) else None) or {}
    allow = headers.get("Allow", "GET, HEAD")
    if is_for_programs(request.url.path):
        return intake_problems.wrong_method(allow)
    return notices.wrong_method(allow)


async def _broken(request: Request, error: Exception) -> Response:
    """Starlette raises the error again behind it, so that `Guard` says where it was."""
    return intake_problems.broken() if is_for_programs(request.url.path) else notices.broken()


_TROUBLES: Final = {404: _not_found, 405: _wrong_method, Exception: _broken}
