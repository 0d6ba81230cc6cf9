"""``govdesk web``: serve the pages behind mailed links, and take events from systems."""

from __future__ import annotations

import logging
import os
import sys

import typer

from govdesk.cli import identity
from govdesk.cli.output import Trouble, emit, say
from govdesk.diagnostics import logs

_LISTEN = "127.0.0.1:8080"


def web(
    listen: str = typer.Option(_LISTEN, "--listen", help="HOST:PORT; port 0 takes a free one."),
    web_url: str = typer.Option(
        "",
        "--web-url",
        envvar="GOVDESK_WEB_URL",
        help="Address in the mails; with https, plain HTTP is redirected.",
    ),
    trust_proxy: list[str] = typer.Option(
        [], "--trust-proxy", help="Address range of a proxy that says X-Forwarded-Proto."
    ),
    intake_rate: float = typer.Option(
        100.0,
        "--intake-rate",
        envvar="GOVDESK_INTAKE_RATE",
        help="Requests a second that one API key may send, on average.",
    ),
    intake_burst: float = typer.Option(
        1000.0,
        "--intake-burst",
        envvar="GOVDESK_INTAKE_BURST",
        help="Requests that one API key may send at once.",
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document when it serves."),
) -> None:
    """Serve the pages for invitations, decisions and recovery, and take events from systems.

    Tells the operators when no worker has been heard of for five minutes. Reads GOVDESK_WORKER_URL
    (or --profile), GOVDESK_PEPPER_FILE and how to tell operators. Runs until it is stopped.
    """
    from govdesk.services import worker_watch
    from govdesk.services.intake import Intake
    from govdesk.services.links import Links
    from govdesk.services.operators import Operators
    from govdesk.services.peppers import path_of
    from govdesk.web import serving
    from govdesk.web.intake import EventIntake
    from govdesk.web.intake_limits import Rate
    from govdesk.web.settings import settings

    host, port = _host_and_port(listen)
    rate = Rate(intake_rate, intake_burst)
    logs.set_up(logging.INFO)
    with serving.listen(host, port) as taken:
        chosen = settings(web_url or serving.address(taken), trust_proxy)
        url = identity.worker_url()
        links = Links(url)
        intake = EventIntake(Intake(url, path_of(os.environ)), per_key=rate)
        emit(
            {"listening": serving.address(taken), "web_url": chosen.web_url},
            as_json=as_json,
            text=f"Serving {chosen.web_url} on {serving.address(taken)}.",
        )
        sys.stdout.flush()
        if chosen.is_https and not chosen.proxies:
            say("No proxy is trusted: until --trust-proxy names one, every page is a redirect.")
        try:
            with worker_watch.watching(url, Operators(os.environ)):
                serving.serve(links, intake, chosen, taken)
        finally:
            intake.close()
            links.close()


def _host_and_port(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise Trouble(f"{text} is not HOST:PORT, such as {_LISTEN}.", 2)
    return host.strip("[]"), int(port)
