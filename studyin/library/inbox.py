"""Uploaded files on their way: on disk from their first byte until they are read, then gone.

A folder beside the data file, not a table in it: a file of 100 MB is written as it comes and handed to the reader by
its name, so that the server never holds it; and the data file does not grow by what is thrown away a minute later.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterable, Collection
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from studyin.errors import Code, StudyinError
from studyin.language import phrase, say
from studyin.store.ids import new_id

ARRIVING = ".part"

# What the system says where it keeps no file, in words that a student may see.
REASONS = (
    phrase("unknown reason"),
    phrase("no space left on device"),
    phrase("disk quota exceeded"),
    phrase("read-only file system"),
    phrase("permission denied"),
    phrase("input/output error"),
)


class Inbox:
    """The folder. A file that has arrived is named by the id of its material."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, material_id: str) -> Path:
        return self._folder / material_id

    async def receive(self, chunks: AsyncIterable[bytes]) -> Arrival:
        """Write a file as it comes; it is on disk when this returns. Raises StudyinError where that can't be done."""
        arrival = Arrival(self, new_id())
        try:
            await asyncio.to_thread(arrival.open)
            async for chunk in chunks:
                await asyncio.to_thread(arrival.write, chunk)
            await asyncio.to_thread(arrival.close)
        except BaseException:
            arrival.discard()
            raise
        return arrival

    def remove(self, material_id: str) -> None:
        """Throw a file away; where somebody still holds it open (Windows), the next sweep does."""
        with suppress(OSError):
            self.path(material_id).unlink(missing_ok=True)

    async def sweep(self, wanted: Collection[str]) -> None:
        """Remove what an earlier run of the program left behind."""
        await asyncio.to_thread(self._sweep, wanted)

    def _sweep(self, wanted: Collection[str]) -> None:
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in wanted:
                    with suppress(OSError):  # what is not to be removed keeps nobody from starting
                        path.unlink(missing_ok=True)


class Arrival:
    """A file that arrives. id: one for its material; sha256: of what came; size: in bytes."""

    def __init__(self, inbox: Inbox, material_id: str) -> None:
        self.id = material_id
        self.size = 0
        self._inbox = inbox
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None
        self.path = inbox.path(material_id).with_suffix(ARRIVING)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def open(self) -> None:
        try:
            self.path.parent.mkdir(exist_ok=True)
            self._file = self.path.open("xb")
        except OSError as error:
            raise _unavailable(error) from error

    def write(self, chunk: bytes) -> None:
        assert self._file
        try:
            self._file.write(chunk)
        except OSError as error:
            raise _unavailable(error) from error
        self._hash.update(chunk)
        self.size += len(chunk)

    def close(self) -> None:
        """Bring it to disk: a material is promised as soon as its row is committed."""
        assert self._file
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise _unavailable(error) from error

    def keep(self, material_id: str) -> None:
        """It has arrived, as the file of that material."""
        try:
            self.path.replace(self._inbox.path(material_id))
            if os.name == "posix":  # elsewhere a folder can't be opened, nor need be
                folder = os.open(self.path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
        except OSError as error:
            raise _unavailable(error) from error

    def discard(self) -> None:
        if self._file:
            with suppress(OSError):  # on a full disk, closing tries once more to write what could not be written
                self._file.close()
        with suppress(OSError):  # a disk that can't be written keeps it until the next sweep
            self.path.unlink(missing_ok=True)


def _unavailable(error: OSError) -> StudyinError:
    return StudyinError(
        Code.STORAGE_UNAVAILABLE,
        say(
            "The server can't keep this file right now ({reason}). Make room on its disk, then try again.",
            reason=say((error.strerror or REASONS[0]).lower()),
        ),
        status=503,
        retryable=True,
    )
