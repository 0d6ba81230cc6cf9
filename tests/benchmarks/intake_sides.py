"""The two servers that are raced: the intake, and a bare INSERT behind the same server.

``python -m tests.benchmarks.intake_sides SIDE`` serves with the worker's login in
``GOVDESK_WORKER_URL``, prints its address, and ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from govdesk.database.web_pool import Pool
from govdesk.services.intake import CONNECTIONS, Intake
from govdesk.services.links import Links
from govdesk.services.peppers import path_of
from govdesk.web import serving
from govdesk.web.app import application
from govdesk.web.guard import Guard
from govdesk.web.intake import EventIntake
from govdesk.web.intake_limits import Rate
from govdesk.web.settings import Settings, settings

PATH = "/v1/events"
TABLE = "public.bare_event"
MAKE = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " at timestamptz NOT NULL DEFAULT clock_timestamp(), action text NOT NULL, severity text,"
    " entity_type text, entity_id text, occurred_at timestamptz, summary text, data jsonb)"
)
_COLUMNS = "action, severity, entity_type, entity_id, occurred_at, summary, data"
_ONE = (
    f"INSERT INTO {TABLE} ({_COLUMNS}) VALUES (%(action)s, %(severity)s, %(entity_type)s,"
    " %(entity_id)s, %(occurred_at)s, %(summary)s, %(data)s::jsonb)"
)
_MANY = (
    f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT {_COLUMNS} FROM jsonb_to_recordset(%s::jsonb) AS r"
    " (action text, severity text, entity_type text, entity_id text, occurred_at timestamptz,"
    " summary text, data jsonb)"
)


def bare(url: str, chosen: Settings) -> ASGIApp:
    """Parse, insert, answer: no key, no rules, no seal."""
    pool = Pool(url, size=CONNECTIONS)

    def insert(body: bytes) -> int:
        sent: Any = json.loads(body)
        with pool.lend() as connection:
            if isinstance(sent, list):
                connection.execute(_MANY.encode(), (json.dumps(sent),))
                return len(sent)
            connection.execute(_ONE.encode(), sent | {"data": json.dumps(sent["data"])})
            return 1

    async def endpoint(request: Request) -> Response:
        count = await run_in_threadpool(insert, await request.body())
        return Response(json.dumps({"accepted": count}), 201, media_type="application/json")

    return Guard(Starlette(routes=[Route(PATH, endpoint, methods=["POST"])]), chosen)


def ours(url: str, chosen: Settings) -> ASGIApp:
    """The program's own surface, without a limit for the one key that is used."""
    intake = EventIntake(Intake(url, path_of(os.environ)), per_key=Rate(1e6, 1e6))
    return application(Links(url), intake, chosen)


def main(side: str) -> None:
    """Serve one side until standard input ends."""
    url = os.environ["GOVDESK_WORKER_URL"]
    taken = serving.listen("127.0.0.1", 0)
    address = serving.address(taken)
    app = {"ours": ours, "bare": bare}[side](url, settings(address, []))
    running = serving.server(app)
    thread = threading.Thread(target=running.run, args=([taken],), daemon=True)
    thread.start()
    print(address, flush=True)
    sys.stdin.read()
    running.should_exit = True
    thread.join(20)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
