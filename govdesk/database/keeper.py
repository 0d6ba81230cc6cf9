"""Runs a server for as long as its owner lives; a script of its own, standard library only.

    keeper.py OWNER UID GID COMMAND …

As root it drops to UID and GID for the server, which PostgreSQL demands. The owner holds the other
end of standard input. When the owner ends, in whatever way, the pipe closes and the server is
asked for a fast shutdown, then killed. The server in turn does not outlive this process.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import threading

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal a process gets when its parent ends."""


def end_with_parent() -> None:
    """In the server, before it runs: ask for a fast shutdown when the keeper is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def await_owner(owner: int) -> None:
    """Return when the owner has closed the pipe or is gone.

    A process that the owner forked holds a copy of the pipe, so the pipe alone would not tell.
    """
    watched: list[int] = [sys.stdin.fileno()]
    if hasattr(os, "pidfd_open"):
        try:
            watched.append(os.pidfd_open(owner))
        except ProcessLookupError:
            return
        except OSError:
            print("keeper: no pidfd here; watching the pipe alone", file=sys.stderr)
        if os.getppid() != owner:
            return
    select.select(watched, [], [])


def main() -> int:
    """Run the command until it ends or the owner does; return its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    owner, uid, gid, command = *map(int, sys.argv[1:4]), sys.argv[4:]
    # Setting the identity we already have would need a privilege we lack.
    ours = os.geteuid() != 0
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        user=None if ours else uid,
        group=None if ours else gid,
        extra_groups=None if ours else [],
        preexec_fn=end_with_parent,
    )

    def watch() -> None:
        await_owner(owner)
        # More than once: a program that is still starting may lose the first.
        for _ in range(5):
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=5)
            except subprocess.TimeoutExpired:
                continue
            return
        server.send_signal(signal.SIGQUIT)

    threading.Thread(target=watch, daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
