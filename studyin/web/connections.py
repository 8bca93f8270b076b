"""The connections that are open: how many at most, and whose place a newcomer gets when all are taken."""

from __future__ import annotations

import asyncio
from typing import cast

from aiohttp import web

# What is read of one connection before it is the next one's turn: asyncio's 256 KB, times all that send at once, take
# so long to parse that everybody waits.
READ_BYTES = 32 * 1024


class Connections:
    """Knows which connections have a request under way of who may come in; of others the longest there gives way.

    So a crowd that connects and says nothing, never to the end, or only what anybody may ask, keeps nobody out who may
    come in.
    """

    def __init__(self) -> None:
        self.most = 0  # its door says how many there may be
        self._busy: set[web.RequestHandler] = set()
        # In the order in which they began to wait.
        self._waiting: dict[web.RequestHandler, None] = {}

    @property
    def count(self) -> int:
        return len(self._busy) + len(self._waiting)

    @property
    def is_full(self) -> bool:
        return self.count >= self.most

    def make_room(self) -> bool:
        """End the connection that has waited longest for a request; False where none waits."""
        if not self._waiting:
            return False
        longest = next(iter(self._waiting))
        del self._waiting[longest]
        cast(Connection, longest).abort()
        return True

    def wait(self, connection: web.RequestHandler) -> None:
        """From now on nothing is lost where it gives way."""
        self.leave(connection)
        self._waiting[connection] = None

    def stir(self, connection: web.RequestHandler) -> None:
        """It has sent a request, of whom is not known yet: others give way before it. Who it is of may take a moment,
        and a student who was silent for a minute would be the very first to go in it."""
        if connection in self._waiting:
            self.wait(connection)

    def work(self, connection: web.RequestHandler) -> None:
        """From now on it has such a request under way; for a chat socket as long as that is open."""
        if connection in self._waiting:
            del self._waiting[connection]
            self._busy.add(connection)

    def leave(self, connection: web.RequestHandler) -> None:
        self._busy.discard(connection)
        self._waiting.pop(connection, None)


class Connection(web.RequestHandler):
    """One of them, as aiohttp serves it."""

    __slots__ = ("_connections", "_line")

    def __init__(self, server: web.Server, connections: Connections, *, keepalive_seconds: float) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=keepalive_seconds,
            access_log=None,  # type: ignore[arg-type] # access.py writes the log
            # 200 KB on the line could be 200 MB in memory; security.py refuses such bodies, and nobody inflates them.
            auto_decompress=False,
        )
        self._connections = connections
        self._line: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._line = cast(asyncio.Transport, transport)
        self._line.max_size = READ_BYTES  # type: ignore[attr-defined] # of asyncio's own transports
        self._connections.wait(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._line = None
        self._connections.leave(self)
        super().connection_lost(exc)

    def abort(self) -> None:
        """End it now: close() would wait until its reader has taken what is left of an earlier answer."""
        if self._line is not None:
            self._line.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages:
            self._connections.stir(self)
        error = getattr(self._messages[-1][0], "exc", None) if self._messages else None
        if error is not None:
            # Of what is no HTTP. Its frames hold what was read, and the error itself: all that would stay until the
            # collector comes by.
            error.__traceback__ = None

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            if self._line is not None:
                self._connections.wait(self)
