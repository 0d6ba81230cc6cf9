"""The demo from the window: started on a lane, shown as a profile with people to be."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QObject, Signal

from govdesk.config.profiles import Profile
from govdesk.desktop.entrance import Persona
from govdesk.jobs import Job, Jobs, Task
from govdesk.services import demo as service
from govdesk.services.demo import Demo
from govdesk.services.demo_early import EarlyStart

_CHILDREN_SECONDS = 3.0
"""Until the demo's worker and web pages start."""


class DemoStarter(QObject):
    """Starts the demo of `home`. `started` carries the `Demo`, `failed` an error, `progress` words.

    The demo belongs to this object from then on: `stop` ends its server.
    """

    started = Signal(object)
    failed = Signal(object)
    progress = Signal(str)

    def __init__(
        self,
        home: Path,
        events: int,
        reset: bool,
        jobs: Jobs,
        *,
        early: EarlyStart | None = None,
    ):
        super().__init__()
        self._early = early
        self._home, self._events, self._reset, self._jobs = home, events, reset, jobs
        self._job: Job | None = None
        self._demo: Demo | None = None

    def start(self) -> None:
        """Start it, unless it runs already."""
        if self._demo is not None:
            self.started.emit(self._demo)
        elif self._job is None or self._job.has_ended:
            self._job = self._jobs.start(
                self._start,
                owner=self,
                on_result=self._on_started,
                on_error=self.failed.emit,
                on_progress=self._on_progress,
                lane="network",
                title="Start the demo",
            )

    def stop(self) -> None:
        """End its server; returns when no process is left."""
        demo, self._demo = self._demo, None
        if demo is not None:
            demo.stop()

    def _start(self, task: Task) -> Demo:
        # Kept here and not only in the result: a window that closes meanwhile drops the result.
        early, self._early = self._early, None
        if early is not None:
            self._demo = early.wait(task.progress)
        else:
            self._demo = service.start(
                self._home, self._events, reset=self._reset, progress=task.progress
            )
        return self._demo

    def _on_started(self, demo: Demo) -> None:
        self._reset = False
        # The windows need the processor first.
        demo.begin(delay=_CHILDREN_SECONDS)
        self.started.emit(demo)

    def _on_progress(self, done: int, total: int | None, text: str) -> None:
        share = f" {done / total:.0%}" if total else ""
        self.progress.emit(f"Recording eighteen months of events …{share}")


def profile_of(demo: Demo) -> tuple[Profile, str]:
    """Return the demo's server as a profile, and its login's password."""
    url = urlsplit(str(demo.facts["app_url"]))
    profile = Profile(
        "Demo",
        url.hostname or "127.0.0.1",
        url.port or 5432,
        url.path.lstrip("/"),
        unquote(url.username or ""),
        tls="disable",
        environment="dev",
        tenant_path=str(demo.facts["tenant_path"]),
    )
    return profile, unquote(url.password or "")


def personas_of(demo: Demo) -> tuple[Persona, ...]:
    """Return the people of the first organisation whom one can sign in as."""
    return tuple(
        Persona(who["title"], who["email"], who["password"], who["totp_secret"])
        for who in demo.facts["accounts"]
        if who["tenant_path"] == demo.facts["tenant_path"]
    )
