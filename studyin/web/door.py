"""The listening socket: where connections come in, how many at most, and how long they may be silent."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import MutableMapping, Sequence
from typing import Any, cast

from aiohttp import web

from studyin import logs
from studyin.errors import Code
from studyin.web.access import MALFORMED_SECONDS
from studyin.web.connections import Connection
from studyin.web.keys import CONNECTIONS, METRICS, SETTINGS

log = logging.getLogger(__name__)

# A connection without a whole request for so long is closed: longer than the 60 s for which proxies keep one, short
# enough that handshakes which never end don't gather.
SILENT_SECONDS = 75
# Room for pages, uploads and checks beside STUDYIN_MAX_SOCKETS, and for files of our own beside both.
OTHER_CONNECTIONS = 500
OWN_FILES = 300
# How many connections the kernel keeps while we restart or are busy, and how many of them are taken in one go: those
# inside are served in between, and no more than these are open beyond all bounds until they are turned away.
BACKLOG = 1024
TAKEN_AT_ONCE = 32
# Where systemd puts the sockets it opened for us, sd_listen_fds(3).
FIRST_PASSED = 3

_TURNED_AWAY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 49\r\n\r\nThe server has all the connections it can hold.\r\n"
)


def runner_of(app: web.Application, *, shutdown_seconds: float, **options: Any) -> web.AppRunner:
    """The application as it is served by a Door."""
    return web.AppRunner(app, access_log=None, shutdown_timeout=shutdown_seconds, **options)


def passed_sockets(environ: MutableMapping[str, str] = os.environ) -> Sequence[socket.socket]:
    """The listening sockets that systemd passed to this very process; none where it did not. Children get none.

    It keeps them open while we restart, so that nobody is refused: connections wait in the kernel until we accept them.
    """
    told = {name: environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")}
    if told["LISTEN_PID"] != str(os.getpid()) or not told["LISTEN_FDS"].isdigit():
        return ()
    sockets = [socket.socket(fileno=FIRST_PASSED + number) for number in range(int(told["LISTEN_FDS"]))]
    for each in sockets:
        os.set_inheritable(each.fileno(), False)
    return sockets


class Door(web.BaseSite):
    """Lets connections in, from an address or from sockets that were passed, and no more than `most` of them."""

    def __init__(
        self,
        runner: web.AppRunner,
        host: str,
        port: int,
        *,
        passed: Sequence[socket.socket] = (),
        most: int | None = None,
    ) -> None:
        super().__init__(runner, backlog=BACKLOG)
        self._host, self._port, self._passed = host, port, passed
        self._app = runner.app
        self._connections = runner.app[CONNECTIONS]
        self._connections.most = most or _room_for(runner.app[SETTINGS].max_sockets)
        self._seldom = logs.Seldom(MALFORMED_SECONDS)

    @property
    def name(self) -> str:
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        await super().start()
        loop = asyncio.get_running_loop()
        options: dict[str, Any] = {"backlog": TAKEN_AT_ONCE}
        if self._passed:
            servers = [await loop.create_server(self._let_in, sock=each, **options) for each in self._passed]
            self._server = servers[0] if len(servers) == 1 else cast(asyncio.AbstractServer, _Several(servers))
        else:
            servers = [await loop.create_server(self._let_in, self._host, self._port, **options)]
            self._server = servers[0]
        for listening in (each for server in servers for each in server.sockets):
            with listening.dup() as again:  # asyncio has one number for both
                again.listen(BACKLOG)

    def _let_in(self) -> asyncio.Protocol:
        server = self._runner.server
        assert server is not None
        if not self._connections.is_full:
            return Connection(server, self._connections, keepalive_seconds=SILENT_SECONDS)
        if self._connections.make_room():
            self._tell("gave_way", "those that say nothing give way")
            return Connection(server, self._connections, keepalive_seconds=SILENT_SECONDS)
        self._tell(Code.TOO_MANY_CONNECTIONS, "others are refused")
        return _TurnAway()

    def _tell(self, reason: str, happens: str) -> None:
        self._app[METRICS].sockets_refused.labels(reason).inc()
        if (held := self._seldom.admit(reason)) is not None:
            message = f"all {self._connections.most} connections are taken; {happens}"
            logs.event(log, logging.WARNING, message, others=held or None)


class _TurnAway(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.WriteTransport, transport).write(_TURNED_AWAY)
        transport.close()


class _Several:
    """The servers of several passed sockets, as far as a site asks one."""

    def __init__(self, servers: Sequence[asyncio.Server]) -> None:
        self._servers = servers

    @property
    def sockets(self) -> Sequence[Any]:
        return [each for server in self._servers for each in server.sockets]

    def close(self) -> None:
        for server in self._servers:
            server.close()

    async def wait_closed(self) -> None:
        for server in self._servers:
            await server.wait_closed()


def _room_for(sockets: int) -> int:
    """How many connections there may be, after the limit of open files was raised as far as it goes."""
    wanted = sockets + OTHER_CONNECTIONS
    most = raise_file_limit(wanted + OWN_FILES) - OWN_FILES
    if most < wanted:
        log.warning(
            "this process may have %d open files, too few for %d chat connections: raise it (LimitNOFILE in systemd, "
            "ulimit -n), or lower STUDYIN_MAX_SOCKETS",
            most + OWN_FILES,
            sockets,
        )
    return max(1, min(wanted, most))


def raise_file_limit(wanted: int) -> int:
    """Raise the soft limit of open files to at least `wanted`, where the hard one lets us. Returns what it is then."""
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such limit
    except ImportError:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    infinite = resource.RLIM_INFINITY
    if soft == infinite or soft >= wanted:
        return wanted
    raised = wanted if hard == infinite else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
    except (OSError, ValueError):  # macOS has a lower limit than it says
        return int(soft)
    return int(raised)
