"""One process, one file: a lock that dies with the process that holds it, however it dies.

A second server on the same file would take the first one's running replies for the remains of a crash.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import IO

from studyin.errors import StartupError

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Claim:
    """Holds `<file>.lock` from its making until `release`. Raises StartupError where another process holds it."""

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(path.name + ".lock").open("a")
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise StartupError(
                f"Another Studyin is already using {path}. Stop it first, or give this one its own folder with "
                "--data-dir."
            ) from error

    def release(self) -> None:
        self._file.close()

    def __enter__(self) -> Claim:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def is_claimed(path: Path) -> bool:
    """Whether another process works on the file, at this moment."""
    try:
        Claim(path).release()
    except StartupError:
        return True
    return False
