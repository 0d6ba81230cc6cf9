"""Runs a server for as long as standard input stays open; a script of its own, stdlib only.

    keeper.py UID GID COMMAND …

As root it drops to UID and GID for the server, which PostgreSQL demands. The owner holds the other end of the pipe. When the owner ends, in whatever way, the pipe closes
and the server is asked for a fast shutdown, then killed.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command until it ends or the pipe closes; return its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    uid, gid, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if os.geteuid() == 0:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, user=uid, group=gid, extra_groups=[]
        )
    else:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def watch() -> None:
        while sys.stdin.buffer.read(1024):
            pass
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=25)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)

    threading.Thread(target=watch, daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
