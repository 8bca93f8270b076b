"""A socket client that counts: what came, and when the first of it came."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import msgspec


class _Frame(msgspec.Struct):
    type: str
    value: str = ""
    turn_id: str = ""


_decode = msgspec.json.Decoder(_Frame).decode


@dataclass
class Streamed:
    """Characters of all replies together, and how long they took."""

    characters: int
    seconds: float


async def stream(url: str, count: int, *, html: bool) -> Streamed:
    """Ask `count` questions at once, on a socket each, and read every reply to its end."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        sockets = [await stack.enter_async_context(http.ws_connect(url + "/api/chat/ws")) for _ in range(count)]
        began = time.perf_counter()
        characters = await asyncio.gather(*(_read_reply(socket, html=html) for socket in sockets))
        return Streamed(sum(characters), time.perf_counter() - began)


async def first_tokens(url: str, times: int) -> list[float]:
    """Seconds from a question to the first piece of its reply, one question after the other, a new session each."""
    taken = []
    # The yardstick reads no goodbye while it relays; nobody waits for its answer.
    hasty = aiohttp.ClientWSTimeout(ws_close=0.001)
    async with aiohttp.ClientSession() as http:
        for _ in range(times):
            async with http.ws_connect(url + "/api/chat/ws", timeout=hasty) as socket:
                began = time.perf_counter()
                await socket.send_json({"type": "user_message", "content": "Why?"})
                async for message in socket:
                    frame = _decode(message.data)
                    if frame.type == "token":
                        break
                taken.append(time.perf_counter() - began)
                # Else Studyin, where turns outlive their sockets, would go on with every one of them.
                await socket.send_json({"type": "stop", "turn_id": frame.turn_id})
    return taken


async def hold(url: str, count: int, seconds: float) -> None:
    """Keep `count` idle sockets, opened as our own page opens them, for a while."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        for _ in range(count):
            socket = await stack.enter_async_context(http.ws_connect(url + "/api/chat/ws"))
            await socket.send_json({"type": "open", "session_id": None, "html": True})
            while _decode((await socket.receive()).data).type != "opened":
                pass
        await asyncio.sleep(seconds)


async def _read_reply(socket: aiohttp.ClientWebSocketResponse, *, html: bool) -> int:
    characters = 0
    if html:
        await socket.send_json({"type": "open", "session_id": None, "html": True})
    await socket.send_json({"type": "user_message", "content": "Why?", "verbosity": "detailed"})
    async for message in socket:
        frame = _decode(message.data)
        characters += len(frame.value) if frame.type == "token" else 0
        if frame.type in ("complete", "error"):
            assert frame.type == "complete", message.data
            return characters
    raise RuntimeError("the socket closed before the reply was whole")
