"""A file for as long as a request takes: in memory while it is small, else in the system's folder for such files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from studyin.errors import Code, StudyinError
from studyin.language import phrase, say

# Up to this size it is in memory.
MEMORY_BYTES = 4 * 1024 * 1024

# What the system says beside the reasons of the store and of the inbox.
REASONS = (phrase("no such file or directory"), phrase("not a directory"))


@contextmanager
def scratch_file() -> Iterator[IO[bytes]]:
    """Raises StudyinError STORAGE_UNAVAILABLE where its folder takes no more, whenever that comes out."""
    try:
        with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as file:
            yield file
    except ConnectionError:  # of the browser, not of the disk
        raise
    except OSError as error:
        if error.errno is None:
            raise
        raise StudyinError(
            Code.STORAGE_UNAVAILABLE,
            say(
                "The server needs room for a moment, and its folder for temporary files ({folder}) can't be written "
                "({reason}). Make room there, or start it with TMPDIR set to another folder, then try again.",
                folder=tempfile.tempdir or os.environ.get("TMPDIR") or "TMPDIR",
                reason=say(os.strerror(error.errno).lower()),
            ),
            status=503,
            retryable=True,
        ) from error
