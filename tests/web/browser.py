"""Headless Chromium, driven over its own protocol and by real key events; no library between.

Chromium reads commands from file descriptor 3 and writes to 4, each message ended by NUL
(``--remote-debugging-pipe``), so there is no port, no socket and no thread.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "sudo apt-get install --no-install-recommends chromium"
_SECONDS = 60.0
_BECOME = """
import os, sys
ends = [os.dup(int(number)) for number in sys.argv[1:3]]
spare = [os.dup(0) for _ in range(5)]
ends = [os.dup(end) for end in ends]
os.dup2(ends[0], 3), os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowDown": 40, "Home": 36, "End": 35}
_SHIFT, _CONTROL = 8, 2
Json = dict[str, Any]


def program() -> str:
    """Path of the browser; without one the test is skipped, with the command that brings it.

    In CI that is a failure where the distribution has one.
    """
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return found
    sentence = f"Chromium is not installed; run: {INSTALL}"
    if os.environ.get("CI") == "true" and shutil.which("apt-get"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


class Browser:
    """One tab of a browser without JavaScript."""

    def __init__(self, to_it: int, from_it: int):
        self._to, self._from = to_it, from_it
        self._buffer, self._number, self._session = b"", 0, ""
        self._heard: list[Json] = []

    def begin(self) -> None:
        """Open the tab and switch scripts off."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "DOM", "Network", "Log", "Accessibility"):
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setScriptExecutionDisabled", value=True)
        self.ask("Emulation.setFocusEmulationEnabled", enabled=True)

    def ask(self, method: str, **parameters: Any) -> Json:
        """Send one command and return its result."""
        self._number += 1
        message: Json = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self._number:
                if "error" in heard:
                    raise AssertionError(f"{method}: {heard['error']['message']}")
                return dict(heard["result"])
            self._heard.append(heard)

    def wait(self, event: str) -> Json:
        """Return the next event of a kind; others stay for `events`."""
        while True:
            for at, heard in enumerate(self._heard):
                if heard.get("method") == event:
                    del self._heard[at]
                    return dict(heard["params"])
            self._heard.append(self._hear())

    def events(self, method: str) -> list[Json]:
        """Events of a kind since the last `go` or `submit`."""
        return [heard["params"] for heard in self._heard if heard.get("method") == method]

    def forget(self) -> None:
        """Begin to listen for events anew."""
        self._heard.clear()

    def look(self, width: int, height: int, *, dark: bool = False, scale: float = 1) -> None:
        """Set the window and the colour scheme."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=scale, mobile=False,
        )  # fmt: skip
        scheme = "dark" if dark else "light"
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", features=features)

    def go(self, url: str) -> None:
        """Open an address and wait until it is there."""
        self._heard.clear()
        self.ask("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def key(self, name: str, *, shift: bool = False) -> None:
        """Press and release one key."""
        code = _KEYS.get(name)
        text = {"Enter": "\r", " ": " "}.get(name, name if len(name) == 1 else "")
        facts: Json = {"key": name, "modifiers": _SHIFT if shift else 0}
        if code is not None:
            facts |= {"windowsVirtualKeyCode": code, "code": "Space" if name == " " else name}
        if text:
            facts["text"] = text
        self.ask("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **facts)
        facts.pop("text", None)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **facts)

    def type(self, text: str) -> None:
        """Type letter by letter."""
        for letter in text:
            self.key(letter)

    def tab_to(self, name: str) -> None:
        """Press Tab until the control with this accessible name has the focus."""
        seen = []
        for _ in range(40):
            self.key("Tab")
            seen.append(self.focused()[1])
            if seen[-1] == name:
                return
        raise AssertionError(f"Tab never reached {name!r}, but {seen}")

    def submit(self, key: str = "Enter") -> None:
        """Press a key that sends the form, and wait for the answer."""
        self._heard.clear()
        self.key(key)
        self.wait("Page.loadEventFired")

    def tree(self) -> list[tuple[str, str, Json]]:
        """Role, name and properties of everything a screen reader can meet."""
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        return [
            (
                node.get("role", {}).get("value", ""),
                node.get("name", {}).get("value", ""),
                {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
                | {"description": node.get("description", {}).get("value", "")},
            )
            for node in nodes
            if not node.get("ignored")
        ]

    def focused(self) -> tuple[str, str, Json]:
        """What has the focus."""
        found = [node for node in self.tree() if node[2].get("focused")]
        return found[-1] if found else ("", "", {})

    def title(self) -> str:
        """The page's title."""
        return next(name for role, name, _ in self.tree() if role == "RootWebArea")

    def text(self) -> str:
        """All text of the page."""
        return " ".join(name for role, name, _ in self.tree() if role == "StaticText")

    def source(self) -> str:
        """The page's markup as the browser holds it."""
        root = self.ask("DOM.getDocument", depth=0)["root"]["nodeId"]
        return str(self.ask("DOM.getOuterHTML", nodeId=root)["outerHTML"])

    def widths(self) -> tuple[float, float]:
        """Width of the window and of what is in it."""
        metrics = self.ask("Page.getLayoutMetrics")
        return metrics["cssLayoutViewport"]["clientWidth"], metrics["cssContentSize"]["width"]

    def picture(self, path: Path) -> None:
        """Write the whole page as PNG."""
        got = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(got["data"]))

    def _hear(self) -> Json:
        end = time.monotonic() + _SECONDS
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise AssertionError("the browser said nothing for a minute")
            data = os.read(self._from, 1 << 16)
            if not data:
                raise AssertionError("the browser ended")
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(message))


@contextmanager
def running() -> Iterator[Browser]:
    """A browser with an empty profile of its own, gone with the block."""
    path, (its_in, to_it), (from_it, its_out) = program(), os.pipe(), os.pipe()
    folder = tempfile.mkdtemp(prefix="govdesk-browser-")
    process = subprocess.Popen(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            _BECOME,
            str(its_in),
            str(its_out),
            path,
            *_options(folder),
        ],
        pass_fds=(its_in, its_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(its_in)
    os.close(its_out)
    browser = Browser(to_it, from_it)
    try:
        browser.begin()
        yield browser
        browser._session = ""
        browser.ask("Browser.close")
        process.wait(20)
    finally:
        process.kill()
        process.wait()
        os.close(to_it)
        os.close(from_it)
        shutil.rmtree(folder, ignore_errors=True)


def _options(folder: str) -> list[str]:
    options = [
        "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={folder}",
        "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--hide-scrollbars",
        "--disable-extensions", "--disable-background-networking", "--disable-sync",
        "--disable-component-update", "--disable-dev-shm-usage", "--password-store=basic",
        "--no-proxy-server", "--lang=en-AU",
    ]  # fmt: skip
    # Chromium's sandbox refuses to run as root, as in containers.
    return [*options, *(["--no-sandbox"] if os.geteuid() == 0 else []), "about:blank"]
