"""What a reader takes from itself before it opens a file that a stranger may have made."""

from __future__ import annotations

import os
import sys
import threading

from studyin.library.reports import Limits

MAX_OPEN_FILES = 64


def confine(limits: Limits) -> None:
    """Bound memory and processor time, forbid to write files, give way to the server. Without rlimits (Windows) only
    the server's clock bounds a reader."""
    if sys.platform == "win32":
        return
    # POSIX only
    import resource  # noqa: PLC0415

    os.nice(19)
    seconds = int(limits.seconds) + 1
    for limit, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)  # noqa: PLW2901
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):  # macOS knows RLIMIT_AS and refuses to set it
            continue


def end_with(server: int) -> None:
    """End this process as soon as the other end of the pipe `server` is closed, even if nobody lived to kill it."""

    def watch() -> None:
        while os.read(server, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
