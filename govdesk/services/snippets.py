"""Programs to copy that send a first event: the setup guide and ``docs/intake.md`` show the same.

Each needs nothing but what its language brings, names the key once, and sends an
``Idempotency-Key``, so that whoever runs it a second time after a timeout writes nothing twice.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Final, NamedTuple

INTAKE_PATH: Final = "/v1/events"
EXAMPLE_URL: Final = "https://govdesk.example.com"
EXAMPLE_KEY: Final = "gd_prod_…"
KEY_VARIABLE: Final = "API_KEY"


class Snippet(NamedTuple):
    """A program: what its tab says, its language as highlighters name it, and the text."""

    title: str
    language: str
    text: str


def first_event() -> dict[str, object]:
    """The event that every snippet sends: harmless, and easy to find in the timeline."""
    return {
        "action": "system.event",
        "severity": "info",
        "summary": "First event of this system",
        "data": {"sent_by": "the setup guide"},
    }


def intake_address(url: str) -> str:
    """Where events go on the web pages at `url`."""
    return url.rstrip("/") + INTAKE_PATH


def snippets(url: str, key: str) -> list[tuple[str, str, str]]:
    """Title, language and text for curl, Python and Node, with this address and this very key.

    The texts hold the key: show them where the key itself may be shown, and log them nowhere.
    """
    address = intake_address(url)
    return [_curl(address, key), _python(address, key), _node(address, key)]


def _curl(address: str, key: str) -> Snippet:
    body = json.dumps(first_event())
    return Snippet(
        "curl",
        "bash",
        f"""export {KEY_VARIABLE}={shlex.quote(key)}
curl --silent --show-error --fail-with-body --max-time 30 \\
  --header "Authorization: Bearer ${KEY_VARIABLE}" \\
  --header "Content-Type: application/json" \\
  --header "Idempotency-Key: first-event-$(date +%s)-$$" \\
  --data {shlex.quote(body)} \\
  {shlex.quote(address)}
""",
    )


def _python(address: str, key: str) -> Snippet:
    return Snippet(
        "Python",
        "python",
        f"""import json
import os
import urllib.error
import urllib.request
import uuid

key = os.environ.get("{KEY_VARIABLE}", {json.dumps(key, ensure_ascii=False)})
event = {_written_out(first_event())}
request = urllib.request.Request(
    {json.dumps(address)},
    data=json.dumps(event).encode(),
    headers={{
        "Authorization": f"Bearer {{key}}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    }},
)
try:
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(json.load(answer))
except urllib.error.HTTPError as error:
    raise SystemExit(error.read().decode())
""",
    )


def _node(address: str, key: str) -> Snippet:
    return Snippet(
        "Node",
        "javascript",
        f"""const key = process.env.{KEY_VARIABLE} ?? {json.dumps(key, ensure_ascii=False)};
const event = {_indented(first_event(), "  ")};

async function send() {{
  const {{ randomUUID }} = await import("node:crypto");
  const answer = await fetch({json.dumps(address)}, {{
    method: "POST",
    headers: {{
      Authorization: `Bearer ${{key}}`,
      "Content-Type": "application/json",
      "Idempotency-Key": randomUUID(),
    }},
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(30_000),
  }});
  console.log(await answer.text());
  if (!answer.ok) process.exitCode = 1;
}}

send();
""",
    )


def _written_out(event: Mapping[str, object]) -> str:
    """A dictionary as formatters of Python leave it."""
    lines = (
        f'    "{name}": {json.dumps(value, ensure_ascii=False)},' for name, value in event.items()
    )
    return "\n".join(("{", *lines, "}"))


def _indented(value: object, step: str) -> str:
    """A JSON object over several lines; free of what Python and JavaScript write differently."""
    return json.dumps(value, indent=step, ensure_ascii=False)
