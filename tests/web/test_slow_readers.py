"""A reader that stops reading: it slows nobody, holds no memory, and is brought up to date when it reads again."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from studyin.web.keys import ENGINE
from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer, said

# Ten megabytes in all: far more than the buffers of two sockets hold.
PIECE = "0123456789abcdef" * 64
PIECES = 160
ALL = PIECE * PIECES + "?"
HANDSHAKE = (
    "GET /api/chat/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@asynccontextmanager
async def _reader_that_never_reads(server: StudyinServer, session_id: str) -> AsyncIterator[None]:
    """A connection that opens the session and then never takes another byte."""
    loop = asyncio.get_running_loop()
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setblocking(False)
        await loop.sock_connect(raw, ("127.0.0.1", int(server.url.rpartition(":")[2])))
        await loop.sock_sendall(raw, HANDSHAKE.encode())
        await loop.sock_recv(raw, 1024)
        payload = json.dumps({"type": "open", "session_id": session_id, "html": True}).encode()
        # A client's frame is masked; a mask of zeros leaves it as it is.
        await loop.sock_sendall(raw, bytes([0x81, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)
        yield


def _unsent_bytes(server: StudyinServer) -> list[int]:
    """What waits in the server's memory for each connection."""
    assert server._runner is not None
    assert server._runner.server is not None
    transports = [handler.transport for handler in server._runner.server.connections]
    return [transport.get_write_buffer_size() for transport in transports if transport is not None]


async def test_a_reader_that_never_reads_slows_nobody_and_holds_a_bounded_buffer(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    provider.script(Stream("Hello?"))
    async with StudyinServer(tmp_path, openai_base_url=provider.url) as server, Chat(http, server) as one:
        await one.send("open", session_id=None)
        await one.ask("First?")
        session_id = (await one.until("complete"))[-1]["session_id"]
        async with _reader_that_never_reads(server, session_id):
            for number in range(4):
                provider.script(Stream(*[PIECE] * PIECES, "?", pace=2000))
                await one.ask(f"More {number}?")
                frames = await one.until("complete")
                assert said(frames) == ALL
                assert max(_unsent_bytes(server)) < 1_000_000
        assert server.app[ENGINE].count == 0


async def test_a_reader_that_comes_back_after_a_pause_gets_all_of_it_in_longer_pieces(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    pause = Pause()
    provider.script(Stream(PIECE, pause, *[PIECE] * (PIECES - 1), "?", pace=1000))
    async with StudyinServer(tmp_path, openai_base_url=provider.url) as server, Chat(http, server) as one:
        await one.ask("Go")
        session = (await one.until("token"))[-1]["session_id"]
        turn = server.app[ENGINE].running("local", session)
        assert turn is not None
        pause.go.set()
        while turn.final is None:  # the client takes no frame from its socket meanwhile
            await turn.changed(turn.version)
        rest = await one.until("complete")
    assert rest[-1]["message"] == ALL
    tokens = [frame for frame in rest if frame["type"] == "token"]
    assert len(tokens) < PIECES
