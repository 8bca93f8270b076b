"""A small TCP proxy between page and server, which can do what bad lines and bad proxies do."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

UPGRADE = re.compile(rb"^(Upgrade|Connection):.*\r\n", re.IGNORECASE | re.MULTILINE)


class Proxy:
    """strip_upgrade: forward requests without their Upgrade, as a proxy does that knows HTTP/1.0 only.

    prefix: serve below this path, such as "apps/study/".
    """

    def __init__(self, target: int, *, strip_upgrade: bool = False, prefix: str = "") -> None:
        self._target = target
        self._strip = strip_upgrade
        self._prefix = prefix
        self._port = 0
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False
        self.url = ""

    async def __aenter__(self) -> Proxy:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
        # Not waited for: Chromium opens connections ahead, and one that comes at this moment may never say a word.
        self._is_over = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://localhost:{self._port}/{self._prefix}"

    def close(self) -> None:
        """Be gone, until it is opened again on the same port."""
        self._server.close()
        self.cut()

    def freeze(self) -> None:
        """Lose every byte's way without closing anything: what a laptop sees when its network is gone."""
        self._flows.clear()

    def thaw(self) -> None:
        self._flows.set()

    def cut(self) -> None:
        """Drop all connections; new ones are taken."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_over:
            return writer.transport.abort()
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # Cancelled only at the end; asyncio would log each of them as a failure (until Python 3.12).
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._relay(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        ends = {writer, up_writer}
        self._writers |= ends
        try:
            if self._strip or self._prefix:
                up_writer.write(self._changed(await reader.readuntil(b"\r\n\r\n")))
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, up_writer))
                both.create_task(self._pump(up_reader, writer))
        except* OSError:  # the other end is gone already
            pass
        finally:
            self._writers -= ends
            up_writer.transport.abort()

    def _changed(self, head: bytes) -> bytes:
        """The head of a connection's first request; it gets no second one that would have to be changed too."""
        head = head.replace(f" /{self._prefix}".encode(), b" /", 1)
        if b"websocket" in head.lower() and not self._strip:
            return head
        return UPGRADE.sub(b"", head)[:-2] + b"Connection: close\r\n\r\n"

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
