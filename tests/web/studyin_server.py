"""The whole program on a port of its own, and a client that speaks to its socket as a browser does."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from studyin.app import create_app
from studyin.config import Settings
from studyin.web.door import Door, runner_of

Frame = dict[str, Any]

_HELD: list[socket.socket] = []


def free_port() -> int:
    """A port for a program that can't be told to choose one itself."""
    # Held for as long as the tests run, so that the system gives it to nobody else. Who is told it may listen on it all
    # the same: servers let addresses be used again.
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    _HELD.append(held)
    return int(held.getsockname()[1])


# A frame that does not come within this is not coming; generous, because these machines are shared.
PATIENCE_SECONDS = 10.0


class StudyinServer:
    """Started and stopped as `studyin serve` does it; `stop` and `start` again is a restart on the same port.

    handler_cancellation: as aiohttp's own test server has it, and `studyin serve` has not.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        handler_cancellation: bool = False,
        most_connections: int | None = None,
        **settings: Any,
    ) -> None:
        self.settings = Settings(data_dir=data_dir, **settings)
        self._handler_cancellation = handler_cancellation
        self._most_connections = most_connections
        self._port = 0
        self._runner: web.AppRunner | None = None

    @property
    def app(self) -> web.Application:
        assert self._runner is not None
        return self._runner.app

    @property
    def url(self) -> str:
        return f"http://localhost:{self._port}"

    async def start(self) -> None:
        self._runner = runner_of(
            create_app(self.settings), shutdown_seconds=1.0, handler_cancellation=self._handler_cancellation
        )
        await self._runner.setup()
        site = Door(self._runner, "127.0.0.1", self._port, most=self._most_connections)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> StudyinServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


class Chat:
    """A connection to the chat socket."""

    def __init__(self, http: aiohttp.ClientSession, server: StudyinServer) -> None:
        self._http = http
        self._server = server
        self.socket: aiohttp.ClientWebSocketResponse

    async def connect(self, **options: Any) -> Chat:
        self.socket = await self._http.ws_connect(self._server.url + "/api/chat/ws", **options)
        return self

    async def __aenter__(self) -> Chat:
        await self.connect()
        assert (await self.frame())["type"] == "info"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send_json({"type": kind, **fields})

    async def ask(self, content: str, **fields: Any) -> None:
        await self.send("user_message", content=content, **fields)

    async def frame(self) -> Frame:
        """The next frame."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            frame: Frame = await self.socket.receive_json()
        return frame

    async def until(self, kind: str, **fields: Any) -> list[Frame]:
        """The frames up to the first of that type (and with those fields), that one included."""
        frames = [await self.frame()]
        while frames[-1]["type"] != kind or any(frames[-1].get(name) != value for name, value in fields.items()):
            frames.append(await self.frame())
        return frames

    async def closes(self) -> tuple[int | None, str]:
        """Code and reason of the server's goodbye; frames before it are passed over."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.CLOSE:
                    return message.data, message.extra or ""
                if message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                    return self.socket.close_code, ""


def said(frames: list[Frame]) -> str:
    """The tokens among the frames, joined."""
    return "".join(frame["value"] for frame in frames if frame["type"] == "token")


def kinds(frames: list[Frame]) -> list[str]:
    """The types of the frames, repeated tokens once."""
    names = [frame["type"] for frame in frames]
    return [name for at, name in enumerate(names) if at == 0 or name != names[at - 1]]


def only(frames: list[Frame], kind: str) -> Mapping[str, Any]:
    """The one frame of that type."""
    (frame,) = [frame for frame in frames if frame["type"] == kind]
    return frame
