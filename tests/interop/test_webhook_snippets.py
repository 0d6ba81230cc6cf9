"""The receivers printed in docs/webhooks.md: they run, accept what is genuine, and nothing else."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from govdesk.delivery import signing
from govdesk.domain.retrying import SCHEDULE
from govdesk.domain.webhooks import new_secret

PAGE = (Path(__file__).parents[2] / "docs/webhooks.md").read_text(encoding="utf-8")
BODY = '{"type":"member.invited","data":{"summary":"Größe ✓"}}'.encode()


@dataclass(frozen=True)
class Case:
    """What a receiver gets, and what it checks with."""

    headers: dict[str, str]
    body: bytes
    secret: str
    x: str

    def with_header(self, name: str, value: str) -> Case:
        return replace(self, headers=self.headers | {name: value})


def signed(moment: int) -> Case:
    """Signed with two secrets and keys, as during a rotation; checked with those before."""
    newest, before = new_secret(), new_secret()
    keys = [signing.SigningKey.generate() for _ in range(2)]
    message = signing.signed_bytes("msg_1", moment, BODY)
    header = signing.signature_header(message, [newest.raw, before.raw], keys)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(moment),
        "webhook-signature": header,
    }
    x = base64.urlsafe_b64encode(keys[1].public).rstrip(b"=").decode()
    return Case(headers, BODY, before.text, x)


def snippet(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def _said(command: list[str], cases: Sequence[Case]) -> list[bool]:
    given = [
        {"headers": one.headers, "body": one.body.decode(), "secret": one.secret} for one in cases
    ]
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [{"true": True, "false": False}[word] for word in done.stdout.lower().split()]


def in_python(folder: Path, cases: Sequence[Case]) -> list[bool]:
    file = folder / "receiver.py"
    call = (
        "\nimport json, sys\nfor one in json.load(sys.stdin):\n"
        "    print(is_genuine(one['headers'], one['body'].encode(), one['secret']))\n"
    )
    file.write_text(snippet("python") + call, encoding="utf-8")
    return _said([sys.executable, str(file)], cases)


def in_node(folder: Path, cases: Sequence[Case]) -> list[bool]:
    node = shutil.which("node") or pytest.skip("Node is missing: apt install nodejs")
    file = folder / "receiver.mjs"
    call = (
        '\nimport { readFileSync } from "node:fs";\n'
        "for (const one of JSON.parse(readFileSync(0)))\n"
        "  console.log(isGenuine(one.headers, Buffer.from(one.body), one.secret));\n"
    )
    file.write_text(snippet("js") + call, encoding="utf-8")
    return _said([str(node), str(file)], cases)


def in_java(folder: Path, cases: Sequence[Case]) -> list[bool]:
    """The cases are written into the program: Java alone reads no JSON."""
    java = shutil.which("java") or pytest.skip("Java is missing: apt install default-jdk-headless")
    *imports, rest = re.split(r"(?<=;)\n\n", snippet("java"), maxsplit=1)
    calls = "\n".join(map(_in_java, cases))
    main = (
        f"class Receiver {{ public static void main(String[] a) throws Exception {{ {calls} }} }}"
    )
    file = folder / "Receiver.java"
    file.write_text("\n".join([*imports, main, rest]), encoding="utf-8")
    return _said([str(java), str(file)], cases)


def _in_java(one: Case) -> str:
    entries = ", ".join(f'"{name}", "{value}"' for name, value in one.headers.items())
    body = base64.b64encode(one.body).decode()
    return (
        f"System.out.println(Webhooks.isGenuine(Map.of({entries}),"
        f' Base64.getDecoder().decode("{body}"), "{one.x}"));'
    )


Receiver = Callable[[Path, Sequence[Case]], list[bool]]


@pytest.mark.parametrize("receiver", [in_python, in_node, in_java])
def test_a_receiver_of_the_page_takes_what_is_genuine_and_nothing_else(
    receiver: Receiver, tmp_path: Path
) -> None:
    now = int(time.time())
    good = signed(now)
    bad = [
        replace(good, body=good.body.replace(b"invited", b"removed")),
        good.with_header("webhook-id", "msg_2"),
        good.with_header("webhook-timestamp", str(now + 1)),
        good.with_header("webhook-signature", "v1,AAAA v1a," + "A" * 86 + "=="),
        signed(now - 400),
        signed(now + 400),
        replace(good, secret=new_secret().text, x=signed(1).x),
    ]
    assert receiver(tmp_path, [good, *bad]) == [True] + [False] * len(bad)


def test_the_table_of_tries_is_the_schedule() -> None:
    rows = re.findall(r"^\| (\d+) \| (at once|(\d+) (second|minute|hour)s?)", PAGE, re.MULTILINE)
    units = {"": 0, "second": 1, "minute": 60, "hour": 3600}
    seconds = [int(count or 0) * units[unit] for _, _, count, unit in rows]
    assert [int(number) for number, *_ in rows] == list(range(1, len(SCHEDULE) + 1))
    assert seconds == list(SCHEDULE)
